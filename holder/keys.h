/* Device keys with proof of possession, made for an issuer. What fails has been said. */
#ifndef OWNCARD_HOLDER_KEYS_H
#define OWNCARD_HOLDER_KEYS_H

#include "cli/command.h"
#include "wallet/wallet.h"

enum { KEYS_FILE_MAX = 1 << 20 };

/** What keys to ask for copies with. */
struct keys_wanted {
    uint64_t n;
    const struct curve_info *curve;
    const char *file;           /* an existing key; NULL: fresh ones, or */
    const char *uri;            /* … one in a token */
    uint64_t card;              /* that the copies are to refill; 0: none */
};

/** --challenge, in hexadecimal. @param out  Initialised here; cleanup in any case. */
enum oc_err keys_challenge(struct buf *out, const struct command_line *cl) OC_MUST_CHECK;

/** Keys into the wallet, their proofs appended to `proofs`. A token is opened as `cl` says. */
enum oc_err keys_add(struct buf *proofs, struct wallet *wallet, const struct command_line *cl,
                     struct bytes challenge, struct keys_wanted *wanted,
                     int64_t now) OC_MUST_CHECK;

#endif
