/* Card types: their namespaces and inputs, as schemas/README.md describes them. */
#include "cli/catalog_read.h"

#include <stdlib.h>
#include <string.h>

static void free_namespaces(struct card_namespace *spaces, size_t n)
{
    for (size_t i = 0; i < n; i++)
        elements_free(spaces[i].elements, spaces[i].n_elements);
    free(spaces);
}

void card_type_free(struct card_type *card)
{
    if (card == NULL)
        return;
    free_namespaces(card->namespaces, card->n_namespaces);
    free_namespaces(card->inputs, card->n_inputs);
    json_decref(card->source);
    free(card);
}

static const struct element *find_in(const struct card_namespace *spaces, size_t n, struct bytes name_space,
                                     struct bytes name)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_is(name_space, spaces[i].name))
            return elements_find(spaces[i].elements, spaces[i].n_elements, name);
    return NULL;
}

static struct card_namespace *read_namespaces(struct reading *r, const char *key, json_t *object, size_t *n)
{
    struct card_namespace *spaces = reading_allocate(r, json_object_size(object), sizeof *spaces);
    const char *name;
    json_t *value;
    size_t outer = reading_enter(r, key);

    if (json_object_size(object) == 0)
        reading_refuse(r, OC_SHAPE, "must not be empty");
    json_object_foreach(object, name, value) {
        if (!reading_goes_on(r))
            break;
        struct card_namespace *space = &spaces[(*n)++];
        size_t place = reading_enter(r, name);
        space->name = name;
        if (json_is_object(value))
            space->elements = elements_read(r, value, 0, &space->n_elements);
        else
            reading_refuse(r, OC_SHAPE, "must be an object, not %s", reading_found(r, value));
        reading_leave(r, place);
    }
    reading_leave(r, outer);
    return spaces;
}

/* What something is derived from must be a full-date of the claims, in the same namespace. */
static void check_derived(struct reading *r, const struct card_type *card)
{
    for (size_t i = 0; i < card->n_namespaces; i++) {
        const struct card_namespace *space = &card->namespaces[i];
        for (size_t j = 0; j < space->n_elements; j++) {
            const struct element *e = &space->elements[j];
            if (e->from == NULL || e->refused)
                continue;
            struct bytes ns = bytes_str(space->name), from = bytes_str(e->from);
            const struct element *date = find_in(card->namespaces, card->n_namespaces, ns, from);
            if (date == NULL)
                date = find_in(card->inputs, card->n_inputs, ns, from);
            if (date != NULL && date->refused)
                continue;
            if (date == NULL || date->kind != ELEMENT_FULL_DATE || date->source != FROM_CLAIMS || !date->required)
                reading_refuse(r, OC_SHAPE,
                               "namespaces/%.60s/%.40s: \"derive\" must name a required full-date beside it or "
                               "among the inputs", space->name, e->name);
        }
    }
}

static void check_inputs(struct reading *r, const struct card_type *card)
{
    for (size_t i = 0; i < card->n_inputs; i++) {
        const struct card_namespace *space = &card->inputs[i];
        for (size_t j = 0; j < space->n_elements; j++) {
            struct bytes ns = bytes_str(space->name), name = bytes_str(space->elements[j].name);
            if (space->elements[j].source != FROM_CLAIMS ||
                find_in(card->namespaces, card->n_namespaces, ns, name) != NULL)
                reading_refuse(r, OC_SHAPE,
                               "inputs/%.60s/%.40s: an input comes from the claims and is not on the card",
                               space->name, space->elements[j].name);
        }
    }
}

/* Claims have nothing but namespaces: objects, none of them called "namespaces". */
static bool looks_like_claims(json_t *source)
{
    const char *name;
    json_t *value;

    json_object_foreach(source, name, value)
        if (!json_is_object(value) || strcmp(name, "namespaces") == 0)
            return false;
    return json_object_size(source) > 0;
}

void card_type_read(struct reading *r, struct card_type *card)
{
    static const char *const known[] = { "docType", "title", "validityDays", "inputs", "namespaces", NULL };
    int64_t days = 0;

    if (looks_like_claims(card->source)) {
        reading_refuse(r, OC_SHAPE, "these are claims of a person, not a card type");
        return;
    }
    if (!reading_only(r, card->source, known))
        return;
    card->doc_type = reading_text(r, card->source, "docType");
    reading_label(r, card->source, "title", true, &card->title);
    if (!json_get_int(card->source, "validityDays", &days) || days < 1 || days > CATALOG_VALIDITY_DAYS_MAX)
        reading_refuse(r, OC_SHAPE, "\"validityDays\" must be 1 to %d", CATALOG_VALIDITY_DAYS_MAX);
    card->validity_days = (int)days;

    json_t *inputs = reading_member(r, card->source, "inputs", JSON_OBJECT, false);
    json_t *spaces = reading_member(r, card->source, "namespaces", JSON_OBJECT, true);
    if (reading_goes_on(r) && inputs != NULL)
        card->inputs = read_namespaces(r, "inputs", inputs, &card->n_inputs);
    if (reading_goes_on(r) && spaces != NULL)
        card->namespaces = read_namespaces(r, "namespaces", spaces, &card->n_namespaces);
    if (reading_goes_on(r))
        check_derived(r, card);
    if (reading_goes_on(r))
        check_inputs(r, card);
}

const struct element *card_element(const struct card_type *card, struct bytes name_space, struct bytes name)
{
    return card == NULL ? NULL : find_in(card->namespaces, card->n_namespaces, name_space, name);
}
