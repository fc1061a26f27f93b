#include "holder/words.h"

#include "cli/value.h"
#include "core/escape.h"
#include "mdoc/value.h"

enum { TEXT_BYTES_MAX = 4 << 20 };

void words_value(struct buf *out, struct bytes cbor, const struct element *type, bool chinese)
{
    static const struct element bytes_type = { .kind = ELEMENT_BYTES };
    struct mdoc_value value;
    json_t *parsed = NULL;
    struct buf text;

    buf_init(&text, TEXT_BYTES_MAX);
    buf_fail(out, mdoc_value_read(&value, cbor));
    if (mdoc_value_json(&text, cbor) == OC_OK)
        parsed = json_read(buf_view(&text), NULL);
    if (parsed != NULL) {
        value_text(out, parsed, value.kind == MDOC_BYTES ? &bytes_type : type, chinese);
    } else {
        buf_truncate(&text, 0);
        buf_fail(out, mdoc_value_text(&text, cbor));
        escape_add(out, buf_view(&text));
    }
    json_decref(parsed);
    buf_cleanup(&text);
}
