#include "issuer/claims.h"

#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/term.h"
#include "core/date.h"
#include "issuer/claim_value.h"
#include "mdoc/limits.h"
#include "mdoc/value.h"

enum { FAULTS_BYTES_MAX = 1 << 20 };

static json_t *find_claim(const struct making *m, const char *name_space, const char *name)
{
    return json_object_get(json_object_get(m->json, name_space), name);
}

/* Whether something on the card is derived from this date. */
static bool is_derived_from(const struct card_type *card, const char *name_space, const char *name)
{
    for (size_t i = 0; i < card->n_namespaces; i++) {
        const struct card_namespace *space = &card->namespaces[i];

        for (size_t j = 0; j < space->n_elements; j++)
            if (strcmp(space->name, name_space) == 0 && space->elements[j].from != NULL &&
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
        is_derived_from(m->spec->card, name_space, el->name))
        claims_refuse(m, value, "must not be after the day of issue");
}

static bool put_claim(struct making *m, const char *name_space, const struct element *el)
{
    json_t *value = find_claim(m, name_space, el->name);

    if (value == NULL) {
        if (el->required)
            claims_refuse(m, NULL, "is missing");
        return false;
    }
    claims_put_value(m, el, value);
    check_born(m, name_space, el, value);
    claims_check_after(m, el, value, json_object_get(m->json, name_space));
    return true;
}

/* The day that an element is derived from; a date that is none is refused where it stands. */
static bool read_from(const struct making *m, const char *name_space, const struct element *el,
                      int64_t *day)
{
    json_t *value = find_claim(m, name_space, el->from);

    return json_is_string(value) && date_read(bytes_str(json_string_value(value)), day);
}

static bool put_from_date(struct making *m, const char *name_space, const struct element *el)
{
    struct buf *out = &m->out->values;
    int64_t from;

    if (!read_from(m, name_space, el, &from))
        return false;
    if (el->source == FROM_YEAR_OF)
        mdoc_put_integer(out, date_of(from).year);
    else if (el->source == FROM_YEARS_SINCE)
        mdoc_put_integer(out, date_age(from, m->spec->issued));
    else
        mdoc_put_boolean(out, date_age(from, m->spec->issued) >= el->age);
    return true;
}

/* The end of validity is rounded down, at most to its day, and itself outside the validity: the
 * day before it is the last sure one, if the validity had begun by then. */
static int64_t last_day(const struct claims_spec *spec)
{
    int64_t last = date_floor(spec->valid_until, DATE_DAY_S) - 1;

    return last > spec->valid_from ? last : spec->valid_from;
}

/* Append the element's value; false when it does not go on the card. */
static bool put_element(struct making *m, const char *name_space, const struct element *el)
{
    switch (el->source) {
    case FROM_CLAIMS:
        return put_claim(m, name_space, el);
    case FROM_AGE:
    case FROM_YEARS_SINCE:
    case FROM_YEAR_OF:
        return put_from_date(m, name_space, el);
    case FROM_ISSUE_DATE:
        mdoc_put_full_date(&m->out->values, m->spec->valid_from);
        return true;
    case FROM_EXPIRY_DATE:
        mdoc_put_full_date(&m->out->values, last_day(m->spec));
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
        size_t outer = claims_enter(m, space->name), place = claims_enter(m, el->name), start = c->values.n;
        bool is_put = put_element(m, space->name, el);

        claims_leave(m, place);
        claims_leave(m, outer);
        if (is_put && on_card) {
            c->elements[c->n] = (struct mdoc_claim){ .name_space = space->name, .name = el->name };
            m->ends[c->n++] = c->values.n;
        } else if (buf_err(&c->values) == OC_OK) {
            buf_truncate(&c->values, start);
        }
    }
}

static bool takes_in(const struct card_namespace *spaces, size_t n, const char *name_space,
                     const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const struct element *el;

        if (strcmp(spaces[i].name, name_space) != 0)
            continue;
        el = claims_part(spaces[i].elements, spaces[i].n_elements, name);
        return el != NULL && el->source == FROM_CLAIMS;
    }
    return false;
}

static bool takes(const struct card_type *card, const char *name_space, const char *name)
{
    return takes_in(card->namespaces, card->n_namespaces, name_space, name) ||
           takes_in(card->inputs, card->n_inputs, name_space, name);
}

static void offer_names(struct guess *g, const struct card_namespace *spaces, size_t n,
                        const char *name_space)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; strcmp(spaces[i].name, name_space) == 0 && j < spaces[i].n_elements; j++)
            if (spaces[i].elements[j].source == FROM_CLAIMS)
                guess_offer(g, spaces[i].elements[j].name);
}

/* The name that was meant: one near to it, in the same namespace, that is not among the claims. */
static const char *meant(const struct making *m, const char *name_space, const char *name)
{
    struct guess g = guess_start(name, strlen(name));
    const char *guess;

    offer_names(&g, m->spec->card->namespaces, m->spec->card->n_namespaces, name_space);
    offer_names(&g, m->spec->card->inputs, m->spec->card->n_inputs, name_space);
    guess = guess_end(&g);
    return guess != NULL && find_claim(m, name_space, guess) == NULL ? guess : NULL;
}

static void add_unused(struct making *m, const char *name_space, const char *name)
{
    struct buf *out = &m->out->unused;
    const char *guess = meant(m, name_space, name);

    if (out->n > 0)
        buf_add_str(out, ", ");
    term_escape(out, bytes_str(name_space));
    buf_add_byte(out, '/');
    term_escape(out, bytes_str(name));
    if (guess != NULL)
        buf_printf(out, " (did you mean %s?)", guess);
}

static void refuse_unused(struct making *m, const char *name_space, const char *name)
{
    const char *guess = meant(m, name_space, name);

    if (guess != NULL)
        claims_refuse(m, NULL, "the card type has no place for it; did you mean %s?", guess);
    else
        claims_refuse(m, NULL, "the card type has no place for it");
}

static void list_unused(struct making *m)
{
    const char *name_space, *name;
    json_t *elements, *value;

    json_object_foreach(m->json, name_space, elements) {
        size_t outer = claims_enter(m, name_space);

        json_object_foreach(elements, name, value) {
            size_t place = claims_enter(m, name);

            if (!takes(m->spec->card, name_space, name)) {
                if (m->spec->strict)
                    refuse_unused(m, name_space, name);
                else
                    add_unused(m, name_space, name);
            }
            claims_leave(m, place);
        }
        claims_leave(m, outer);
    }
}

/* The outer shape; without it there are no claims to look at. */
static bool check_shape(struct making *m)
{
    const char *name_space;
    json_t *elements;
    bool holds = json_is_object(m->json);

    if (!holds)
        claims_refuse(m, m->json, "must be an object of namespaces");
    json_object_foreach(m->json, name_space, elements) {
        size_t place = claims_enter(m, name_space);

        if (!json_is_object(elements)) {
            claims_refuse(m, elements, "must be an object of elements");
            holds = false;
        }
        claims_leave(m, place);
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
