#ifndef OWNCARD_CRYPTO_RANDOM_H
#define OWNCARD_CRYPTO_RANDOM_H

#include "core/bytes.h"
#include "core/err.h"

/** `n` bytes from OpenSSL's generator. OC_UNAVAILABLE when it has no entropy: never go on. */
enum oc_err random_bytes(uint8_t *out, size_t n) OC_MUST_CHECK;

#endif
