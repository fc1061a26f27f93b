/*
 * Before step 1: claims new, claims check.     issuer/types.c  →  here  →  issuer/issue.c (1)
 *   in    a card type; claims about one person, or about many, one JSON object a line
 *   out   claims to fill in; of claims, everything that the card type does not take
 */
#include <stdio.h>
#include <string.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/term.h"
#include "core/date.h"
#include "issuer/claims.h"
#include "issuer/claims_sample.h"
#include "issuer/verbs.h"

enum { FILE_BYTES_MAX = 256 << 20, SAMPLE_BYTES_MAX = 64 << 20 };

const struct command_option claims_new_options[] = {
    { "type", 't', "TYPE", "the card type: a docType, or a JSON file of your own", false },
    { "all", 0, NULL, "with what may be left out, too", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { "output", 'o', "FILE", "where the claims go, by default standard output", false },
    { .name = NULL },
};

const struct command_option claims_check_options[] = {
    { "type", 't', "TYPE", "the card type: a docType, or a JSON file of your own", false },
    { "strict", 0, NULL, "refuse claims that the card type has no place for", false },
    { "i-know", 0, NULL, "take citizen numbers that a real person may have", false },
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false },
    { .name = NULL },
};

/* The work on one file. */
struct checking {
    struct claims_spec spec;
    const char *name;           /* of the file */
    size_t people, refused, faults;
    bool warned;                /* of claims without a place, once a file */
};

static enum oc_err read_type(const struct card_type **out, struct catalog *c,
                             const struct command_line *cl)
{
    enum oc_err e;

    if (!opt_given(cl, "type")) {
        fail_print(OC_USAGE, "--type is missing: which card type the claims are for");
        hint_print("owncard-issuer types list names those there are");
        return OC_USAGE;
    }
    if ((e = card_types_init(c)) != OC_OK)
        return e;
    return card_types_find(out, c, "--type", opt(cl, "type"));
}

int claims_new_run(const struct command_line *cl)
{
    struct catalog catalog = { 0 };
    const struct card_type *card;
    json_t *json = NULL;
    struct buf text;
    int64_t now;
    enum oc_err e;

    buf_init(&text, SAMPLE_BYTES_MAX);
    if ((e = opt_time(cl, "at", &now)) == OC_OK && (e = read_type(&card, &catalog, cl)) == OC_OK) {
        json = claims_sample(card, now, opt_given(cl, "all"));
        if ((e = json != NULL ? json_write(&text, json) : OC_MEMORY) != OC_OK)
            fail_print(e, "%s", oc_err_text(e));
        else
            e = io_write(opt(cl, "output"), buf_view(&text), IO_TEXT);
    }
    json_decref(json);
    buf_cleanup(&text);
    catalog_cleanup(&catalog);
    return exit_status(e);
}

/* One fault, which is harmless text: "FILE:LINE: FAULT". `line` 0: the file is about one person. */
static void tell(struct checking *c, size_t line, struct bytes fault)
{
    term_print(stdout, bytes_str(c->name));
    if (line > 0)
        printf(":%zu", line);
    fputs(": ", stdout);
    fwrite(fault.p, 1, fault.n, stdout);
    putchar('\n');
    c->faults++;
}

static void tell_each(struct checking *c, size_t line, struct bytes faults)
{
    const uint8_t *end;

    while (faults.n > 0 && (end = memchr(faults.p, '\n', faults.n)) != NULL) {
        size_t n = (size_t)(end - faults.p);

        tell(c, line, (struct bytes){ faults.p, n });
        faults = (struct bytes){ end + 1, faults.n - n - 1 };
    }
}

static enum oc_err check_person(struct checking *c, size_t line, json_t *json)
{
    struct claims claims;
    enum oc_err e = claims_init(&claims, json, &c->spec);

    c->people++;
    if (e == OC_SHAPE)
        tell_each(c, line, buf_view(&claims.faults));
    else if (e == OC_LIMIT)
        tell(c, line, BYTES("more than a card may hold"));
    else if (e != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    if (claims.unused.n > 0 && !c->warned) {
        warn_print("%s: %s has no place for %s", c->name, c->spec.card->doc_type,
                   buf_text(&claims.unused));
        c->warned = true;
    }
    c->refused += e == OC_SHAPE || e == OC_LIMIT;
    claims_cleanup(&claims);
    return e == OC_SHAPE || e == OC_LIMIT ? OC_OK : e;
}

static enum oc_err refuse_text(struct checking *c, size_t line, const struct json_fault *fault)
{
    struct buf text;

    if (fault->err == OC_MEMORY)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    buf_init(&text, 1024);
    if (line == 0)
        buf_printf(&text, "line %d, column %d: ", fault->line, fault->column);
    else
        buf_printf(&text, "column %d: ", fault->column);
    term_escape(&text, bytes_str(fault->text));
    tell(c, line, buf_view(&text));
    buf_cleanup(&text);
    c->people++;
    c->refused++;
    return OC_OK;
}

static enum oc_err check_text(struct checking *c, size_t line, struct bytes text)
{
    struct json_fault fault;
    json_t *json = json_read(text, &fault);
    enum oc_err e = json != NULL ? check_person(c, line, json) : refuse_text(c, line, &fault);

    json_decref(json);
    return e;
}

static struct bytes first_line(struct bytes text)
{
    const uint8_t *end = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;

    return (struct bytes){ text.p, end != NULL ? (size_t)(end - text.p) : text.n };
}

static bool is_blank(struct bytes line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r')
            return false;
    return true;
}

/* Whether an object ends with the first line, and more follows. */
static bool is_one_a_line(struct bytes text)
{
    struct bytes first = first_line(text);
    json_t *json = json_read(first, NULL);
    bool is_whole = json_is_object(json);

    json_decref(json);
    return is_whole && text.n > first.n + 1;
}

static enum oc_err check_lines(struct checking *c, struct bytes text)
{
    enum oc_err e = OC_OK;

    for (size_t line = 1; e == OC_OK && text.n > 0; line++) {
        struct bytes one = first_line(text);
        size_t n = one.n < text.n ? one.n + 1 : one.n;

        if (!is_blank(one))
            e = check_text(c, line, one);
        text = (struct bytes){ text.p + n, text.n - n };
    }
    return e;
}

static enum oc_err check_file(struct checking *c, const char *path)
{
    struct buf text;
    enum oc_err e = io_read(&text, path, FILE_BYTES_MAX);

    c->name = path == NULL || strcmp(path, "-") == 0 ? "standard input" : path;
    c->people = c->refused = c->faults = 0;
    c->warned = false;
    if (e == OC_OK)
        e = is_one_a_line(buf_view(&text)) ? check_lines(c, buf_view(&text))
                                           : check_text(c, 0, buf_view(&text));
    if (e == OC_OK) {
        term_print(stdout, bytes_str(c->name));
        printf(": %zu for %s, ", c->people, c->spec.card->doc_type);
        if (c->refused == 0)
            puts("good");
        else
            printf("%zu refused, in %zu place%s\n", c->refused, c->faults,
                   c->faults == 1 ? "" : "s");
    }
    buf_cleanup(&text);
    return e;
}

int claims_check_run(const struct command_line *cl)
{
    struct checking c = { .spec = { .any_citizen_number = opt_given(cl, "i-know"),
                                    .strict = opt_given(cl, "strict") } };
    struct catalog catalog = { 0 };
    bool good = true;
    size_t i = 0;
    enum oc_err e;

    if ((e = opt_time(cl, "at", &c.spec.issued)) == OC_OK &&
        (e = read_type(&c.spec.card, &catalog, cl)) == OC_OK) {
        c.spec.valid_from = c.spec.issued;
        c.spec.valid_until = c.spec.issued + c.spec.card->validity_days * (int64_t)DATE_DAY_S;
        do {
            e = check_file(&c, argument(cl, i));
            good = good && c.refused == 0;
        } while (e == OC_OK && ++i < cl->arguments_n);
    }
    catalog_cleanup(&catalog);
    return exit_status(e == OC_OK && !good ? OC_REFUSED : e);
}
