/*
 * What a holder keeps: keys waiting for their copy, copies of cards, whom to trust, and what was
 * shown (wallet/history.h).
 *
 * A card is a number of our own choosing (1, 2, …) under which the copies of one batch and of
 * later refills stand together. One-time rule: a fresh copy is shown once and destroyed when it
 * is sent; the last of a card is kept as "shown" and offered again only when asked to. A copy that
 * is bound to a verifier is kept as "shown" too, for that verifier. What came out of a backup may
 * have been shown since it was made: it is quarantined until the holder accepts that.
 *
 *   show:  wallet_next_copy()   pick
 *          state = MAYBE_SENT   and save, before the first byte leaves: after a crash from here
 *                               on nobody knows whether it did, and it is not offered again
 *          wallet_copy_sent()   and save; or, when nothing left at all, the former state again
 *
 * The bytes are  Vault  of schemas/wire/vault.cddl; wallet/seal.h makes a file of them.
 */
#ifndef OWNCARD_WALLET_WALLET_H
#define OWNCARD_WALLET_WALLET_H

#include "mdoc/issuer_signed.h"
#include "mdoc/key_proof.h"
#include "mdoc/reader.h"
#include "trust/anchors.h"
#include "wallet/history.h"

/** Pending keys, and copies, at most. */
enum { WALLET_ENTRIES_MAX = CBR_ENTRIES_MAX };

/** A key made for an issuer, for which no copy came back yet. */
struct wallet_pending {
    struct private_key *key;
    uint8_t challenge[MDOC_CHALLENGE_MAX];
    size_t challenge_n;
    int64_t made;                       /* seconds since 1970 */
    uint64_t card;                      /* that its copy refills; 0: none */
    bool from_backup;                   /* its copy may be elsewhere too, so begins quarantined */
};

enum wallet_state {
    WALLET_FRESH = 0,
    WALLET_MAYBE_SENT = 1,              /* never offered */
    WALLET_SHOWN = 2,                   /* offered only for reuse */
    WALLET_QUARANTINED = 3,             /* out of a backup; not offered until accepted */
};

/** One copy of a card. `parsed` points into `issuer_signed`; only `state` and what it is
 *  bound to are for others to set. */
struct wallet_copy {
    uint64_t card;
    enum wallet_state state;
    int64_t stored;                     /* seconds since 1970 */
    struct buf issuer_signed;           /* as the issuer wrote it */
    struct mdoc_issuer_signed parsed;
    struct private_key *key;            /* of parsed.mso.device_key; deferred after reading */
    bool is_bound;                      /* kept for one verifier: */
    uint8_t verifier[MDOC_READER_IDENTITY_N];
};

struct wallet {
    uint64_t next_card;
    struct wallet_pending *keys;
    size_t keys_n;
    struct wallet_copy *copies;
    size_t copies_n;
    struct trust_anchors issuers, readers;
    struct wallet_history history;
};

/** An empty wallet. */
void wallet_init(struct wallet *w);
/** Release; all zero afterwards. Twice is fine. */
void wallet_cleanup(struct wallet *w);

/**
 * Read a wallet from the content of a vault. Its private keys are deferred: private_key_open()
 * imports the one that is to sign.
 *
 * @param out    Filled on OC_OK, all zero on error; holds nothing of `src`.
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY
 * @retval OC_SHAPE        not the CDDL, a copy that does not parse, a key that is not its copy's
 * @retval OC_LIMIT        more entries than we accept
 * @retval OC_UNTRUSTED    an anchor that is not a CA certificate
 * @retval OC_UNAVAILABLE  written by a newer version; a curve that is not in this OpenSSL
 */
enum oc_err wallet_read(struct wallet *out, struct bytes src, struct oc_fault *fault) OC_MUST_CHECK;

/** Append the content. It holds private keys: `out` should be short-lived. Errors go to out->err;
 *  OC_SHAPE is a time outside the years 1 to 9999. */
void wallet_write(struct buf *out, const struct wallet *w);

/**
 * Add a key made for an issuer.
 *
 * @param key  moves into the wallet on OC_OK, and is then NULL
 * @retval OC_USAGE  a challenge that is not 16 to 64 bytes, or a key that is there already
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err wallet_add_key(struct wallet *w, struct private_key **key, struct bytes challenge,
                           int64_t now) OC_MUST_CHECK;

/** The pending key with that public part, or NULL; valid until keys or copies are added. */
const struct wallet_pending *wallet_find_key(const struct wallet *w,
                                             const struct public_key *key);

/**
 * Store a copy, fresh. Its pending key moves into it. Nothing is verified here: that comes first.
 *
 * @param issuer_signed  copied
 * @param card   number of the card it belongs to; 0: the one that its key was made to refill, else
 *               a new one; set on OC_OK
 * @param fault  optional; why not, also for OC_USAGE and OC_REFUSED
 *
 * @retval OC_REFUSED  no pending key is this copy's device key (so too for a copy already
 *                     stored), or the card is of another docType
 * @retval OC_USAGE    there is no card of that number
 * @retval OC_LIMIT    WALLET_ENTRIES_MAX copies are there
 * @retval the errors of mdoc_issuer_signed_init()
 * On error the wallet is as it was.
 */
enum oc_err wallet_store(struct wallet *w, struct bytes issuer_signed, uint64_t *card,
                         int64_t now, struct oc_fault *fault) OC_MUST_CHECK;

/** A card at a glance. */
struct wallet_card {
    uint64_t number;
    struct bytes doc_type;              /* a view; valid until copies are removed */
    size_t fresh, maybe_sent, shown, quarantined;   /* copies, expired ones counted too */
    size_t bound;                       /* of the shown, those kept for one verifier */
    int64_t ends_first, ends_last;      /* earliest and latest validUntil of its copies */
};

/** Go to the next card by number; begin with an all-zero struct. False after the last. */
bool wallet_next_card(const struct wallet *w, struct wallet_card *card);

/** The card of that number. False, and *card all zero, when there is none. */
bool wallet_card_get(const struct wallet *w, uint64_t number, struct wallet_card *card);

/** How many fresh copies of the card are valid at `now`, and how many pending keys refill it. */
size_t wallet_count_fresh(const struct wallet *w, uint64_t card, int64_t now);
size_t wallet_count_keys(const struct wallet *w, uint64_t card);

/**
 * The copy of a card to show next: of the fresh ones that are valid at `now`, the one that ends
 * first; else, if `reuse`, such a one of the shown. Never one that may have been sent, is
 * quarantined, or is kept for one verifier.
 *
 * @return  valid until copies are added or removed; NULL: there is none
 */
struct wallet_copy *wallet_next_copy(struct wallet *w, uint64_t card, bool reuse, int64_t now);

/** The shown copy of a card that is kept for this verifier and valid at `now`; NULL: none. */
struct wallet_copy *wallet_bound_copy(struct wallet *w, uint64_t card,
                                      const uint8_t verifier[MDOC_READER_IDENTITY_N], int64_t now);

/**
 * A copy was sent: one that is bound becomes "shown". Another is destroyed while its card has a
 * fresh one that is valid at `now`; else it becomes "shown", and one shown before it that is not
 * bound is destroyed. All pointers to copies end here.
 */
void wallet_copy_sent(struct wallet *w, struct wallet_copy *copy, int64_t now);

/** Destroy a copy with its key. All pointers to copies end here. */
void wallet_remove_copy(struct wallet *w, struct wallet_copy *copy);

/** Destroy all copies of a card, with their keys and the pending keys that were to refill it; how
 *  many copies there were. */
size_t wallet_remove_card(struct wallet *w, uint64_t card);

/** Destroy the pending keys that refill a card (0: none); how many there were. Pointers to them end here. */
size_t wallet_remove_keys(struct wallet *w, uint64_t card);

#endif
