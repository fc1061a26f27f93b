#include "verifier/session.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/message.h"
#include "core/text.h"
#include "mdoc/device_request.h"
#include "mdoc/encryption.h"
#include "verbs/mistaken.h"
#include "verifier/folder.h"

enum { FILE_BYTES_MAX = MESSAGE_TEXT_PER_BYTE * MDOC_FACT_BYTES_MAX,
       THUMBPRINT_DIGITS = 2 * MDOC_THUMBPRINT_N };

/* Said already, but never as "not such a message": that status is the response's alone. */
static enum oc_err not_usable(enum oc_err e)
{
    return exit_status(e) == STATUS_NOT_A_MESSAGE ? OC_IO : e;
}

static enum oc_err keep_text(struct session *s, enum mdoc_fact fact, const struct command_line *cl)
{
    const char *text = opt(cl, mdoc_fact_name(fact));

    if (text != NULL && strlen(text) > MDOC_FACT_BYTES_MAX)
        return fail_print(OC_USAGE, "--%s is too long", mdoc_fact_name(fact));
    s->facts.of[fact] = bytes_str(text);
    return OC_OK;
}

static enum oc_err keep_thumbprint(struct session *s, const struct command_line *cl)
{
    struct buf *store = &s->store[MDOC_FACT_JWK_THUMBPRINT];
    struct bytes text = bytes_str(opt(cl, "jwk-thumbprint"));
    enum oc_err e;

    if (text.n == 0)
        return OC_OK;
    buf_init(store, MDOC_FACT_BYTES_MAX);
    e = text.n == THUMBPRINT_DIGITS ? hex_read(store, text) : base64url_read(store, text);
    if (e == OC_MEMORY)
        return fail_print(e, "%s", oc_err_text(e));
    if (e != OC_OK || store->n != MDOC_THUMBPRINT_N)
        return fail_print(OC_USAGE, "--jwk-thumbprint: not %d bytes in base64url or hexadecimal",
                          MDOC_THUMBPRINT_N);
    s->facts.of[MDOC_FACT_JWK_THUMBPRINT] = buf_view(store);
    return OC_OK;
}

/* An engagement as it was scanned: mdoc:BASE64URL, or mdoc://BASE64URL from a reader. */
static bool engagement_uri(struct bytes *text, struct bytes file)
{
    static const char scheme[] = "mdoc:";
    size_t n = sizeof scheme - 1;

    while (file.n > 0 && strchr(" \r\n\t", file.p[file.n - 1]) != NULL)
        file.n--;
    if (file.n < n || memcmp(file.p, scheme, n) != 0)
        return false;
    if (file.n >= n + 2 && memcmp(file.p + n, "//", 2) == 0)
        n += 2;
    *text = (struct bytes){ file.p + n, file.n - n };
    return true;
}

static enum oc_err decode_key(struct buf *out, struct bytes file, const char *path)
{
    struct public_key *key;
    enum oc_err e;

    if (file.n == 0 || file.p[0] != '-')
        return message_decode(out, file, path, MDOC_FACT_BYTES_MAX);
    if ((e = public_key_from_pem(&key, file)) != OC_OK)
        return fail_print(e, "%s: no public key in PEM that is of use here", path);
    mdoc_ereader_key_write(out, key);
    public_key_free(&key);
    e = buf_err(out);
    return e == OC_OK ? OC_OK : fail_print(e, "%s: %s", path, oc_err_text(e));
}

static enum oc_err decode_file(struct buf *out, enum mdoc_fact fact, struct bytes file,
                               const char *path)
{
    bool engagement = fact == MDOC_FACT_ENGAGEMENT || fact == MDOC_FACT_READER_ENGAGEMENT;
    struct bytes text;

    buf_init(out, MDOC_FACT_BYTES_MAX);
    if (fact == MDOC_FACT_EREADER_KEY)
        return decode_key(out, file, path);
    if (!engagement || !engagement_uri(&text, file))
        return message_decode(out, file, path, MDOC_FACT_BYTES_MAX);
    return base64url_read(out, text) == OC_OK
               ? OC_OK : fail_print(OC_SYNTAX, "%s: no base64url after mdoc:", path);
}

static enum oc_err keep_file(struct session *s, enum mdoc_fact fact, const struct command_line *cl)
{
    const char *path = opt(cl, mdoc_fact_name(fact));
    struct buf file;
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = io_read(&file, path, FILE_BYTES_MAX)) == OC_OK)
        e = decode_file(&s->store[fact], fact, buf_view(&file), path);
    buf_cleanup(&file);
    if (e == OC_OK)
        s->facts.of[fact] = buf_view(&s->store[fact]);
    return not_usable(e);
}

/* The private key gives the public one, unless that was given too. */
static enum oc_err keep_reader_key(struct session *s, const struct command_line *cl)
{
    struct buf *store = &s->store[MDOC_FACT_EREADER_KEY];
    const char *path = opt(cl, "reader-key");
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = verifier_private_key(&s->reader_key, path, true)) != OC_OK)
        return e;
    if (s->facts.of[MDOC_FACT_EREADER_KEY].n > 0)
        return OC_OK;
    buf_init(store, MDOC_FACT_BYTES_MAX);
    mdoc_ereader_key_write(store, private_key_public(s->reader_key));
    if ((e = buf_err(store)) != OC_OK)
        return fail_print(OC_IO, "%s: %s", path, oc_err_text(e));
    s->facts.of[MDOC_FACT_EREADER_KEY] = buf_view(store);
    return OC_OK;
}

static bool asks_for_encryption(const struct mdoc_device_request *request)
{
    for (size_t i = 0; i < request->docs_n; i++)
        if (request->docs[i].encryption.p != NULL)
            return true;
    return false;
}

/* A request without encryption belongs to another handover, and gives no fact. */
static enum oc_err keep_parameters(struct session *s, const struct mdoc_device_request *request,
                                   struct oc_fault *fault)
{
    struct buf *store = &s->store[MDOC_FACT_ENCRYPTION_PARAMETERS];
    struct mdoc_encryption_parameters parameters;
    enum oc_err e;

    if (!asks_for_encryption(request))
        return OC_OK;
    if ((e = mdoc_encryption_parameters_init(&parameters, request, fault)) != OC_OK)
        return e;
    buf_init(store, MDOC_FACT_BYTES_MAX);
    buf_add(store, parameters.tagged);
    s->facts.of[MDOC_FACT_ENCRYPTION_PARAMETERS] = buf_view(store);
    mdoc_encryption_parameters_cleanup(&parameters);
    return buf_err(store);
}

static enum oc_err keep_request(struct session *s, const struct command_line *cl)
{
    struct mdoc_device_request request;
    struct buf message;
    const char *path = opt(cl, "request");
    struct oc_fault fault = { 0 };
    enum oc_err e;

    if (path == NULL)
        return OC_OK;
    if ((e = message_read(&message, path, MDOC_BYTES_MAX)) != OC_OK)
        return not_usable(e);
    if ((e = mdoc_device_request_init(&request, buf_view(&message), &fault)) != OC_OK ||
        (e = keep_parameters(s, &request, &fault)) != OC_OK)
        mistaken_message(e, path, buf_view(&message), "DeviceRequest", &fault);
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&message);
    return not_usable(e);
}

enum oc_err session_init(struct session *s, const struct command_line *cl)
{
    static const enum mdoc_fact texts[] = {
        MDOC_FACT_CLIENT_ID, MDOC_FACT_NONCE, MDOC_FACT_RESPONSE_URI, MDOC_FACT_ORIGIN,
        MDOC_FACT_MDOC_NONCE, MDOC_FACT_ENCRYPTION_INFO,
    };
    static const enum mdoc_fact files[] = {
        MDOC_FACT_ENGAGEMENT, MDOC_FACT_EREADER_KEY, MDOC_FACT_NFC_SELECT, MDOC_FACT_NFC_REQUEST,
        MDOC_FACT_READER_ENGAGEMENT,
    };
    enum oc_err e = OC_OK;

    *s = (struct session){ 0 };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && e == OC_OK; i++)
        e = keep_text(s, texts[i], cl);
    for (size_t i = 0; i < sizeof files / sizeof files[0] && e == OC_OK; i++)
        e = keep_file(s, files[i], cl);
    if (e != OC_OK || (e = keep_thumbprint(s, cl)) != OC_OK ||
        (e = keep_reader_key(s, cl)) != OC_OK || (e = keep_request(s, cl)) != OC_OK)
        session_cleanup(s);
    return e;
}

void session_cleanup(struct session *s)
{
    private_key_free(&s->reader_key);
    for (size_t i = 0; i < MDOC_FACTS_N; i++)
        buf_cleanup(&s->store[i]);
    *s = (struct session){ 0 };
}

const char *session_option(enum mdoc_fact fact)
{
    return fact == MDOC_FACT_ENCRYPTION_PARAMETERS ? "request" : mdoc_fact_name(fact);
}

void session_options_text(struct buf *out, mdoc_fact_set facts)
{
    for (int i = 0; i < MDOC_FACTS_N; i++) {
        mdoc_fact_set later = facts & ~((2u << i) - 1);

        if ((facts & 1u << i) == 0)
            continue;
        buf_printf(out, "--%s", session_option((enum mdoc_fact)i));
        if (later != 0)
            buf_add_str(out, (later & (later - 1)) == 0 ? " and " : ", ");
    }
}
