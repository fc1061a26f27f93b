/*
 * HPKE (RFC 9180), single shot, base mode, the one suite ISO/IEC 18013-5 (second edition) and
 * 18013-7 name: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM.
 */
#ifndef OWNCARD_CRYPTO_HPKE_H
#define OWNCARD_CRYPTO_HPKE_H

#include "crypto/keys.h"

enum { HPKE_ENC_N = 65 };

/**
 * Encrypt to `recipient` (P-256).
 * @param enc   filled with the encapsulated key, an uncompressed point
 * @param out   ciphertext and tag are appended
 */
enum oc_err hpke_seal(uint8_t enc[HPKE_ENC_N], struct buf *out, const struct public_key *recipient,
                      struct bytes info, struct bytes aad, struct bytes plaintext) OC_MUST_CHECK;

/**
 * Decrypt; append the plaintext to `out`.
 * @retval OC_SHAPE      `enc` is not an uncompressed point on P-256
 * @retval OC_SIGNATURE  not encrypted to this key, info and aad, or changed on the way
 */
enum oc_err hpke_open(struct buf *out, const struct private_key *recipient, struct bytes enc,
                      struct bytes info, struct bytes aad, struct bytes ciphertext) OC_MUST_CHECK;

#endif
