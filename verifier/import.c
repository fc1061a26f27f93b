/* Signed files into the trust folder: what verifies, nothing older than what is there. */
#include "verifier/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/term.h"
#include "core/date.h"

/* "taken    PATH  VICAL, …" */
void import_settle(struct candidate *c, const char *fate, const char *detail)
{
    printf("%-8s  ", fate);
    term_print(stdout, bytes_str(c->path));
    printf("  %s", trust_file_word(c->look.kind));
    if (detail != NULL) {
        fputs(": ", stdout);
        term_print(stdout, bytes_str(detail));
    }
    putchar('\n');
    c->settled = true;
}

void import_hold(struct import *in, struct candidate *c, const char *detail)
{
    import_settle(c, "held", detail);
    in->held_n++;
}

enum oc_err import_refuse(struct import *in, struct candidate *c, enum oc_err e,
                          const char *reason)
{
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    import_settle(c, "refused", reason != NULL ? reason : oc_err_text(e));
    in->refused++;
    return OC_OK;
}

/* The file of this import that has the name already; the newest comes first. */
static const struct candidate *taken_before(const struct import *in, const char *name)
{
    for (size_t i = 0; i < in->n; i++)
        if (strcmp(in->candidates[i].name, name) == 0)
            return &in->candidates[i];
    return NULL;
}

enum oc_err import_take(struct import *in, struct candidate *c, const char *name,
                        struct bytes content, const char *detail)
{
    const struct candidate *other = taken_before(in, name);
    struct buf path;
    enum oc_err e;

    if (other != NULL) {
        import_hold(in, c, bytes_eq(buf_view(&other->content), buf_view(&c->content))
                               ? "the same as another file of this import"
                               : "not newer than another file of this import");
        return OC_OK;
    }
    if ((e = trusted_path(&path, in->cl, name)) == OC_OK)
        e = io_output_add(&in->output, buf_text(&path), content, IO_BINARY | IO_REPLACE);
    buf_cleanup(&path);
    if (e != OC_OK)
        return e;
    snprintf(c->name, sizeof c->name, "%s", name);
    import_settle(c, "taken", detail);
    in->taken++;
    return OC_OK;
}

enum oc_err import_check_clock(const struct import *in, const char *what, int64_t date)
{
    char at[DATE_TIME_TEXT_N] = "?", now[DATE_TIME_TEXT_N] = "?";

    if (date <= in->now + TRUSTED_SKEW_S)
        return OC_OK;
    date_time_write(date, at);
    date_time_write(in->now, now);
    fail_print(OC_REFUSED, "this clock is wrong: it says %s, but %s was issued at %s", now, what,
               at);
    hint_print("set the clock; nothing was imported");
    return OC_REFUSED;
}

static enum oc_err import_one(struct import *in, struct candidate *c)
{
    switch (c->look.kind) {
    case TRUST_FILE_VICAL:
        return import_vical(in, c);
    case TRUST_FILE_LINK:
        return import_link_refused(in, c);
    case TRUST_FILE_CRL:
        return import_crl(in, c);
    case TRUST_FILE_STATUS_LIST:
    case TRUST_FILE_IDENTIFIER_LIST:
        return import_status(in, c);
    case TRUST_FILE_RICAL:
        import_settle(c, "left", "for holders: owncard-holder trust update");
        return OC_OK;
    case TRUST_FILE_CERTIFICATE:
        import_settle(c, "left", "believed only if you say so: owncard-verifier trust add");
        return OC_OK;
    case TRUST_FILE_UNKNOWN:
        break;
    }
    import_settle(c, "left", NULL);
    return OC_OK;
}

static enum oc_err import_kind(struct import *in, enum trust_file_kind kind)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < in->n && e == OC_OK; i++)
        if (in->candidates[i].look.kind == kind && !in->candidates[i].settled)
            e = import_one(in, &in->candidates[i]);
    return e;
}

/* In the order in which they vouch for each other. */
static enum oc_err import_all(struct import *in)
{
    enum oc_err e;

    if ((in->held.newest != 0 &&
         (e = import_check_clock(in, in->held.newest_name, in->held.newest)) != OC_OK) ||
        (e = import_kind(in, TRUST_FILE_VICAL)) != OC_OK || (e = import_links(in)) != OC_OK)
        return e;
    for (int kind = TRUST_FILE_UNKNOWN; kind <= TRUST_FILE_IDENTIFIER_LIST; kind++)
        if ((e = import_kind(in, (enum trust_file_kind)kind)) != OC_OK)
            return e;
    return OC_OK;
}

/* The newest first, so that of several that would have one place it is taken. */
static int newer_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->look.date != y->look.date)
        return x->look.date > y->look.date ? -1 : 1;
    return strcmp(x->path, y->path);
}

static enum oc_err read_candidates(struct import *in, const char *const *paths, size_t n)
{
    in->candidates = calloc(n + 1, sizeof *in->candidates);
    if (in->candidates == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    for (size_t i = 0; i < n; i++) {
        struct candidate *c = &in->candidates[i];
        enum oc_err e = io_read(&c->content, paths[i], TRUSTED_FILE_MAX);

        if (e != OC_OK)
            return e;
        c->path = paths[i];
        in->n++;
        trust_file_look(&c->look, buf_view(&c->content));
    }
    qsort(in->candidates, in->n, sizeof *in->candidates, newer_first);
    return OC_OK;
}

static enum oc_err add_anchors(struct trust_anchors *to, const struct trust_anchors *from)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < from->n && e == OC_OK; i++)
        e = trust_anchors_add(to, from->certificates[i]);
    return e == OC_OK ? OC_OK : fail_print(e, "%s", oc_err_text(e));
}

/* The files become the import's, which writes all or none. */
static enum oc_err add_addition(struct import *in, struct trusted_addition *with)
{
    enum oc_err e;

    if (with == NULL)
        return OC_OK;
    in->is_addition = true;
    in->output = with->output;
    with->output = (struct io_output){ .n = 0 };
    if ((e = add_anchors(&in->held.anchors, &with->anchors)) != OC_OK)
        return e;
    return add_anchors(&in->held.roots, &with->roots);
}

void trusted_addition_cleanup(struct trusted_addition *addition)
{
    io_output_abandon(&addition->output);
    trust_anchors_cleanup(&addition->anchors);
    trust_anchors_cleanup(&addition->roots);
}

static enum oc_err finish(struct import *in, bool dry_run)
{
    if (in->refused > 0 && (in->taken + in->held_n == 0 || in->is_addition))
        return fail_print(OC_REFUSED, in->taken + in->held_n == 0
                                          ? "nothing was fit to be taken"
                                          : "not all was fit to be taken, so nothing was added");
    if (in->held_n > 0 && in->taken == 0)
        fputs("Nothing newer than what is held.\n", stderr);
    return dry_run ? OC_OK : io_output_commit(&in->output);
}

enum oc_err trusted_import(const struct command_line *cl, struct trusted_addition *with,
                           const char *const *paths, size_t n, int64_t now, bool dry_run)
{
    struct import in = { .cl = cl, .now = now };
    enum oc_err e;

    if ((e = trusted_load(&in.held, cl, now)) == OC_OK &&
        (e = add_addition(&in, with)) == OC_OK && (e = read_candidates(&in, paths, n)) == OC_OK &&
        (e = import_all(&in)) == OC_OK)
        e = finish(&in, dry_run);
    io_output_abandon(&in.output);
    for (size_t i = 0; i < in.n; i++)
        buf_cleanup(&in.candidates[i].content);
    free(in.candidates);
    verifier_trust_cleanup(&in.held);
    return e;
}
