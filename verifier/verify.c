/*
 * Step 5 of 5: verify.       holder/present.c (4)  →  here
 *   in    DeviceResponse, the request and its one-time key, whom to believe, the time
 *   out   the verdict as exit status, the claims if accepted, and every check with its outcome
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/lang.h"
#include "cli/state.h"
#include "cli/term.h"
#include "mdoc/value.h"
#include "mdoc/describe.h"
#include "mdoc/verify.h"
#include "verifier/diagnose.h"
#include "verifier/evidence.h"
#include "verifier/report.h"
#include "verifier/session.h"
#include "verifier/verbs.h"

const struct command_option verifier_verify_options[] = {
    { "request", 'r', "FILE", "the request that is answered; its key is FILE.key", false },
    { "response-image", 0, "PICTURE", "the response as PNG or JPEG of its QR codes; more of them "
                                      "as arguments", true },
    { "anchor", 'a', "PEM", "believe this authority instead of those of trust add", true },
    { "signer", 0, "PEM", "believe this document signer; no chain is checked", false },
    { "issuer-signed", 0, NULL, "check the issuer's part alone, not the device", false },
    { "copy", 0, "N", "with --issuer-signed: the N-th of several copies in one file", false },
    { "transcript", 0, "FILE", "the session's transcript, where there is no QR handover", false },
    { "reader-key", 0, "KEY", "with --transcript: the session's private key, for MACs; PEM, JWK "
                            "or COSE_Key", false },
    { "diagnose", 0, NULL, "no verdict: find the session that was signed, from these:", false },
    SESSION_OPTIONS,
    { "accept-profile", 0, NULL, "accept certificates that depart from the ISO profile", false },
    { "accept-unchecked-status", 0, NULL, "accept cards whose revocation nobody can tell", false },
    { "status-list", 0, "FILE", "a signed status list, beside those of the trust folder", true },
    { "crl", 0, "FILE", "a revocation list of an authority, likewise", true },
    { "policy", 0, "FILE", "what to demand and to let pass (default: policy.json of the folder)", false },
    { "portrait", 0, "FILE", "if accepted, write the portrait that was shown", false },
    { "at", 0, "TIME", "the moment to verify at (default: now)", false },
    { "brief", 0, NULL, "print verdict and claims, not every check", false },
    { "json", 0, NULL, "print one JSON object", false },
    LANG_OPTION,
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

/* Facts of a session are for --diagnose; a verdict takes the transcript itself. */
static enum oc_err no_session_facts(const struct command_line *cl)
{
    for (int i = 0; i < MDOC_FACTS_N; i++) {
        const char *name = mdoc_fact_name((enum mdoc_fact)i);

        if (i == MDOC_FACT_ENCRYPTION_PARAMETERS || !opt_given(cl, name))
            continue;
        fail_print(OC_USAGE, "--%s goes with --diagnose", name);
        hint_print("for a verdict, \"owncard-verifier transcript\" makes the file for"
                   " --transcript");
        return OC_USAGE;
    }
    return OC_OK;
}

static enum oc_err check_options(const struct command_line *cl)
{
    enum oc_err e;

    if ((e = no_session_facts(cl)) != OC_OK ||
        (e = opt_not_both(cl, "issuer-signed", "transcript")) != OC_OK ||
        (e = opt_not_both(cl, "signer", "anchor")) != OC_OK ||
        (e = opt_not_both(cl, "signer", "status-list")) != OC_OK ||
        (e = opt_not_both(cl, "signer", "crl")) != OC_OK ||
        (e = opt_not_both(cl, "brief", "json")) != OC_OK)
        return e;
    if (argument(cl, 1) != NULL && !opt_given(cl, "response-image"))
        return fail_print(OC_USAGE, "\"%s\": one response at a time", argument(cl, 1));
    if (opt_given(cl, "copy") && !opt_given(cl, "issuer-signed"))
        return fail_print(OC_USAGE, "--copy goes with --issuer-signed");
    if (opt_given(cl, "reader-key") && !opt_given(cl, "transcript"))
        return fail_print(OC_USAGE, "--reader-key goes with --transcript");
    if (opt_given(cl, "portrait") && strcmp(opt(cl, "portrait"), "-") == 0)
        return fail_print(OC_USAGE, "--portrait must name a file: standard output has the verdict");
    if (opt_given(cl, "request") || opt_given(cl, "transcript") || opt_given(cl, "issuer-signed"))
        return OC_OK;
    fail_print(OC_USAGE, "which request or session does the response answer?");
    hint_print("--request FILE for a request of ours, --transcript FILE for another session,"
               " --issuer-signed for the issuer's part alone");
    return OC_USAGE;
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

/* An accepted response uses the key up, before anything is said: of two runs on one answer only
 * one can delete it. An expired request's key opens nothing any more. */
static enum oc_err use_up_key(struct evidence *v, const struct command_line *cl,
                              const struct mdoc_report *report)
{
    bool expired = report->checks[MDOC_CHECK_REQUEST_EXPIRY].outcome == MDOC_FAIL &&
                   !opt_given(cl, "at");
    enum oc_err e;

    if (v->recipient == NULL || (!report->accepted && !expired))
        return OC_OK;
    e = state_remove(buf_text(&v->key_path));
    if (e == OC_OK || !report->accepted)
        return OC_OK;
    hint_print("a key that stays could accept the same answer again, so nothing is accepted;"
               " delete it by hand");
    return e;
}

static enum oc_err put_verdict(struct evidence *evidence, const struct command_line *cl,
                               const struct verdict *v)
{
    struct io_output output = { .n = 0 };
    struct buf text;
    enum oc_err e = OC_OK;

    buf_init(&text, REPORT_BYTES_MAX);
    if (opt_given(cl, "json"))
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
        (v->report->accepted && (e = add_portrait(&output, v, opt(cl, "portrait"))) != OC_OK) ||
        (e = use_up_key(evidence, cl, v->report)) != OC_OK)
        goto out;
    e = io_output_commit(&output);
    evidence->judged = e == OC_OK;
out:
    io_output_abandon(&output);
    buf_cleanup(&text);
    return e;
}

/* The same for programs as was said on standard error. */
static void put_fault(const struct evidence *evidence, enum oc_err e)
{
    struct buf json;

    buf_init(&json, REPORT_BYTES_MAX);
    if (verdict_json_fault(&json, &evidence->in, e, &evidence->fault, fail_text()) == OC_OK)
        fwrite(json.p, 1, json.n, stdout);
    buf_cleanup(&json);
}

static bool was_examined(const struct mdoc_report *report, enum oc_err e)
{
    return e == OC_OK || (exit_status(e) == STATUS_NO && report->why == e);
}

static enum oc_err say_not_examined(enum oc_err e, const struct mdoc_report *report,
                                    struct bytes message, const struct command_line *cl)
{
    const char *path = evidence_name(cl);

    if (e == OC_USAGE && opt_given(cl, "request"))
        return fail_print(OC_IO, "%s: asks for no encryption to the one-time key beside it",
                          opt(cl, "request"));
    if (e == OC_USAGE && opt_given(cl, "reader-key"))
        return fail_print(OC_IO, "%s: a key that makes no device MAC", opt(cl, "reader-key"));
    if (e == OC_UNAVAILABLE && report->fault.reason != NULL && report->fault.offset == 0)
        return fail_print(e, "%s: %s", evidence_name(cl), report->fault.reason);
    if (report->fault_is_inside)
        return fail_print(e, "%s: in the decrypted documents: %s (at their byte %zu)",
                          path, report->fault.reason, report->fault.offset);
    fail_fault(e, path, &report->fault);
    if (e == OC_SHAPE)
        hint_print("this looks like: %s", mdoc_message_name(message));
    return e;
}

/* The two kinds of claims are types of their own; from here on only their cards are shown. */
static enum oc_err examine(struct evidence *evidence, const struct command_line *cl,
                           struct verdict *v, struct mdoc_report *report)
{
    struct mdoc_issuer_claims *issuer_claims = NULL;
    struct mdoc_claims *claims = NULL;
    enum oc_err e, printed;

    v->issuer_only = opt_given(cl, "issuer-signed");
    if (v->issuer_only) {
        e = mdoc_verify_issuer(&issuer_claims, report, &evidence->in);
        if (e == OC_OK)
            v->cards = mdoc_issuer_claims_cards(issuer_claims, &v->cards_n);
    } else {
        e = mdoc_verify(&claims, report, &evidence->in);
        if (e == OC_OK)
            v->cards = mdoc_claims_cards(claims, &v->cards_n);
    }
    if (!was_examined(report, e)) {
        evidence->fault = report->fault;
        e = say_not_examined(e, report, buf_view(&evidence->message), cl);
    } else {
        printed = put_verdict(evidence, cl, v);
        if (printed != OC_OK)
            e = printed;
    }
    mdoc_claims_free(&claims);
    mdoc_issuer_claims_free(&issuer_claims);
    return e;
}

static enum oc_err run(struct evidence *evidence, const struct command_line *cl)
{
    struct mdoc_report *report = calloc(1, sizeof *report);
    struct catalog_fault fault = { 0 };
    struct catalog catalog = { 0 };
    struct verdict v = {
        .report = report, .catalog = &catalog,
        .pinned = opt_given(cl, "signer"), .brief = opt_given(cl, "brief"),
    };
    enum oc_err e;

    if (report == NULL)
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    if ((e = catalog_init(&catalog, &fault)) != OC_OK)
        fail_print(e, "catalogue: %s", fault.text);
    else if ((e = evidence_read(evidence, cl)) == OC_OK)
        e = examine(evidence, cl, &v, report);
    catalog_cleanup(&catalog);
    free(report);
    return e;
}

int verifier_verify(const struct command_line *cl)
{
    struct evidence evidence = { .in = { .now = 0 } };
    bool chinese;
    enum oc_err e;

    if ((e = opt_not_both(cl, "diagnose", "response-image")) != OC_OK)
        return exit_status(e);
    if (opt_given(cl, "diagnose"))
        return exit_status(verifier_diagnose(cl));
    if ((e = check_options(cl)) == OC_OK && (e = lang_read(&chinese, cl)) == OC_OK &&
        (e = opt_time(cl, "at", &evidence.in.now)) == OC_OK) {
        evidence.in.language = chinese ? MDOC_CHINESE : MDOC_ENGLISH;
        e = run(&evidence, cl);
        if (opt_given(cl, "json") && !evidence.judged && exit_status(e) != STATUS_BAD_COMMAND)
            put_fault(&evidence, e);
    }
    evidence_cleanup(&evidence);
    return exit_status(e);
}
