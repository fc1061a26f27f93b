/*
 * For sessions of other kinds: transcript.     here  →  request.c (3), holder/present.c (4), verify.c (5)
 *   in    what both sides of an OpenID4VP or ISO/IEC 18013-7 session know
 *   out   its SessionTranscript, for the options --transcript
 */
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/text.h"
#include "mdoc/limits.h"
#include "mdoc/transcript.h"
#include "verifier/verbs.h"

enum { THUMBPRINT_N = 32 };

const struct command_option verifier_transcript_options[] = {
    { "handover", 0, "NAME", "openid4vp (1.0), openid4vp-dcapi (1.0 over the Digital Credentials API), "
                             "or 18013-7 (2024)", false },
    { "client-id", 0, "TEXT", "the verifier's client identifier, with its prefix", false },
    { "nonce", 0, "TEXT", "the nonce of the request", false },
    { "response-uri", 0, "URI", "where the answer goes", false },
    { "mdoc-nonce", 0, "TEXT", "for 18013-7: the wallet's own nonce", false },
    { "origin", 0, "URI", "for openid4vp-dcapi: the page that asks", false },
    { "thumbprint", 0, "B64URL", "the JWK thumbprint of the key that the answer is encrypted to; "
                                 "left out when it is not", false },
    { "output", 'o', "FILE", "the transcript", false },
    { .name = NULL },
};

/* What the options said; all but the thumbprint as text. */
struct session {
    struct bytes client_id, nonce, response_uri, mdoc_nonce, origin, thumbprint;
};

static void write_openid4vp(struct buf *out, const struct session *s)
{
    mdoc_transcript_openid4vp(out, s->client_id, s->nonce, s->thumbprint, s->response_uri);
}

static void write_openid4vp_dcapi(struct buf *out, const struct session *s)
{
    mdoc_transcript_openid4vp_dcapi(out, s->origin, s->nonce, s->thumbprint);
}

static void write_18013_7(struct buf *out, const struct session *s)
{
    mdoc_transcript_18013_7(out, s->client_id, s->response_uri, s->nonce, s->mdoc_nonce);
}

static const char *const parts[] = {
    "client-id", "nonce", "response-uri", "mdoc-nonce", "origin", "thumbprint",
};
enum { CLIENT_ID = 1, NONCE = 2, RESPONSE_URI = 4, MDOC_NONCE = 8, ORIGIN = 16, THUMBPRINT = 32 };

static const struct handover {
    const char *name;
    unsigned needs, may;        /* flags of `parts` */
    void (*write)(struct buf *out, const struct session *s);
} handovers[] = {
    { "openid4vp", CLIENT_ID | NONCE | RESPONSE_URI, THUMBPRINT, write_openid4vp },
    { "openid4vp-dcapi", ORIGIN | NONCE, THUMBPRINT, write_openid4vp_dcapi },
    { "18013-7", CLIENT_ID | NONCE | RESPONSE_URI | MDOC_NONCE, 0, write_18013_7 },
};

static enum oc_err choose(const struct handover **out, const struct command_line *cl)
{
    const char *name = opt(cl, "handover");

    if (name == NULL)
        return fail_print(OC_USAGE, "--handover is missing: which kind of session it was");
    for (size_t i = 0; i < sizeof handovers / sizeof handovers[0]; i++)
        if (strcmp(handovers[i].name, name) == 0) {
            *out = &handovers[i];
            return OC_OK;
        }
    return fail_print(OC_USAGE, "--handover %s: not openid4vp, openid4vp-dcapi or 18013-7", name);
}

static enum oc_err check_parts(const struct handover *handover, const struct command_line *cl)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        bool given = opt_given(cl, parts[i]);

        if (!given && (handover->needs & 1U << i) != 0)
            return fail_print(OC_USAGE, "--handover %s needs --%s", handover->name, parts[i]);
        if (given && ((handover->needs | handover->may) & 1U << i) == 0)
            return fail_print(OC_USAGE, "--handover %s has no --%s", handover->name, parts[i]);
    }
    return OC_OK;
}

static enum oc_err read_thumbprint(struct buf *out, const struct command_line *cl)
{
    const char *text = opt(cl, "thumbprint");

    if (text == NULL)
        return OC_OK;
    if (base64url_read(out, bytes_str(text)) != OC_OK || out->n != THUMBPRINT_N)
        return fail_print(OC_USAGE, "--thumbprint: expected 32 bytes in base64url");
    return OC_OK;
}

int verifier_transcript(const struct command_line *cl)
{
    const struct handover *handover = NULL;
    struct buf thumbprint, transcript;
    enum oc_err e;

    buf_init(&thumbprint, THUMBPRINT_N);
    buf_init(&transcript, MDOC_BYTES_MAX);
    if ((e = choose(&handover, cl)) != OC_OK || (e = check_parts(handover, cl)) != OC_OK ||
        (e = read_thumbprint(&thumbprint, cl)) != OC_OK)
        goto out;
    handover->write(&transcript, &(struct session){
        .client_id = bytes_str(opt(cl, "client-id")), .nonce = bytes_str(opt(cl, "nonce")),
        .response_uri = bytes_str(opt(cl, "response-uri")),
        .mdoc_nonce = bytes_str(opt(cl, "mdoc-nonce")), .origin = bytes_str(opt(cl, "origin")),
        .thumbprint = buf_view(&thumbprint),
    });
    e = buf_err(&transcript);
    if (e != OC_OK)
        fail_print(e, "the transcript: %s", oc_err_text(e));
    else
        e = io_write(opt(cl, "output"), buf_view(&transcript), IO_BINARY);
out:
    buf_cleanup(&transcript);
    buf_cleanup(&thumbprint);
    return exit_status(e);
}
