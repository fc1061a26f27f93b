/* What the files of this folder share: parts of Vault of schemas/wire/vault.cddl. */
#ifndef OWNCARD_WALLET_PARTS_H
#define OWNCARD_WALLET_PARTS_H

#include "codec/cbr.h"
#include "wallet/wallet.h"

/** Said of a key of a map that a vault must not have. */
#define WALLET_UNKNOWN_KEY "a key that we do not know: saving again would lose it"

/** [ * Showing ]. On failure of the reader `history` may hold a part of it. */
void wallet_history_read(struct cbr *r, struct wallet_history *history);
void wallet_history_write(struct buf *out, const struct wallet_history *history);

/** Destroy the pending key with that public part, if there is one. */
void wallet_remove_key(struct wallet *w, const struct public_key *key);

#endif
