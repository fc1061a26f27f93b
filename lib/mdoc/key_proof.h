/*
 * Proof of possession: with each device key the holder signs the issuer's challenge, so that
 * nobody can have a card bound to a key he does not hold.
 *
 *   KeyProofs = [ + KeyProof ]
 *   KeyProof  = COSE_Sign1 over ["OwncardKeyProof", challenge, COSE_Key]     schemas/wire/key_proof.cddl
 */
#ifndef OWNCARD_MDOC_KEY_PROOF_H
#define OWNCARD_MDOC_KEY_PROOF_H

#include "core/buf.h"
#include "crypto/keys.h"

enum { MDOC_CHALLENGE_MIN = 16, MDOC_CHALLENGE_MAX = 64, MDOC_PROOFS_MAX = 1000 };

/** Append KeyProofs for `n` keys; errors go to out->err. */
void mdoc_key_proofs_write(struct buf *out, struct bytes challenge,
                           struct private_key *const *keys, size_t n);

/** Keys whose possession has been shown for one challenge. */
struct mdoc_proven_keys {
    struct public_key **keys;
    size_t n;
    struct bytes challenge;         /* a view into the message */
};

/**
 * Read KeyProofs and check every one.
 *
 * @param out    on OC_OK the keys; all zero on error. Release with mdoc_proven_keys_cleanup().
 * @param fault  optional; where and why
 * @retval OC_SIGNATURE  a proof is not signed by the key it names
 * @retval OC_SHAPE      not the CDDL; two proofs with different challenges, or with the same key
 * @retval OC_LIMIT      more than MDOC_PROOFS_MAX
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING   not exactly one CBOR item
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err mdoc_key_proofs_check(struct mdoc_proven_keys *out, struct bytes src,
                                  struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_proven_keys_cleanup(struct mdoc_proven_keys *keys);

#endif
