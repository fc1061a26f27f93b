/* AES-GCM (NIST SP 800-38D): 96-bit nonce, 128-bit tag after the ciphertext. */
#ifndef OWNCARD_CRYPTO_AEAD_H
#define OWNCARD_CRYPTO_AEAD_H

#include "core/buf.h"
#include "core/secret.h"

enum { AEAD_NONCE_N = 12, AEAD_TAG_N = 16 };

/** Append ciphertext and tag to `out`. The key's length (16 or 32) picks AES-128 or AES-256;
 *  `nonce` has AEAD_NONCE_N bytes and serves once per key.
 *  @retval OC_USAGE  another length of key or nonce
 *  @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE */
enum oc_err aead_seal(struct buf *out, const struct secret *key, struct bytes nonce,
                      struct bytes aad, struct bytes plaintext) OC_MUST_CHECK;

/** Append the plaintext to `out`; on OC_SIGNATURE (wrong key, nonce, aad or a changed byte)
 *  nothing is appended. */
enum oc_err aead_open(struct buf *out, const struct secret *key, struct bytes nonce,
                      struct bytes aad, struct bytes ciphertext) OC_MUST_CHECK;

#endif
