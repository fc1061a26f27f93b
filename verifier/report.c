#include "verifier/report.h"

#include <string.h>

#include "cli/term.h"
#include "core/date.h"
#include "mdoc/value.h"

enum { OUTCOME_COLUMNS = 13, TITLE_COLUMNS = 29, DETAIL_AT = 2 + OUTCOME_COLUMNS + TITLE_COLUMNS };

static const char *localized(const struct verdict *v, const struct label *label)
{
    return v->chinese ? label->zh : label->en;
}

static const struct card_type *known_card(const struct verdict *v, struct bytes doc_type)
{
    char name[sizeof v->report->documents[0].doc_type];

    if (doc_type.n >= sizeof name || memchr(doc_type.p, '\0', doc_type.n) != NULL)
        return NULL;
    memcpy(name, doc_type.p, doc_type.n);
    name[doc_type.n] = '\0';
    return catalog_card(v->catalog, name);
}

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

static struct bytes element_label(const struct verdict *v, const struct element *known,
                                  const struct mdoc_element *element)
{
    return known != NULL ? bytes_str(localized(v, &known->label)) : element->name;
}

/* The value, and what its code stands for. */
static void value_text(struct buf *out, const struct verdict *v, const struct element *known,
                       const struct mdoc_element *element)
{
    const struct element_code *code = NULL;
    struct mdoc_value value;
    enum oc_err e = mdoc_value_text(out, element->value);

    if (e != OC_OK)
        buf_fail(out, e);
    if (known == NULL || mdoc_value_read(&value, element->value) != OC_OK)
        return;
    if (value.kind == MDOC_TEXT)
        code = element_code_of_text(known, value.bytes);
    else if (value.kind == MDOC_INTEGER)
        code = element_code_of_number(known, value.number);
    if (code != NULL && code->label.en != NULL)
        buf_printf(out, " (%s)", localized(v, &code->label));
}

static void claim_text(struct buf *out, const struct verdict *v, const struct card_type *card,
                       const struct mdoc_element *element, size_t width, size_t columns)
{
    const struct element *known = card_element(card, element->name_space, element->name);
    struct buf text;

    buf_init(&text, REPORT_BYTES_MAX);
    value_text(&text, v, known, element);
    if (element->answered_by.p != NULL) {
        buf_add_str(&text, ", answered by ");
        buf_add(&text, element->answered_by);
    }
    if (element->device_signed)
        buf_add_str(&text, ", said by the device");
    buf_fail(out, buf_err(&text));
    buf_add_str(out, "  ");
    term_pad(out, element_label(v, known, element), width + 2);
    escaped_wrapped(out, buf_view(&text), width + 4, columns);
    buf_add_byte(out, '\n');
    buf_cleanup(&text);
}

static void card_text(struct buf *out, const struct verdict *v, const struct mdoc_card *shown,
                      bool colour, size_t columns)
{
    const struct card_type *card = known_card(v, shown->doc_type);
    char from[DATE_TIME_TEXT_N], until[DATE_TIME_TEXT_N];
    size_t width = sizeof "Issued by" - 1;

    for (size_t i = 0; i < shown->elements_n; i++) {
        const struct mdoc_element *e = &shown->elements[i];
        size_t n = term_width(element_label(v, card_element(card, e->name_space, e->name), e));

        width = n > width ? n : width;
    }
    buf_add_byte(out, '\n');
    if (card != NULL) {
        term_styled(out, TERM_STRONG, bytes_str(localized(v, &card->title)), colour);
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
