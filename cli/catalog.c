#include "cli/catalog_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/embedded.h"

enum { FAULTS_BYTES_MAX = 8 << 20 };

static void free_request(struct request_type *request)
{
    if (request == NULL)
        return;
    for (size_t i = 0; i < request->n_cards; i++)
        free(request->cards[i].items);
    free(request->cards);
    json_decref(request->source);
    free(request);
}

/* { namespace: { element: intentToRetain } }, laid out as one list. */
static void read_items(struct reading *r, json_t *spaces, struct request_card *card)
{
    const char *name_space, *element;
    json_t *elements, *retain;
    size_t n = 0;

    json_object_foreach(spaces, name_space, elements)
        n += json_object_size(elements);
    card->items = reading_allocate(r, n, sizeof *card->items);
    json_object_foreach(spaces, name_space, elements) {
        if (json_object_size(elements) == 0)
            reading_refuse(r, OC_SHAPE, "namespaces/%.60s: must be an object, not empty", name_space);
        json_object_foreach(elements, element, retain) {
            if (!json_is_boolean(retain))
                reading_refuse(r, OC_SHAPE, "namespaces/%.60s/%.40s: must be true when it is retained, else false",
                       name_space, element);
            if (r->err != OC_OK)
                return;
            card->items[card->n_items++] = (struct request_item){ name_space, element, json_is_true(retain) };
        }
    }
    if (n == 0)
        reading_refuse(r, OC_SHAPE, "asks for nothing");
}

static void read_request(struct reading *r, struct request_type *request)
{
    static const char *const known[] = { "name", "purpose", "cards", NULL };
    static const char *const card_known[] = { "docType", "namespaces", NULL };

    if (!reading_only(r, request->source, known))
        return;
    request->name = reading_text(r, request->source, "name");
    reading_label(r, request->source, "purpose", true, &request->purpose);
    json_t *cards = reading_member(r, request->source, "cards", JSON_ARRAY, true);
    if (r->err == OC_OK && json_array_size(cards) == 0)
        reading_refuse(r, OC_SHAPE, "\"cards\" must not be empty");
    request->cards = reading_allocate(r, json_array_size(cards), sizeof *request->cards);

    while (r->err == OC_OK && request->n_cards < json_array_size(cards)) {
        json_t *entry = json_array_get(cards, request->n_cards);
        struct request_card *card = &request->cards[request->n_cards];
        char index[40];
        snprintf(index, sizeof index, "cards/%zu", request->n_cards++);
        size_t place = reading_enter(r, index);
        if (reading_only(r, entry, card_known)) {
            card->doc_type = reading_text(r, entry, "docType");
            json_t *spaces = reading_member(r, entry, "namespaces", JSON_OBJECT, true);
            if (r->err == OC_OK)
                read_items(r, spaces, card);
        }
        reading_leave(r, place);
    }
}

static json_t *read_source_text(struct reading *r, struct bytes json)
{
    struct json_fault fault;
    json_t *source = json_read(json, &fault);

    if (source == NULL)
        reading_refuse(r, OC_SYNTAX, "line %d, column %d: %s", fault.line, fault.column, fault.text);
    return source;
}

static enum oc_err add_card(struct catalog *c, struct bytes json, struct reading *r)
{
    struct card_type *card = reading_allocate(r, 1, sizeof *card);

    if (card == NULL)
        return OC_MEMORY;
    card->source = read_source_text(r, json);
    if (r->err == OC_OK)
        card_type_read(r, card);
    if (r->err != OC_OK) {
        card_type_free(card);
        return r->err;
    }
    card->next = c->cards;
    c->cards = card;
    return OC_OK;
}

enum oc_err catalog_add_card(struct catalog *c, struct bytes json, struct catalog_fault *fault)
{
    struct reading r = { .fault = fault };

    return add_card(c, json, &r);
}

enum oc_err catalog_check_card(struct catalog *c, struct bytes json, struct catalog_faults *all)
{
    struct reading r = { .lines = &all->lines };
    enum oc_err e;

    *all = (struct catalog_faults){ .n = 0 };
    buf_init(&all->lines, FAULTS_BYTES_MAX);
    e = add_card(c, json, &r);
    all->n = r.refused_n;
    return e;
}

enum oc_err catalog_add_request(struct catalog *c, struct bytes json, struct catalog_fault *fault)
{
    struct reading r = { .fault = fault };
    struct request_type *request = reading_allocate(&r, 1, sizeof *request);

    if (request == NULL)
        return OC_MEMORY;
    request->source = read_source_text(&r, json);
    if (r.err == OC_OK)
        read_request(&r, request);
    if (r.err != OC_OK) {
        free_request(request);
        return r.err;
    }
    request->next = c->requests;
    c->requests = request;
    return OC_OK;
}

enum oc_err catalog_init(struct catalog *c, struct catalog_fault *fault)
{
    enum oc_err e = OC_OK;

    *c = (struct catalog){ 0 };
    for (const struct embedded_file *f = embedded_cards; e == OC_OK && f->name != NULL; f++)
        e = catalog_add_card(c, (struct bytes){ f->data, f->n }, fault);
    for (struct card_type *card = c->cards; card != NULL; card = card->next)
        card->is_built_in = true;
    for (const struct embedded_file *f = embedded_requests; e == OC_OK && f->name != NULL; f++)
        e = catalog_add_request(c, (struct bytes){ f->data, f->n }, fault);
    if (e == OC_OK)
        return OC_OK;
    catalog_cleanup(c);
    return e == OC_MEMORY ? OC_MEMORY : OC_BUG;
}

void catalog_cleanup(struct catalog *c)
{
    while (c->cards != NULL) {
        struct card_type *next = c->cards->next;
        card_type_free(c->cards);
        c->cards = next;
    }
    while (c->requests != NULL) {
        struct request_type *next = c->requests->next;
        free_request(c->requests);
        c->requests = next;
    }
}

const struct card_type *catalog_card_of(const struct catalog *c, struct bytes doc_type)
{
    const struct card_type *card = c->cards;

    while (card != NULL && !bytes_is(doc_type, card->doc_type))
        card = card->next;
    return card;
}

const struct request_type *catalog_request_of(const struct catalog *c, struct bytes name)
{
    const struct request_type *request = c->requests;

    while (request != NULL && !bytes_is(name, request->name))
        request = request->next;
    return request;
}

const struct card_type *catalog_card(const struct catalog *c, const char *doc_type)
{
    return catalog_card_of(c, bytes_str(doc_type));
}

const struct request_type *catalog_request(const struct catalog *c, const char *name)
{
    return catalog_request_of(c, bytes_str(name));
}
