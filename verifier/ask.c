/*
 * Steps 3 and 5 of 5 in a session: ask.       holder/engage.c (4)  ↔  here
 *   in    the holder's engagement, a request as for "request", whom to believe
 *   out   what "verify" gives: the verdict as exit status, claims if accepted, every check
 *
 * The response never lies in a file, and the session's keys end with the run.
 */
#include <stdio.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "verifier/asking.h"
#include "verifier/engagement.h"
#include "verifier/judge.h"
#include "verifier/verbs.h"

const struct command_option verifier_ask_options[] = {
    ENGAGEMENT_OPTIONS,
    PROXIMITY_OPTIONS,
    ASKING_OPTIONS,
    JUDGE_OPTIONS,
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

struct dialogue {
    const struct command_line *cl;
    struct catalog catalog;
    struct question question;
    struct asking_reader reader;
    struct proximity proximity;
    struct buf request_bytes, response;
    struct mdoc_device_request request;
    struct judge judge;
};

/* All that can fail without the holder has failed before the holder is met. */
static enum oc_err prepare(struct dialogue *d)
{
    enum oc_err e = card_types_init(&d->catalog);

    if (e != OC_OK)
        return e;
    if ((e = proximity_init(&d->proximity, d->cl, "the holder")) != OC_OK ||
        (e = question_init(&d->question, d->cl, &d->catalog)) != OC_OK ||
        (e = asking_reader_init(&d->reader, d->cl, d->judge.in.now)) != OC_OK)
        return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
    return judge_read(&d->judge);
}

static enum oc_err send_request(struct dialogue *d)
{
    struct buf wire = { 0 };
    enum oc_err e;

    if ((e = asking_write(&d->request_bytes, &d->question, &d->reader, &(struct asking_session){
            .transcript = mdoc_session_transcript(d->proximity.session) })) != OC_OK ||
        (e = asking_parse(&d->request, buf_view(&d->request_bytes))) != OC_OK)
        return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_BUG : e;
    question_explain(stderr, &d->request, &d->catalog,
                     d->reader.chain_n > 0 ? d->reader.chain[0] : NULL);
    if ((e = proximity_encrypt(&d->proximity, &wire, buf_view(&d->request_bytes))) == OC_OK)
        e = proximity_carry(&d->proximity, buf_view(&wire));
    buf_cleanup(&wire);
    return e;
}

static enum oc_err receive_response(struct dialogue *d)
{
    enum oc_err e = proximity_receive(&d->proximity, &d->response);

    if (e == OC_OK && d->response.n == 0)
        return fail_print(OC_REFUSED, "the holder ended the session without an answer");
    return e;
}

static enum oc_err ask(struct dialogue *d)
{
    const struct mdoc_session *session;
    enum oc_err e;

    if ((e = prepare(d)) != OC_OK ||
        (e = engagement_meet(&d->proximity, d->cl)) != OC_OK ||
        (e = send_request(d)) != OC_OK ||
        (e = receive_response(d)) != OC_OK)
        return e;
    if ((e = opt_time(d->cl, "at", &d->judge.in.now)) != OC_OK)     /* an answer takes its time */
        return e;
    session = d->proximity.session;
    d->judge.name = "the response";
    d->judge.in.message = buf_view(&d->response);
    d->judge.in.request = &d->request;
    d->judge.in.transcript = mdoc_session_transcript(session);
    d->judge.in.reader_key = mdoc_session_reader_key(session);
    return judge_run(&d->judge, &d->catalog);
}

int verifier_ask(const struct command_line *cl)
{
    struct dialogue d = { .cl = cl };
    enum oc_err e;
    int status;

    if ((e = engagement_check_options(cl)) != OC_OK || (e = judge_check_options(cl)) != OC_OK)
        return exit_status(e);
    buf_init(&d.request_bytes, MDOC_BYTES_MAX);
    buf_init(&d.response, MDOC_BYTES_MAX);
    if ((e = judge_init(&d.judge, cl)) == OC_OK)
        e = ask(&d);
    status = judge_status(&d.judge, e);
    proximity_close(&d.proximity);
    judge_cleanup(&d.judge);
    mdoc_device_request_cleanup(&d.request);
    buf_cleanup(&d.response);
    buf_cleanup(&d.request_bytes);
    asking_reader_cleanup(&d.reader);
    question_cleanup(&d.question);
    catalog_cleanup(&d.catalog);
    return status;
}
