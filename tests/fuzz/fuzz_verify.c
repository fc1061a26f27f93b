/* A plain DeviceResponse, verified past its signatures; with a request and without. */
#include "tests/fuzz/mutator_signed.h"
#include "tests/fuzz/verdict.h"

static void check(const struct mdoc_verify_in *in)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, in);
    size_t n = 0;

    hold_report(e, &report, claims != NULL, in->message);
    hold(e != OC_OK || report.documents[0].checks[MDOC_CHECK_DEVICE_AUTH].outcome == MDOC_PASS);
    if (claims != NULL) {
        const struct mdoc_card *cards = mdoc_claims_cards(claims, &n);

        hold_cards(cards, n, report.documents_n);
    }
    mdoc_claims_free(&claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct fixture *f = fuzz_world();
    struct mdoc_verify_in in = {
        .message = { p, n }, .now = f->now, .anchors = &f->iacas, .request = &f->request,
        .transcript = buf_view(&f->transcript),
    };

    check(&in);
    in.request = NULL;
    in.accept_profile = in.accept_unchecked_status = true;
    check(&in);
    return 0;
}
