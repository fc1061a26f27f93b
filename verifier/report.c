#include "verifier/report.h"

#include <string.h>

#include "cli/lang.h"
#include "cli/term.h"
#include "cli/value.h"
#include "core/date.h"
#include "mdoc/value.h"
#include "verifier/hints.h"

enum { OUTCOME_COLUMNS = 13, TITLE_COLUMNS = 29, TITLE_AT = 2 + OUTCOME_COLUMNS,
       DETAIL_AT = TITLE_AT + TITLE_COLUMNS };

static bool is_chinese(const struct verdict *v)
{
    return v->report->language == MDOC_CHINESE;
}

/* Of the tool's own words, those of the language wanted. */
__attribute__((format_arg(2), format_arg(3)))
static const char *either(const struct verdict *v, const char *english, const char *chinese)
{
    return is_chinese(v) ? chinese : english;
}

static void outcome_text(struct buf *out, const struct verdict *v, enum mdoc_outcome outcome,
                         bool colour)
{
    static const struct { struct label word; enum term_style style; } row[] = {
        [MDOC_NOT_CHECKED] = { { "not checked", "未检查" }, TERM_FAINT },
        [MDOC_PASS] = { { "pass", "通过" }, TERM_GOOD },
        [MDOC_FAIL] = { { "FAIL", "不通过" }, TERM_BAD },
        [MDOC_WARNING] = { { "warning", "警告" }, TERM_CAUTION },
    };
    struct bytes word = bytes_str(lang_text(&row[outcome].word, is_chinese(v)));

    buf_add_str(out, "  ");
    term_styled(out, row[outcome].style, word, colour);
    buf_printf(out, "%*s", OUTCOME_COLUMNS - (int)term_width(word), "");
}

/* Escaped first, so that what is wrapped is harmless. */
static void escaped_wrapped(struct buf *out, struct bytes text, size_t indent, size_t columns)
{
    struct buf escaped;

    buf_init(&escaped, REPORT_BYTES_MAX);
    term_escape(&escaped, text);
    buf_fail(out, buf_err(&escaped));
    term_wrap(out, buf_view(&escaped), indent, columns);
    buf_cleanup(&escaped);
}

static void hint_text(struct buf *out, const struct verdict *v, const char *hint, size_t indent,
                      size_t columns)
{
    struct buf line;

    buf_init(&line, REPORT_BYTES_MAX);
    buf_printf(&line, "%s%s", either(v, "hint: ", "提示："), hint);
    buf_fail(out, buf_err(&line));
    buf_printf(out, "%*s", (int)indent, "");
    term_wrap(out, buf_view(&line), indent, columns);
    buf_add_byte(out, '\n');
    buf_cleanup(&line);
}

/* Whether the detail of a check names elements of the card. */
static bool names_elements(enum mdoc_check_id id)
{
    return id == MDOC_CHECK_ELEMENTS || id == MDOC_CHECK_DIGESTS || id == MDOC_CHECK_DUPLICATES ||
           id == MDOC_CHECK_DEVICE_AUTHORIZED || id == MDOC_CHECK_ISSUING_COUNTRY;
}

/* The detail, harmless, with what the elements in it are called. `card` NULL: nobody knows. */
static void detail_init(struct buf *out, const struct verdict *v, const struct mdoc_check *check,
                        enum mdoc_check_id id, const struct card_type *card)
{
    buf_init(out, REPORT_BYTES_MAX);
    value_sentence(out, names_elements(id) ? card : NULL, bytes_str(check->detail), is_chinese(v));
}

/* "[source]" */
static void source_text(struct buf *out, const char *source, bool colour, size_t indent,
                        size_t columns)
{
    struct buf text;

    buf_init(&text, REPORT_BYTES_MAX);
    buf_printf(&text, "[%s]", source);
    buf_fail(out, buf_err(&text));
    term_wrap_styled(out, TERM_FAINT, buf_view(&text), colour, indent, columns);
    buf_cleanup(&text);
}

/* "outcome  title  detail [source]", the source on lines of its own where it does not fit; then
 * the hint, if there is one. */
static void check_text(struct buf *out, const struct verdict *v, const struct mdoc_check *check,
                       enum mdoc_check_id id, const struct card_type *card, bool colour,
                       size_t columns)
{
    const char *hint = check_hint(check, id);
    const struct mdoc_check_info *info = mdoc_check_info(id);
    struct buf detail;
    size_t n;

    detail_init(&detail, v, check, id, card);
    n = term_width(buf_view(&detail)) + strlen(info->source) + sizeof " []" - 1;
    outcome_text(out, v, check->outcome, colour);
    term_pad(out, bytes_str(mdoc_words(check->language, info->title)), TITLE_COLUMNS);
    term_wrap(out, buf_view(&detail), DETAIL_AT, columns);
    if (detail.n > 0 && DETAIL_AT + n > columns)
        buf_printf(out, "\n%*s", DETAIL_AT, "");
    else if (detail.n > 0)
        buf_add_byte(out, ' ');
    source_text(out, info->source, colour, DETAIL_AT, columns);
    buf_add_byte(out, '\n');
    buf_fail(out, buf_err(&detail));
    buf_cleanup(&detail);
    if (hint != NULL)
        hint_text(out, v, hint, TITLE_AT, columns);
}

static void label_init(struct buf *out, const struct verdict *v, const struct card_type *card,
                       const struct mdoc_element *element)
{
    buf_init(out, REPORT_BYTES_MAX);
    value_label(out, card, element->name_space, element->name, is_chinese(v));
}

static void claim_value(struct buf *out, const struct verdict *v, const struct card_type *card,
                        const struct mdoc_element *element)
{
    struct mdoc_value value;
    struct buf json, plain;

    buf_init(&json, REPORT_BYTES_MAX);
    buf_init(&plain, REPORT_BYTES_MAX);
    buf_fail(out, mdoc_value_read(&value, element->value));
    buf_fail(out, mdoc_value_json(&json, element->value));
    buf_fail(out, mdoc_value_text(&plain, element->value));
    value_words(out, buf_view(&json), buf_view(&plain), value.kind == MDOC_BYTES,
                card_element(card, element->name_space, element->name), is_chinese(v));
    buf_cleanup(&plain);
    buf_cleanup(&json);
}

/* "label  value", and of whom or what namespace it is where that is not the usual. */
static void claim_text(struct buf *out, const struct verdict *v, const struct card_type *card,
                       const struct mdoc_element *element, size_t width, size_t columns)
{
    struct buf label, text;

    label_init(&label, v, card, element);
    buf_init(&text, REPORT_BYTES_MAX);
    claim_value(&text, v, card, element);
    if (element->answered_by.p != NULL) {
        buf_add_str(&text, either(v, ", answered by ", "，答自 "));
        term_escape(&text, element->answered_by);
    }
    if (element->device_signed)
        buf_add_str(&text, either(v, ", said by the device", "，由设备签署"));
    if (card == NULL || !bytes_is(element->name_space, card->namespaces[0].name)) {
        buf_add_str(&text, " [");
        term_escape(&text, element->name_space);
        buf_add_byte(&text, ']');
    }
    buf_fail(out, buf_err(&label));
    buf_fail(out, buf_err(&text));
    buf_add_str(out, "  ");
    term_pad(out, buf_view(&label), width + 2);
    term_wrap(out, buf_view(&text), width + 4, columns);
    buf_add_byte(out, '\n');
    buf_cleanup(&label);
    buf_cleanup(&text);
}

static void card_text(struct buf *out, const struct verdict *v, const struct mdoc_card *shown,
                      bool colour, size_t columns)
{
    const struct card_type *card = catalog_card_of(v->catalog, shown->doc_type);
    char from[DATE_TIME_TEXT_N], until[DATE_TIME_TEXT_N];
    struct bytes issued_by = bytes_str(either(v, "Issued by", "签发者"));
    struct bytes valid = bytes_str(either(v, "Valid", "有效期"));
    size_t width = term_width(issued_by);

    for (size_t i = 0; i < shown->elements_n; i++) {
        struct buf label;
        size_t n;

        label_init(&label, v, card, &shown->elements[i]);
        n = term_width(buf_view(&label));
        width = n > width ? n : width;
        buf_cleanup(&label);
    }
    buf_add_byte(out, '\n');
    if (card != NULL) {
        term_styled(out, TERM_STRONG, bytes_str(lang_text(&card->title, is_chinese(v))), colour);
        buf_add_str(out, "  ");
    }
    term_escape(out, shown->doc_type);
    buf_add_str(out, "\n  ");
    term_pad(out, issued_by, width + 2);
    escaped_wrapped(out, bytes_str(shown->issuer), width + 4, columns);
    buf_add_str(out, "\n  ");
    term_pad(out, valid, width + 2);
    buf_printf(out, "%s %s %s\n", date_time_write(shown->valid_from, from) ? from : "?",
               either(v, "to", "至"), date_time_write(shown->valid_until, until) ? until : "?");
    for (size_t i = 0; i < shown->elements_n; i++)
        claim_text(out, v, card, &shown->elements[i], width, columns);
}

/* A concession that nobody should overlook. */
static bool is_status_conceded(const struct mdoc_report *report)
{
    for (size_t i = 0; i < report->documents_n; i++)
        if (report->documents[i].checks[MDOC_CHECK_STATUS].outcome == MDOC_WARNING)
            return true;
    return false;
}

static void accepted_text(struct buf *out, const struct verdict *v, bool colour)
{
    term_styled(out, TERM_GOOD, bytes_str(either(v, "ACCEPTED", "接受")), colour);
    if (v->issuer_only)
        buf_add_str(out, either(v, "\nTHE DEVICE WAS NOT CHECKED:"
                                   " whoever has these bytes can show them.",
                                "\n未检查设备：任何持有这些字节的人都能出示。"));
    if (v->pinned)
        buf_add_str(out, either(v, "\nTHE CHAIN WAS NOT CHECKED:"
                                   " the signer of --signer is believed as it is.",
                                "\n未检查证书链：直接信任 --signer 所指定的签发者。"));
    if (is_status_conceded(v->report))
        buf_add_str(out, either(v, "\nNOBODY CAN SAY WHETHER THE CARD IS REVOKED.",
                                "\n无法判断证件是否被吊销。"));
    buf_add_byte(out, '\n');
}

/* What the catalogue has of a document that was reported on; NULL for the response, -1. */
static const struct card_type *reported_card(const struct verdict *v, int document)
{
    if (document < 0)
        return NULL;
    return catalog_card(v->catalog, v->report->documents[document].doc_type);
}

/* The first reason; and its hint, where the checks that would bear it are left out. */
static void refused_text(struct buf *out, const struct verdict *v, bool colour, size_t columns)
{
    enum mdoc_check_id id = MDOC_CHECK_RESPONSE_VERSION;
    int document = -1;
    const struct mdoc_check *block = mdoc_report_first_block(v->report, &id, &document);
    struct buf detail;

    term_styled(out, TERM_BAD, bytes_str(either(v, "REFUSED", "拒绝")), colour);
    buf_add_str(out, either(v, ": ", "："));
    if (block != NULL) {
        buf_add_str(out, mdoc_words(block->language, mdoc_check_info(id)->title));
        buf_add_str(out, block->outcome == MDOC_NOT_CHECKED
                             ? either(v, " was not checked: ", "（未检查）：")
                             : either(v, ": ", "："));
        detail_init(&detail, v, block, id, reported_card(v, document));
        buf_add(out, buf_view(&detail));
        buf_fail(out, buf_err(&detail));
        buf_cleanup(&detail);
        if (document >= 0 && v->report->documents_n > 1)
            buf_printf(out, either(v, " (document %d)", "（第 %d 份证件）"), document + 1);
    }
    buf_add_byte(out, '\n');
    if (v->brief && block != NULL && check_hint(block, id) != NULL)
        hint_text(out, v, check_hint(block, id), 0, columns);
}

/* The checks of the response, -1, or of a document. */
static void checks_text(struct buf *out, const struct verdict *v, int document, bool colour,
                        size_t columns)
{
    const struct mdoc_check *checks = document < 0 ? v->report->checks
                                                   : v->report->documents[document].checks;
    int from = document < 0 ? 0 : MDOC_FIRST_DOCUMENT_CHECK;
    int to = document < 0 ? MDOC_FIRST_DOCUMENT_CHECK : MDOC_CHECKS_N;

    for (int i = from; i < to; i++)
        check_text(out, v, &checks[i], (enum mdoc_check_id)i, reported_card(v, document), colour,
                   columns);
}

void verdict_text(struct buf *out, const struct verdict *v, bool colour, size_t columns)
{
    const struct mdoc_report *report = v->report;

    if (report->accepted)
        accepted_text(out, v, colour);
    else
        refused_text(out, v, colour, columns);
    for (size_t i = 0; report->accepted && i < v->cards_n; i++)
        card_text(out, v, &v->cards[i], colour, columns);
    if (v->brief)
        return;
    buf_printf(out, "\n%s\n", either(v, "The response", "应答"));
    checks_text(out, v, -1, colour, columns);
    for (size_t i = 0; i < report->documents_n; i++) {
        buf_printf(out, either(v, "\nDocument %zu, ", "\n证件 %zu，"), i + 1);
        term_escape(out, bytes_str(report->documents[i].doc_type));
        buf_add_byte(out, '\n');
        checks_text(out, v, (int)i, colour, columns);
    }
}
