/*
 * The sealed form of what a holder keeps: one file, opened by a passphrase.
 *
 *   SealedVault = ["OwncardVault", 1, salt, passes, memory_kib, lanes, nonce, ciphertext]
 *                                                              schemas/wire/vault.cddl
 *
 * AES-256-GCM under Argon2id(passphrase), with everything before the ciphertext as additional
 * data. The content is padded to a size class, powers of two from 16 KiB, so that the file's
 * length does not tell how many cards are in it. Going back to an older file is not noticed.
 */
#ifndef OWNCARD_WALLET_SEAL_H
#define OWNCARD_WALLET_SEAL_H

#include "core/buf.h"
#include "crypto/kdf.h"

enum {
    WALLET_CLASS_MIN = 16 << 10,            /* bytes of content and padding, at least */
    WALLET_CLASS_MAX = 64 << 20,            /* … at most */
    WALLET_CONTENT_MAX = WALLET_CLASS_MAX - 1,
    WALLET_FILE_MAX = WALLET_CLASS_MAX + 256,
};

/** What deriving a key from a passphrase costs unless told otherwise: 64 MiB, three passes. */
#define WALLET_COST ((struct argon2_cost){ .passes = 3, .memory_kib = 64 * 1024, .lanes = 1 })

/** A passphrase stretched once, with its salt and cost, so that saving again is quick. */
struct wallet_key;

/** Derive a key from `passphrase` with a fresh salt.
 *  @param out  NULL on error
 *  @retval OC_LIMIT  a cost outside the bounds of crypto/kdf.h
 *  @retval OC_MEMORY, OC_UNAVAILABLE */
enum oc_err wallet_key_new(struct wallet_key **out, const struct secret *passphrase,
                           struct argon2_cost cost) OC_MUST_CHECK;
void wallet_key_free(struct wallet_key **key);
/** What deriving the key cost. */
struct argon2_cost wallet_key_cost(const struct wallet_key *key);

/** Append the sealed file, under a fresh random nonce.
 *  @retval OC_LIMIT  more than WALLET_CONTENT_MAX bytes, or more than `out` may hold
 *  @retval OC_MEMORY, OC_UNAVAILABLE */
enum oc_err wallet_seal(struct buf *out, struct bytes content,
                        const struct wallet_key *key) OC_MUST_CHECK;

/**
 * Open a sealed file.
 *
 * @param content  on OC_OK replaced by what was sealed; untouched on error
 * @param key      on OC_OK the key for the next wallet_seal(), else NULL
 * @param fault    optional; why the file is not a sealed vault
 *
 * @retval OC_SIGNATURE    another passphrase, or a damaged file: these cannot be told apart
 * @retval OC_UNAVAILABLE  sealed by a newer version; or no such cipher here (no reason given)
 * @retval OC_LIMIT        larger than WALLET_FILE_MAX, or costs outside the bounds of
 *                         crypto/kdf.h, seen before any memory is spent on them
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE   not a sealed vault at all
 * @retval OC_MEMORY
 */
enum oc_err wallet_unseal(struct buf *content, struct wallet_key **key, struct bytes file,
                          const struct secret *passphrase, struct oc_fault *fault) OC_MUST_CHECK;

#endif
