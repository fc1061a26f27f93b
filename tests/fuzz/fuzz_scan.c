/* The CBOR reader itself, and CBOR as text. */
#include "codec/cbr.h"
#include "codec/diag.h"
#include "tests/fuzz/mutator.h"

static void check_item(struct bytes src)
{
    struct buf text = fuzz_buf();
    struct oc_fault fault = { 0 };
    struct bytes whole;
    struct cbr r;

    cbr_init(&r, src);
    whole = cbr_any(&r);
    hold(cbr_end(&r, &fault) == OC_OK && whole.p == src.p && whole.n == src.n);
    hold(fault.reason == NULL);
    hold(diag_write(&text, src, 16, &fault) == OC_OK);
    hold(text.n > 0 && bytes_are_utf8(buf_view(&text)));
    buf_truncate(&text, 0);
    hold(diag_json(&text, src) == OC_OK);
    hold(text.n > 0 && bytes_are_utf8(buf_view(&text)));
    buf_cleanup(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault first = { 0 }, fault = { 0 };
    struct buf text = fuzz_buf();
    size_t length = 1;
    enum oc_err e = cbr_item_length(src, &length, &first), again;
    struct cbr r;

    cbr_init(&r, src);
    hold(cbr_ok(&r) == (e == OC_OK && length == n));
    again = cbr_ok(&r) ? OC_OK : cbr_end(&r, &fault);
    if (e != OC_OK) {
        hold_fault(e, &first, src);
        hold(length == 0 && again == e && same_fault(&fault, &first));
        hold(cbr_any(&r).p == NULL && cbr_uint(&r) == 0 && cbr_map(&r) == 0);
        hold(diag_write(&text, src, 16, NULL) == e && diag_json(&text, src) == e);
    } else {
        hold(length > 0 && length <= n);
        if (length < n)
            hold(again == OC_TRAILING && fault.offset == length);
        check_item((struct bytes){ p, length });
    }
    buf_cleanup(&text);
    return 0;
}
