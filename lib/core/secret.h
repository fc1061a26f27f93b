/*
 * Keys, passphrases and shared points live here from birth: in OpenSSL's secure heap, locked
 * in memory, left out of core dumps, wiped at the end. Opaque on purpose.
 */
#ifndef OWNCARD_CORE_SECRET_H
#define OWNCARD_CORE_SECRET_H

#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"

/**
 * Set up the secure heap; the first line of every main(). Calling it again is fine.
 *
 * @retval OC_MEMORY  the pool could not be made. Going on would let OpenSSL fall back to the
 *                    ordinary heap without a word, so secret_new() then returns NULL.
 */
enum oc_err secret_pool_init(void) OC_MUST_CHECK;

struct secret;

/** `n` zero bytes in the pool; NULL when the pool is absent or full. */
struct secret *secret_new(size_t n) OC_MUST_CHECK;

/** A secret holding a copy of `from`; NULL as secret_new(). Wiping `from` stays the caller's. */
struct secret *secret_copy(struct bytes from) OC_MUST_CHECK;

/** The bytes, for reading; valid as long as `s`. */
struct bytes secret_view(const struct secret *s);

/** The bytes, for whoever fills the secret; aligned for any object, valid as long as `s`. */
uint8_t *secret_fill(struct secret *s);

/** Equal, in time that depends on the lengths alone. */
bool secret_equal(const struct secret *a, struct bytes b);

/** Wipe, release, set *s to NULL; NULL is fine. */
void secret_free(struct secret **s);

/** Wipe a stack copy in a way that the compiler cannot drop. */
void secret_wipe(void *p, size_t n);

#endif
