#include "holder/words.h"

#include "cli/lang.h"
#include "cli/term.h"
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

void words_card(struct buf *out, const struct catalog *catalog, bool chinese,
                const struct wallet_card *card)
{
    const struct card_type *type = catalog_card_of(catalog, card->doc_type);

    buf_printf(out, "%4llu  ", (unsigned long long)card->number);
    if (type != NULL)
        buf_printf(out, "%s, ", lang_text(&type->title, chinese));
    term_escape(out, card->doc_type);
    buf_add_byte(out, '\n');
}
