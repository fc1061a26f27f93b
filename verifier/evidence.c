#include "verifier/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "cli/state.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/transcript.h"
#include "verifier/folder.h"
#include "verbs/qr_in.h"

enum { PATH_BYTES_MAX = 4096 };

void evidence_cleanup(struct evidence *v)
{
    private_key_free(&v->recipient);
    private_key_free(&v->reader_key);
    x509_free(&v->signer);
    verifier_trust_cleanup(&v->trust);
    mdoc_device_request_cleanup(&v->request);
    buf_cleanup(&v->key_path);
    buf_cleanup(&v->transcript_bytes);
    buf_cleanup(&v->request_bytes);
    buf_cleanup(&v->message);
    verifier_policy_cleanup(&v->policy);
}

const char *evidence_name(const struct command_line *cl)
{
    const char *picture = opt(cl, "response-image");
    const char *path = picture != NULL ? picture : argument(cl, 0);

    return path == NULL || strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Says why, but never as "not such a message": that status is the response's alone. */
static enum oc_err not_usable(enum oc_err e, const char *path, const struct oc_fault *fault)
{
    fail_fault(e, path, fault);
    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
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
        return not_usable(e, path, NULL);
    e = mdoc_device_request_init(&v->request, buf_view(&v->request_bytes), &fault);
    if (e != OC_OK)
        return not_usable(e, path, &fault);
    v->in.request = &v->request;
    if (opt_given(cl, "transcript") || opt_given(cl, "issuer-signed"))
        return OC_OK;
    e = read_one_time_key(v, path);
    v->in.recipient = v->recipient;
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
        return not_usable(e, path, NULL);
    e = mdoc_transcript_read(&v->in.transcript, buf_view(&v->transcript_bytes), &fault);
    if (e != OC_OK)
        return not_usable(e, path, &fault);
    if (key != NULL)
        e = verifier_private_key(&v->reader_key, key, true);
    v->in.reader_key = v->reader_key;
    return e;
}

static enum oc_err read_trust(struct evidence *v, const struct command_line *cl)
{
    const char *signer = opt(cl, "signer");
    enum oc_err e;

    if (signer != NULL) {
        e = verifier_certificate(&v->signer, signer);
        v->in.signer = v->signer;
        return e == OC_OK ? OC_OK : not_usable(e, signer, NULL);
    }
    if ((e = verifier_trust_init(&v->trust, cl, v->in.now)) != OC_OK)
        return not_usable(e, "trust", NULL);
    if ((e = verifier_trust_add_status_files(&v->trust, cl, v->in.now)) != OC_OK ||
        (e = verifier_trust_add_crl_files(&v->trust, cl, v->in.now)) != OC_OK)
        return not_usable(e, "trust", NULL);
    v->in.anchors = &v->trust.anchors;
    v->in.status_lists = &v->trust.status_lists;
    v->in.crls = &v->trust.crls;
    /* A past moment that is asked for is no clock. */
    v->in.newest_list = opt_given(cl, "at") ? 0 : v->trust.newest;
    if (v->trust.anchors.n > 0)
        return OC_OK;
    fail_print(OC_USAGE, "nobody is trusted, so no card could be believed");
    hint_print("owncard-verifier trust add IACA.pem, or --anchor IACA.pem, or --signer DS.pem");
    return OC_USAGE;
}

/* Of several copies of a card, as an issuer hands them over, the one that was chosen. What is no
 * sequence is left whole, for the parser to say what is wrong with it. */
static enum oc_err take_copy(struct evidence *v, const struct command_line *cl)
{
    struct bytes rest = v->in.message, chosen = rest;
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
        fail_print(OC_USAGE, "%s: holds %" PRIu64 " copies", evidence_name(cl), n);
        hint_print("--copy 1 to --copy %" PRIu64 " checks one of them", n);
        return OC_USAGE;
    }
    if (n > 0 && wanted > n)
        return fail_print(OC_USAGE, "--copy %" PRIu64 ": %s holds %" PRIu64, wanted,
                          evidence_name(cl), n);
    v->in.message = chosen;
    return OC_OK;
}

static enum oc_err read_response(struct evidence *v, const struct command_line *cl)
{
    if (opt_given(cl, "response-image"))
        return qr_in_read(&v->message, cl, "response-image");
    return message_read(&v->message, argument(cl, 0), MDOC_BYTES_MAX);
}

enum oc_err evidence_read(struct evidence *v, const struct command_line *cl)
{
    enum oc_err e;

    v->in.accept_profile = opt_given(cl, "accept-profile");
    v->in.accept_unchecked_status = opt_given(cl, "accept-unchecked-status");
    if ((e = verifier_policy_init(&v->policy, cl)) != OC_OK)
        return not_usable(e, opt(cl, "policy"), NULL);
    v->in.policy = &v->policy.policy;
    if ((e = read_trust(v, cl)) != OC_OK || (e = read_request(v, cl)) != OC_OK ||
        (e = read_transcript(v, cl)) != OC_OK ||
        (e = read_response(v, cl)) != OC_OK)
        return e;
    v->in.message = buf_view(&v->message);
    return opt_given(cl, "issuer-signed") ? take_copy(v, cl) : OC_OK;
}
