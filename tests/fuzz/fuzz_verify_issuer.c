/* The issuer's part alone, of a DeviceResponse or an IssuerSigned; with anchors, and pinned. */
#include "tests/fuzz/mutator_signed.h"
#include "tests/fuzz/verdict.h"

static void check(const struct mdoc_verify_in *in)
{
    static struct mdoc_report report;
    struct mdoc_issuer_claims *claims;
    enum oc_err e = mdoc_verify_issuer(&claims, &report, in);
    size_t n = 0;

    hold_report(e, &report, claims != NULL, in->message);
    for (size_t i = 0; i < report.documents_n; i++)
        hold(report.documents[i].checks[MDOC_CHECK_DEVICE_AUTH].outcome == MDOC_NOT_CHECKED);
    if (claims != NULL) {
        const struct mdoc_card *cards = mdoc_issuer_claims_cards(claims, &n);

        hold_cards(cards, n, report.documents_n);
    }
    mdoc_issuer_claims_free(&claims);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct fixture *f = fuzz_world();
    struct mdoc_verify_in in = { .message = { p, n }, .now = f->now, .anchors = &f->iacas };

    check(&in);
    in.anchors = NULL;
    in.signer = f->signer;
    check(&in);
    return 0;
}
