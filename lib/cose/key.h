/* COSE_Key (RFC 9052, section 7): EC2 and OKP, public and private. */
#ifndef OWNCARD_COSE_KEY_H
#define OWNCARD_COSE_KEY_H

#include "codec/cbr.h"
#include "crypto/keys.h"

/**
 * Read a public COSE_Key. Unknown labels are skipped; `y` may be a sign bit (compressed).
 * A private part (-4), if present, fails with OC_SHAPE: a public place is not where it belongs.
 * The reader fails with OC_SHAPE for kty other than EC2 and OKP, a curve we do not know, a point
 * off the curve; with OC_UNAVAILABLE when OpenSSL lacks the curve. On failure *out is NULL.
 */
void cose_key_read(struct cbr *r, struct public_key **out);

/** Read a private COSE_Key (with -4, `d`). */
void cose_key_read_private(struct cbr *r, struct private_key **out);

/** Read a private COSE_Key, its public part included, that is imported when it is opened
 *  (private_key_defer()): until then nobody has looked whether the two belong together. */
void cose_key_read_deferred(struct cbr *r, struct private_key **out);

/**
 * A COSE_Key that stands alone, as a file holds it: exactly one, for those who read no CBOR.
 * @param out    NULL on error
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_LIMIT, OC_MEMORY
 * @retval OC_SHAPE, OC_UNAVAILABLE  as cose_key_read() and cose_key_read_private()
 */
enum oc_err cose_key_decode(struct public_key **out, struct bytes src,
                            struct oc_fault *fault) OC_MUST_CHECK;
enum oc_err cose_key_decode_private(struct private_key **out, struct bytes src,
                                    struct oc_fault *fault) OC_MUST_CHECK;

/** {1: kty, -1: crv, -2: x, -3: y} in this order, nothing else; no -3 for OKP. */
void cose_key_write(struct buf *out, const struct public_key *key);

/** The same with -4 at the end. `out` should be short-lived: it is wiped on cleanup. */
void cose_key_write_private(struct buf *out, const struct private_key *key);

#endif
