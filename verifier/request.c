/*
 * Step 3 of 5: request.       holder/store.c (2)  →  here  →  holder/present.c (4)
 *   in    a ready-made request, one of a file, or own elements, the reader's key and certificate
 *   out   DeviceRequest for FILE, and in FILE.key the one-time key that alone opens the answer
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/state.h"
#include "crypto/random.h"
#include "mdoc/encryption.h"
#include "mdoc/transcript.h"
#include "verifier/asking.h"
#include "verifier/verbs.h"
#include "verbs/mistaken.h"
#include "verbs/qr_out.h"

enum {
    NONCE_BYTES = 32,
    EXPIRES_MIN_S = 10, EXPIRES_MAX_S = 86400, EXPIRES_S = 300,
    PATH_BYTES_MAX = 4096,
};

const struct command_option verifier_request_options[] = {
    { "list", 'l', NULL, "list the names of ready-made requests", false },
    { "output", 'o', "FILE", "the request; its one-time key goes to FILE.key", false },
    ASKING_OPTIONS,
    { "expires", 0, "SECONDS", "how long it may be answered, 10 to 86400 (default: 300)", false },
    { "transcript", 0, "FILE", "of another kind of session; no encryption", false },
    QR_OUT_OPTIONS,
    { "at", 0, "TIME", "the moment to reckon from (default: now)", false },
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

/* What ties the answer to this request: our own handover, or a session of another kind. */
struct handover {
    struct private_key *recipient;  /* NULL: no encryption */
    struct buf encryption;
    struct buf transcript;
};

static void handover_cleanup(struct handover *h)
{
    private_key_free(&h->recipient);
    buf_cleanup(&h->encryption);
    buf_cleanup(&h->transcript);
}

static enum oc_err handover_read(struct handover *h, const char *path)
{
    struct oc_fault fault = { 0 };
    struct bytes array;
    struct buf file;
    enum oc_err e = message_read(&file, path, MDOC_BYTES_MAX);

    if (e != OC_OK)
        return e;
    e = mdoc_transcript_read(&array, buf_view(&file), &fault);
    if (e == OC_OK) {
        buf_add(&h->transcript, array);
        e = buf_err(&h->transcript);
    }
    if (e != OC_OK)
        mistaken_message(e, path, buf_view(&file), "SessionTranscript", &fault);
    buf_cleanup(&file);
    return e;
}

static enum oc_err handover_make(struct handover *h)
{
    uint8_t nonce[NONCE_BYTES];
    enum oc_err e;

    if ((e = random_bytes(nonce, sizeof nonce)) != OC_OK ||
        (e = private_key_generate(&h->recipient, CURVE_P256)) != OC_OK)
        return fail_print(e, "one-time key: %s", oc_err_text(e));
    mdoc_encryption_parameters_write(&h->encryption, private_key_public(h->recipient),
                                     BYTES_OF(nonce));
    mdoc_transcript_qr(&h->transcript, buf_view(&h->encryption));
    if ((e = buf_err(&h->encryption)) != OC_OK || (e = buf_err(&h->transcript)) != OC_OK)
        return fail_print(e, "transcript: %s", oc_err_text(e));
    return OC_OK;
}

static enum oc_err handover_init(struct handover *h, const char *transcript_path)
{
    enum oc_err e;

    *h = (struct handover){ 0 };
    buf_init(&h->encryption, MDOC_BYTES_MAX);
    buf_init(&h->transcript, MDOC_BYTES_MAX);
    e = transcript_path != NULL ? handover_read(h, transcript_path) : handover_make(h);
    if (e != OC_OK)
        handover_cleanup(h);
    return e;
}

/* Request, key and pictures appear together or not at all; a loop on the terminal comes after. */
static enum oc_err put_out(const struct command_line *cl, struct bytes request,
                           const struct handover *handover, uint64_t lasts_s)
{
    const char *path = opt(cl, "output");
    struct io_output output = { .n = 0 };
    struct secret *pem = NULL;
    struct qr_out qr = { .n = 0 };
    struct buf key_path;
    enum oc_err e;

    buf_init(&key_path, PATH_BYTES_MAX);
    if ((e = io_output_add(&output, path, request,
                           handover->recipient != NULL ? IO_BINARY | IO_FILE : IO_BINARY)) != OC_OK)
        goto out;
    if (handover->recipient != NULL) {
        buf_printf(&key_path, "%s.key", path);
        if (state_exists(buf_text(&key_path)))
            warn_print("%s: replaced; an answer to the request it belonged to cannot be opened",
                       buf_text(&key_path));
        if ((e = private_key_to_pem(&pem, handover->recipient)) != OC_OK) {
            fail_print(e, "one-time key: %s", oc_err_text(e));
            goto out;
        }
        e = io_output_add(&output, buf_text(&key_path), secret_view(pem),
                          IO_SECRET | IO_REPLACE);
        if (e != OC_OK)
            goto out;
    }
    if ((e = qr_out_init(&qr, cl)) != OC_OK)
        goto out;
    qr.lasts_s = lasts_s;
    if ((e = qr_out_add(&qr, &output, request)) != OC_OK ||
        (e = io_output_commit(&output)) != OC_OK)
        goto out;
    e = qr_out_show(&qr);
out:
    io_output_abandon(&output);
    secret_free(&pem);
    buf_cleanup(&key_path);
    qr_out_cleanup(&qr);
    return e;
}

static enum oc_err check_options(const struct command_line *cl)
{
    const char *path = opt(cl, "output");
    bool is_file = path != NULL && strcmp(path, "-") != 0;

    if (!is_file && !opt_given(cl, "transcript")) {
        fail_print(OC_USAGE, "--output must name a file: the one-time key is kept beside it");
        hint_print("with --transcript there is no such key, and the request may go to a pipe");
        return OC_USAGE;
    }
    if (!is_file && opt_given(cl, "qr"))
        return fail_print(OC_USAGE, "--qr draws on standard output, so --output must name a file");
    return OC_OK;
}

static enum oc_err run(const struct command_line *cl, const struct question *question,
                       const struct catalog *catalog)
{
    struct mdoc_device_request parsed = { 0 };
    struct handover handover = { 0 };
    struct asking_reader reader = { 0 };
    struct buf request;
    uint64_t expires_s;
    int64_t now;
    enum oc_err e;

    buf_init(&request, MDOC_BYTES_MAX);
    if ((e = opt_time(cl, "at", &now)) != OC_OK ||
        (e = opt_uint(cl, "expires", EXPIRES_MIN_S, EXPIRES_MAX_S, EXPIRES_S,
                      &expires_s)) != OC_OK ||
        (e = asking_reader_init(&reader, cl, now)) != OC_OK ||
        (e = handover_init(&handover, opt(cl, "transcript"))) != OC_OK ||
        (e = asking_write(&request, question, &reader, &(struct asking_session){
            .transcript = buf_view(&handover.transcript),
            .encryption = buf_view(&handover.encryption),
            .expires = now + (int64_t)expires_s })) != OC_OK ||
        (e = asking_parse(&parsed, buf_view(&request))) != OC_OK)
        goto out;
    e = put_out(cl, buf_view(&request), &handover, expires_s);
    if (e == OC_OK && opt(cl, "output") != NULL && strcmp(opt(cl, "output"), "-") != 0)
        question_explain(stderr, &parsed, catalog,
                         reader.chain_n > 0 ? reader.chain[0] : NULL);
out:
    mdoc_device_request_cleanup(&parsed);
    handover_cleanup(&handover);
    asking_reader_cleanup(&reader);
    buf_cleanup(&request);
    return e;
}

int verifier_request(const struct command_line *cl)
{
    struct question question = { 0 };
    struct catalog catalog = { 0 };
    enum oc_err e;

    if (!opt_given(cl, "list") && (e = check_options(cl)) != OC_OK)
        return exit_status(e);
    if ((e = card_types_init(&catalog)) != OC_OK)
        return exit_status(e);
    if (opt_given(cl, "list"))
        question_list(stdout, &catalog);
    else if ((e = question_init(&question, cl, &catalog)) == OC_OK)
        e = run(cl, &question, &catalog);
    question_cleanup(&question);
    catalog_cleanup(&catalog);
    return exit_status(e);
}
