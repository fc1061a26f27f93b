/*
 * Public and private keys, and signatures in COSE form. A key knows its curve, and the curve
 * its algorithm, so that no caller ever pairs the two wrongly.
 */
#ifndef OWNCARD_CRYPTO_KEYS_H
#define OWNCARD_CRYPTO_KEYS_H

#include "core/buf.h"
#include "core/secret.h"
#include "crypto/algorithm.h"

struct public_key;
struct private_key;

/** A key's coordinates. EC2: x and y of the curve's length. OKP: x alone, y empty. */
struct coordinates {
    enum curve curve;
    size_t n;                       /* bytes of each */
    uint8_t x[COORDINATE_MAX];
    uint8_t y[COORDINATE_MAX];
};

/**
 * Import a public key. The point is checked to be on the curve and not at infinity.
 *
 * @param y   the y coordinate; for a compressed point empty, with `y_odd` its sign; ignored for
 *            OKP curves.
 * @retval OC_SHAPE        wrong length, not on the curve
 * @retval OC_UNAVAILABLE  this OpenSSL has no such curve
 * @retval OC_USAGE        a curve we do not know
 */
enum oc_err public_key_new(struct public_key **out, enum curve curve, struct bytes x,
                           struct bytes y, bool y_odd) OC_MUST_CHECK;
void public_key_free(struct public_key **key);
enum curve public_key_curve(const struct public_key *key);
void public_key_coordinates(const struct public_key *key, struct coordinates *out);
bool public_key_equal(const struct public_key *a, const struct public_key *b);

enum oc_err private_key_generate(struct private_key **out, enum curve curve) OC_MUST_CHECK;

/** Import from the secret scalar (or OKP seed) `d`; the public part is computed from it. */
enum oc_err private_key_new(struct private_key **out, enum curve curve,
                            const struct secret *d) OC_MUST_CHECK;
void private_key_free(struct private_key **key);
enum curve private_key_curve(const struct private_key *key);
/** The public part, owned by `key`. */
const struct public_key *private_key_public(const struct private_key *key);
/** The scalar or seed, of the curve's length; NULL: no memory, or a key that cannot be read, such
 *  as one in a token (crypto/token.h). */
struct secret *private_key_secret(const struct private_key *key) OC_MUST_CHECK;

/**
 * A key by its two parts, whose shape alone is looked at. It is imported when it is opened, which
 * takes longer than a signature, so that whoever keeps a thousand keys pays for the one it uses.
 *
 * @param d       scalar or seed; copied
 * @param public  its public part; shared
 * @retval OC_SHAPE   `d` is not of the curve's length
 * @retval OC_MEMORY
 */
enum oc_err private_key_defer(struct private_key **out, const struct secret *d,
                              const struct public_key *public) OC_MUST_CHECK;

/** Whether the key signs as it is: neither deferred nor in a token that is not open. */
bool private_key_is_open(const struct private_key *key);

/** Import a deferred key; one that is open, or in a token, is left alone. On error it stays as it
 *  was.
 *  @retval OC_SHAPE   no scalar of the curve, or of another public part
 *  @retval OC_MEMORY */
enum oc_err private_key_open(struct private_key *key) OC_MUST_CHECK;

/** PEM: PKCS #8, unencrypted. OC_SHAPE when `pem` is not one, or its curve is not ours. */
enum oc_err private_key_from_pem(struct private_key **out, struct bytes pem) OC_MUST_CHECK;
/** The PEM text as a secret (no final NUL). OC_UNAVAILABLE: the key is not open. */
enum oc_err private_key_to_pem(struct secret **out, const struct private_key *key) OC_MUST_CHECK;
/** PEM: SubjectPublicKeyInfo ("PUBLIC KEY"). */
enum oc_err public_key_from_pem(struct public_key **out, struct bytes pem) OC_MUST_CHECK;

/**
 * Sign `message` with the algorithm of the key's curve; append the COSE signature (r ‖ s, or
 * EdDSA's own form).
 * @retval OC_USAGE        the curve does not sign
 * @retval OC_UNAVAILABLE  the key is not open
 */
enum oc_err key_sign(struct buf *signature, const struct private_key *key,
                     struct bytes message) OC_MUST_CHECK;

/** The same of a message in parts, one after the other. */
enum oc_err key_sign_parts(struct buf *signature, const struct private_key *key,
                           const struct bytes *parts, size_t n) OC_MUST_CHECK;

/**
 * Check a COSE signature. `alg` is what the message claims, and must be the one of the key's
 * curve.
 *
 * @retval OC_SIGNATURE  it does not hold, or has the wrong length
 * @retval OC_SHAPE      `alg` is not bound to the key's curve
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err key_verify(const struct public_key *key, int alg, struct bytes message,
                       struct bytes signature) OC_MUST_CHECK;

/** The same of a message in parts, one after the other. */
enum oc_err key_verify_parts(const struct public_key *key, int alg, const struct bytes *parts,
                             size_t n, struct bytes signature) OC_MUST_CHECK;

/**
 * Diffie-Hellman: the x coordinate (EC) or the shared secret (X25519, X448).
 * @retval OC_SHAPE  different curves, or a result that is all zero
 * @retval OC_USAGE  a curve that does not agree
 * @retval OC_UNAVAILABLE  the key is not open, or in a token that cannot do it
 * @retval OC_MEMORY
 */
enum oc_err key_agree(struct secret **shared, const struct private_key *mine,
                      const struct public_key *theirs) OC_MUST_CHECK;

#endif
