/* IssuerSigned: what is parsed is written back whole, and parses as the same. */
#include "tests/fuzz/contract.h"
#include "tests/fuzz/mutator.h"

static void check_round_trip(const struct mdoc_issuer_signed *s)
{
    bool *keep = malloc(s->items_n + 1);
    struct mdoc_issuer_signed again;
    struct buf out = fuzz_buf();

    hold(keep != NULL);
    memset(keep, true, s->items_n);
    mdoc_issuer_signed_write(&out, s, keep);
    hold(buf_err(&out) == OC_OK);
    if (out.n <= MDOC_BYTES_MAX) {
        hold(mdoc_issuer_signed_init(&again, buf_view(&out), NULL) == OC_OK);
        hold(again.items_n == s->items_n && bytes_eq(again.auth_cbor, s->auth_cbor));
        for (size_t i = 0; i < s->items_n; i++)
            hold(bytes_eq(again.items[i].tagged, s->items[i].tagged) &&
                 bytes_eq(again.items[i].value, s->items[i].value));
        mdoc_issuer_signed_cleanup(&again);
    }
    free(keep);
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_issuer_signed s;
    size_t length;
    enum oc_err e = mdoc_issuer_signed_init(&s, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(s);
        return 0;
    }
    hold(mdoc_sequence_next(src, &length, NULL) == OC_OK && length == n);
    hold_issuer_signed(&s, src);
    for (size_t i = 0; i < s.spaces_n; i++)
        if (s.spaces[i].n > 0)
            hold(mdoc_issuer_signed_item(&s, s.spaces[i].name, s.items[s.spaces[i].first].name) ==
                 &s.items[s.spaces[i].first]);
    check_round_trip(&s);
    mdoc_issuer_signed_cleanup(&s);
    hold_zero(s);
    return 0;
}
