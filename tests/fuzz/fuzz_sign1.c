/* COSE_Sign1: the reader, and a signature that nobody made. */
#include "cose/sign1.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/world.h"

static void check_message(const struct cose_sign1 *m, struct bytes src)
{
    const struct public_key *key = private_key_public(fuzz_world()->reader_ca_key);
    enum oc_err e;

    hold_inside(m->protected_header, src);
    hold_inside(m->payload, src);
    hold_inside(m->signature, src);
    hold(m->x5chain_n <= X509_CHAIN_MAX);
    for (size_t i = 0; i < m->x5chain_n; i++) {
        hold_inside(m->x5chain[i], src);
        hold(m->x5chain[i].n <= X509_DER_MAX);
    }
    hold(m->is_detached ? m->payload.p == NULL : m->payload.p != NULL);
    e = cose_sign1_verify(m, key, m->payload, (struct bytes){ 0 });
    hold(m->alg == COSE_ES256 ? e == OC_SIGNATURE : e == OC_SHAPE);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const enum cose_tagging taggings[] = { COSE_UNTAGGED, COSE_TAGGED, COSE_EITHER };
    struct bytes src = { p, n };
    enum oc_err e[3];

    for (int i = 0; i < 3; i++) {
        struct oc_fault fault = { 0 };
        struct cose_sign1 m;
        struct cbr r;
        bool read;

        cbr_init(&r, src);
        cose_sign1_read(&r, &m, taggings[i]);
        read = cbr_ok(&r);
        e[i] = cbr_end(&r, &fault);
        hold(read == (e[i] == OC_OK));
        if (read)
            check_message(&m, src);
        else {
            hold_fault(e[i], &fault, src);
            hold(m.protected_header.p == NULL && m.payload.p == NULL && m.signature.p == NULL);
            hold(m.alg == COSE_ALG_NONE && !m.is_detached && m.x5chain_n == 0);
        }
    }
    hold((e[0] == OC_OK) + (e[1] == OC_OK) == (e[2] == OC_OK));
    return 0;
}
