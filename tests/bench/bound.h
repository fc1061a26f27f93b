/*
 * What OpenSSL alone needs for the cryptography of one operation, by its fastest calls: contexts
 * and keys made ahead, digests by the functions without EVP. No card code is in here.
 */
#ifndef OWNCARD_TESTS_BOUND_H
#define OWNCARD_TESTS_BOUND_H

#include "core/bytes.h"

enum { BOUND_HASHES_MAX = 64 };

/** The cryptography of one operation, all on P-256 and with SHA-256. */
struct bound {
    size_t signs, verifies, imports, agreements, generations;
    size_t hashes_n;
    struct bytes hashes[BOUND_HASHES_MAX];  /* the very bytes that the operation hashes */
};

/** The keys and contexts of one thread; NULL when OpenSSL fails. */
struct bound_keys;
struct bound_keys *bound_keys_new(void);
void bound_keys_free(struct bound_keys **keys);

/** Do all of it once. False: OpenSSL failed, and the figure would mean nothing. */
bool bound_run(struct bound_keys *keys, const struct bound *bound);

#endif
