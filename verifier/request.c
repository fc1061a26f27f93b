/*
 * Step 3 of 5: request.       holder/store.c (2)  →  here  →  holder/present.c (4)
 *   in    a ready-made request, one of a file, or own elements, the reader's key and certificate
 *   out   DeviceRequest for FILE, and in FILE.key the one-time key that alone opens the answer
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/state.h"
#include "crypto/random.h"
#include "mdoc/encryption.h"
#include "mdoc/transcript.h"
#include "verifier/folder.h"
#include "verifier/question.h"
#include "verifier/verbs.h"
#include "verbs/qr_out.h"

enum {
    NONCE_BYTES = 32,
    EXPIRES_MIN_S = 10, EXPIRES_MAX_S = 86400, EXPIRES_S = 300,
    PATH_BYTES_MAX = 4096,
};

const struct command_option verifier_request_options[] = {
    { "list", 'l', NULL, "list the names of ready-made requests", false },
    { "output", 'o', "FILE", "the request; its one-time key goes to FILE.key", false },
    { "card", 'c', "DOCTYPE", "with NAME or FILE.json: the card to ask it of", false },
    { "type", 't', "DOCTYPE", "without NAME: the card to ask", false },
    { "element", 'e', "NS/EL", "with --type: an element; NS/EL,retain to keep it", true },
    { "purpose", 'p', "TEXT", "why it is asked (default: NAME)", false },
    { "expires", 0, "SECONDS", "how long it may be answered, 10 to 86400 (default: 300)", false },
    { "unsigned", 0, NULL, "do not say who asks", false },
    { "transcript", 0, "FILE", "of another kind of session; no encryption", false },
    QR_OUT_OPTIONS,
    { "at", 0, "TIME", "the moment to reckon from (default: now)", false },
    { "dir", 'd', "DIR", "the verifier's folder", false },
    { .name = NULL },
};

/* Who signs. */
struct reader {
    struct private_key *key;        /* NULL: unsigned */
    struct x509_cert *chain[X509_CHAIN_MAX];
    size_t chain_n;
};

static void reader_cleanup(struct reader *r)
{
    private_key_free(&r->key);
    for (size_t i = 0; i < r->chain_n; i++)
        x509_free(&r->chain[i]);
    *r = (struct reader){ 0 };
}

/* The root is left out: whoever trusts it has it. */
static enum oc_err read_chain(struct reader *r, const char *path)
{
    struct x509_facts facts;
    struct buf pem;
    enum oc_err e = io_read(&pem, path, CERTIFICATES_FILE_MAX);

    for (size_t i = 0; e == OC_OK && r->chain_n < X509_CHAIN_MAX; i++) {
        e = x509_from_pem(&r->chain[r->chain_n], buf_view(&pem), i);
        if (e != OC_OK)
            break;
        x509_describe(r->chain[r->chain_n], &facts);
        if (i > 0 && facts.self_issued)
            x509_free(&r->chain[r->chain_n]);
        else
            r->chain_n++;
    }
    buf_cleanup(&pem);
    if (e == OC_TRUNCATED && r->chain_n > 0)
        return OC_OK;
    return e == OC_OK ? OC_OK : fail_print(OC_SHAPE, "%s: no certificates in PEM", path);
}

static enum oc_err check_reader(const struct reader *r, const char *path, int64_t now)
{
    const struct public_key *certified = x509_public_key(r->chain[0]);
    struct x509_facts facts;

    if (certified == NULL || !public_key_equal(certified, private_key_public(r->key)))
        return fail_print(OC_USAGE, "%s: not the certificate of this reader's key", path);
    x509_describe(r->chain[0], &facts);
    if (now < facts.not_before || now > facts.not_after)
        warn_print("%s: not valid at this time; holders will not know who asks", path);
    return OC_OK;
}

static enum oc_err reader_init(struct reader *r, const struct command_line *cl, int64_t now)
{
    struct buf key = { 0 }, certificate = { 0 };
    enum oc_err e;

    *r = (struct reader){ 0 };
    if (opt_given(cl, "unsigned"))
        return OC_OK;
    if ((e = verifier_path(&key, cl, "reader.key")) != OC_OK ||
        (e = verifier_path(&certificate, cl, "reader.pem")) != OC_OK)
        goto out;
    if ((e = verifier_private_key(&r->key, buf_text(&key), false)) != OC_OK) {
        hint_print("owncard-verifier init makes the key; --unsigned asks without one");
        goto out;
    }
    if ((e = read_chain(r, buf_text(&certificate))) != OC_OK) {
        hint_print("owncard-issuer reader-cert makes it; --unsigned asks without one");
        goto out;
    }
    e = check_reader(r, buf_text(&certificate), now);
out:
    buf_cleanup(&key);
    buf_cleanup(&certificate);
    if (e != OC_OK)
        reader_cleanup(r);
    return e;
}

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
    buf_cleanup(&file);
    return e == OC_OK ? OC_OK : fail_fault(e, path, &fault);
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

static enum oc_err write_request(struct buf *out, const struct question *question,
                                 const struct handover *handover, const struct reader *reader,
                                 int64_t expires)
{
    const struct mdoc_doc_request_spec doc = {
        .doc_type = question->doc_type,
        .elements = question->elements,
        .elements_n = question->elements_n,
        .encryption = buf_view(&handover->encryption),
        .expires = expires,
        .purpose = question->purpose,
    };
    const struct mdoc_request_spec spec = {
        .docs = &doc, .docs_n = 1,
        .transcript = buf_view(&handover->transcript),
        .reader = reader->key, .chain = reader->chain, .chain_n = reader->chain_n,
    };
    enum oc_err e;

    mdoc_device_request_write(out, &spec);
    e = buf_err(out);
    return e == OC_OK ? OC_OK : fail_print(e, "request: %s", oc_err_text(e));
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
    struct oc_fault fault = { 0 };
    struct reader reader = { 0 };
    struct buf request;
    uint64_t expires_s;
    int64_t now;
    enum oc_err e;

    buf_init(&request, MDOC_BYTES_MAX);
    if ((e = opt_time(cl, "at", &now)) != OC_OK ||
        (e = opt_uint(cl, "expires", EXPIRES_MIN_S, EXPIRES_MAX_S, EXPIRES_S,
                      &expires_s)) != OC_OK ||
        (e = reader_init(&reader, cl, now)) != OC_OK ||
        (e = handover_init(&handover, opt(cl, "transcript"))) != OC_OK ||
        (e = write_request(&request, question, &handover, &reader,
                           now + (int64_t)expires_s)) != OC_OK)
        goto out;
    /* What goes out is what a holder's parser takes. */
    if ((e = mdoc_device_request_init(&parsed, buf_view(&request), &fault)) != OC_OK) {
        fail_fault(e, "request", &fault);
        goto out;
    }
    e = put_out(cl, buf_view(&request), &handover, expires_s);
    if (e == OC_OK && opt(cl, "output") != NULL && strcmp(opt(cl, "output"), "-") != 0)
        question_explain(stderr, &parsed, catalog,
                         reader.chain_n > 0 ? reader.chain[0] : NULL);
out:
    mdoc_device_request_cleanup(&parsed);
    handover_cleanup(&handover);
    reader_cleanup(&reader);
    buf_cleanup(&request);
    return e;
}

int verifier_request(const struct command_line *cl)
{
    struct catalog_fault fault = { 0 };
    struct question question = { 0 };
    struct catalog catalog = { 0 };
    enum oc_err e;

    if (!opt_given(cl, "list") && (e = check_options(cl)) != OC_OK)
        return exit_status(e);
    if ((e = catalog_init(&catalog, &fault)) != OC_OK)
        fail_print(e, "catalogue: %s", fault.text);
    else if (opt_given(cl, "list"))
        question_list(stdout, &catalog);
    else if ((e = question_init(&question, cl, &catalog)) == OC_OK)
        e = run(cl, &question, &catalog);
    question_cleanup(&question);
    catalog_cleanup(&catalog);
    return exit_status(e);
}
