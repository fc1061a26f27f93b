/* Elements of card types, one after another, as schemas/README.md describes them. */
#include "cli/catalog_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
    [ELEMENT_TEXT] = "text",   [ELEMENT_UINT] = "uint",           [ELEMENT_INT] = "int",
    [ELEMENT_BOOL] = "bool",   [ELEMENT_BYTES] = "bytes",         [ELEMENT_FULL_DATE] = "full-date",
    [ELEMENT_TDATE] = "tdate", [ELEMENT_ARRAY] = "array",         [ELEMENT_MAP] = "map",
};

static void refuse_kind(struct reading *r, const char *name)
{
    struct guess g = guess_start(name, strlen(name));

    for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++)
        guess_offer(&g, kind_names[i]);
    reading_refuse(r, OC_SHAPE, "there is no type \"%.40s\"%s", name, reading_guess(r, &g));
}

static bool is_sized(enum element_kind kind)
{
    return kind == ELEMENT_TEXT || kind == ELEMENT_BYTES || kind == ELEMENT_ARRAY || kind == ELEMENT_MAP;
}

static bool is_number(enum element_kind kind)
{
    return kind == ELEMENT_UINT || kind == ELEMENT_INT;
}

/* Whether it is one that we know: nothing else of the element can be judged without. */
static bool read_kind(struct reading *r, json_t *object, struct element *e)
{
    const char *name = reading_text(r, object, "type");

    if (name == NULL)
        return false;
    for (size_t i = 0; i < sizeof kind_names / sizeof kind_names[0]; i++) {
        if (strcmp(name, kind_names[i]) == 0) {
            e->kind = (enum element_kind)i;
            return reading_goes_on(r);
        }
    }
    refuse_kind(r, name);
    return false;
}

static void read_bounds(struct reading *r, json_t *object, struct element *e)
{
    bool has_min = reading_member(r, object, "min", JSON_INTEGER, false) != NULL;
    bool has_max = reading_member(r, object, "max", JSON_INTEGER, false) != NULL;

    if ((has_min || has_max) && !is_sized(e->kind) && !is_number(e->kind))
        reading_refuse(r, OC_SHAPE, "a %s has no bounds", kind_names[e->kind]);

    /* Nothing on a card is unbounded: a list of codes or a fixed value is a bound too. */
    bool listed = json_object_get(object, "values") != NULL || json_object_get(object, "value") != NULL;
    if (!has_max && !listed && is_sized(e->kind) && e->kind != ELEMENT_MAP)
        reading_refuse(r, OC_SHAPE, "needs \"max\"");

    e->min = e->kind == ELEMENT_INT ? INT64_MIN : is_sized(e->kind) && e->kind != ELEMENT_MAP ? 1 : 0;
    e->max = INT64_MAX;
    json_get_int(object, "min", &e->min);
    json_get_int(object, "max", &e->max);
    if (e->min > e->max || (e->kind != ELEMENT_INT && e->min < 0))
        reading_refuse(r, OC_SHAPE, "\"min\" must be 0 or more and no more than \"max\"");
}

static void read_code(struct reading *r, json_t *entry, const struct element *e, struct element_code *out)
{
    static const char *const known[] = { "code", "label", NULL };
    json_t *code = entry;

    if (json_is_object(entry)) {
        if (!reading_only(r, entry, known))
            return;
        code = json_object_get(entry, "code");
        reading_label(r, entry, "label", true, &out->label);
    }
    if (e->kind == ELEMENT_TEXT && json_is_string(code))
        out->text = json_string_value(code);
    else if (is_number(e->kind) && json_is_integer(code) && json_integer_value(code) >= e->min)
        out->number = json_integer_value(code);
    else
        reading_refuse(r, OC_SHAPE, "must be a code of type %s, or an object with \"code\" and \"label\"",
                       kind_names[e->kind]);
}

static void read_codes(struct reading *r, json_t *object, struct element *e)
{
    json_t *values = reading_member(r, object, "values", JSON_ARRAY, false);

    if (values == NULL)
        return;
    if (json_array_size(values) == 0 || (e->kind != ELEMENT_TEXT && !is_number(e->kind)))
        reading_refuse(r, OC_SHAPE, "\"values\" lists at least one code, for text, uint and int");
    e->codes = reading_allocate(r, json_array_size(values), sizeof *e->codes);
    while (reading_goes_on(r) && e->n_codes < json_array_size(values)) {
        char index[40];
        snprintf(index, sizeof index, "values/%zu", e->n_codes);
        size_t place = reading_enter(r, index);
        read_code(r, json_array_get(values, e->n_codes), e, &e->codes[e->n_codes]);
        reading_leave(r, place);
        e->n_codes++;
    }
}

static void read_derive(struct reading *r, json_t *derive, struct element *e)
{
    static const char *const known[] = { "age_over", "from", "years_since", "year_of", "date", NULL };
    const char *date = json_get_text(derive, "date"), *from = json_get_text(derive, "from");
    const char *years_since = json_get_text(derive, "years_since"), *year_of = json_get_text(derive, "year_of");
    size_t n = json_object_size(derive);
    int64_t age = -1;

    if (!reading_only(r, derive, known))
        return;
    if (e->kind == ELEMENT_BOOL && n == 2 && from != NULL && json_object_get(derive, "age_over") != NULL) {
        if (!json_get_int(derive, "age_over", &age) || age < 0 || age > 99)
            reading_refuse(r, OC_SHAPE, "\"age_over\" must be 0 to 99");
        e->source = FROM_AGE;
        e->age = (int)age;
        e->from = from;
    } else if (e->kind == ELEMENT_UINT && n == 1 && years_since != NULL) {
        e->source = FROM_YEARS_SINCE;
        e->from = years_since;
    } else if (e->kind == ELEMENT_UINT && n == 1 && year_of != NULL) {
        e->source = FROM_YEAR_OF;
        e->from = year_of;
    } else if (e->kind == ELEMENT_FULL_DATE && n == 1 && date != NULL &&
               (strcmp(date, "issue") == 0 || strcmp(date, "expiry") == 0)) {
        e->source = date[0] == 'i' ? FROM_ISSUE_DATE : FROM_EXPIRY_DATE;
    } else {
        reading_refuse(r, OC_SHAPE,
                       "must be {\"age_over\", \"from\"} for a bool, {\"years_since\"} or {\"year_of\"} for a "
                       "uint, or {\"date\": \"issue\" or \"expiry\"} for a full-date");
    }
}

static const struct {
    const char *name;
    enum element_rule rule;
    enum element_kind kind;
} rules[] = {
    { "cn-citizen-number", RULE_CN_CITIZEN_NUMBER, ELEMENT_TEXT },
    { "country", RULE_COUNTRY, ELEMENT_TEXT },
    { "portrait", RULE_PORTRAIT, ELEMENT_BYTES },
    { "unexpired", RULE_UNEXPIRED, ELEMENT_FULL_DATE },
};

static void refuse_rule(struct reading *r, const char *name, const struct element *e)
{
    struct guess g = guess_start(name, strlen(name));

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].kind == e->kind)
            guess_offer(&g, rules[i].name);
    reading_refuse(r, OC_SHAPE, "there is no rule \"%.40s\" for %s%s", name, kind_names[e->kind],
                   reading_guess(r, &g));
}

/* What the claims' value must obey besides its bounds. */
static void read_rule(struct reading *r, json_t *object, struct element *e)
{
    json_t *rule = reading_member(r, object, "rule", JSON_STRING, false);
    json_t *after = reading_member(r, object, "after", JSON_STRING, false);

    for (size_t i = 0; rule != NULL && i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(json_string_value(rule), rules[i].name) == 0 && e->kind == rules[i].kind)
            e->rule = rules[i].rule;
    if (rule != NULL && e->rule == RULE_NONE)
        refuse_rule(r, json_string_value(rule), e);
    e->after = json_string_value(after);
    if (e->source != FROM_CLAIMS && (rule != NULL || after != NULL))
        reading_refuse(r, OC_SHAPE, "\"rule\" and \"after\" are for what the claims give");
}

static void read_source(struct reading *r, json_t *object, struct element *e)
{
    json_t *derive = reading_member(r, object, "derive", JSON_OBJECT, false);
    const json_t *required = json_object_get(object, "required");

    e->value = reading_member(r, object, "value", JSON_STRING, false);
    if (required != NULL && !json_is_boolean(required))
        reading_refuse(r, OC_SHAPE, "\"required\" must be true or false");
    e->required = json_is_true(required);

    if ((derive != NULL) + (e->value != NULL) + (required != NULL) > 1)
        reading_refuse(r, OC_SHAPE, "is given by only one of \"derive\", \"value\" and the claims (\"required\")");
    if (e->value != NULL) {
        e->source = FROM_CARD_TYPE;
        if (e->kind != ELEMENT_TEXT || json_string_length(e->value) == 0)
            reading_refuse(r, OC_SHAPE, "\"value\" must be text, not empty, and so must be the type");
    }
    if (derive != NULL) {
        size_t place = reading_enter(r, "derive");
        read_derive(r, derive, e);
        reading_leave(r, place);
    }
}

static void read_element(struct reading *r, json_t *object, int nesting, struct element *e);

static bool is_date(const struct element *e)
{
    return (e->kind == ELEMENT_FULL_DATE || e->kind == ELEMENT_TDATE) && e->source == FROM_CLAIMS;
}

/* What "after" names must stand beside it. */
static void check_after(struct reading *r, const struct element *elements, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct element *e = &elements[i], *earlier;

        if (e->after == NULL || e->refused)
            continue;
        earlier = elements_find(elements, n, bytes_str(e->after));
        if (earlier != NULL && earlier->refused)
            continue;
        if (!is_date(e) || earlier == NULL || earlier == e || !is_date(earlier))
            reading_refuse(r, OC_SHAPE, "%.40s: \"after\" is for dates, and names another date of the claims beside it",
                           e->name);
    }
}

struct element *elements_read(struct reading *r, json_t *object, int nesting, size_t *n)
{
    struct element *elements = reading_allocate(r, json_object_size(object), sizeof *elements);
    const char *name;
    json_t *value;

    if (json_object_size(object) == 0)
        reading_refuse(r, OC_SHAPE, "must not be empty");
    json_object_foreach(object, name, value) {
        if (!reading_goes_on(r))
            break;
        struct element *e = &elements[(*n)++];
        size_t place = reading_enter(r, name), refused_n = r->refused_n;
        if (name[0] == '\0')
            reading_refuse(r, OC_SHAPE, "a name must not be empty");
        e->name = name;
        if (json_is_object(value))
            reading_label(r, value, "label", true, &e->label);
        read_element(r, value, nesting, e);
        e->refused = r->refused_n > refused_n;
        reading_leave(r, place);
    }
    if (reading_goes_on(r))
        check_after(r, elements, *n);
    return elements;
}

static void read_parts(struct reading *r, json_t *object, int nesting, struct element *e)
{
    json_t *items = reading_member(r, object, "items", JSON_OBJECT, e->kind == ELEMENT_ARRAY);
    json_t *fields = reading_member(r, object, "fields", JSON_OBJECT, e->kind == ELEMENT_MAP);

    if ((items != NULL && e->kind != ELEMENT_ARRAY) || (fields != NULL && e->kind != ELEMENT_MAP))
        reading_refuse(r, OC_SHAPE, "\"items\" belongs to an array, \"fields\" to a map");
    if (!reading_goes_on(r) || (items == NULL && fields == NULL))
        return;
    if (nesting >= CATALOG_NESTING_MAX) {
        reading_refuse(r, OC_SHAPE, "arrays and maps are nested too deep");
        return;
    }
    size_t place = reading_enter(r, items != NULL ? "items" : "fields");
    if (fields != NULL) {
        e->parts = elements_read(r, fields, nesting + 1, &e->n_parts);
    } else if ((e->parts = reading_allocate(r, 1, sizeof *e->parts)) != NULL) {
        e->n_parts = 1;
        read_element(r, items, nesting + 1, e->parts);
        if (e->parts->after != NULL)
            reading_refuse(r, OC_SHAPE, "\"after\" has no date beside it here");
    }
    reading_leave(r, place);
}

static void read_element(struct reading *r, json_t *object, int nesting, struct element *e)
{
    static const char *const known[] = { "type", "label", "min", "max", "values", "required", "rule",
                                         "after", "value", "derive", "items", "fields", NULL };

    if (!reading_only(r, object, known))
        return;
    if (!read_kind(r, object, e))
        return;
    read_bounds(r, object, e);
    read_codes(r, object, e);
    read_source(r, object, e);
    read_rule(r, object, e);
    if (nesting > 0 && e->source != FROM_CLAIMS)
        reading_refuse(r, OC_SHAPE, "\"derive\" and \"value\" belong to elements, not to what is inside one");
    read_parts(r, object, nesting, e);
}

void elements_free(struct element *elements, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        elements_free(elements[i].parts, elements[i].n_parts);
        free(elements[i].codes);
    }
    free(elements);
}

const struct element *elements_find(const struct element *elements, size_t n, struct bytes name)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_is(name, elements[i].name))
            return &elements[i];
    return NULL;
}

const struct element *element_field(const struct element *map, struct bytes name)
{
    return map->kind == ELEMENT_MAP ? elements_find(map->parts, map->n_parts, name) : NULL;
}

const struct element_code *element_code_of_text(const struct element *e, struct bytes text)
{
    for (size_t i = 0; i < e->n_codes; i++)
        if (e->codes[i].text != NULL && bytes_is(text, e->codes[i].text))
            return &e->codes[i];
    return NULL;
}

const struct element_code *element_code_of_number(const struct element *e, int64_t number)
{
    for (size_t i = 0; i < e->n_codes; i++)
        if (e->codes[i].text == NULL && e->codes[i].number == number)
            return &e->codes[i];
    return NULL;
}

const char *element_kind_name(enum element_kind kind)
{
    return kind_names[kind];
}

const char *element_rule_name(enum element_rule rule)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].rule == rule)
            return rules[i].name;
    return "";
}
