#include "holder/words.h"

#include "cli/value.h"
#include "mdoc/value.h"

enum { TEXT_BYTES_MAX = 4 << 20 };

void words_value(struct buf *out, struct bytes cbor, const struct element *type, bool chinese)
{
    struct mdoc_value value;
    struct buf json, plain;

    buf_init(&json, TEXT_BYTES_MAX);
    buf_init(&plain, TEXT_BYTES_MAX);
    buf_fail(out, mdoc_value_read(&value, cbor));
    buf_fail(out, mdoc_value_json(&json, cbor));
    buf_fail(out, mdoc_value_text(&plain, cbor));
    value_words(out, buf_view(&json), buf_view(&plain), value.kind == MDOC_BYTES, type, chinese);
    buf_cleanup(&plain);
    buf_cleanup(&json);
}
