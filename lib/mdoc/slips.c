#include "mdoc/slips.h"

#include <string.h>

#include "core/text.h"

/* Base64url takes a third more; a prefix, a little. */
enum { CHANGED_BYTES_MAX = 2 * MDOC_FACT_BYTES_MAX };

#define WITHOUT(FACT, NAME, WHAT, PREFIX) \
    { SLIP_DROP_PREFIX, FACT, MDOC_FACTS_N, PREFIX ":", \
      { NAME "-without-" PREFIX, "the wallet used the " WHAT " without its prefix " PREFIX ":", \
        "let the wallet use the " WHAT " exactly as it stands in the request, prefix included" } }
#define WITH(FACT, NAME, WHAT, PREFIX) \
    { SLIP_ADD_PREFIX, FACT, MDOC_FACTS_N, PREFIX ":", \
      { NAME "-with-" PREFIX, "the wallet used the " WHAT " with the prefix " PREFIX ":", \
        "give the " WHAT " to the verifier as the request has it, or let the wallet leave the" \
        " prefix " PREFIX ": out" } }
#define CLIENT_ID(PREFIX) \
    WITHOUT(MDOC_FACT_CLIENT_ID, "client-id", "client id", PREFIX), \
    WITH(MDOC_FACT_CLIENT_ID, "client-id", "client id", PREFIX)
#define ORIGIN(PREFIX) \
    WITHOUT(MDOC_FACT_ORIGIN, "origin", "origin", PREFIX), \
    WITH(MDOC_FACT_ORIGIN, "origin", "origin", PREFIX)
#define SLASH(FACT, NAME, WHAT) \
    { SLIP_ADD_SLASH, FACT, MDOC_FACTS_N, NULL, \
      { NAME "-with-slash", "the wallet used the " WHAT " with a slash at its end", \
        "use the same " WHAT " on both sides; the wallet's ends in a slash" } }, \
    { SLIP_DROP_SLASH, FACT, MDOC_FACTS_N, NULL, \
      { NAME "-without-slash", "the wallet used the " WHAT " without the slash at its end", \
        "use the same " WHAT " on both sides; the wallet's ends in no slash" } }
#define NONCE(FACT, NAME, WHAT) \
    { SLIP_DECODE, FACT, MDOC_FACTS_N, NULL, \
      { NAME "-decoded", "the wallet decoded the " WHAT " from base64url", \
        "use the text of the " WHAT " as it is, or give the verifier the decoded one" } }, \
    { SLIP_ENCODE, FACT, MDOC_FACTS_N, NULL, \
      { NAME "-encoded", "the wallet used the base64url of the " WHAT, \
        "use the text of the " WHAT " as it is, or give the verifier the encoded one" } }
#define LEFT_OUT(FACT, NAME, WHAT) \
    { SLIP_LEAVE_OUT, FACT, MDOC_FACTS_N, NULL, \
      { NAME "-left-out", "the wallet wrote null in place of the " WHAT, \
        "let the wallet write the " WHAT ", or leave it out on both sides" } }

static const struct slip slips[] = {
    CLIENT_ID("x509_san_dns"), CLIENT_ID("x509_hash"), CLIENT_ID("redirect_uri"),
    CLIENT_ID("decentralized_identifier"), CLIENT_ID("verifier_attestation"),
    CLIENT_ID("openid_federation"),
    { SLIP_REPLACE, MDOC_FACT_CLIENT_ID, MDOC_FACT_RESPONSE_URI, NULL,
      { "client-id-is-response-uri", "the wallet used the response URI in place of the client id",
        "let the wallet use the client id of the request" } },
    SLASH(MDOC_FACT_RESPONSE_URI, "response-uri", "response URI"),
    ORIGIN("origin"), ORIGIN("web-origin"),
    SLASH(MDOC_FACT_ORIGIN, "origin", "origin"),
    { SLIP_REPLACE, MDOC_FACT_ORIGIN, MDOC_FACT_CLIENT_ID, NULL,
      { "origin-is-client-id", "the wallet used the client id in place of the origin",
        "let the wallet use the origin that the browser or platform gives" } },
    LEFT_OUT(MDOC_FACT_JWK_THUMBPRINT, "jwk-thumbprint", "JWK thumbprint"),
    NONCE(MDOC_FACT_NONCE, "nonce", "nonce"),
    NONCE(MDOC_FACT_MDOC_NONCE, "mdoc-nonce", "wallet's nonce"),
    { SLIP_PAD, MDOC_FACT_ENCRYPTION_INFO, MDOC_FACTS_N, NULL,
      { "encryption-info-padded", "the wallet used the encryption info with \"=\" at its end",
        "use base64url without padding on both sides" } },
    LEFT_OUT(MDOC_FACT_NFC_REQUEST, "nfc-request", "NFC Handover Request"),
    LEFT_OUT(MDOC_FACT_ENGAGEMENT, "engagement", "device engagement"),
    LEFT_OUT(MDOC_FACT_EREADER_KEY, "ereader-key", "reader's session key"),
    { SLIP_SIGN_WRAPPED, MDOC_FACTS_N, MDOC_FACTS_N, NULL,
      { "transcript-wrapped",
        "the wallet signed SessionTranscriptBytes (tag 24) where the array itself belongs",
        "let the wallet put the SessionTranscript array, without tag 24, into"
        " DeviceAuthentication" } },
    { SLIP_SIGN_UNTAGGED, MDOC_FACTS_N, MDOC_FACTS_N, NULL,
      { "authentication-untagged",
        "the wallet signed DeviceAuthentication itself, not DeviceAuthenticationBytes (tag 24)",
        "let the wallet sign DeviceAuthentication wrapped as #6.24(bstr)" } },
};

const struct slip *slip_at(size_t i)
{
    return i < sizeof slips / sizeof slips[0] ? &slips[i] : NULL;
}

const struct mdoc_slip *mdoc_slip_at(size_t i)
{
    const struct slip *slip = slip_at(i);

    return slip != NULL ? &slip->said : NULL;
}

static bool starts_with(struct bytes fact, struct bytes prefix)
{
    return fact.n >= prefix.n && memcmp(fact.p, prefix.p, prefix.n) == 0;
}

static void add_padding(struct buf *store, struct bytes text)
{
    buf_add(store, text);
    for (size_t n = text.n; n % 4 != 0; n++)
        buf_add_byte(store, '=');
}

/* Write the changed fact into `store`; nothing where the slip does not apply. Errors go to
 * store->err. */
static void rewrite(const struct slip *slip, struct bytes fact, struct buf *store)
{
    struct bytes prefix = bytes_str(slip->text);
    bool slash = fact.p[fact.n - 1] == '/';

    switch (slip->kind) {
    case SLIP_DROP_PREFIX:
        if (starts_with(fact, prefix))
            buf_add(store, (struct bytes){ fact.p + prefix.n, fact.n - prefix.n });
        break;
    case SLIP_ADD_PREFIX:
        if (!starts_with(fact, prefix)) {
            buf_add(store, prefix);
            buf_add(store, fact);
        }
        break;
    case SLIP_DROP_SLASH:
        if (slash)
            buf_add(store, (struct bytes){ fact.p, fact.n - 1 });
        break;
    case SLIP_ADD_SLASH:
        if (!slash) {
            buf_add(store, fact);
            buf_add_byte(store, '/');
        }
        break;
    case SLIP_ENCODE:
        base64url_write(store, fact);
        break;
    case SLIP_DECODE:
        if (base64url_read(store, fact) == OC_OK && !bytes_are_utf8(buf_view(store)))
            buf_truncate(store, 0);
        break;
    case SLIP_PAD:
        if (fact.n % 4 != 0)
            add_padding(store, fact);
        break;
    case SLIP_REPLACE:
    case SLIP_LEAVE_OUT:
    case SLIP_SIGN_WRAPPED:
    case SLIP_SIGN_UNTAGGED:
        break;
    }
}

enum oc_err slip_make(const struct slip *slip, struct mdoc_session_facts *facts, struct buf *store,
                      bool *applies)
{
    struct bytes *fact, with = { 0 };

    buf_cleanup(store);
    buf_init(store, CHANGED_BYTES_MAX);
    *applies = slip->fact == MDOC_FACTS_N;
    if (*applies)
        return OC_OK;
    fact = &facts->of[slip->fact];
    if (fact->n == 0)
        return OC_OK;
    if (slip->kind == SLIP_REPLACE) {
        with = facts->of[slip->by];
    } else if (slip->kind != SLIP_LEAVE_OUT) {
        rewrite(slip, *fact, store);
        with = buf_view(store);
    }
    if (buf_err(store) != OC_OK)
        return buf_err(store);
    *applies = !bytes_eq(with, *fact) && (with.n > 0 || slip->kind == SLIP_LEAVE_OUT);
    if (*applies)
        *fact = with;
    return OC_OK;
}
