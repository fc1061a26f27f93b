/* Signed files into the trust folder: what verifies, nothing older than what is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "cli/term.h"
#include "core/date.h"
#include "trust/file.h"
#include "trust/signer.h"
#include "verifier/trusted.h"

/* Far enough ahead that a list which verifies can tell our clock that it is wrong. */
static const int64_t ANY_SKEW_S = INT64_C(1) << 40;

struct candidate {
    const char *path;
    struct buf content;
    struct trust_file look;
    char name[TRUSTED_NAME_N];  /* in the folder, once it is taken; else "" */
    bool settled;               /* its fate is printed */
};

struct import {
    const struct command_line *cl;
    int64_t now;
    struct verifier_trust held;
    struct candidate *candidates;
    size_t n;
    struct io_output output;
    size_t taken, refused;
};

/* "taken    PATH  VICAL, …" */
static void settle(struct candidate *c, const char *fate, const char *detail)
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

static enum oc_err refuse(struct import *in, struct candidate *c, enum oc_err e,
                          const char *reason)
{
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    settle(c, "refused", reason != NULL ? reason : oc_err_text(e));
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

static enum oc_err take(struct import *in, struct candidate *c, const char *name,
                        struct bytes content, const char *detail)
{
    const struct candidate *other = taken_before(in, name);
    struct buf path;
    enum oc_err e;

    if (other != NULL && bytes_eq(buf_view(&other->content), buf_view(&c->content))) {
        settle(c, "held", "the same as another file of this import");
        return OC_OK;
    }
    if (other != NULL)
        return refuse(in, c, OC_REFUSED, "not newer than another file of this import");
    if ((e = trusted_path(&path, in->cl, name)) == OC_OK)
        e = io_output_add(&in->output, buf_text(&path), content, IO_BINARY | IO_REPLACE);
    buf_cleanup(&path);
    if (e != OC_OK)
        return e;
    snprintf(c->name, sizeof c->name, "%s", name);
    settle(c, "taken", detail);
    in->taken++;
    return OC_OK;
}

static enum oc_err check_clock(const struct import *in, const char *what, int64_t date)
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

/* The list of the same provider under the same root that the folder has; NULL: none. */
static const struct trust_list *held_vical(const struct import *in, const char *name)
{
    for (size_t i = 0; i < in->held.vicals_n; i++)
        if (strcmp(in->held.vicals[i].name, name) == 0)
            return &in->held.vicals[i].vical.list;
    return NULL;
}

static void say_vical(char *out, size_t out_n, const struct trust_list *list)
{
    char date[DATE_TEXT_N] = "?";

    date_write(list->date, date);
    snprintf(out, out_n, "of %.*s, %s, %zu authorities, %zu skipped", (int)list->provider.n,
             (const char *)list->provider.p, date, list->entries_n, list->skipped_n);
}

static enum oc_err take_vical(struct import *in, struct candidate *c, const struct trust_list *list)
{
    const struct trust_list *held;
    struct x509_facts root;
    char name[TRUSTED_NAME_N], detail[512];
    enum oc_err e;

    x509_describe(list->root, &root);
    if ((e = trusted_name(name, list->provider, root.subject_der, ".vical")) != OC_OK ||
        (e = check_clock(in, c->path, list->date)) != OC_OK)
        return e;
    held = held_vical(in, name);
    say_vical(detail, sizeof detail, list);
    if (held != NULL && bytes_eq(buf_view(&held->bytes), buf_view(&c->content)))
        settle(c, "held", "the same as the one we hold");
    else if (held != NULL && !trust_list_is_newer(list, held))
        return refuse(in, c, OC_REFUSED, "not newer than the one we hold");
    else
        e = take(in, c, name, buf_view(&c->content), detail);
    for (size_t i = 0; i < list->skipped_n; i++)
        printf("          entry %zu skipped: %s\n", list->skipped[i].index,
               list->skipped[i].reason);
    return e;
}

static enum oc_err import_vical(struct import *in, struct candidate *c)
{
    struct trust_list_in verify = { .message = buf_view(&c->content), .roots = &in->held.roots,
                                    .now = in->now, .skew_s = ANY_SKEW_S };
    struct oc_fault fault = { 0 };
    struct trust_vical vical;
    enum oc_err e = trust_vical_verify(&vical, &verify, &fault);

    if (e != OC_OK)
        return refuse(in, c, e, fault.reason);
    e = take_vical(in, c, &vical.list);
    /* What it lists may vouch for links, and sign revocation lists, of this very import. */
    if (e == OC_OK && trust_vical_add_to(&in->held.anchors, &vical) != OC_OK)
        e = fail_print(OC_LIMIT, "more authorities than we accept");
    trust_vical_cleanup(&vical);
    return e;
}

/* One link, when an anchor or a link taken before vouches for it. */
static enum oc_err import_link(struct import *in, struct candidate *c, const char **reason)
{
    char name[TRUSTED_NAME_N];
    struct x509_cert *link;
    size_t before;
    struct buf pem;
    enum oc_err e;

    *reason = "not a certificate in PEM or DER";
    e = c->content.p[0] == 0x30 ? x509_new(&link, buf_view(&c->content))
                                : x509_from_pem(&link, buf_view(&c->content), 0);
    if (e != OC_OK || (e = trust_link_check(&in->held.anchors, link, in->now, reason)) != OC_OK) {
        x509_free(&link);
        return e;
    }
    before = in->held.anchors.links_n;
    buf_init(&pem, TRUSTED_FILE_MAX);
    x509_to_pem(&pem, link);
    if ((e = trust_anchors_add_link(&in->held.anchors, link)) == OC_OK &&
        (e = buf_err(&pem)) == OC_OK &&
        (e = trusted_name(name, x509_der(link), BYTES(""), ".link")) == OC_OK) {
        if (in->held.anchors.links_n == before)
            settle(c, "held", NULL);
        else
            e = take(in, c, name, buf_view(&pem), NULL);
    }
    buf_cleanup(&pem);
    x509_free(&link);
    return e;
}

/* Links lean on links: go on as long as one more is taken. */
static enum oc_err import_links(struct import *in)
{
    size_t before;

    do {
        before = in->taken;
        for (size_t i = 0; i < in->n; i++) {
            struct candidate *c = &in->candidates[i];
            const char *reason;
            enum oc_err e;

            if (c->look.kind != TRUST_FILE_LINK || c->settled)
                continue;
            e = import_link(in, c, &reason);
            if (exit_status(e) == STATUS_UNFINISHED)
                return fail_print(e, "%s", oc_err_text(e));
        }
    } while (in->taken > before);
    return OC_OK;
}

static enum oc_err refuse_link(struct import *in, struct candidate *c)
{
    const char *reason;
    enum oc_err e = import_link(in, c, &reason);

    return e == OC_OK ? OC_OK : refuse(in, c, e, reason);
}

static enum oc_err take_crl(struct import *in, struct candidate *c, struct trust_crl **crl)
{
    const struct x509_crl_facts *facts = trust_crl_facts(*crl);
    char name[TRUSTED_NAME_N], detail[320], date[DATE_TEXT_N] = "?";
    enum oc_err e = check_clock(in, c->path, facts->this_update);

    if (e != OC_OK)
        return e;
    for (size_t i = 0; i < in->held.crls.n; i++)
        if (bytes_eq(trust_crl_der(in->held.crls.crls[i]), trust_crl_der(*crl))) {
            settle(c, "held", "the same as the one we hold");
            return OC_OK;
        }
    date_write(facts->this_update, date);
    snprintf(detail, sizeof detail, "of %s, %s, %zu revoked", facts->issuer, date,
             facts->revoked_n);
    if ((e = trusted_crl_name(name, *crl)) != OC_OK)
        return e;
    e = trust_crls_add(&in->held.crls, crl);
    if (e == OC_REFUSED)
        return refuse(in, c, e, "older than the one we hold");
    if (e != OC_OK)
        return refuse(in, c, e, NULL);
    return take(in, c, name, buf_view(&c->content), detail);
}

static enum oc_err import_crl(struct import *in, struct candidate *c)
{
    struct trust_crl *crl;
    const char *reason;
    enum oc_err e = trust_crl_verify(&crl, buf_view(&c->content), &in->held.anchors, in->now,
                                     ANY_SKEW_S, &reason);

    e = e == OC_OK ? take_crl(in, c, &crl) : refuse(in, c, e, reason);
    trust_crl_free(&crl);
    return e;
}

static void say_status(char *out, size_t out_n, const struct trust_status_list_facts *f)
{
    char date[DATE_TIME_TEXT_N] = "?", until[DATE_TIME_TEXT_N] = "no known date";
    int64_t limit_s = trust_status_list_limit(f, 0);

    date_time_write(f->issued_at, date);
    if (limit_s >= 0)
        date_time_write(f->issued_at + limit_s, until);
    snprintf(out, out_n, "%.*s, %s, %llu entries, good until %s", (int)f->uri.n,
             (const char *)f->uri.p, date, (unsigned long long)f->entries, until);
}

/* Whether the folder has these very bytes under this name. */
static enum oc_err is_held(bool *held, const struct import *in, const char *name,
                           const struct candidate *c)
{
    struct buf path, content = { 0 };
    enum oc_err e = trusted_path(&path, in->cl, name);

    *held = false;
    if (e == OC_OK && state_exists(buf_text(&path)) &&
        (e = io_read(&content, buf_text(&path), TRUSTED_FILE_MAX)) == OC_OK)
        *held = bytes_eq(buf_view(&content), buf_view(&c->content));
    buf_cleanup(&content);
    buf_cleanup(&path);
    return e;
}

static enum oc_err take_status(struct import *in, struct candidate *c,
                               struct trust_status_list **list)
{
    const struct trust_status_list_facts *facts = trust_status_list_facts(*list);
    char name[TRUSTED_NAME_N], detail[TRUST_STATUS_URI_MAX + 128];
    bool held;
    enum oc_err e;

    if ((e = check_clock(in, c->path, facts->issued_at)) != OC_OK ||
        (e = trusted_status_name(name, facts)) != OC_OK ||
        (e = is_held(&held, in, name, c)) != OC_OK)
        return e;
    if (held) {
        settle(c, "held", "the same as the one we hold");
        return OC_OK;
    }
    say_status(detail, sizeof detail, facts);
    e = trust_status_lists_add(&in->held.status_lists, list);
    if (e == OC_REFUSED)
        return refuse(in, c, e, "older than the one we hold");
    if (e != OC_OK)
        return refuse(in, c, e, NULL);
    return take(in, c, name, buf_view(&c->content), detail);
}

static enum oc_err import_status(struct import *in, struct candidate *c)
{
    struct trust_status_list_in verify = { .token = buf_view(&c->content),
                                           .anchors = &in->held.anchors, .now = in->now,
                                           .skew_s = ANY_SKEW_S };
    struct trust_status_list *list;
    struct oc_fault fault = { 0 };
    enum oc_err e = trust_status_list_verify(&list, &verify, &fault);

    if (e == OC_UNTRUSTED)
        fault.reason = "no authority we trust vouches for its signer; a list of a CA that cards "
                       "name themselves is not kept here";
    e = e == OC_OK ? take_status(in, c, &list) : refuse(in, c, e, fault.reason);
    trust_status_list_free(&list);
    return e;
}

static enum oc_err import_one(struct import *in, struct candidate *c)
{
    switch (c->look.kind) {
    case TRUST_FILE_VICAL:
        return import_vical(in, c);
    case TRUST_FILE_LINK:
        return refuse_link(in, c);
    case TRUST_FILE_CRL:
        return import_crl(in, c);
    case TRUST_FILE_STATUS_LIST:
    case TRUST_FILE_IDENTIFIER_LIST:
        return import_status(in, c);
    case TRUST_FILE_RICAL:
        settle(c, "left", "for holders: owncard-holder trust update");
        return OC_OK;
    case TRUST_FILE_CERTIFICATE:
        settle(c, "left", "believed only if you say so: owncard-verifier trust add");
        return OC_OK;
    case TRUST_FILE_UNKNOWN:
        break;
    }
    settle(c, "left", NULL);
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
         (e = check_clock(in, in->held.newest_name, in->held.newest)) != OC_OK) ||
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

enum oc_err trusted_import(const struct command_line *cl, const char *const *paths, size_t n,
                           int64_t now, bool dry_run)
{
    struct import in = { .cl = cl, .now = now };
    enum oc_err e;

    if ((e = trusted_load(&in.held, cl, now)) == OC_OK &&
        (e = read_candidates(&in, paths, n)) == OC_OK)
        e = import_all(&in);
    if (e == OC_OK && !dry_run)
        e = io_output_commit(&in.output);
    if (e == OC_OK && in.refused > 0 && in.taken == 0)
        e = fail_print(OC_REFUSED, "nothing was fit to be taken");
    io_output_abandon(&in.output);
    for (size_t i = 0; i < in.n; i++)
        buf_cleanup(&in.candidates[i].content);
    free(in.candidates);
    verifier_trust_cleanup(&in.held);
    return e;
}
