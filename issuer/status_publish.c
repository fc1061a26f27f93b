/*
 * After step 1: status publish.     issuer/revoke.c  →  here  →  verifiers, ahead of step 5
 *   in    the registry, the signer of status lists and those that roll has kept
 *   out   each list signed: the same bytes for everybody, dated to the start of its period, so that
 *         nothing is told by when it was made
 *
 * A verifier goes by a list whose signer is under the card's own IACA. So with --to each list is
 * signed by every signer there is, by the newest, "status", to status-N.cwt, and by "status-TAG"
 * to status-N-TAG.cwt; by the one that --signer names to status-N.cwt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/date.h"
#include "issuer/authority.h"
#include "issuer/registry.h"
#include "issuer/verbs.h"
#include "trust/status_list.h"

enum { HOURS_MAX = 24 * 31, DAYS_MAX = 366, PATH_BYTES_MAX = 4096, NAME_N = 56 };

struct signer {
    char name[NAME_N];          /* of its files: "status" or "status-TAG" */
    struct authority authority;
};

struct publish {
    const struct command_line *cl;
    int64_t now, issued_at, expires, ttl_s;
    struct signer *signers;     /* owned */
    size_t signers_n;
    struct registry registry;
    struct io_output output;
    size_t lists, revoked, suspended;
};

static enum oc_err read_times(struct publish *p)
{
    uint64_t period_h, ttl_h, days;
    enum oc_err e;

    if ((e = opt_uint(p->cl, "period", 1, HOURS_MAX, 24, &period_h)) != OC_OK ||
        (e = opt_uint(p->cl, "ttl", 1, HOURS_MAX, 2 * period_h, &ttl_h)) != OC_OK ||
        (e = opt_uint(p->cl, "days", 1, DAYS_MAX, 7, &days)) != OC_OK ||
        (e = opt_time(p->cl, "at", &p->now)) != OC_OK)
        return e;
    if (days * 24 < ttl_h || ttl_h < period_h)
        return fail_print(OC_USAGE, "a list must live by --days for as long as --ttl, and that for "
                                    "as long as --period");
    p->issued_at = date_floor(p->now, (int64_t)period_h * DATE_HOUR_S);
    p->expires = p->issued_at + (int64_t)days * DATE_DAY_S;
    p->ttl_s = (int64_t)ttl_h * DATE_HOUR_S;
    return OC_OK;
}

static enum oc_err check_signer_name(const char *name)
{
    if (name == NULL || strcmp(name, "status") == 0 ||
        (strncmp(name, "status-", 7) == 0 && strchr(name, '/') == NULL && strlen(name) < NAME_N))
        return OC_OK;
    fail_print(OC_USAGE, "--signer %s: neither status nor status-TAG", name);
    hint_print("roll names those that it keeps so");
    return OC_USAGE;
}

static enum oc_err read_options(struct publish *p)
{
    const char *output = opt(p->cl, "output");
    enum oc_err e;

    if ((e = opt_not_both(p->cl, "output", "to")) != OC_OK || (e = read_times(p)) != OC_OK ||
        (e = check_signer_name(opt(p->cl, "signer"))) != OC_OK)
        return e;
    if (output != NULL || opt_given(p->cl, "to"))
        return OC_OK;
    fail_print(OC_USAGE, "neither -o nor --to: where the signed lists go");
    hint_print("--to takes a folder, for all lists; -o a file, for one");
    return OC_USAGE;
}

/* A kept one that is no longer valid is left out: its IACA's cards have ended with it. */
static enum oc_err read_signer(struct publish *p, const char *name, bool is_kept)
{
    struct signer *s = &p->signers[p->signers_n];
    int64_t from, until;
    bool is_valid;
    enum oc_err e = authority_init(&s->authority, p->cl, name);

    if (e != OC_OK)
        return e;
    x509_validity(s->authority.certificate, &from, &until);
    is_valid = p->now >= from && p->now <= until;
    if (is_kept && !is_valid) {
        warn_print("%s.pem is not valid now: nothing is signed by it", name);
        authority_cleanup(&s->authority);
        return OC_OK;
    }
    snprintf(s->name, sizeof s->name, "%s", name);
    p->signers_n++;
    if (!is_valid) {
        fail_print(OC_EXPIRED, "%s.pem: the status signer's certificate is not valid now", name);
        if (strcmp(name, "status") == 0)
            hint_print("put status.pem and status.key aside; status init makes new ones");
        return OC_EXPIRED;
    }
    if (p->expires > until)
        warn_print("the certificate of %s.pem ends before the lists do", name);
    return OC_OK;
}

/* The newest first. */
static enum oc_err read_signers(struct publish *p)
{
    const char *one = opt(p->cl, "signer");
    struct state_names kept;
    enum oc_err e = authority_kept(&kept, opt(p->cl, "dir"), "status");

    if (e != OC_OK)
        return e;
    p->signers = calloc(kept.n + 1, sizeof *p->signers);
    e = OC_MEMORY;
    if (p->signers == NULL)
        fail_print(e, "%s", oc_err_text(e));
    else
        e = read_signer(p, one != NULL ? one : "status", false);
    if (one == NULL && opt_given(p->cl, "to"))
        for (size_t i = 0; e == OC_OK && i < kept.n; i++)
            e = read_signer(p, kept.name[i], true);
    state_names_cleanup(&kept);
    return e;
}

static enum oc_err sign(struct buf *token, struct publish *p, const struct registry_list *list,
                        const struct authority *signer, struct bytes array)
{
    struct trust_status_list_spec spec = {
        .mechanism = TRUST_STATUS_LIST, .uri = list->uri, .issued_at = p->issued_at,
        .expires = p->expires, .ttl_s = p->ttl_s, .bits = list->bits, .array = array,
        .signer = signer->key, .chain = &signer->certificate, .chain_n = 1,
    };
    enum oc_err e;

    buf_init(token, TRUST_STATUS_TOKEN_MAX);
    if ((e = trust_status_list_write(token, &spec)) != OC_OK)
        fail_print(e, "%s: %s", list->uri, oc_err_text(e));
    return e;
}

static enum oc_err add_output(struct publish *p, const struct registry_list *list,
                              const char *signer, struct bytes token)
{
    const char *folder = opt(p->cl, "to"), *file = opt(p->cl, "output");
    struct buf path;
    enum oc_err e;

    if (folder == NULL)
        return io_output_add(&p->output, file, token, IO_BINARY);
    buf_init(&path, PATH_BYTES_MAX);
    buf_printf(&path, "%s/status-%lld%s.cwt", folder, (long long)list->id,
               opt_given(p->cl, "signer") ? "" : signer + strlen("status"));
    if ((e = buf_err(&path)) != OC_OK)
        fail_print(e, "--to: the path is too long");
    else
        e = io_output_add(&p->output, buf_text(&path), token, IO_BINARY);
    buf_cleanup(&path);
    return e;
}

static enum oc_err sign_by_all(struct publish *p, const struct registry_list *list)
{
    struct buf array;
    enum oc_err e;

    buf_init(&array, TRUST_STATUS_ARRAY_MAX);
    e = registry_array(&array, &p->registry, list);
    for (size_t i = 0; e == OC_OK && i < p->signers_n; i++) {
        const struct signer *s = &p->signers[i];
        struct buf token;

        if ((e = sign(&token, p, list, &s->authority, buf_view(&array))) == OC_OK)
            e = add_output(p, list, s->name, buf_view(&token));
        buf_cleanup(&token);
    }
    buf_cleanup(&array);
    return e;
}

static enum oc_err publish(struct publish *p, const struct registry_list *list)
{
    uint64_t revoked, suspended;
    enum oc_err e;

    if (p->lists > 0 && opt_given(p->cl, "output")) {
        fail_print(OC_USAGE, "there are several status lists, and one file");
        hint_print("choose one by --uri, or a folder by --to");
        return OC_USAGE;
    }
    if ((e = registry_list_count(&p->registry, list, &revoked, &suspended)) == OC_OK &&
        (e = sign_by_all(p, list)) == OC_OK) {
        p->lists++;
        p->revoked += revoked;
        p->suspended += suspended;
    }
    return e;
}

static enum oc_err publish_all(struct publish *p)
{
    struct registry_list list = { 0 };
    const char *uri = opt(p->cl, "uri");
    enum oc_err e = registry_list_next(&list, &p->registry);

    while (e == OC_OK && list.id != 0) {
        if (uri == NULL || strcmp(uri, list.uri) == 0)
            e = publish(p, &list);
        if (e == OC_OK)
            e = registry_list_next(&list, &p->registry);
    }
    registry_list_cleanup(&list);
    if (e == OC_OK && p->lists == 0)
        e = fail_print(OC_USAGE, "there is no such status list");
    return e;
}

static void report(const struct publish *p)
{
    char from[DATE_TIME_TEXT_N] = "", until[DATE_TIME_TEXT_N] = "";

    if (date_time_write(p->issued_at, from) && date_time_write(p->expires, until))
        fprintf(stderr, "Published %zu %s dated %s, until %s: %zu revoked, %zu suspended\n",
                p->lists, p->lists == 1 ? "list" : "lists", from, until, p->revoked, p->suspended);
}

int status_publish_run(const struct command_line *cl)
{
    struct publish p = { .cl = cl };
    enum oc_err e;

    if ((e = read_options(&p)) == OC_OK &&
        (e = registry_init(&p.registry, opt(cl, "dir"), opt(cl, "registry"), false)) == OC_OK &&
        (e = read_signers(&p)) == OC_OK && (e = publish_all(&p)) == OC_OK &&
        (e = io_output_commit(&p.output)) == OC_OK)
        report(&p);
    io_output_abandon(&p.output);
    registry_cleanup(&p.registry);
    for (size_t i = 0; i < p.signers_n; i++)
        authority_cleanup(&p.signers[i].authority);
    free(p.signers);
    return exit_status(e);
}
