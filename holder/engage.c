/*
 * Step 4 of 5 in a session: engage.       holder/store.c (2)  →  here  ↔  verifier/ask.c (3, 5)
 *   in    the vault, a reader's request over the session, the holder's consent
 *   out   the engagement, as text, QR code or NFC handover; then over the session a DeviceResponse
 *         holding only the elements consented to
 *
 * The engagement goes out by one handover: by NFC where a card is all there is, else as text. One
 * session is one showing: a reader that asks again is told that it has ended.
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "holder/spend.h"
#include "holder/verbs.h"
#include "transport/tcp.h"
#include "transport/vpcd.h"
#include "verbs/mistaken.h"
#include "verbs/proximity.h"
#include "verbs/qr_out.h"

enum { URI_MAX = 2 * MDOC_ENGAGEMENT_MAX, GOODBYE_MS = 10 * 1000 };

const struct command_option holder_engage_options[] = {
    { "tcp", 0, "ADDRESS", "wait for a reader at PORT of this machine, or HOST:PORT", false },
    { "nfc-virtual", 0, "ADDRESS", "be a card in the virtual NFC reader (vpcd) at PORT or "
                                   "HOST:PORT", false },
    { "output", 'o', "FILE", "the engagement, as \"mdoc:\" text", false },
    QR_TEXT_OPTIONS,
    { "curve", 0, "NAME", "of the session's key: P-256 (default), P-384, X25519, …", false },
    { "mac", 0, NULL, "authenticate by a MAC, which convinces this reader alone", false },
    PROXIMITY_OPTIONS,
    SHOWING_OPTIONS,
    { .name = NULL },
};

struct encounter {
    const struct command_line *cl;
    const char *tcp, *card;             /* the address, of the one that was given */
    struct tcp_listener listener;
    struct proximity proximity;
    struct showing showing;
    struct buf nfc_select;              /* empty: no handover by NFC */
    struct buf message;
    struct mdoc_device_request request;
};

static enum oc_err check_options(struct encounter *n)
{
    enum oc_err e = opt_not_both(n->cl, "tcp", "nfc-virtual");

    n->tcp = opt(n->cl, "tcp");
    n->card = opt(n->cl, "nfc-virtual");
    if (e != OC_OK || n->tcp != NULL || n->card != NULL)
        return e;
    return fail_print(OC_USAGE, "how shall a reader come? --tcp ADDRESS or --nfc-virtual ADDRESS");
}

static bool is_text_wanted(const struct encounter *n)
{
    return n->card == NULL || opt_given(n->cl, "output") || qr_out_wanted(n->cl);
}

static enum oc_err begin_session(struct encounter *n)
{
    const struct mdoc_retrieval by_nfc = {
        .type = MDOC_RETRIEVAL_NFC, .version = 1,
        .max_command = VPCD_DATA_MAX, .max_response = VPCD_DATA_MAX,
    };
    const char *name = opt(n->cl, "curve");
    const struct curve_info *curve = curve_by_name(name != NULL ? name : "P-256");
    enum oc_err e;

    if (curve == NULL || !curve->agrees)
        return fail_print(OC_USAGE, "--curve %s: not a curve of sessions", name);
    e = mdoc_session_holder_new(&n->proximity.session, &(struct mdoc_session_holder_spec){
        .curve = curve->curve, .retrievals = &by_nfc, .retrievals_n = n->card != NULL ? 1 : 0,
        .limits = proximity_limits(&n->proximity),
    }, proximity_now());
    return e == OC_OK ? OC_OK : fail_print(e, "the session: %s", oc_err_text(e));
}

/* The handover's very bytes are part of what both sides sign over. */
static enum oc_err make_handover(struct encounter *n)
{
    const struct mdoc_nfc_carrier itself = {
        .power = MDOC_NFC_ACTIVE, .is_for_mdoc = true,
        .max_command = VPCD_DATA_MAX, .max_response = VPCD_DATA_MAX,
    };
    enum oc_err e;

    if (is_text_wanted(n))
        return OC_OK;
    mdoc_nfc_select_write(&n->nfc_select, mdoc_session_engagement(n->proximity.session), &itself,
                          1);
    if ((e = buf_err(&n->nfc_select)) == OC_OK)
        e = mdoc_session_by_nfc(n->proximity.session, buf_view(&n->nfc_select),
                                (struct bytes){ NULL, 0 });
    return e == OC_OK ? OC_OK : fail_print(e, "the NFC handover: %s", oc_err_text(e));
}

static enum oc_err add_text(const struct encounter *n, struct io_output *output, struct buf *uri)
{
    const char *path = opt(n->cl, "output");
    size_t length = uri->n;
    enum oc_err e;

    if (path == NULL && qr_out_wanted(n->cl))
        return OC_OK;
    buf_add_byte(uri, '\n');
    e = io_output_add(output, path, buf_view(uri), IO_TEXT);
    buf_truncate(uri, length);
    return e;
}

static enum oc_err put_engagement(const struct encounter *n)
{
    struct io_output output = { .n = 0 };
    struct qr_out qr;
    struct buf uri;
    enum oc_err e;

    if (!is_text_wanted(n))
        return OC_OK;
    qr_out_init_text(&qr, n->cl);
    buf_init(&uri, URI_MAX);
    mdoc_engagement_uri_write(&uri, mdoc_session_engagement(n->proximity.session));
    if ((e = buf_err(&uri)) != OC_OK)
        fail_print(e, "the engagement: %s", oc_err_text(e));
    else if ((e = add_text(n, &output, &uri)) == OC_OK &&
             (e = qr_out_add_text(&qr, &output, buf_view(&uri))) == OC_OK)
        e = io_output_commit(&output);
    io_output_abandon(&output);
    qr_out_cleanup(&qr);
    buf_cleanup(&uri);
    return e;
}

/* The place is there before the engagement leads anybody to it. */
static enum oc_err open_place(struct encounter *n)
{
    const char *reason;
    enum oc_err e;

    if (n->tcp == NULL)
        return OC_OK;
    e = tcp_listen(&n->listener, n->tcp, &reason);
    return e == OC_OK ? OC_OK : proximity_fail(e, n->tcp, reason);
}

static enum oc_err meet(struct encounter *n)
{
    int64_t deadline = proximity_deadline(&n->proximity);
    struct carrier *carrier = &n->proximity.carrier;
    const char *address = n->tcp != NULL ? n->tcp : n->card;
    enum oc_err e;

    if (n->tcp != NULL) {
        fprintf(stderr, "Waiting for a reader at %s.\n", n->listener.address);
        e = tcp_accept(carrier, &n->listener, deadline);
        tcp_listener_cleanup(&n->listener);     /* for one reader alone */
    } else {
        fprintf(stderr, "A card in the reader at %s.\n", address);
        e = vpcd_carrier(carrier, address, buf_view(&n->nfc_select), VPCD_DATA_MAX, VPCD_DATA_MAX,
                         deadline);
    }
    return e == OC_OK ? OC_OK : proximity_fail(e, address, carrier->reason);
}

static enum oc_err receive_request(struct encounter *n)
{
    struct oc_fault fault = { 0 };
    enum oc_err e = proximity_receive(&n->proximity, &n->message);

    if (e != OC_OK)
        return e;
    if (n->message.n == 0)
        return fail_print(OC_IO, "the reader ended the session without a request");
    e = mdoc_device_request_init(&n->request, buf_view(&n->message), &fault);
    return e == OC_OK ? OC_OK
                      : mistaken_message(e, "the reader's request", buf_view(&n->message),
                                         "DeviceRequest", &fault);
}

static enum oc_err answer(struct encounter *n)
{
    const struct showing_asked asked = {
        .request = &n->request,
        .transcript = mdoc_session_transcript(n->proximity.session),
        .reader_key = opt_given(n->cl, "mac") ? mdoc_session_peer_key(n->proximity.session) : NULL,
    };
    enum oc_err e = showing_choose(&n->showing, &asked);

    return e == OC_OK ? showing_answer(&n->showing) : e;
}

/* Encrypted before the copy is touched, so that what can fail has failed by then. */
static enum oc_err send(struct encounter *n)
{
    struct buf wire = { 0 };
    enum oc_err e;

    if ((e = proximity_check(&n->proximity)) == OC_OK &&
        (e = proximity_encrypt(&n->proximity, &wire, buf_view(&n->showing.response))) == OC_OK &&
        (e = spend_begin(&n->showing)) == OC_OK) {
        if ((e = proximity_carry(&n->proximity, buf_view(&wire))) == OC_OK)
            spend_done(&n->showing);
        else
            hint_print("the answer may have left, so its copy is not offered again");
    }
    buf_cleanup(&wire);
    return e;
}

/* The answer is with the reader, so that nothing that follows is an error of the showing. */
static void say_goodbye(struct encounter *n)
{
    n->proximity.wait_ms = n->proximity.wait_ms < GOODBYE_MS ? n->proximity.wait_ms : GOODBYE_MS;
    buf_truncate(&n->message, 0);
    if (proximity_hear_end(&n->proximity, &n->message) && n->message.n > 0)
        warn_print("the reader asks for more; a session here is one showing, so it ends");
}

static enum oc_err engage(struct encounter *n)
{
    enum oc_err e;

    if ((e = check_options(n)) != OC_OK ||
        (e = proximity_init(&n->proximity, n->cl, "the reader")) != OC_OK ||
        (e = showing_init(&n->showing, n->cl)) != OC_OK ||
        (e = showing_open(&n->showing)) != OC_OK ||
        (e = begin_session(n)) != OC_OK ||
        (e = make_handover(n)) != OC_OK ||
        (e = open_place(n)) != OC_OK ||
        (e = put_engagement(n)) != OC_OK ||
        (e = meet(n)) != OC_OK ||
        (e = receive_request(n)) != OC_OK ||
        (e = answer(n)) != OC_OK ||
        (e = send(n)) != OC_OK)
        return e;
    say_goodbye(n);
    return OC_OK;
}

int holder_engage(const struct command_line *cl)
{
    struct encounter n = { .cl = cl };
    enum oc_err e;

    if (opt_given(cl, "list-defects"))
        return flawed_list();
    buf_init(&n.nfc_select, MDOC_ENGAGEMENT_MAX);
    buf_init(&n.message, MDOC_BYTES_MAX);
    e = engage(&n);
    proximity_close(&n.proximity);
    tcp_listener_cleanup(&n.listener);
    showing_cleanup(&n.showing);
    mdoc_device_request_cleanup(&n.request);
    buf_cleanup(&n.message);
    buf_cleanup(&n.nfc_select);
    return exit_status(e);
}
