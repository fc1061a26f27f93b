/* Keys from shared secrets (HKDF, RFC 5869) and from passphrases (Argon2id, RFC 9106). */
#ifndef OWNCARD_CRYPTO_KDF_H
#define OWNCARD_CRYPTO_KDF_H

#include "core/secret.h"

/** HKDF-SHA-256, extract and expand in one; `n` bytes out. */
enum oc_err hkdf(struct secret **out, struct bytes ikm, struct bytes salt, struct bytes info,
                 size_t n) OC_MUST_CHECK;
enum oc_err hkdf_extract(struct secret **prk, struct bytes salt, struct bytes ikm) OC_MUST_CHECK;
enum oc_err hkdf_expand(struct secret **out, const struct secret *prk, struct bytes info,
                        size_t n) OC_MUST_CHECK;

struct argon2_cost {
    uint32_t passes;        /* t */
    uint32_t memory_kib;    /* m */
    uint32_t lanes;         /* p */
};

/** Floors and ceilings for costs read from a file, so that a hostile one can neither be free
 *  nor exhaust the machine. */
enum {
    ARGON2_PASSES_MIN = 1, ARGON2_PASSES_MAX = 16,
    ARGON2_MEMORY_KIB_MIN = 8 * 1024, ARGON2_MEMORY_KIB_MAX = 1024 * 1024,
    ARGON2_LANES_MAX = 4,
    ARGON2_SALT_N = 16,
};

/** Argon2id version 1.3; `n` bytes out.
 *  @retval OC_LIMIT  a cost outside the bounds above, or a salt that is not 16 bytes */
enum oc_err argon2id(struct secret **out, const struct secret *passphrase, struct bytes salt,
                     struct argon2_cost cost, size_t n) OC_MUST_CHECK;

#endif
