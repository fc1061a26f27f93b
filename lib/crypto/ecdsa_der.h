/*
 * The two forms of an ECDSA signature: r ‖ s of fixed length, which COSE carries (RFC 9053,
 * section 2.1), and the DER of SEQUENCE { INTEGER, INTEGER }, which OpenSSL takes and gives
 * (RFC 3279, section 2.2.3). OpenSSL's own conversion takes a detour by four big numbers.
 */
#ifndef OWNCARD_CRYPTO_ECDSA_DER_H
#define OWNCARD_CRYPTO_ECDSA_DER_H

#include "core/bytes.h"
#include "crypto/algorithm.h"

/** Heads of one sequence and two integers, and a zero byte before each that would look negative. */
enum { ECDSA_DER_MAX = SIGNATURE_MAX + 16 };

/** `pair` is r ‖ s, `n` bytes each, n at most COORDINATE_MAX. @return bytes written to `der` */
size_t ecdsa_to_der(uint8_t der[ECDSA_DER_MAX], size_t n, const uint8_t *pair);

/** The other way. False: not that DER, whole and strict, or a number of more than `n` bytes. */
bool ecdsa_from_der(uint8_t *pair, size_t n, struct bytes der);

#endif
