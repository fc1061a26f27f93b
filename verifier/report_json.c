#include "cli/exit.h"
#include "cli/json.h"
#include "cli/term.h"
#include "core/date.h"
#include "mdoc/value.h"
#include "verifier/hints.h"
#include "verifier/report.h"

/* A detail may have been cut inside a character: those bytes are then shown as \xNN. */
static json_t *text(struct bytes b)
{
    struct buf escaped;
    json_t *value;

    if (bytes_are_utf8(b))
        return json_stringn(b.n == 0 ? "" : (const char *)b.p, b.n);
    buf_init(&escaped, REPORT_BYTES_MAX);
    term_escape(&escaped, b);
    value = json_string(buf_text(&escaped));
    buf_cleanup(&escaped);
    return value;
}

static const char *language_word(enum mdoc_language language)
{
    return language == MDOC_CHINESE ? "zh" : "en";
}

static json_t *moment(int64_t seconds)
{
    char out[DATE_TIME_TEXT_N];

    return date_time_write(seconds, out) ? json_string(out) : json_null();
}

static json_t *check_json(const struct mdoc_check *check, enum mdoc_check_id id)
{
    const struct mdoc_check_info *info = mdoc_check_info(id);

    return json_pack("{s:s, s:s, s:b, s:s?, s:s, s:o, s:s, s:s?}", "id", info->id,
                     "outcome", mdoc_outcome_name(check->outcome),
                     "blocks", check->blocks,
                     "error", check->blocks ? oc_err_name(check->why) : NULL,
                     "title", mdoc_words(check->language, info->title),
                     "detail", text(bytes_str(check->detail)),
                     "source", info->source,
                     "hint", check_hint(check, id));
}

static json_t *checks_json(const struct mdoc_check *checks, int from, int to)
{
    json_t *list = json_array();

    for (int i = from; i < to; i++) {
        if (json_array_append_new(list, check_json(&checks[i], (enum mdoc_check_id)i)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* A value that our JSON cannot express, such as a text with NUL in it, becomes its JSON text. */
static json_t *value_json(struct bytes cbor)
{
    json_t *value = NULL;
    struct buf json;
    enum oc_err e;

    buf_init(&json, REPORT_BYTES_MAX);
    e = mdoc_value_json(&json, cbor);
    if (e == OC_OK) {
        value = json_read(buf_view(&json), NULL);
        if (value == NULL)
            value = text(buf_view(&json));
    }
    buf_cleanup(&json);
    return value;
}

static json_t *claims_json(const struct mdoc_card *card)
{
    json_t *list = json_array();

    for (size_t i = 0; i < card->elements_n; i++) {
        const struct mdoc_element *e = &card->elements[i];

        if (json_array_append_new(
                list, json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "namespace",
                                text(e->name_space), "element", text(e->name), "value",
                                value_json(e->value), "answered_by",
                                e->answered_by.p != NULL ? text(e->answered_by) : json_null(),
                                "device_signed", e->device_signed, "intent_to_retain",
                                e->intent_to_retain)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *status_json(const struct mdoc_document_report *report)
{
    const struct trust_status *s = &report->status;

    if (!report->has_status)
        return json_null();
    return json_pack("{s:s, s:o, s:o}", "verdict", trust_status_word(s->verdict),
                     "age_s", s->has_list ? json_integer(s->age_s) : json_null(),
                     "limit_s", s->has_list && s->limit_s >= 0 ? json_integer(s->limit_s)
                                                               : json_null());
}

static json_t *document_json(const struct verdict *v, size_t i)
{
    const struct mdoc_document_report *report = &v->report->documents[i];
    json_t *document = json_pack(
        "{s:o, s:o, s:o}", "doc_type", text(bytes_str(report->doc_type)), "status",
        status_json(report), "checks",
        checks_json(report->checks, MDOC_FIRST_DOCUMENT_CHECK, MDOC_CHECKS_N));
    const struct mdoc_card *card;

    if (!v->report->accepted || i >= v->cards_n)
        return document;
    card = &v->cards[i];
    if (json_object_update_new(
            document, json_pack("{s:o, s:o, s:o, s:o, s:o}", "issuer",
                                text(bytes_str(card->issuer)), "signed", moment(card->signed_at),
                                "valid_from", moment(card->valid_from), "valid_until",
                                moment(card->valid_until), "claims", claims_json(card))) != 0) {
        json_decref(document);
        return NULL;
    }
    return document;
}

static json_t *documents_json(const struct verdict *v)
{
    json_t *list = json_array();

    for (size_t i = 0; i < v->report->documents_n; i++)
        if (json_array_append_new(list, document_json(v, i)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static enum oc_err finish(struct buf *out, json_t *object)
{
    enum oc_err e = object != NULL ? json_write(out, object) : OC_MEMORY;

    json_decref(object);
    return e;
}

enum oc_err verdict_json(struct buf *out, const struct verdict *v)
{
    const struct mdoc_report *report = v->report;
    enum mdoc_check_id id = MDOC_CHECK_RESPONSE_VERSION;
    const struct mdoc_check *block = mdoc_report_first_block(report, &id, NULL);
    json_t *object = json_pack(
        "{s:s, s:b, s:s, s:o, s:b, s:o, s:o, s:o, s:o}",
        "verdict", report->accepted ? "accepted" : "refused",
        "accepted", report->accepted,
        "language", language_word(report->language),
        "at", moment(report->now),
        "device_checked", !v->issuer_only,
        "refused_by", block != NULL ? json_string(mdoc_check_info(id)->id) : json_null(),
        "reason", block != NULL ? text(bytes_str(block->detail)) : json_null(),
        "checks", checks_json(report->checks, 0, MDOC_FIRST_DOCUMENT_CHECK),
        "documents", documents_json(v));

    return finish(out, object);
}

enum oc_err verdict_json_fault(struct buf *out, const struct mdoc_verify_in *in, enum oc_err e,
                               const struct oc_fault *fault, const char *reason)
{
    bool known = fault->reason != NULL;
    json_t *object = json_pack(
        "{s:s, s:b, s:s, s:o, s:s, s:o, s:o}",
        "verdict", exit_status(e) == STATUS_NOT_A_MESSAGE ? "not_a_message" : "unfinished",
        "accepted", false,
        "language", language_word(known ? in->language : MDOC_ENGLISH),
        "at", moment(in->now),
        "error", oc_err_name(e),
        "reason", text(bytes_str(known ? mdoc_words(in->language, fault->reason)
                                           : reason)),
        "offset", known ? json_integer((json_int_t)fault->offset) : json_null());

    return finish(out, object);
}
