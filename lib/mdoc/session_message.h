/*
 * What crosses the room in a proximity session (ISO/IEC 18013-5, 9.1.1.4), still encrypted. The
 * session itself, and who may send what when, is mdoc/session.h.
 */
#ifndef OWNCARD_MDOC_SESSION_MESSAGE_H
#define OWNCARD_MDOC_SESSION_MESSAGE_H

#include "core/buf.h"
#include "crypto/keys.h"

/** Why a session ends, as one side tells the other. */
enum mdoc_session_status {
    MDOC_SESSION_NO_STATUS = 0,
    MDOC_SESSION_ENCRYPTION_ERROR = 10,     /* a message could not be decrypted */
    MDOC_SESSION_CBOR_ERROR = 11,           /* a message could not be read */
    MDOC_SESSION_TERMINATION = 20,
};

/** The first message, from the reader. Parsed, not believed. */
struct mdoc_session_establishment {
    struct bytes reader_key_bytes;  /* EReaderKeyBytes, #6.24(bstr …), as received */
    struct public_key *reader_key;  /* EReaderKey, on a curve that agrees */
    struct bytes data;              /* ciphertext and tag */
};

/**
 * Parse  SessionEstablishment  of schemas/wire/session.cddl.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Release with
 *               mdoc_session_establishment_cleanup().
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY
 * @retval OC_SHAPE        not the CDDL, or an EReaderKey that is off its curve or on one that does
 *                         not agree
 * @retval OC_LIMIT        larger or deeper than we accept
 * @retval OC_UNAVAILABLE  this OpenSSL lacks the curve
 */
enum oc_err mdoc_session_establishment_init(struct mdoc_session_establishment *out,
                                            struct bytes src, struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_session_establishment_cleanup(struct mdoc_session_establishment *m);

/** Append a SessionEstablishment; `reader_key_bytes` as mdoc_ereader_key_write() makes them.
 *  Errors go to out->err. */
void mdoc_session_establishment_write(struct buf *out, struct bytes reader_key_bytes,
                                      struct bytes data);

/** Every later message, of either side. */
struct mdoc_session_data {
    struct bytes data;              /* ciphertext and tag; p NULL: absent */
    enum mdoc_session_status status;
};

/**
 * Parse  SessionData  of schemas/wire/session.cddl.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Nothing to release.
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY
 * @retval OC_SHAPE  not the CDDL: neither data nor status, a status we do not know, data beside an
 *                   error status
 * @retval OC_LIMIT  larger or deeper than we accept
 */
enum oc_err mdoc_session_data_read(struct mdoc_session_data *out, struct bytes src,
                                   struct oc_fault *fault) OC_MUST_CHECK;

/** Append a SessionData of what there is: `data` where its p is not NULL, `status` where it is
 *  one. Errors go to out->err; OC_USAGE for what mdoc_session_data_read() would refuse. */
void mdoc_session_data_write(struct buf *out, const struct mdoc_session_data *m);

#endif
