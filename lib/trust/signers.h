/*
 * Signers seen before, so that a desk which sees the same document signer all day parses its
 * certificate and checks its chain once. A signer is known by content: every byte of its chain,
 * the anchor that it led to, which must still be among those believed, and the time. Only chains
 * that hold are remembered; whatever is not the very same is examined anew.
 */
#ifndef OWNCARD_TRUST_SIGNERS_H
#define OWNCARD_TRUST_SIGNERS_H

#include "trust/signer.h"

/** How many are remembered; the one not met for longest makes room. */
enum { TRUST_SIGNERS_MAX = 32 };

struct trust_signers;

/** None yet; NULL: no memory. Not for two threads at once. */
struct trust_signers *trust_signers_new(void);
/** Forget all, release, set to NULL; NULL is fine. */
void trust_signers_free(struct trust_signers **signers);

/**
 * As trust_signer_init(), from memory where it can be.
 *
 * @param out   a signer that `signers` owns, valid until the next call; set on error too
 * @return  as trust_signer_init()
 */
enum oc_err trust_signers_find(const struct trust_signer **out, struct trust_signers *signers,
                               enum trust_role role, const struct bytes *x5chain,
                               size_t x5chain_n, const struct trust_anchors *anchors,
                               int64_t now) OC_MUST_CHECK;

#endif
