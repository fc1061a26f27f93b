#include "holder/rules.h"

#include <stdio.h>
#include <string.h>

#include "cli/catalog_read.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "mdoc/age.h"

/* NAMESPACE/NAME, where age_over_NN stands for every age. */
static void check_elements(struct reading *r, json_t *rule, const char *key)
{
    json_t *list = reading_member(r, rule, key, JSON_ARRAY, false), *one;
    size_t i;

    json_array_foreach(list, i, one) {
        const char *text = json_string_value(one);
        const char *slash = text != NULL ? strrchr(text, '/') : NULL;

        if (slash == NULL || slash == text || slash[1] == '\0')
            reading_refuse(r, OC_SHAPE, "%s: expected texts such as \"org.iso.23220.1/sex\"", key);
    }
}

static void check_reader(struct reading *r, json_t *rule)
{
    static const char *const known[] = { "name", NULL };
    json_t *reader = json_object_get(rule, "reader");
    const char *word = json_string_value(reader);
    size_t place;

    if (json_is_object(reader)) {
        place = reading_enter(r, "reader");
        if (reading_only(r, reader, known))
            (void)reading_text(r, reader, "name");
        reading_leave(r, place);
    } else if (word == NULL || (strcmp(word, "anyone") != 0 && strcmp(word, "trusted") != 0)) {
        reading_refuse(r, OC_SHAPE, "reader: expected \"anyone\", \"trusted\" or "
                                    "{ \"name\": \"…\" }");
    }
}

static void check_rule(struct reading *r, json_t *rule)
{
    static const char *const known[] = { "reader", "purpose", "docType", "show", "keep", NULL };

    if (!reading_only(r, rule, known))
        return;
    check_reader(r, rule);
    if (json_object_get(rule, "purpose") != NULL)
        (void)reading_text(r, rule, "purpose");
    if (json_object_get(rule, "docType") != NULL)
        (void)reading_text(r, rule, "docType");
    check_elements(r, rule, "show");
    check_elements(r, rule, "keep");
    if (json_array_size(json_object_get(rule, "show")) +
            json_array_size(json_object_get(rule, "keep")) == 0)
        reading_refuse(r, OC_SHAPE, "\"show\" or \"keep\" must name an element");
}

static void check_file(struct reading *r, json_t *file)
{
    static const char *const known[] = { "rules", NULL };
    json_t *list, *rule;
    char name[32];
    size_t i, place;

    if (!reading_only(r, file, known))
        return;
    list = reading_member(r, file, "rules", JSON_ARRAY, true);
    if (json_array_size(list) > RULES_MAX)
        reading_refuse(r, OC_LIMIT, "rules: at most %d", RULES_MAX);
    json_array_foreach(list, i, rule) {
        snprintf(name, sizeof name, "rule %zu", i + 1);
        place = reading_enter(r, name);
        check_rule(r, rule);
        reading_leave(r, place);
    }
}

enum oc_err rules_read(struct rules *rules, struct bytes json, struct catalog_fault *fault)
{
    struct reading r = { .fault = fault };
    struct json_fault where;

    *rules = (struct rules){ .source = json_read(json, &where) };
    if (rules->source == NULL) {
        snprintf(fault->text, sizeof fault->text, "%s (line %d, column %d)", where.text,
                 where.line, where.column);
        return where.err;
    }
    check_file(&r, rules->source);
    if (r.err != OC_OK)
        rules_cleanup(rules);
    return r.err;
}

static bool is_known(const struct catalog *catalog, const char *entry)
{
    const char *name = strrchr(entry, '/') + 1;
    struct bytes space = { (const uint8_t *)entry, (size_t)(name - 1 - entry) };
    bool any_age = strcmp(name, "age_over_NN") == 0;

    for (const struct card_type *card = catalog->cards; card != NULL; card = card->next)
        for (size_t i = 0; any_age && i < card->n_namespaces; i++)
            if (bytes_is(space, card->namespaces[i].name))
                return true;
    for (const struct card_type *card = catalog->cards; card != NULL; card = card->next)
        if (mdoc_age_limit(bytes_str(name)) >= 0 || card_element(card, space, bytes_str(name)) != NULL)
            return true;
    return false;
}

/* A slip in a value makes a rule that never applies; somebody else's card may have the name. */
static void warn_unknown(json_t *rule, size_t number, const struct catalog *catalog)
{
    static const char *const lists[] = { "show", "keep" };
    const char *purpose = json_get_text(rule, "purpose");
    const char *doc_type = json_get_text(rule, "docType");
    json_t *entry;
    size_t i;

    if (purpose != NULL && catalog_request(catalog, purpose) == NULL)
        warn_print("rule %zu: no request here has the purpose \"%s\"", number, purpose);
    if (doc_type != NULL && catalog_card(catalog, doc_type) == NULL)
        warn_print("rule %zu: no card type here is \"%s\"", number, doc_type);
    for (size_t list = 0; list < 2; list++)
        json_array_foreach(json_object_get(rule, lists[list]), i, entry)
            if (!is_known(catalog, json_string_value(entry)))
                warn_print("rule %zu: no card type here has \"%s\"", number,
                           json_string_value(entry));
}

enum oc_err rules_init(struct rules *rules, const char *path, const struct catalog *catalog)
{
    json_t *rule;
    size_t i;
    struct catalog_fault fault;
    struct buf json;
    enum oc_err e;

    *rules = (struct rules){ .source = NULL };
    if ((e = io_read(&json, path, JSON_BYTES_MAX)) != OC_OK)
        return e;
    if ((e = rules_read(rules, buf_view(&json), &fault)) != OC_OK)
        fail_print(e, "%s: %s", path, fault.text);
    json_array_foreach(json_object_get(rules->source, "rules"), i, rule) {
        warn_unknown(rule, i + 1, catalog);
    }
    buf_cleanup(&json);
    return e;
}

void rules_cleanup(struct rules *rules)
{
    json_decref(rules->source);
    *rules = (struct rules){ .source = NULL };
}

/* Whether an entry of "show" or "keep" means this element. */
static bool names(const char *entry, const struct consent_element *element)
{
    const char *name = strrchr(entry, '/') + 1;
    struct bytes space = { (const uint8_t *)entry, (size_t)(name - 1 - entry) };

    return bytes_eq(space, element->name_space) &&
           (bytes_is(element->name, name) ||
            (strcmp(name, "age_over_NN") == 0 && mdoc_age_limit(element->name) >= 0));
}

static bool lists(json_t *rule, const char *key, const struct consent_element *element)
{
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(rule, key), i, entry)
        if (names(json_string_value(entry), element))
            return true;
    return false;
}

static bool is_reader(json_t *rule, const struct mdoc_reader *reader)
{
    const char *word = json_get_text(rule, "reader");

    if (word != NULL && strcmp(word, "anyone") == 0)
        return true;
    if (reader->standing != MDOC_READER_TRUSTED)
        return false;
    return word != NULL ||
           strcmp(json_get_text(json_object_get(rule, "reader"), "name"), reader->name) == 0;
}

static size_t count_ages(const struct mdoc_device_request *request)
{
    size_t n = 0;

    for (size_t i = 0; i < request->elements_n; i++)
        n += mdoc_age_limit(request->elements[i].name) >= 0;
    return n;
}

/* What may be kept may be shown. */
static bool covers(json_t *rule, const struct rules_asked *asked)
{
    const struct mdoc_doc_request *doc = &asked->request->docs[asked->index];
    const char *purpose = json_get_text(rule, "purpose");
    const char *doc_type = json_get_text(rule, "docType");
    size_t shown = 0;

    if (!is_reader(rule, asked->reader) ||
        (purpose != NULL && !bytes_is(doc->purpose, purpose)) ||
        (doc_type != NULL && !bytes_is(doc->doc_type, doc_type)))
        return false;
    for (size_t i = 0; i < asked->consent->n; i++) {
        const struct consent_element *element = &asked->consent->elements[i];

        if (element->item == NULL)
            continue;
        if (!lists(rule, "keep", element) &&
            (element->intent_to_retain || !lists(rule, "show", element)))
            return false;
        shown++;
    }
    return shown > 0;
}

size_t rules_cover(const struct rules *rules, const struct rules_asked *asked)
{
    json_t *rule;
    size_t i;

    if (asked->reader->standing == MDOC_READER_FORGED ||
        count_ages(asked->request) > RULES_AGES_MAX)
        return 0;
    json_array_foreach(json_object_get(rules->source, "rules"), i, rule)
        if (covers(rule, asked))
            return i + 1;
    return 0;
}
