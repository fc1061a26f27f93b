/* DeviceResponse, and the decrypted content of EncryptedDocuments, which is read by another
 * entry: views, limits, all zero on error, and the same again when read again. */
#include "tests/fuzz/contract.h"
#include "tests/fuzz/mutator.h"

typedef enum oc_err parser(struct mdoc_device_response *, struct bytes, struct oc_fault *);

static void check(parser *parse, struct bytes src)
{
    struct oc_fault fault = { 0 }, again = { 0 };
    struct mdoc_device_response p;
    enum oc_err e = parse(&p, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(p);
        hold(parse(&p, src, &again) == e && same_fault(&fault, &again));
        return;
    }
    hold_response(&p, src);
    mdoc_device_response_cleanup(&p);
    hold_zero(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    check(mdoc_device_response_init, (struct bytes){ p, n });
    check(mdoc_documents_init, (struct bytes){ p, n });
    return 0;
}
