/* Element values as text and JSON, and in words as the tools say them. */
#include "cli/value.h"
#include "mdoc/value.h"
#include "tests/fuzz/mutator.h"

static void check_words(const struct buf *json, const struct buf *plain, bool is_bytes)
{
    struct buf words = fuzz_buf();

    value_words(&words, buf_view(json), buf_view(plain), is_bytes, NULL, false);
    hold(buf_err(&words) == OC_OK && bytes_are_utf8(buf_view(&words)));
    buf_cleanup(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct buf text = fuzz_buf(), json = fuzz_buf();
    struct mdoc_value value;
    enum oc_err e = mdoc_value_read(&value, src);

    hold(mdoc_value_text(&text, src) == e && mdoc_value_json(&json, src) == e);
    if (e != OC_OK) {
        hold(value.kind == MDOC_OTHER && value.cbor.p == NULL && value.bytes.p == NULL);
        hold(text.n == 0 && json.n == 0);
    } else {
        hold(value.cbor.p == p && value.cbor.n == n);
        hold_inside(value.bytes, src);
        hold(bytes_are_utf8(buf_view(&text)) && bytes_are_utf8(buf_view(&json)) && json.n > 0);
        check_words(&json, &text, value.kind == MDOC_BYTES);
    }
    buf_cleanup(&text);
    buf_cleanup(&json);
    return 0;
}
