/*
 * After step 1: status publish.     issuer/revoke.c  →  here  →  verifiers, ahead of step 5
 *   in    the registry, the signer of status lists
 *   out   each list signed: the same bytes for everybody, dated to the start of its period, so that
 *         nothing is told by when it was made
 */
#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/date.h"
#include "issuer/authority.h"
#include "issuer/registry.h"
#include "issuer/verbs.h"
#include "trust/status_list.h"

enum { HOURS_MAX = 24 * 31, DAYS_MAX = 366, PATH_BYTES_MAX = 4096 };

struct publish {
    const struct command_line *cl;
    int64_t now, issued_at, expires, ttl_s;
    struct authority signer;
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

static enum oc_err read_options(struct publish *p)
{
    const char *output = opt(p->cl, "output");
    enum oc_err e;

    if ((e = opt_not_both(p->cl, "output", "to")) != OC_OK || (e = read_times(p)) != OC_OK)
        return e;
    if (output != NULL || opt_given(p->cl, "to"))
        return OC_OK;
    fail_print(OC_USAGE, "neither -o nor --to: where the signed lists go");
    hint_print("--to takes a folder, for all lists; -o a file, for one");
    return OC_USAGE;
}

static enum oc_err read_signer(struct publish *p)
{
    struct x509_facts facts;
    enum oc_err e = authority_init(&p->signer, opt(p->cl, "dir"), "status");

    if (e != OC_OK)
        return e;
    x509_describe(p->signer.certificate, &facts);
    if (p->now < facts.not_before || p->now > facts.not_after) {
        fail_print(OC_EXPIRED, "the status signer's certificate is not valid now");
        hint_print("put status.pem and status.key aside; status init makes new ones");
        return OC_EXPIRED;
    }
    if (p->expires > facts.not_after)
        warn_print("the status signer's certificate ends before the lists do");
    return OC_OK;
}

static enum oc_err sign(struct buf *token, struct publish *p, const struct registry_list *list)
{
    struct trust_status_list_spec spec = {
        .mechanism = TRUST_STATUS_LIST, .uri = list->uri, .issued_at = p->issued_at,
        .expires = p->expires, .ttl_s = p->ttl_s, .bits = list->bits, .signer = p->signer.key,
        .chain = &p->signer.certificate, .chain_n = 1,
    };
    struct buf array;
    enum oc_err e;

    buf_init(&array, TRUST_STATUS_ARRAY_MAX);
    buf_init(token, TRUST_STATUS_TOKEN_MAX);
    if ((e = registry_array(&array, &p->registry, list)) == OC_OK) {
        spec.array = buf_view(&array);
        if ((e = trust_status_list_write(token, &spec)) != OC_OK)
            fail_print(e, "%s: %s", list->uri, oc_err_text(e));
    }
    buf_cleanup(&array);
    return e;
}

static enum oc_err add_output(struct publish *p, const struct registry_list *list,
                              struct bytes token)
{
    const char *folder = opt(p->cl, "to"), *file = opt(p->cl, "output");
    struct buf path;
    enum oc_err e;

    if (folder == NULL)
        return io_output_add(&p->output, file, token, IO_BINARY);
    buf_init(&path, PATH_BYTES_MAX);
    buf_printf(&path, "%s/status-%lld.cwt", folder, (long long)list->id);
    if ((e = buf_err(&path)) != OC_OK)
        fail_print(e, "--to: the path is too long");
    else
        e = io_output_add(&p->output, buf_text(&path), token, IO_BINARY);
    buf_cleanup(&path);
    return e;
}

static enum oc_err publish(struct publish *p, const struct registry_list *list)
{
    uint64_t revoked, suspended;
    struct buf token = { 0 };
    enum oc_err e;

    if (p->lists > 0 && opt_given(p->cl, "output")) {
        fail_print(OC_USAGE, "there are several status lists, and one file");
        hint_print("choose one by --uri, or a folder by --to");
        return OC_USAGE;
    }
    if ((e = registry_list_count(&p->registry, list, &revoked, &suspended)) == OC_OK &&
        (e = sign(&token, p, list)) == OC_OK &&
        (e = add_output(p, list, buf_view(&token))) == OC_OK) {
        p->lists++;
        p->revoked += revoked;
        p->suspended += suspended;
    }
    buf_cleanup(&token);
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
        (e = registry_init(&p.registry, opt(cl, "dir"), false)) == OC_OK &&
        (e = read_signer(&p)) == OC_OK && (e = publish_all(&p)) == OC_OK &&
        (e = io_output_commit(&p.output)) == OC_OK)
        report(&p);
    io_output_abandon(&p.output);
    registry_cleanup(&p.registry);
    authority_cleanup(&p.signer);
    return exit_status(e);
}
