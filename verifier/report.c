#include "verifier/report.h"

#include <string.h>

#include "cli/lang.h"
#include "cli/term.h"
#include "cli/value.h"
#include "core/date.h"
#include "mdoc/value.h"

enum { OUTCOME_COLUMNS = 13, TITLE_COLUMNS = 29, DETAIL_AT = 2 + OUTCOME_COLUMNS + TITLE_COLUMNS };

static void outcome_text(struct buf *out, enum mdoc_outcome outcome, bool colour)
{
    static const struct { const char *word; enum term_style style; } row[] = {
        [MDOC_NOT_CHECKED] = { "not checked", TERM_FAINT },
        [MDOC_PASS] = { "pass", TERM_GOOD },
        [MDOC_FAIL] = { "FAIL", TERM_BAD },
        [MDOC_WARNING] = { "warning", TERM_CAUTION },
    };
    const char *word = row[outcome].word;

    buf_add_str(out, "  ");
    term_styled(out, row[outcome].style, bytes_str(word), colour);
    buf_printf(out, "%*s", OUTCOME_COLUMNS - (int)strlen(word), "");
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

/* "outcome  title  detail [source]", the source on a line of its own where it does not fit. */
static void check_text(struct buf *out, const struct mdoc_check *check, enum mdoc_check_id id,
                       bool colour, size_t columns)
{
    const struct mdoc_check_info *info = mdoc_check_info(id);
    struct bytes detail = bytes_str(check->detail);
    size_t n = term_width(detail) + strlen(info->source) + sizeof " []" - 1;

    outcome_text(out, check->outcome, colour);
    term_pad(out, bytes_str(info->title), TITLE_COLUMNS);
    escaped_wrapped(out, detail, DETAIL_AT, columns);
    if (detail.n > 0 && DETAIL_AT + n > columns)
        buf_printf(out, "\n%*s", DETAIL_AT, "");
    else if (detail.n > 0)
        buf_add_byte(out, ' ');
    buf_add_byte(out, '[');
    term_styled(out, TERM_FAINT, bytes_str(info->source), colour);
    buf_add_str(out, "]\n");
}

static void checks_text(struct buf *out, const struct mdoc_check *checks, int from, int to,
                        bool colour, size_t columns)
{
    for (int i = from; i < to; i++)
        check_text(out, &checks[i], (enum mdoc_check_id)i, colour, columns);
}

static void label_init(struct buf *out, const struct verdict *v, const struct card_type *card,
                       const struct mdoc_element *element)
{
    buf_init(out, REPORT_BYTES_MAX);
    value_label(out, card, element->name_space, element->name, v->chinese);
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
                card_element(card, element->name_space, element->name), v->chinese);
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
        buf_add_str(&text, ", answered by ");
        term_escape(&text, element->answered_by);
    }
    if (element->device_signed)
        buf_add_str(&text, ", said by the device");
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
    size_t width = sizeof "Issued by" - 1;

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
        term_styled(out, TERM_STRONG, bytes_str(lang_text(&card->title, v->chinese)), colour);
        buf_add_str(out, "  ");
    }
    term_escape(out, shown->doc_type);
    buf_add_str(out, "\n  ");
    term_pad(out, BYTES("Issued by"), width + 2);
    escaped_wrapped(out, bytes_str(shown->issuer), width + 4, columns);
    buf_add_str(out, "\n  ");
    term_pad(out, BYTES("Valid"), width + 2);
    buf_printf(out, "%s to %s\n", date_time_write(shown->valid_from, from) ? from : "?",
               date_time_write(shown->valid_until, until) ? until : "?");
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

static void headline(struct buf *out, const struct verdict *v, bool colour)
{
    enum mdoc_check_id id = MDOC_CHECK_RESPONSE_VERSION;
    int document = -1;
    const struct mdoc_check *block = mdoc_report_first_block(v->report, &id, &document);

    if (v->report->accepted) {
        term_styled(out, TERM_GOOD, BYTES("ACCEPTED"), colour);
        if (v->issuer_only)
            buf_add_str(out, "\nTHE DEVICE WAS NOT CHECKED:"
                             " whoever has these bytes can show them.");
        if (v->pinned)
            buf_add_str(out, "\nTHE CHAIN WAS NOT CHECKED:"
                             " the signer of --signer is believed as it is.");
        if (is_status_conceded(v->report))
            buf_add_str(out, "\nNOBODY CAN SAY WHETHER THE CARD IS REVOKED.");
        buf_add_byte(out, '\n');
        return;
    }
    term_styled(out, TERM_BAD, BYTES("REFUSED"), colour);
    buf_add_str(out, ": ");
    if (block != NULL) {
        buf_add_str(out, mdoc_check_info(id)->title);
        buf_add_str(out, block->outcome == MDOC_NOT_CHECKED ? " was not checked: " : ": ");
        term_escape(out, bytes_str(block->detail));
        if (document >= 0 && v->report->documents_n > 1)
            buf_printf(out, " (document %d)", document + 1);
    }
    buf_add_byte(out, '\n');
}

void verdict_text(struct buf *out, const struct verdict *v, bool colour, size_t columns)
{
    const struct mdoc_report *report = v->report;

    headline(out, v, colour);
    for (size_t i = 0; report->accepted && i < v->cards_n; i++)
        card_text(out, v, &v->cards[i], colour, columns);
    if (v->brief)
        return;
    buf_add_str(out, "\nThe response\n");
    checks_text(out, report->checks, 0, MDOC_FIRST_DOCUMENT_CHECK, colour, columns);
    for (size_t i = 0; i < report->documents_n; i++) {
        buf_printf(out, "\nDocument %zu, ", i + 1);
        term_escape(out, bytes_str(report->documents[i].doc_type));
        buf_add_byte(out, '\n');
        checks_text(out, report->documents[i].checks, MDOC_FIRST_DOCUMENT_CHECK, MDOC_CHECKS_N,
                    colour, columns);
    }
}
