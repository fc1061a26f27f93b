#include "cli/card_types.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/help.h"
#include "cli/io.h"
#include "cli/state.h"

#define FOLDER "types"

static enum oc_err folder_path(struct buf *path, const char *file)
{
    char name[512];

    snprintf(name, sizeof name, "%s%s%s", FOLDER, *file == '\0' ? "" : "/", file);
    return state_where(path, name);
}

/* A card type of its own catalogue into that of all, unless its docType is taken. */
static void adopt(struct catalog *c, struct catalog *one, const char *path)
{
    struct card_type *card = one->cards;
    const struct card_type *known = catalog_card(c, card->doc_type);

    if (known != NULL) {
        warn_print("%s: left out: %s is the name of %s card type already", path, card->doc_type,
                   known->is_built_in ? "a built-in" : "another file's");
        return;
    }
    one->cards = NULL;
    card->next = c->cards;
    c->cards = card;
}

static enum oc_err add_kept(struct catalog *c, const char *path)
{
    struct catalog one = { 0 };
    struct catalog_fault fault;
    struct buf json;
    enum oc_err e = io_read(&json, path, JSON_BYTES_MAX);

    if (e == OC_OK && (e = catalog_add_card(&one, buf_view(&json), &fault)) == OC_OK)
        adopt(c, &one, path);
    else if (e == OC_SYNTAX || e == OC_SHAPE) {
        warn_print("%s: left out: %s", path, fault.text);
        e = OC_OK;
    } else if (e == OC_MEMORY) {
        fail_print(e, "%s: %s", path, oc_err_text(e));
    }
    catalog_cleanup(&one);
    buf_cleanup(&json);
    return e;
}

static enum oc_err add_folder(struct catalog *c)
{
    struct state_names names = { 0 };
    struct buf folder, path;
    enum oc_err e;

    if (!state_has_home())
        return OC_OK;
    if ((e = folder_path(&folder, "")) == OC_OK)
        e = state_names_init(&names, buf_text(&folder), ".json");
    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        if ((e = folder_path(&path, names.name[i])) == OC_OK)
            e = add_kept(c, buf_text(&path));
        buf_cleanup(&path);
    }
    state_names_cleanup(&names);
    buf_cleanup(&folder);
    return e;
}

enum oc_err card_types_init(struct catalog *c)
{
    struct catalog_fault fault = { "" };
    enum oc_err e = catalog_init(c, &fault);

    if (e != OC_OK)
        return fail_print(e, "the built-in card types: %s", fault.text);
    if ((e = add_folder(c)) != OC_OK)
        catalog_cleanup(c);
    return e;
}

static enum oc_err no_such_type(const struct catalog *c, const char *what, const char *type)
{
    struct guess g = guess_start(type, strlen(type));
    const char *guess;

    fail_print(OC_USAGE, "%s%s%s: there is no such card type", what, *what == '\0' ? "" : " ",
               type);
    for (const struct card_type *card = c->cards; card != NULL; card = card->next)
        guess_offer(&g, card->doc_type);
    guess = guess_end(&g);
    if (guess != NULL)
        hint_print("did you mean %s?", guess);
    for (const struct card_type *card = c->cards; guess == NULL && card != NULL; card = card->next)
        hint_print("%s (%s)", card->doc_type, card->title.en);
    hint_print("a card type of your own is named by its file, such as ./card.json");
    return OC_USAGE;
}

static enum oc_err add_file(struct catalog *c, const char *path)
{
    struct catalog_fault fault;
    struct buf json;
    enum oc_err e = io_read(&json, path, JSON_BYTES_MAX);

    if (e == OC_OK && (e = catalog_add_card(c, buf_view(&json), &fault)) != OC_OK) {
        fail_print(e, "%s: %s", path, fault.text);
        hint_print("owncard-issuer types check %s lists all that is wrong", path);
    }
    buf_cleanup(&json);
    return e;
}

static bool is_file(const char *type)
{
    size_t n = strlen(type);

    return strchr(type, '/') != NULL || (n > 5 && strcmp(type + n - 5, ".json") == 0);
}

/* The card type of a file may be meant to go before a known one, but not unsaid. */
static void warn_replaced(const struct card_type *card, const char *path)
{
    for (const struct card_type *other = card->next; other != NULL; other = other->next) {
        if (strcmp(other->doc_type, card->doc_type) != 0)
            continue;
        warn_print("%s: in place of the %s card type %s", path,
                   other->is_built_in ? "built-in" : "kept", card->doc_type);
        return;
    }
}

enum oc_err card_types_find(const struct card_type **out, struct catalog *c, const char *what,
                            const char *type)
{
    enum oc_err e;

    *out = NULL;
    if (!is_file(type)) {
        *out = catalog_card(c, type);
        return *out != NULL ? OC_OK : no_such_type(c, what, type);
    }
    if ((e = add_file(c, type)) != OC_OK)
        return e;
    *out = c->cards;                    /* the newest comes first */
    warn_replaced(*out, type);
    return OC_OK;
}
