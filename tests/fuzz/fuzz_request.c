/* DeviceRequest, its encryption parameters, who signed it, and what a card would answer. */
#include "mdoc/encryption.h"
#include "mdoc/reader.h"
#include "tests/fuzz/contract.h"
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/world.h"
#include "wallet/consent.h"

static void check_request(const struct mdoc_device_request *q, struct bytes src)
{
    hold_inside(q->version, src);
    hold_inside(q->info, src);
    hold(q->docs_n <= MDOC_DOCUMENTS_MAX && q->reader_auth_all_n <= X509_CHAIN_MAX);
    for (size_t i = 0; i < q->docs_n; i++) {
        const struct mdoc_doc_request *doc = &q->docs[i];

        hold_inside(doc->items_request, src);
        hold_inside(doc->doc_type, doc->items_request);
        hold_inside(doc->encryption, src);
        hold_inside(doc->purpose, src);
        hold(doc->first <= q->elements_n && doc->n <= q->elements_n - doc->first);
        if (doc->has_reader_auth)
            hold_sign1(&doc->reader_auth, src);
    }
    for (size_t i = 0; i < q->elements_n; i++) {
        hold_inside(q->elements[i].name_space, src);
        hold_inside(q->elements[i].name, src);
    }
}

static void check_encryption(const struct mdoc_device_request *q, struct bytes src)
{
    struct mdoc_encryption_parameters parameters;
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_encryption_parameters_init(&parameters, q, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(parameters);
        return;
    }
    hold_inside(parameters.tagged, src);
    hold_inside(parameters.nonce, parameters.tagged);
    hold(parameters.nonce.n >= MDOC_NONCE_MIN);
    hold(public_key_curve(parameters.recipient) == CURVE_P256);
    mdoc_encryption_parameters_cleanup(&parameters);
    hold_zero(parameters);
}

/* Trusted is only what the fixture's reader signed, for this transcript. */
static void check_reader(const struct mdoc_device_request *q, size_t index)
{
    const struct fixture *f = fuzz_world();
    struct mdoc_reader reader;

    hold(mdoc_reader_check(&reader, q, index, buf_view(&f->transcript), &f->readers, f->now) ==
         OC_OK);
    hold((reader.standing == MDOC_READER_TRUSTED) == (reader.reason == NULL));
    hold(memchr(reader.name, '\0', sizeof reader.name) != NULL);
    if (reader.standing == MDOC_READER_TRUSTED)
        hold(bytes_eq(q->docs[index].items_request, f->request.docs[0].items_request) ||
             q->reader_auth_all_n > 0);
}

static void check_consent(const struct mdoc_device_request *q, size_t index)
{
    const struct fixture *f = fuzz_world();
    struct consent consent;
    enum oc_err e = consent_init(&consent, q, index, &f->card);
    bool keep[64] = { false };

    hold(e == (consent_fits(&q->docs[index], &f->card) ? OC_OK : OC_USAGE));
    if (e != OC_OK)
        return;
    hold(consent.n == q->docs[index].n && consent.missing <= consent.n);
    hold(f->card.items_n <= 64 && consent_keep(keep, &consent, &f->card) == 0);
    consent_cleanup(&consent);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_device_request q;
    enum oc_err e;

    fuzz_world();
    e = mdoc_device_request_init(&q, src, &fault);
    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(q);
        return 0;
    }
    check_request(&q, src);
    check_encryption(&q, src);
    for (size_t i = 0; i < q.docs_n; i++) {
        check_reader(&q, i);
        check_consent(&q, i);
    }
    mdoc_device_request_cleanup(&q);
    hold_zero(q);
    return 0;
}
