/*
 * Every handover we know: a name, where it is specified, which facts of a session it is made of,
 * and the SessionTranscript that follows from them. One table, so that what can be written,
 * listed and diagnosed is the same.
 */
#ifndef OWNCARD_MDOC_HANDOVER_H
#define OWNCARD_MDOC_HANDOVER_H

#include "core/buf.h"
#include "crypto/keys.h"

/** What two parties may know of a session. */
enum mdoc_fact {
    MDOC_FACT_CLIENT_ID,                /* text, with its prefix if it has one */
    MDOC_FACT_NONCE,                    /* text, as in the request */
    MDOC_FACT_RESPONSE_URI,             /* text */
    MDOC_FACT_ORIGIN,                   /* text, such as "https://example.com" */
    MDOC_FACT_JWK_THUMBPRINT,           /* MDOC_THUMBPRINT_N bytes: SHA-256, RFC 7638 */
    MDOC_FACT_MDOC_NONCE,               /* text: mdocGeneratedNonce */
    MDOC_FACT_ENCRYPTION_INFO,          /* base64url text, as in the request */
    MDOC_FACT_ENGAGEMENT,               /* DeviceEngagementBytes, or the map within */
    MDOC_FACT_EREADER_KEY,              /* EReaderKeyBytes, or the COSE_Key within */
    MDOC_FACT_NFC_SELECT,               /* the Handover Select message, NDEF */
    MDOC_FACT_NFC_REQUEST,              /* the Handover Request message, NDEF */
    MDOC_FACT_READER_ENGAGEMENT,        /* ReaderEngagementBytes, or the map within */
    MDOC_FACT_ENCRYPTION_PARAMETERS,    /* EncryptionParametersBytes of a request */
    MDOC_FACTS_N
};

enum { MDOC_FACT_BYTES_MAX = 16 * 1024, MDOC_THUMBPRINT_N = 32 };

/** Borrowed views; what is not known is empty. */
struct mdoc_session_facts {
    struct bytes of[MDOC_FACTS_N];
};

/** The stable lower-case name of a fact, such as "client-id"; static. */
const char *mdoc_fact_name(enum mdoc_fact fact);

enum mdoc_handover {
    MDOC_HANDOVER_ISO_QR,
    MDOC_HANDOVER_ISO_NFC,
    MDOC_HANDOVER_OPENID4VP,
    MDOC_HANDOVER_OPENID4VP_DCAPI,
    MDOC_HANDOVER_18013_7,
    MDOC_HANDOVER_18013_7_DRAFT,
    MDOC_HANDOVER_ANNEX_C,
    MDOC_HANDOVER_REVERSE,
    MDOC_HANDOVER_OWNCARD_QR,
    MDOC_HANDOVERS_N
};

/** A set of facts: bit i is enum mdoc_fact i. */
typedef unsigned mdoc_fact_set;

struct mdoc_handover_info {
    const char *name;                   /* stable, such as "openid4vp-dcapi" */
    const char *title;
    const char *source;
    mdoc_fact_set needs;
    mdoc_fact_set may_use;              /* left out, or null, where not known */
};

/** The form's line of the table; static. */
const struct mdoc_handover_info *mdoc_handover_info(enum mdoc_handover form);

/** The form of that name; MDOC_HANDOVERS_N when there is none. */
enum mdoc_handover mdoc_handover_by_name(const char *name);

/** Those facts that the form needs and that are not known. */
mdoc_fact_set mdoc_handover_missing(enum mdoc_handover form,
                                    const struct mdoc_session_facts *facts);

/**
 * Append the SessionTranscript array of `form`. Errors go to out->err:
 *   OC_USAGE  a fact that the form needs is missing
 *   OC_SHAPE  a text not in UTF-8, a thumbprint that is not 32 bytes
 *   OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_LIMIT, OC_SHAPE  where CBOR is expected, not one
 *             item, or a tag other than #6.24(bstr)
 *   OC_LIMIT  a fact of more than MDOC_FACT_BYTES_MAX bytes
 */
void mdoc_handover_write(struct buf *out, enum mdoc_handover form,
                         const struct mdoc_session_facts *facts);

/** Append EReaderKeyBytes, #6.24(bstr .cbor COSE_Key), of a session's public key; errors go to
 *  out->err. */
void mdoc_ereader_key_write(struct buf *out, const struct public_key *key);

#endif
