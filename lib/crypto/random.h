#ifndef OWNCARD_CRYPTO_RANDOM_H
#define OWNCARD_CRYPTO_RANDOM_H

#include "core/bytes.h"
#include "core/err.h"

/** `n` bytes from OpenSSL's generator. OC_UNAVAILABLE when it has no entropy: never go on. */
enum oc_err random_bytes(uint8_t *out, size_t n) OC_MUST_CHECK;

/**
 * The same, drawn ahead for whoever needs many small pieces: OpenSSL's generator takes about as
 * long for sixteen bytes as for four thousand. All zero is empty. One thread's, and not to be
 * taken across fork(), which would give both sides the same bytes.
 */
struct random_ahead {
    uint8_t bytes[4096];
    size_t left;                /* not used yet, at the end of `bytes` */
};

/** `n` bytes, none of them ever given out twice. @retval OC_UNAVAILABLE  as random_bytes() */
enum oc_err random_next(struct random_ahead *ahead, uint8_t *out, size_t n) OC_MUST_CHECK;

/** Wipe what was drawn and not used. */
void random_ahead_cleanup(struct random_ahead *ahead);

#endif
