/* A Handover Select message, and the carriers and engagement within. */
#include "mdoc/engagement.h"
#include "mdoc/nfc_handover.h"
#include "tests/fuzz/fuzz.h"

/* Written anew, it means the same. */
static void check_again(const struct mdoc_nfc_select *s)
{
    struct mdoc_nfc_select again;
    struct buf out = fuzz_buf();

    mdoc_nfc_select_write(&out, s->engagement, s->carriers, s->carriers_n);
    if (buf_err(&out) != OC_OK)
        hold(buf_err(&out) == OC_USAGE);        /* nothing in it, or a carrier without an id */
    else if (mdoc_nfc_select_read(&again, buf_view(&out), NULL) == OC_OK)
        hold(again.carriers_n == s->carriers_n && bytes_eq(again.engagement, s->engagement));
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_nfc_select s;
    enum oc_err e = mdoc_nfc_select_read(&s, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(s);
        return 0;
    }
    hold(s.source.p == src.p && s.source.n == src.n);
    hold_inside(s.engagement, src);
    hold(s.carriers_n > 0 && s.carriers_n <= MDOC_NFC_CARRIERS_MAX);
    for (size_t i = 0; i < s.carriers_n; i++) {
        const struct mdoc_nfc_carrier *c = &s.carriers[i];

        hold_inside(c->id, src);
        hold_inside(c->type, src);
        hold_inside(c->data, src);
        hold(c->power <= MDOC_NFC_UNKNOWN && (c->max_command > 0) == (c->max_response > 0));
        hold(c->max_command <= MDOC_NFC_COMMAND_MAX && c->max_response <= MDOC_NFC_RESPONSE_MAX);
    }
    check_again(&s);
    return 0;
}
