/*
 * Backups: a vault of their own, sealed like any (wallet/seal.h), in which nothing is fresh. Since
 * what it was made of went on being used, whatever comes out of one may have been shown.
 */
#ifndef OWNCARD_WALLET_BACKUP_H
#define OWNCARD_WALLET_BACKUP_H

#include "wallet/wallet.h"

/** Quarantine every fresh copy, and note that the copies of all pending keys will be. */
void wallet_quarantine(struct wallet *w);

/** The holder accepts that quarantined copies may have been shown: they are fresh again.
 *  @param card   of this card alone; 0: of all
 *  @param first  of w->copies from this index on alone
 *  @return  how many */
size_t wallet_accept(struct wallet *w, uint64_t card, size_t first);

/** What a backup brought. */
struct wallet_merged {
    size_t copies, keys, authorities, showings;
    size_t known;                       /* copies and keys that were there already, left alone */
};

/**
 * Put what a backup holds into a wallet, quarantined, behind what is there. A card comes under the
 * number it has there when one of its copies is in the wallet, else under a new one. A key that
 * waits in the wallet gives way to the copy that it waits for. The history comes along where the
 * wallet has none, with its setting.
 *
 * @param from  emptied of what moved; clean it up in any case
 * @param w     on error it may hold a part, and should not be saved
 *
 * @retval OC_LIMIT  more than WALLET_ENTRIES_MAX copies or keys
 * @retval OC_MEMORY
 */
enum oc_err wallet_merge(struct wallet *w, struct wallet *from,
                         struct wallet_merged *out) OC_MUST_CHECK;

#endif
