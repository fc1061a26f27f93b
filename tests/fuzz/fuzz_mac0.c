/* COSE_Mac0: the reader, and a tag that nobody made. */
#include "cose/mac0.h"
#include "tests/fuzz/mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct secret *key;
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct cose_mac0 m;
    struct cbr r;
    enum oc_err e;

    if (key == NULL) {
        fuzz_pool();
        key = secret_copy(BYTES("a key that nobody else has, ever"));
    }
    cbr_init(&r, src);
    cose_mac0_read(&r, &m, COSE_EITHER);
    e = cbr_end(&r, &fault);
    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold(m.protected_header.p == NULL && m.payload.p == NULL && m.tag.p == NULL);
        hold(m.alg == COSE_ALG_NONE && !m.is_detached);
        return 0;
    }
    hold_inside(m.protected_header, src);
    hold_inside(m.payload, src);
    hold_inside(m.tag, src);
    hold(m.is_detached ? m.payload.p == NULL : m.payload.p != NULL);
    e = cose_mac0_verify(&m, key, m.payload, (struct bytes){ 0 });
    hold(e == (m.alg == COSE_HMAC_256 ? OC_SIGNATURE : OC_SHAPE));
    return 0;
}
