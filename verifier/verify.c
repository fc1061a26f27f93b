/*
 * Step 5 of 5: verify.       holder/present.c (4)  →  here
 *   in    DeviceResponse, the request and its one-time key, whom to believe, the time
 *   out   the verdict as exit status, the claims if accepted, and every check with its outcome
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/message.h"
#include "cli/state.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/transcript.h"
#include "verifier/diagnose.h"
#include "verifier/folder.h"
#include "verifier/judge.h"
#include "verifier/session.h"
#include "verifier/verbs.h"
#include "verbs/mistaken.h"
#include "verbs/qr_in.h"

enum { PATH_BYTES_MAX = 4096 };

const struct command_option verifier_verify_options[] = {
    { "request", 'r', "FILE", "the request that is answered; its key is FILE.key", false },
    { "response-image", 0, "PICTURE", "the response as PNG or JPEG of its QR codes; more of them "
                                      "as arguments", true },
    { "issuer-signed", 0, NULL, "check the issuer's part alone, not the device", false },
    { "copy", 0, "N", "with --issuer-signed: the N-th of several copies in one file", false },
    { "transcript", 0, "FILE", "the session's transcript, where there is no QR handover", false },
    { "reader-key", 0, "KEY", "with --transcript: the session's private key, for MACs; PEM, JWK "
                            "or COSE_Key", false },
    { "diagnose", 0, NULL, "no verdict: find the session that was signed, from these:", false },
    SESSION_OPTIONS,
    JUDGE_OPTIONS,
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

/* Everything read for one verification, and what `judge.in` points into. */
struct evidence {
    struct judge judge;
    struct buf message, request_bytes, transcript_bytes, key_path, misuse;
    struct mdoc_device_request request;
    struct private_key *recipient, *reader_key;
};

static void evidence_cleanup(struct evidence *v)
{
    private_key_free(&v->recipient);
    private_key_free(&v->reader_key);
    mdoc_device_request_cleanup(&v->request);
    buf_cleanup(&v->key_path);
    buf_cleanup(&v->transcript_bytes);
    buf_cleanup(&v->request_bytes);
    buf_cleanup(&v->message);
    buf_cleanup(&v->misuse);
    judge_cleanup(&v->judge);
}

static enum oc_err read_one_time_key(struct evidence *v, const char *request_path)
{
    buf_init(&v->key_path, PATH_BYTES_MAX);
    buf_printf(&v->key_path, "%s.key", request_path);
    if (!state_exists(buf_text(&v->key_path))) {
        fail_print(OC_IO, "%s: the one-time key is gone: it was used, or has expired",
                   buf_text(&v->key_path));
        hint_print("it was looked for as %s, beside the request as \"request\" wrote them both;"
                   " a request is answered once: make a new one", buf_text(&v->key_path));
        return OC_IO;
    }
    return verifier_private_key(&v->recipient, buf_text(&v->key_path), false);
}

static enum oc_err read_request(struct evidence *v, const struct command_line *cl)
{
    const char *path = opt(cl, "request");
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = message_read(&v->request_bytes, path, MDOC_BYTES_MAX)) != OC_OK)
        return judge_not_usable(e);
    e = mdoc_device_request_init(&v->request, buf_view(&v->request_bytes), &fault);
    if (e != OC_OK)
        return judge_not_usable(mistaken_message(e, path, buf_view(&v->request_bytes),
                                                 "DeviceRequest", &fault));
    v->judge.in.request = &v->request;
    if (opt_given(cl, "transcript") || opt_given(cl, "issuer-signed"))
        return OC_OK;
    e = read_one_time_key(v, path);
    v->judge.in.recipient = v->recipient;
    return e;
}

static enum oc_err read_transcript(struct evidence *v, const struct command_line *cl)
{
    const char *path = opt(cl, "transcript"), *key = opt(cl, "reader-key");
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = message_read(&v->transcript_bytes, path, MDOC_BYTES_MAX)) != OC_OK)
        return judge_not_usable(e);
    e = mdoc_transcript_read(&v->judge.in.transcript, buf_view(&v->transcript_bytes), &fault);
    if (e != OC_OK)
        return judge_not_usable(mistaken_message(e, path, buf_view(&v->transcript_bytes),
                                                 "SessionTranscript", &fault));
    if (key != NULL)
        e = verifier_private_key(&v->reader_key, key, true);
    v->judge.in.reader_key = v->reader_key;
    return e;
}

static const char *name_of_response(const struct command_line *cl)
{
    const char *picture = opt(cl, "response-image");
    const char *path = picture != NULL ? picture : argument(cl, 0);

    return path == NULL || strcmp(path, "-") == 0 ? "standard input" : path;
}

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
        (e = judge_check_options(cl)) != OC_OK)
        return e;
    if (argument(cl, 1) != NULL && !opt_given(cl, "response-image"))
        return fail_print(OC_USAGE, "\"%s\": one response at a time", argument(cl, 1));
    if (opt_given(cl, "copy") && !opt_given(cl, "issuer-signed"))
        return fail_print(OC_USAGE, "--copy goes with --issuer-signed");
    if (opt_given(cl, "reader-key") && !opt_given(cl, "transcript"))
        return fail_print(OC_USAGE, "--reader-key goes with --transcript");
    if (opt_given(cl, "request") || opt_given(cl, "transcript") || opt_given(cl, "issuer-signed"))
        return OC_OK;
    fail_print(OC_USAGE, "which request or session does the response answer?");
    hint_print("--request FILE for a request of ours, --transcript FILE for another session,"
               " --issuer-signed for the issuer's part alone");
    return OC_USAGE;
}

/* Of several copies of a card, as an issuer hands them over, the one that was chosen. What is no
 * sequence is left whole, for the parser to say what is wrong with it. */
static enum oc_err take_copy(struct evidence *v, const struct command_line *cl)
{
    struct bytes rest = v->judge.in.message, chosen = rest;
    uint64_t wanted, n = 0;
    enum oc_err e = opt_uint(cl, "copy", 1, UINT32_MAX, 1, &wanted);
    size_t length;

    if (e != OC_OK)
        return e;
    for (; rest.n > 0; rest.p += length, rest.n -= length) {
        if (mdoc_sequence_next(rest, &length, NULL) != OC_OK)
            return OC_OK;
        if (++n == wanted)
            chosen = (struct bytes){ rest.p, length };
    }
    if (n > 1 && !opt_given(cl, "copy")) {
        fail_print(OC_USAGE, "%s: holds %" PRIu64 " copies", name_of_response(cl), n);
        hint_print("--copy 1 to --copy %" PRIu64 " checks one of them", n);
        return OC_USAGE;
    }
    if (n > 0 && wanted > n)
        return fail_print(OC_USAGE, "--copy %" PRIu64 ": %s holds %" PRIu64, wanted,
                          name_of_response(cl), n);
    v->judge.in.message = chosen;
    return OC_OK;
}

static enum oc_err read_response(struct evidence *v, const struct command_line *cl)
{
    if (opt_given(cl, "response-image"))
        return qr_in_read(&v->message, cl, "response-image");
    return message_read(&v->message, argument(cl, 0), MDOC_BYTES_MAX);
}

/* What an impossible combination comes from, told before it is known whether there is one. */
static void name_misuse(struct evidence *v, const struct command_line *cl)
{
    if (opt_given(cl, "request"))
        buf_printf(&v->misuse, "%s: asks for no encryption to the one-time key beside it",
                   opt(cl, "request"));
    else if (opt_given(cl, "reader-key"))
        buf_printf(&v->misuse, "%s: a key that makes no device MAC", opt(cl, "reader-key"));
    v->judge.misuse = v->misuse.n > 0 ? buf_text(&v->misuse) : NULL;
}

/* The response is read last, so that its faults are the only ones with status 3. */
static enum oc_err evidence_read(struct evidence *v, const struct command_line *cl)
{
    enum oc_err e;

    if ((e = judge_read(&v->judge)) != OC_OK || (e = read_request(v, cl)) != OC_OK ||
        (e = read_transcript(v, cl)) != OC_OK ||
        (e = read_response(v, cl)) != OC_OK)
        return e;
    v->judge.name = name_of_response(cl);
    name_misuse(v, cl);
    v->judge.issuer_only = opt_given(cl, "issuer-signed");
    v->judge.in.message = buf_view(&v->message);
    return v->judge.issuer_only ? take_copy(v, cl) : OC_OK;
}

/* An accepted response uses the key up, before anything is said: of two runs on one answer only
 * one can delete it. An expired request's key opens nothing any more. */
static enum oc_err use_up_key(void *context, const struct mdoc_report *report)
{
    struct evidence *v = context;
    bool expired = report->checks[MDOC_CHECK_REQUEST_EXPIRY].outcome == MDOC_FAIL &&
                   !opt_given(v->judge.cl, "at");
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

static enum oc_err run(struct evidence *v, const struct command_line *cl)
{
    struct catalog catalog = { 0 };
    enum oc_err e;

    v->judge.before_verdict = use_up_key;
    v->judge.context = v;
    if ((e = card_types_init(&catalog)) == OC_OK && (e = evidence_read(v, cl)) == OC_OK)
        e = judge_run(&v->judge, &catalog);
    catalog_cleanup(&catalog);
    return e;
}

int verifier_verify(const struct command_line *cl)
{
    struct evidence evidence = { .message = { 0 } };
    enum oc_err e;
    int status;

    if ((e = opt_not_both(cl, "diagnose", "response-image")) != OC_OK)
        return exit_status(e);
    if (opt_given(cl, "diagnose"))
        return exit_status(verifier_diagnose(cl));
    if ((e = check_options(cl)) != OC_OK)
        return exit_status(e);
    buf_init(&evidence.misuse, PATH_BYTES_MAX + 64);
    if ((e = judge_init(&evidence.judge, cl)) == OC_OK)
        e = run(&evidence, cl);
    status = judge_status(&evidence.judge, e);
    evidence_cleanup(&evidence);
    return status;
}
