/* Digests. Algorithms are fetched once per process, since OpenSSL's implicit fetch costs more
 * than hashing a small message. */
#ifndef OWNCARD_CRYPTO_HASH_H
#define OWNCARD_CRYPTO_HASH_H

#include "core/bytes.h"
#include "core/err.h"
#include "crypto/algorithm.h"

/** "SHA-256" and so on, as the MSO spells them; DIGEST_NONE for anything else. */
enum digest digest_by_name(struct bytes name);
/** The MSO's spelling; NULL for DIGEST_NONE. */
const char *digest_name(enum digest digest);
/** Bytes of output: 32, 48 or 64; 0 for DIGEST_NONE. */
size_t digest_size(enum digest digest);

/**
 * Hash `data`; the first digest_size() bytes of `out` are written.
 * @retval OC_USAGE        DIGEST_NONE
 * @retval OC_UNAVAILABLE  this OpenSSL does not offer the digest
 * @retval OC_MEMORY
 */
enum oc_err digest_of(enum digest digest, struct bytes data, uint8_t out[DIGEST_MAX]) OC_MUST_CHECK;

/**
 * A digest that is made many times over: what OpenSSL sets up for each is set up once.
 *
 *   struct hasher h = { 0 };   hasher_of(&h, …) …   hasher_cleanup(&h);
 */
struct hasher {
    void *ctx;                  /* OpenSSL's; NULL: not used yet */
};

/** As digest_of(). */
enum oc_err hasher_of(struct hasher *h, enum digest digest, struct bytes data,
                      uint8_t out[DIGEST_MAX]) OC_MUST_CHECK;
/** The same of data in parts, one after the other. */
enum oc_err hasher_of_parts(struct hasher *h, enum digest digest, const struct bytes *parts,
                            size_t n, uint8_t out[DIGEST_MAX]) OC_MUST_CHECK;
void hasher_cleanup(struct hasher *h);

/** HMAC-SHA-256 (RFC 2104) of `data` under `key`. @retval OC_UNAVAILABLE, OC_MEMORY */
enum oc_err hmac_sha256(struct bytes key, struct bytes data, uint8_t out[32]) OC_MUST_CHECK;
/** The same of data in parts, one after the other. */
enum oc_err hmac_sha256_parts(struct bytes key, const struct bytes *parts, size_t n,
                              uint8_t out[32]) OC_MUST_CHECK;

/** Equal, in time that depends on the lengths alone: for digests and MACs. */
bool digest_equal(struct bytes a, struct bytes b);

#endif
