/*
 * Before the flow: types new.     here  →  an editor  →  issuer/issue.c (1)
 *   in    a name; perhaps a card type to begin with
 *   out   a file with a card type in it, which can be issued as it is
 */
#include <stdio.h>
#include <string.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "issuer/verbs.h"

enum { TEXT_BYTES_MAX = 16 << 20, DOC_TYPE_MAX = 200 };

const struct command_option types_new_options[] = {
    { "from", 0, "TYPE", "begin with this card type, a docType or a file, instead of a small one",
      false },
    { "title", 0, "TEXT", "what the card is called in English", false },
    { "title-zh", 0, "TEXT", "what it is called in Chinese, by default the same", false },
    { "output", 'o', "FILE", "where the card type goes, by default standard output", false },
    { .name = NULL },
};

/* One element of each kind that a small card needs, to be changed and copied. */
static const char beginning[] =
    "{ \"docType\": \"\", \"title\": { \"en\": \"My card\", \"zh\": \"我的卡片\" },\n"
    "  \"validityDays\": 30,\n"
    "  \"namespaces\": { \"\": {\n"
    "    \"holder_name\": { \"type\": \"text\", \"max\": 150, \"required\": true,\n"
    "      \"label\": { \"en\": \"Name\", \"zh\": \"姓名\" } },\n"
    "    \"birth_date\": { \"type\": \"full-date\", \"required\": true,\n"
    "      \"label\": { \"en\": \"Date of birth\", \"zh\": \"出生日期\" } },\n"
    "    \"age_over_18\": { \"type\": \"bool\",\n"
    "      \"derive\": { \"age_over\": 18, \"from\": \"birth_date\" },\n"
    "      \"label\": { \"en\": \"18 or older\", \"zh\": \"年满18周岁\" } },\n"
    "    \"level\": { \"type\": \"uint\", \"required\": true,\n"
    "      \"values\": [ { \"code\": 1, \"label\": { \"en\": \"standard\", \"zh\": \"普通\" } },\n"
    "                  { \"code\": 2, \"label\": { \"en\": \"full\", \"zh\": \"高级\" } } ],\n"
    "      \"label\": { \"en\": \"Level\", \"zh\": \"级别\" } },\n"
    "    \"portrait\": { \"type\": \"bytes\", \"max\": 20480, \"rule\": \"portrait\",\n"
    "      \"label\": { \"en\": \"Portrait\", \"zh\": \"照片\" } },\n"
    "    \"expiry_date\": { \"type\": \"full-date\", \"derive\": { \"date\": \"expiry\" },\n"
    "      \"label\": { \"en\": \"Valid until\", \"zh\": \"有效期至\" } },\n"
    "    \"issued_by\": { \"type\": \"text\", \"value\": \"Example Issuer\",\n"
    "      \"label\": { \"en\": \"Issued by\", \"zh\": \"签发单位\" } } } } }";

static enum oc_err check_name(const struct catalog *c, const char *doc_type)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789.-_";

    if (*doc_type == '\0' || strlen(doc_type) > DOC_TYPE_MAX ||
        doc_type[strspn(doc_type, letters)] != '\0') {
        fail_print(OC_USAGE, "%s: no name for a card type: letters, digits, and . - _", doc_type);
        hint_print("a domain of yours written backwards keeps it apart from all others, such as "
                   "org.example.library.1");
        return OC_USAGE;
    }
    if (catalog_card(c, doc_type) != NULL)
        return fail_print(OC_USAGE, "%s: there is a card type of this name already", doc_type);
    return OC_OK;
}

/* The members of `spaces`, in their order, with the namespace `old` under the name `new`. */
static json_t *renamed(json_t *spaces, const char *old, const char *new)
{
    json_t *out = json_object(), *space;
    const char *name;

    json_object_foreach(spaces, name, space)
        if (json_object_set(out, strcmp(name, old) == 0 ? new : name, space) != 0) {
            json_decref(out);
            return NULL;
        }
    return out;
}

static bool rename_in(json_t *source, const char *key, const char *old, const char *new)
{
    json_t *spaces = json_object_get(source, key);

    return spaces == NULL || json_object_set_new(source, key, renamed(spaces, old, new)) == 0;
}

/* `source` under another name: the namespace that is called as the old one, too. */
static enum oc_err name_it(json_t *source, const struct command_line *cl)
{
    const char *new = argument(cl, 0), *title = opt(cl, "title");
    const char *chinese = opt_given(cl, "title-zh") ? opt(cl, "title-zh") : title;
    json_t *old = json_incref(json_object_get(source, "docType"));
    bool done = rename_in(source, "inputs", json_string_value(old), new) &&
                rename_in(source, "namespaces", json_string_value(old), new) &&
                json_object_set_new(source, "docType", json_string(new)) == 0;

    json_decref(old);
    if (done && title != NULL)
        done = json_object_set_new(json_object_get(source, "title"), "en", json_string(title)) == 0;
    if (done && chinese != NULL)
        done = json_object_set_new(json_object_get(source, "title"), "zh",
                                   json_string(chinese)) == 0;
    return done ? OC_OK : fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
}

static enum oc_err begin(json_t **out, struct catalog *c, const struct command_line *cl)
{
    const struct card_type *from;
    enum oc_err e;

    if (!opt_given(cl, "from")) {
        *out = json_read(bytes_str(beginning), NULL);
    } else if ((e = card_types_find(&from, c, "--from", opt(cl, "from"))) == OC_OK) {
        *out = json_deep_copy(from->source);
    } else {
        return e;
    }
    return *out != NULL ? OC_OK : fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
}

/* What is written is read first: a title may be nothing that a card type takes. */
static enum oc_err write_it(const json_t *source, const struct command_line *cl)
{
    struct catalog_fault fault = { "" };
    struct catalog one = { 0 };
    struct buf text;
    enum oc_err e;

    buf_init(&text, TEXT_BYTES_MAX);
    if ((e = json_write(&text, source)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    else if ((e = catalog_add_card(&one, buf_view(&text), &fault)) != OC_OK)
        e = fail_print(e == OC_SHAPE ? OC_USAGE : e, "%s", fault.text);
    else
        e = io_write(opt(cl, "output"), buf_view(&text), IO_TEXT);
    catalog_cleanup(&one);
    buf_cleanup(&text);
    return e;
}

static void tell_next(const struct command_line *cl)
{
    const char *path = opt(cl, "output"), *here;

    if (path == NULL || strcmp(path, "-") == 0)
        return;
    here = strchr(path, '/') == NULL ? "./" : "";
    fprintf(stderr,
            "Made the card type %s. Change it as schemas/README.md says. Next:\n"
            "  owncard-issuer types check %s\n"
            "  owncard-issuer claims new --type %s%s -o claims.json\n"
            "  owncard-issuer claims check --type %s%s claims.json\n"
            "  owncard-issuer issue --type %s%s --claims claims.json --keys keys.cbor "
            "-o copies.cbor\n",
            argument(cl, 0), path, here, path, here, path, here, path);
}

int types_new_run(const struct command_line *cl)
{
    struct catalog catalog = { 0 };
    json_t *source = NULL;
    enum oc_err e;

    if ((e = card_types_init(&catalog)) == OC_OK &&
        (e = check_name(&catalog, argument(cl, 0))) == OC_OK &&
        (e = begin(&source, &catalog, cl)) == OC_OK && (e = name_it(source, cl)) == OC_OK &&
        (e = write_it(source, cl)) == OC_OK)
        tell_next(cl);
    json_decref(source);
    catalog_cleanup(&catalog);
    return exit_status(e);
}
