#include "issuer/claims.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/term.h"
#include "core/date.h"
#include "core/text.h"
#include "issuer/citizen_number.h"
#include "mdoc/limits.h"
#include "mdoc/value.h"

enum { FAULTS_BYTES_MAX = 1 << 20, TEXT_SHOWN_MAX = 40, CODES_SHOWN_MAX = 12 };

/* The work on one set of claims. The rule of each refusal comes first, what was found last. */
struct making {
    struct claims *out;
    const struct claims_spec *spec;
    json_t *json;
    size_t *ends;               /* where the value of each element ends in out->values */
    char path[256];             /* of the claim in hand */
};

static size_t enter(struct making *m, const char *name)
{
    size_t n = strlen(m->path);

    snprintf(m->path + n, sizeof m->path - n, "%s%s", n == 0 ? "" : "/", name);
    return n;
}

static size_t enter_index(struct making *m, size_t i)
{
    char name[24];

    snprintf(name, sizeof name, "%zu", i);
    return enter(m, name);
}

static void leave(struct making *m, size_t place)
{
    m->path[place] = '\0';
}

static void add_found(struct buf *out, json_t *found)
{
    switch (json_typeof(found)) {
    case JSON_STRING:
        if (json_string_length(found) > TEXT_SHOWN_MAX)
            buf_printf(out, "text of %zu bytes", json_string_length(found));
        else
            buf_printf(out, "\"%s\"", json_string_value(found));
        break;
    case JSON_INTEGER:
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(found));
        break;
    case JSON_REAL:
        buf_printf(out, "%g", json_real_value(found));
        break;
    case JSON_TRUE:
        buf_add_str(out, "true");
        break;
    case JSON_FALSE:
        buf_add_str(out, "false");
        break;
    case JSON_NULL:
        buf_add_str(out, "null");
        break;
    case JSON_ARRAY:
        buf_printf(out, "an array of %zu", json_array_size(found));
        break;
    case JSON_OBJECT:
        buf_printf(out, "an object of %zu", json_object_size(found));
        break;
    }
}

/* Refuse the claim in hand; `found` NULL: there is nothing to quote. */
__attribute__((format(printf, 3, 4)))
static void refuse(struct making *m, json_t *found, const char *rule, ...)
{
    char text[512];
    struct buf line;
    va_list args;

    va_start(args, rule);
    vsnprintf(text, sizeof text, rule, args);
    va_end(args);
    buf_init(&line, FAULTS_BYTES_MAX);
    buf_printf(&line, "%s%s%s", m->path, *m->path == '\0' ? "" : ": ", text);
    if (found != NULL) {
        buf_add_str(&line, ", not ");
        add_found(&line, found);
    }
    term_escape(&m->out->faults, buf_view(&line));
    buf_add_byte(&m->out->faults, '\n');
    m->out->faults_n++;
    buf_cleanup(&line);
}

static bool is_within(const struct element *el, int64_t n)
{
    return n >= el->min && n <= el->max;
}

static void refuse_size(struct making *m, const struct element *el, const char *what, size_t n)
{
    if (el->min == el->max)
        refuse(m, NULL, "must be exactly %" PRId64 " %s, not %zu", el->min, what, n);
    else if (el->max == INT64_MAX)
        refuse(m, NULL, "must be at least %" PRId64 " %s, not %zu", el->min, what, n);
    else
        refuse(m, NULL, "must be %" PRId64 " to %" PRId64 " %s, not %zu", el->min, el->max, what,
               n);
}

/* "must be one of 0, 1, 2, 9, not 3"; a long list is cut. */
static void refuse_code(struct making *m, json_t *found, const struct element *el)
{
    struct buf list;

    buf_init(&list, 512);
    for (size_t i = 0; i < el->n_codes && i < CODES_SHOWN_MAX; i++) {
        if (i > 0)
            buf_add_str(&list, ", ");
        if (el->kind == ELEMENT_TEXT)
            buf_add_str(&list, el->codes[i].text);
        else
            buf_printf(&list, "%" PRId64, el->codes[i].number);
    }
    if (el->n_codes > CODES_SHOWN_MAX)
        buf_printf(&list, " or %zu more", el->n_codes - CODES_SHOWN_MAX);
    refuse(m, found, "must be one of %s", buf_text(&list));
    buf_cleanup(&list);
}

static bool has_code(const struct element *el, const char *text, int64_t number)
{
    for (size_t i = 0; i < el->n_codes; i++)
        if (text != NULL ? strcmp(el->codes[i].text, text) == 0 : el->codes[i].number == number)
            return true;
    return el->n_codes == 0;
}

/* Every birth_date and sex among the claims, whatever the namespace, must be the number's. */
static void check_agreement(struct making *m, const struct citizen_number *number)
{
    const char *sex = number->sex == 1 ? "male" : "female";
    char born[DATE_TEXT_N] = "";
    const char *name_space;
    json_t *elements;

    if (!date_write(number->born, born))
        return;
    json_object_foreach(m->json, name_space, elements) {
        json_t *date = json_get(elements, "birth_date", JSON_STRING);
        int64_t code;

        if (date != NULL && strcmp(json_string_value(date), born) != 0)
            refuse(m, date, "says born on %s, but %s/birth_date is another day", born,
                   name_space);
        if (json_get_int(elements, "sex", &code) && code != number->sex)
            refuse(m, NULL, "says %s (sex %d), but %s/sex is %" PRId64, sex, number->sex,
                   name_space, code);
    }
}

static void check_citizen_number(struct making *m, json_t *value)
{
    struct citizen_number number;
    const char *reason;

    if (citizen_number_read(bytes_str(json_string_value(value)), &number, &reason) != OC_OK) {
        refuse(m, NULL, "\"%s\": %s", json_string_value(value), reason);
        return;
    }
    if (!m->spec->any_citizen_number && !address_code_is_unassigned(number.address_code))
        refuse(m, NULL,
               "%06d… may be a real person's number; test cards need an address code that was "
               "never assigned (--i-know issues it all the same)", number.address_code);
    check_agreement(m, &number);
}

static void put_text(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_string_length(value);

    if (!json_is_string(value)) {
        refuse(m, value, "must be text");
        return;
    }
    if (el->n_codes > 0) {
        if (!has_code(el, json_string_value(value), 0))
            refuse_code(m, value, el);
    } else if (!is_within(el, (int64_t)n)) {
        refuse_size(m, el, "bytes of text", n);
    } else if (el->rule == RULE_CN_CITIZEN_NUMBER) {
        check_citizen_number(m, value);
    }
    mdoc_put_text(&m->out->values, bytes_str(json_string_value(value)));
}

static void put_integer(struct making *m, const struct element *el, json_t *value)
{
    int64_t number = json_integer_value(value);

    if (!json_is_integer(value))
        refuse(m, value, "must be an integer");
    else if (!has_code(el, NULL, number))
        refuse_code(m, value, el);
    else if (number < el->min)
        refuse(m, value, "must be at least %" PRId64, el->min);
    else if (number > el->max)
        refuse(m, value, "must be at most %" PRId64, el->max);
    mdoc_put_integer(&m->out->values, number);
}

static void put_bytes(struct making *m, const struct element *el, json_t *value)
{
    struct buf decoded;
    enum oc_err e;

    if (!json_is_string(value)) {
        refuse(m, value, "must be bytes as base64url text");
        return;
    }
    buf_init(&decoded, json_string_length(value));
    e = base64url_read(&decoded, bytes_str(json_string_value(value)));
    if (e == OC_SYNTAX)
        refuse(m, value, "must be bytes as base64url text without padding");
    else if (e != OC_OK)
        buf_fail(&m->out->values, e);
    else if (!is_within(el, (int64_t)decoded.n))
        refuse_size(m, el, "bytes", decoded.n);
    mdoc_put_bytes(&m->out->values, buf_view(&decoded));
    buf_cleanup(&decoded);
}

static void put_full_date(struct making *m, json_t *value)
{
    int64_t day = 0;

    if (!json_is_string(value) || !date_read(bytes_str(json_string_value(value)), &day))
        refuse(m, value, "must be a date such as \"2000-01-31\"");
    mdoc_put_full_date(&m->out->values, day);
}

static void put_tdate(struct making *m, json_t *value)
{
    int64_t moment = 0;

    if (!json_is_string(value) || !date_time_read(bytes_str(json_string_value(value)), &moment))
        refuse(m, value, "must be a moment such as \"2000-01-31T12:00:00Z\"");
    mdoc_put_tdate(&m->out->values, moment);
}

/* Nested as deep as the card type, which is at most CATALOG_NESTING_MAX. */
static void put_value(struct making *m, const struct element *el, json_t *value);

static void put_array(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_array_size(value);

    if (!json_is_array(value)) {
        refuse(m, value, "must be an array");
        return;
    }
    if (!is_within(el, (int64_t)n)) {
        refuse_size(m, el, "items", n);
        return;
    }
    mdoc_put_array(&m->out->values, n);
    for (size_t i = 0; i < n; i++) {
        size_t place = enter_index(m, i);

        put_value(m, &el->parts[0], json_array_get(value, i));
        leave(m, place);
    }
}

static const struct element *find_part(const struct element *parts, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    return NULL;
}

static void refuse_unknown_fields(struct making *m, const struct element *el, json_t *value)
{
    const char *name;
    json_t *field;

    json_object_foreach(value, name, field) {
        size_t place = enter(m, name);

        if (find_part(el->parts, el->n_parts, name) == NULL)
            refuse(m, NULL, "there is no such field");
        leave(m, place);
    }
}

static void put_map(struct making *m, const struct element *el, json_t *value)
{
    size_t n = json_object_size(value);

    if (!json_is_object(value)) {
        refuse(m, value, "must be an object");
        return;
    }
    refuse_unknown_fields(m, el, value);
    if (!is_within(el, (int64_t)n))
        refuse_size(m, el, "fields", n);
    mdoc_put_map(&m->out->values, n);
    for (size_t i = 0; i < el->n_parts; i++) {
        json_t *field = json_object_get(value, el->parts[i].name);
        size_t place = enter(m, el->parts[i].name);

        if (field != NULL) {
            mdoc_put_text(&m->out->values, bytes_str(el->parts[i].name));
            put_value(m, &el->parts[i], field);
        } else if (el->parts[i].required) {
            refuse(m, NULL, "is missing");
        }
        leave(m, place);
    }
}

static void put_value(struct making *m, const struct element *el, json_t *value)
{
    switch (el->kind) {
    case ELEMENT_TEXT:
        put_text(m, el, value);
        break;
    case ELEMENT_UINT:
    case ELEMENT_INT:
        put_integer(m, el, value);
        break;
    case ELEMENT_BOOL:
        if (!json_is_boolean(value))
            refuse(m, value, "must be true or false");
        mdoc_put_boolean(&m->out->values, json_is_true(value));
        break;
    case ELEMENT_BYTES:
        put_bytes(m, el, value);
        break;
    case ELEMENT_FULL_DATE:
        put_full_date(m, value);
        break;
    case ELEMENT_TDATE:
        put_tdate(m, value);
        break;
    case ELEMENT_ARRAY:
        put_array(m, el, value);
        break;
    case ELEMENT_MAP:
        put_map(m, el, value);
        break;
    }
}

static json_t *find_claim(const struct making *m, const char *name_space, const char *name)
{
    return json_object_get(json_object_get(m->json, name_space), name);
}

/* Whether ages on the card are counted from this date. */
static bool ages_count_from(const struct card_type *card, const char *name_space, const char *name)
{
    for (size_t i = 0; i < card->n_namespaces; i++) {
        const struct card_namespace *space = &card->namespaces[i];

        for (size_t j = 0; j < space->n_elements; j++)
            if (strcmp(space->name, name_space) == 0 && space->elements[j].source == FROM_AGE &&
                strcmp(space->elements[j].from, name) == 0)
                return true;
    }
    return false;
}

static void check_born(struct making *m, const char *name_space, const struct element *el,
                       json_t *value)
{
    int64_t born;

    if (el->kind == ELEMENT_FULL_DATE && json_is_string(value) &&
        date_read(bytes_str(json_string_value(value)), &born) && born > m->spec->issued &&
        ages_count_from(m->spec->card, name_space, el->name))
        refuse(m, value, "must not be after the day of issue");
}

static bool put_claim(struct making *m, const char *name_space, const struct element *el)
{
    json_t *value = find_claim(m, name_space, el->name);

    if (value == NULL) {
        if (el->required)
            refuse(m, NULL, "is missing");
        return false;
    }
    put_value(m, el, value);
    check_born(m, name_space, el, value);
    return true;
}

static bool put_age(struct making *m, const char *name_space, const struct element *el)
{
    json_t *value = find_claim(m, name_space, el->from);
    int64_t born;

    if (!json_is_string(value) || !date_read(bytes_str(json_string_value(value)), &born))
        return false;       /* refused where the date itself is */
    mdoc_put_boolean(&m->out->values, date_age(born, m->spec->issued) >= el->age);
    return true;
}

/* Append the element's value; false when it does not go on the card. */
static bool put_element(struct making *m, const char *name_space, const struct element *el)
{
    switch (el->source) {
    case FROM_CLAIMS:
        return put_claim(m, name_space, el);
    case FROM_AGE:
        return put_age(m, name_space, el);
    case FROM_ISSUE_DATE:
        mdoc_put_full_date(&m->out->values, m->spec->valid_from);
        return true;
    case FROM_EXPIRY_DATE:
        mdoc_put_full_date(&m->out->values, m->spec->valid_until);
        return true;
    case FROM_CARD_TYPE:
        mdoc_put_text(&m->out->values, bytes_str(json_string_value(el->value)));
        return true;
    }
    return false;
}

static void put_namespace(struct making *m, const struct card_namespace *space, bool on_card)
{
    struct claims *c = m->out;

    for (size_t i = 0; i < space->n_elements; i++) {
        const struct element *el = &space->elements[i];
        size_t outer = enter(m, space->name), place = enter(m, el->name), start = c->values.n;
        bool is_put = put_element(m, space->name, el);

        leave(m, place);
        leave(m, outer);
        if (is_put && on_card) {
            c->elements[c->n] = (struct mdoc_claim){ .name_space = space->name, .name = el->name };
            m->ends[c->n++] = c->values.n;
        } else if (buf_err(&c->values) == OC_OK) {
            buf_truncate(&c->values, start);
        }
    }
}

static bool takes(const struct card_namespace *spaces, size_t n, const char *name_space,
                  const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const struct element *el;

        if (strcmp(spaces[i].name, name_space) != 0)
            continue;
        el = find_part(spaces[i].elements, spaces[i].n_elements, name);
        return el != NULL && el->source == FROM_CLAIMS;
    }
    return false;
}

static void list_unused(struct making *m)
{
    const struct card_type *card = m->spec->card;
    struct buf *out = &m->out->unused;
    const char *name_space, *name;
    json_t *elements, *value;

    json_object_foreach(m->json, name_space, elements) {
        json_object_foreach(elements, name, value) {
            if (takes(card->namespaces, card->n_namespaces, name_space, name) ||
                takes(card->inputs, card->n_inputs, name_space, name))
                continue;
            if (out->n > 0)
                buf_add_str(out, ", ");
            term_escape(out, bytes_str(name_space));
            buf_add_byte(out, '/');
            term_escape(out, bytes_str(name));
        }
    }
}

/* The outer shape; without it there are no claims to look at. */
static bool check_shape(struct making *m)
{
    const char *name_space;
    json_t *elements;
    bool holds = json_is_object(m->json);

    if (!holds)
        refuse(m, m->json, "must be an object of namespaces");
    json_object_foreach(m->json, name_space, elements) {
        size_t place = enter(m, name_space);

        if (!json_is_object(elements)) {
            refuse(m, elements, "must be an object of elements");
            holds = false;
        }
        leave(m, place);
    }
    return holds;
}

static enum oc_err make(struct making *m)
{
    const struct card_type *card = m->spec->card;
    struct claims *c = m->out;
    size_t n = 0, start = 0;
    enum oc_err e;

    for (size_t i = 0; i < card->n_namespaces; i++)
        n += card->namespaces[i].n_elements;
    if (n == 0)
        return OC_BUG;      /* the catalogue refuses such a card type */
    c->elements = calloc(n, sizeof *c->elements);
    m->ends = calloc(n, sizeof *m->ends);
    if (c->elements == NULL || m->ends == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < card->n_inputs; i++)
        put_namespace(m, &card->inputs[i], false);
    for (size_t i = 0; i < card->n_namespaces; i++)
        put_namespace(m, &card->namespaces[i], true);
    list_unused(m);
    if (c->faults_n > 0)
        return OC_SHAPE;
    if ((e = buf_err(&c->values)) != OC_OK)
        return e;
    for (size_t i = 0; i < c->n; start = m->ends[i++])
        c->elements[i].value = (struct bytes){ c->values.p + start, m->ends[i] - start };
    return OC_OK;
}

enum oc_err claims_init(struct claims *out, json_t *json, const struct claims_spec *spec)
{
    struct making m = { .out = out, .spec = spec, .json = json };
    enum oc_err e;

    *out = (struct claims){ 0 };
    buf_init(&out->values, MDOC_BYTES_MAX);
    buf_init(&out->faults, FAULTS_BYTES_MAX);
    buf_init(&out->unused, FAULTS_BYTES_MAX);
    e = check_shape(&m) ? make(&m) : OC_SHAPE;
    free(m.ends);
    if (e != OC_OK)
        out->n = 0;
    return e;
}

void claims_cleanup(struct claims *c)
{
    free(c->elements);
    buf_cleanup(&c->values);
    buf_cleanup(&c->faults);
    buf_cleanup(&c->unused);
    *c = (struct claims){ 0 };
}
