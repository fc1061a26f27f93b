#include "verifier/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "mdoc/value.h"
#include "verifier/folder.h"
#include "verbs/mistaken.h"

enum oc_err judge_not_usable(enum oc_err e)
{
    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
}

enum oc_err judge_check_options(const struct command_line *cl)
{
    enum oc_err e;

    if ((e = opt_not_both(cl, "signer", "anchor")) != OC_OK ||
        (e = opt_not_both(cl, "signer", "status-list")) != OC_OK ||
        (e = opt_not_both(cl, "signer", "crl")) != OC_OK ||
        (e = opt_not_both(cl, "brief", "json")) != OC_OK)
        return e;
    if (opt_given(cl, "portrait") && strcmp(opt(cl, "portrait"), "-") == 0)
        return fail_print(OC_USAGE, "--portrait must name a file: standard output has the verdict");
    return OC_OK;
}

enum oc_err judge_init(struct judge *j, const struct command_line *cl)
{
    bool chinese;
    enum oc_err e;

    *j = (struct judge){ .cl = cl };
    if ((e = lang_read(&chinese, cl)) != OC_OK || (e = opt_time(cl, "at", &j->in.now)) != OC_OK)
        return e;
    j->in.language = chinese ? MDOC_CHINESE : MDOC_ENGLISH;
    j->in.accept_profile = opt_given(cl, "accept-profile");
    j->in.accept_unchecked_status = opt_given(cl, "accept-unchecked-status");
    return OC_OK;
}

void judge_cleanup(struct judge *j)
{
    x509_free(&j->signer);
    verifier_trust_cleanup(&j->trust);
    verifier_policy_cleanup(&j->policy);
    *j = (struct judge){ .cl = NULL };
}

static enum oc_err read_trust(struct judge *j)
{
    const struct command_line *cl = j->cl;
    const char *signer = opt(cl, "signer");
    enum oc_err e;

    if (signer != NULL) {
        e = verifier_certificate(&j->signer, signer);
        j->in.signer = j->signer;
        return judge_not_usable(e);
    }
    if ((e = verifier_trust_init(&j->trust, cl, j->in.now)) != OC_OK)
        return judge_not_usable(e);
    if ((e = verifier_trust_add_status_files(&j->trust, cl, j->in.now)) != OC_OK ||
        (e = verifier_trust_add_crl_files(&j->trust, cl, j->in.now)) != OC_OK)
        return judge_not_usable(e);
    j->in.anchors = &j->trust.anchors;
    j->in.status_lists = &j->trust.status_lists;
    j->in.crls = &j->trust.crls;
    /* A past moment that is asked for is no clock. */
    j->in.newest_list = opt_given(cl, "at") ? 0 : j->trust.newest;
    if (j->trust.anchors.n > 0)
        return OC_OK;
    fail_print(OC_USAGE, "nobody is trusted, so no card could be believed");
    hint_print("owncard-verifier trust add IACA.pem, or --anchor IACA.pem, or --signer DS.pem");
    return OC_USAGE;
}

enum oc_err judge_read(struct judge *j)
{
    enum oc_err e = verifier_policy_init(&j->policy, j->cl);

    if (e != OC_OK)
        return judge_not_usable(e);
    j->in.policy = &j->policy.policy;
    return read_trust(j);
}

/* The portrait among the claims, or NULL; names as ISO/IEC 18013-5 and 23220 have it. */
static const struct mdoc_element *find_portrait(const struct verdict *v, struct bytes *image)
{
    for (size_t i = 0; i < v->cards_n; i++)
        for (size_t j = 0; j < v->cards[i].elements_n; j++) {
            const struct mdoc_element *element = &v->cards[i].elements[j];
            struct mdoc_value value;

            if (bytes_is(element->name, "portrait") && !element->device_signed &&
                mdoc_value_read(&value, element->value) == OC_OK && value.kind == MDOC_BYTES) {
                *image = value.bytes;
                return element;
            }
        }
    return NULL;
}

static enum oc_err add_portrait(struct io_output *output, const struct verdict *v, const char *path)
{
    const struct mdoc_element *portrait;
    struct bytes image;

    if (path == NULL)
        return OC_OK;
    portrait = find_portrait(v, &image);
    if (portrait == NULL) {
        warn_print("no portrait was shown, so %s was not written", path);
        return OC_OK;
    }
    if (!portrait->intent_to_retain)
        warn_print("%s: the holder was not asked to let it be kept; delete it once compared", path);
    return io_output_add(output, path, image, IO_BINARY | IO_SECRET);
}

static enum oc_err put_verdict(struct judge *j, const struct verdict *v)
{
    struct io_output output = { .n = 0 };
    struct buf text;
    enum oc_err e = OC_OK;

    buf_init(&text, REPORT_BYTES_MAX);
    if (opt_given(j->cl, "json"))
        e = verdict_json(&text, v);
    else
        verdict_text(&text, v, term_has_colour(stdout), term_columns(stdout));
    if (e == OC_OK)
        e = buf_err(&text);
    if (e != OC_OK) {
        e = fail_print(OC_MEMORY, "report: %s", oc_err_text(e));
        goto out;
    }
    if ((e = io_output_add(&output, NULL, buf_view(&text), IO_TEXT)) != OC_OK ||
        (v->report->accepted &&
         (e = add_portrait(&output, v, opt(j->cl, "portrait"))) != OC_OK) ||
        (j->before_verdict != NULL && (e = j->before_verdict(j->context, v->report)) != OC_OK))
        goto out;
    e = io_output_commit(&output);
    j->judged = e == OC_OK;
out:
    io_output_abandon(&output);
    buf_cleanup(&text);
    return e;
}

static bool was_examined(const struct mdoc_report *report, enum oc_err e)
{
    return e == OC_OK || (exit_status(e) == STATUS_NO && report->why == e);
}

static enum oc_err say_not_examined(const struct judge *j, enum oc_err e,
                                    const struct mdoc_report *report)
{
    if (e == OC_USAGE && j->misuse != NULL)
        return fail_print(OC_IO, "%s", j->misuse);
    if (e == OC_UNAVAILABLE && report->fault.reason != NULL && report->fault.offset == 0)
        return fail_print(e, "%s: %s", j->name, report->fault.reason);
    if (report->fault_is_inside)
        return fail_print(e, "%s: in the decrypted documents: %s (at their byte %zu)",
                          j->name, report->fault.reason, report->fault.offset);
    return mistaken_message(e, j->name, j->in.message,
                            j->issuer_only ? "IssuerSigned" : "DeviceResponse", &report->fault);
}

/* The two kinds of claims are types of their own; from here on only their cards are shown. */
static enum oc_err examine(struct judge *j, struct verdict *v, struct mdoc_report *report)
{
    struct mdoc_issuer_claims *issuer_claims = NULL;
    struct mdoc_claims *claims = NULL;
    enum oc_err e, printed;

    if (v->issuer_only) {
        e = mdoc_verify_issuer(&issuer_claims, report, &j->in);
        if (e == OC_OK)
            v->cards = mdoc_issuer_claims_cards(issuer_claims, &v->cards_n);
    } else {
        e = mdoc_verify(&claims, report, &j->in);
        if (e == OC_OK)
            v->cards = mdoc_claims_cards(claims, &v->cards_n);
    }
    if (!was_examined(report, e)) {
        j->fault = report->fault;
        e = say_not_examined(j, e, report);
    } else {
        printed = put_verdict(j, v);
        if (printed != OC_OK)
            e = printed;
    }
    mdoc_claims_free(&claims);
    mdoc_issuer_claims_free(&issuer_claims);
    return e;
}

enum oc_err judge_run(struct judge *j, const struct catalog *catalog)
{
    struct mdoc_report *report = calloc(1, sizeof *report);
    struct verdict v = {
        .report = report, .catalog = catalog, .issuer_only = j->issuer_only,
        .pinned = opt_given(j->cl, "signer"), .brief = opt_given(j->cl, "brief"),
    };
    enum oc_err e;

    if (report == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    e = examine(j, &v, report);
    free(report);
    return e;
}

int judge_status(const struct judge *j, enum oc_err e)
{
    struct buf json;

    if (opt_given(j->cl, "json") && !j->judged && exit_status(e) != STATUS_BAD_COMMAND) {
        buf_init(&json, REPORT_BYTES_MAX);
        if (verdict_json_fault(&json, &j->in, e, &j->fault, fail_text()) == OC_OK)
            fwrite(json.p, 1, json.n, stdout);
        buf_cleanup(&json);
    }
    return exit_status(e);
}
