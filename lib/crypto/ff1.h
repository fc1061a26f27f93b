/*
 * FF1 (NIST SP 800-38G): encryption that stays within a set of numbers, over AES, and with it the
 * permutation that gives neighbours in a list places that are no neighbours.
 */
#ifndef OWNCARD_CRYPTO_FF1_H
#define OWNCARD_CRYPTO_FF1_H

#include "core/bytes.h"
#include "core/err.h"
#include "core/secret.h"

enum {
    FF1_TWEAK_MAX = 64,             /* bytes */
    FF1_NUMERALS_MAX = 64,
    FF1_DOMAIN_MIN = 1000000,       /* numbers to choose from; fewer would be guessed */
};

/**
 * Encrypt `n` numerals, each below `radix`, in place.
 *
 * @param key    16, 24 or 32 bytes: AES-128, -192 or -256
 * @param tweak  at most FF1_TWEAK_MAX bytes, may be empty
 * @retval OC_USAGE  another length, a radix outside 2…65536, a numeral not below it, fewer than
 *                   FF1_DOMAIN_MIN texts, or halves of more than 2^55 values
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err ff1_encrypt(const struct secret *key, struct bytes tweak, uint32_t radix,
                        uint16_t *numerals, size_t n) OC_MUST_CHECK;

/** The reverse; errors as ff1_encrypt(). */
enum oc_err ff1_decrypt(const struct secret *key, struct bytes tweak, uint32_t radix,
                        uint16_t *numerals, size_t n) OC_MUST_CHECK;

/**
 * A permutation of 0 … size - 1 that the key chooses: FF1 over the bits of a number, walked on
 * until it falls below `size`, which takes two steps at most on average.
 *
 * @retval OC_USAGE  size below FF1_DOMAIN_MIN or above 2^32, in not below size, or a key of another
 *                   length
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err ff1_permute(const struct secret *key, uint64_t size, uint64_t in,
                        uint64_t *out) OC_MUST_CHECK;

/** Its inverse. */
enum oc_err ff1_unpermute(const struct secret *key, uint64_t size, uint64_t in,
                          uint64_t *out) OC_MUST_CHECK;

#endif
