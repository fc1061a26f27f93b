/*
 * Step 4 of 5: present.       verifier/request.c (3)  →  here  →  verifier/verify.c (5)
 *   in    DeviceRequest, the vault, the holder's consent
 *   out   DeviceResponse holding only the elements consented to, as a file or as QR codes
 *
 * holder/showing.h makes it, holder/spend.h marks the copies that it shows.
 */
#include "cli/exit.h"
#include "cli/key_file.h"
#include "cli/message.h"
#include "holder/spend.h"
#include "holder/verbs.h"
#include "mdoc/transcript.h"
#include "verbs/mistaken.h"
#include "verbs/qr_in.h"
#include "verbs/qr_out.h"

const struct command_option holder_present_options[] = {
    { "request", 'r', "FILE", "what the verifier asks (default: standard input)", false },
    { "request-image", 0, "PICTURE", "the request as PNG or JPEG of its QR codes; more of them as "
                                     "arguments", true },
    { "output", 'o', "FILE", "the answer", false },
    QR_OUT_OPTIONS,
    { "transcript", 0, "FILE", "for a session of another kind: its transcript; no encryption", false },
    { "reader-key", 0, "KEY", "with --transcript: MAC for this public key, do not sign; PEM, JWK "
                            "or COSE_Key", false },
    SHOWING_OPTIONS,
    { .name = NULL },
};

struct presentation {
    const struct command_line *cl;
    struct buf message;
    struct mdoc_device_request request;
    bool is_encrypted;
    struct mdoc_encryption_parameters encryption;
    struct public_key *reader_key;  /* for a device MAC */
    struct buf transcript_file, transcript;
    struct showing showing;
    struct qr_out qr;
};

/* Where the request came from; NULL: standard input. */
static const char *request_name(const struct presentation *p)
{
    const char *picture = opt(p->cl, "request-image");

    return picture != NULL ? picture : opt(p->cl, "request");
}

static enum oc_err read_reader_key(struct presentation *p)
{
    const char *path = opt(p->cl, "reader-key");

    return path == NULL ? OC_OK : key_file_public(&p->reader_key, path);
}

/* A transcript given, or the one that follows from our own handover. */
static enum oc_err find_transcript(struct presentation *p)
{
    const char *path = opt(p->cl, "transcript");
    struct oc_fault fault = { 0 };
    struct bytes array;
    enum oc_err e;

    if (path != NULL) {
        if ((e = message_read(&p->transcript_file, path, MDOC_BYTES_MAX)) != OC_OK)
            return e;
        e = mdoc_transcript_read(&array, buf_view(&p->transcript_file), &fault);
        if (e != OC_OK)
            return mistaken_message(e, path, buf_view(&p->transcript_file), "SessionTranscript",
                                    &fault);
        buf_add(&p->transcript, array);
        return read_reader_key(p);
    }
    if (opt_given(p->cl, "reader-key"))
        return fail_print(OC_USAGE, "--reader-key goes with --transcript");
    e = mdoc_encryption_parameters_init(&p->encryption, &p->request, &fault);
    if (e != OC_OK) {
        fail_fault(e, request_name(p), &fault);
        hint_print("a request from another kind of session needs --transcript FILE");
        return e;
    }
    p->is_encrypted = true;
    mdoc_transcript_qr(&p->transcript, p->encryption.tagged);
    return buf_err(&p->transcript);
}

/* A plain answer is nobody else's business on this machine; one that is wrong may be plain. */
static unsigned output_kind(const struct presentation *p)
{
    return p->is_encrypted && p->showing.flaw == NULL ? IO_BINARY : IO_BINARY | IO_SECRET;
}

/* As a file, unless QR codes are all that was asked for, and as QR codes. */
static enum oc_err add_outputs(struct io_output *output, struct presentation *p,
                               struct bytes answer)
{
    const char *path = opt(p->cl, "output");
    enum oc_err e = OC_OK;

    if (path != NULL || !qr_out_wanted(p->cl))
        e = io_output_add(output, path, answer, output_kind(p));
    return e == OC_OK ? qr_out_add(&p->qr, output, answer) : e;
}

/* How many seconds the answer is of use: until the request ends; 0: for ever. */
static uint64_t answer_lasts_s(const struct presentation *p)
{
    int64_t ends = INT64_MAX;

    for (size_t i = 0; i < p->request.docs_n; i++)
        if (p->request.docs[i].has_expires && p->request.docs[i].expires < ends)
            ends = p->request.docs[i].expires;
    return ends == INT64_MAX ? 0 : ends > p->showing.now ? (uint64_t)(ends - p->showing.now) : 1;
}

static enum oc_err begin_qr(struct presentation *p)
{
    enum oc_err e = qr_out_init(&p->qr, p->cl);

    p->qr.lasts_s = answer_lasts_s(p);
    p->qr.how = output_kind(p) & IO_SECRET;
    return e;
}

/* Whether the answer can be written at all: any, before a question is asked, and then the very
 * one, before a copy is touched. */
static enum oc_err try_output(struct presentation *p, struct bytes answer)
{
    struct io_output nothing = { .n = 0 };
    enum oc_err e = begin_qr(p);

    if (e == OC_OK)
        e = add_outputs(&nothing, p, answer);
    io_output_abandon(&nothing);
    qr_out_cleanup(&p->qr);
    return e == OC_OK ? begin_qr(p) : e;
}

static enum oc_err send(struct presentation *p)
{
    const struct bytes answer = buf_view(&p->showing.response);
    struct io_output output = { .n = 0 };
    enum oc_err e;

    if ((e = try_output(p, answer)) != OC_OK || (e = spend_begin(&p->showing)) != OC_OK)
        return e;
    if ((e = add_outputs(&output, p, answer)) != OC_OK)
        spend_undo(&p->showing);
    else if ((e = io_output_commit(&output)) != OC_OK || (e = qr_out_show(&p->qr)) != OC_OK)
        hint_print("the answer may have left, so its copy is not offered again");
    else
        spend_done(&p->showing);
    io_output_abandon(&output);
    return e;
}

static enum oc_err read_request(struct presentation *p)
{
    const char *path = request_name(p);
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (opt_given(p->cl, "request-image"))
        e = qr_in_read(&p->message, p->cl, "request-image");
    else if (argument(p->cl, 0) != NULL)
        e = fail_print(OC_USAGE, "\"%s\": only pictures after --request-image are arguments",
                       argument(p->cl, 0));
    else
        e = message_read(&p->message, path, MDOC_BYTES_MAX);
    if (e != OC_OK)
        return e;
    e = mdoc_device_request_init(&p->request, buf_view(&p->message), &fault);
    return e == OC_OK ? OC_OK
                      : mistaken_message(e, path, buf_view(&p->message), "DeviceRequest", &fault);
}

static void presentation_cleanup(struct presentation *p)
{
    showing_cleanup(&p->showing);
    mdoc_encryption_parameters_cleanup(&p->encryption);
    public_key_free(&p->reader_key);
    mdoc_device_request_cleanup(&p->request);
    qr_out_cleanup(&p->qr);
    buf_cleanup(&p->transcript);
    buf_cleanup(&p->transcript_file);
    buf_cleanup(&p->message);
}

static enum oc_err present(struct presentation *p)
{
    static const struct bytes any_answer = BYTES("\xa0");
    struct showing_asked asked = { .request = &p->request };
    enum oc_err e;

    if ((e = opt_not_both(p->cl, "request", "request-image")) != OC_OK ||
        (e = showing_init(&p->showing, p->cl)) != OC_OK ||
        (e = read_request(p)) != OC_OK ||
        (e = find_transcript(p)) != OC_OK)
        return e;
    asked.transcript = buf_view(&p->transcript);
    asked.encryption = p->is_encrypted ? &p->encryption : NULL;
    asked.reader_key = p->reader_key;
    if ((e = showing_check(&p->showing, &asked)) != OC_OK ||
        (e = try_output(p, any_answer)) != OC_OK ||
        (e = showing_open(&p->showing)) != OC_OK ||
        (e = showing_choose(&p->showing, &asked)) != OC_OK ||
        (e = qr_out_check(&p->qr, showing_least(&p->showing))) != OC_OK ||
        (e = showing_answer(&p->showing)) != OC_OK)
        return e;
    return send(p);
}

int holder_present(const struct command_line *cl)
{
    struct presentation p = { .cl = cl };
    enum oc_err e;

    if (opt_given(cl, "list-defects"))
        return flawed_list();
    buf_init(&p.transcript, MDOC_BYTES_MAX);
    e = present(&p);
    presentation_cleanup(&p);
    return exit_status(e);
}
