/*
 * What a holder showed: when, to whom, which elements of which copy. Names of elements, never
 * their values. It stands in the vault, and in backups of it, and nowhere else.
 */
#ifndef OWNCARD_WALLET_HISTORY_H
#define OWNCARD_WALLET_HISTORY_H

#include "core/buf.h"
#include "mdoc/reader.h"
#include "wallet/consent.h"

enum {
    WALLET_HISTORY_MAX = 1000,          /* showings; the oldest make room */
    WALLET_COPY_ID_N = 8,               /* of a copy: the beginning of SHA-256(IssuerSigned) */
};

struct wallet_shown {
    struct bytes name_space, name;      /* as on the card */
};

/** One showing of one copy. Views point into `encoded`; only `sent` is for others to set. */
struct wallet_showing {
    int64_t at;                         /* seconds since 1970 */
    bool sent;                          /* false: perhaps */
    struct buf encoded;                 /* Shown of schemas/wire/vault.cddl */
    struct bytes reader;                /* as it calls itself; empty: unsigned; escape to print */
    bool is_trusted;                    /* a CA that the holder trusts backed that name up */
    uint64_t card;
    struct bytes doc_type;
    struct bytes copy;                  /* WALLET_COPY_ID_N bytes */
    struct wallet_shown *elements;
    size_t n;
};

struct wallet_history {
    struct wallet_showing *showings;    /* oldest first */
    size_t n;
    bool is_off;                        /* nothing is to be noted down */
};

void wallet_history_cleanup(struct wallet_history *history);

/** What is to be noted down. */
struct wallet_showing_spec {
    int64_t at;
    const struct mdoc_reader *reader;
    uint64_t card;
    const struct mdoc_issuer_signed *parsed;    /* of the copy */
    struct bytes issuer_signed;                 /* its bytes */
    const struct consent *consent;              /* what is agreed to is what is shown */
};

/**
 * Note a showing down as perhaps sent, at the end. Of more than WALLET_HISTORY_MAX the
 * oldest are left out when the wallet is written.
 * @retval OC_USAGE  the history is off
 * @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err wallet_history_add(struct wallet_history *history,
                               const struct wallet_showing_spec *spec) OC_MUST_CHECK;

/** Forget the last `n` showings, all of them when there are fewer. */
void wallet_history_drop(struct wallet_history *history, size_t n);

#endif
