/*
 * The status lists a verifier holds, and what they say of a card. Nothing is fetched here: no
 * network at the moment of a showing, and none that would tell anybody of it.
 */
#ifndef OWNCARD_TRUST_STATUS_LISTS_H
#define OWNCARD_TRUST_STATUS_LISTS_H

#include "trust/status_list.h"

enum { TRUST_STATUS_LISTS_MAX = 1024 };

/** One list for each URI, kind and CA that vouched for it. All zero is an empty set. */
struct trust_status_lists {
    struct trust_status_list **lists;   /* owned */
    size_t n;
};

/**
 * Add a list, in the place of one of the same URI, kind and CA that is not newer.
 *
 * @param list  moved into the set and NULL afterwards; on error it stays the caller's
 * @retval OC_REFUSED  the one that is there was issued later, or at the same time and revokes what
 *                     the other does not; it stays
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err trust_status_lists_add(struct trust_status_lists *set,
                                   struct trust_status_list **list) OC_MUST_CHECK;

/**
 * The list that `ref` names, or NULL.
 * @param issuer  the IACA that vouched for the card's signer; not used when `ref` names a
 *                certificate. A CA certificate renewed with the same name and key is the same CA.
 */
const struct trust_status_list *trust_status_lists_find(const struct trust_status_lists *set,
                                                        const struct trust_status_ref *ref,
                                                        const struct x509_cert *issuer);

/** Release; all zero afterwards. */
void trust_status_lists_cleanup(struct trust_status_lists *set);

/** From the least said to the worst; all but VALID are reasons not to accept. */
enum trust_status_verdict {
    TRUST_STATUS_UNKNOWN,       /* no list, no such place in it, a value without a meaning here */
    TRUST_STATUS_VALID,
    TRUST_STATUS_STALE,         /* not revoked in the list we have, which is too old to say more */
    TRUST_STATUS_SUSPENDED,
    TRUST_STATUS_REVOKED,       /* for good, and so in a stale list too */
};

struct trust_status {
    enum trust_status_verdict verdict;
    const char *reason;         /* static text; NULL for VALID */
    bool wants_list;            /* a list that we lack, or a newer one, would say more */
    bool is_beyond;             /* UNKNOWN because the list has no such place: nobody may take that
                                   for valid (Token Status List, 8.3) */
    bool has_list;              /* a list was found, and the next two are of it */
    int64_t age_s;              /* since it was issued; not below 0 */
    int64_t limit_s;            /* how old it may be, the least of all limits; -1: none is known */
};

struct trust_status_limits {
    int64_t max_age_s;          /* our own limit to a list's age; 0: none but the list's */
    int64_t skew_s;             /* how far ahead of `now` a list may be dated */
};

/** How old a list may be, in seconds: the least of what it says and `max_age_s`, 0 for no limit of
 *  ours; -1 when none is known. */
int64_t trust_status_list_limit(const struct trust_status_list_facts *facts, int64_t max_age_s);

/**
 * What the lists say of a card at `now`.
 *
 * STALE is a list past its exp, past iat + ttl or past max_age_s, and one that nothing limits: it
 * would be good for ever. A list dated in the future says nothing. An index past the array's end
 * is UNKNOWN, and so is a value that the standard leaves to applications.
 */
struct trust_status trust_status_lookup(const struct trust_status_lists *set,
                                        const struct trust_status_ref *ref,
                                        const struct x509_cert *issuer, int64_t now,
                                        struct trust_status_limits limits);

/**
 * The same for all that a card names. Revoked by one is revoked; valid is what every mechanism
 * calls valid, so UNKNOWN goes before VALID and STALE. A card that names nothing, or a mechanism
 * that we do not know, is UNKNOWN unless it is found revoked or suspended.
 */
struct trust_status trust_status_lookup_all(const struct trust_status_lists *set,
                                            const struct trust_status_refs *refs,
                                            const struct x509_cert *issuer, int64_t now,
                                            struct trust_status_limits limits);

/** The stable lower-case word: "unknown", "valid", "stale", "suspended", "revoked". Static. */
const char *trust_status_word(enum trust_status_verdict verdict);

#endif
