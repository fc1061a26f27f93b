/*
 * Status lists: who of an issuer's cards is no longer good, signed by the issuer, fetched ahead
 * and for everybody alike. Two kinds in one envelope, a CBOR Web Token of COSE_Sign1: the Token
 * Status List, a compressed array of entries of 1, 2, 4 or 8 bits, and the identifier list of
 * ISO/IEC 18013-5, second edition, 12.3.6.
 *
 * Only trust_status_list_verify() makes a struct trust_status_list: it is verified, and inflated
 * once. What it says of a card is trust/status_lists.h's part.
 */
#ifndef OWNCARD_TRUST_STATUS_LIST_H
#define OWNCARD_TRUST_STATUS_LIST_H

#include "trust/anchors.h"
#include "trust/status_ref.h"

enum {
    TRUST_STATUS_PACKED_MAX = 16 << 20,     /* bytes of a compressed array */
    TRUST_STATUS_TOKEN_MAX = TRUST_STATUS_PACKED_MAX + (1 << 17),   /* … and what is around it */
    TRUST_STATUS_ARRAY_MAX = 64 << 20,      /* bytes once inflated: 512 million entries of a bit */
    TRUST_STATUS_IDENTIFIERS_MAX = 4096,    /* in an identifier list: CBR_ENTRIES_MAX */
    /* Bytes that verifying a list takes at most, besides the token: the array, and what OpenSSL and
       parsing need. A token signed with EdDSA is copied for that, but before there is an array. */
    TRUST_STATUS_MEMORY_MAX = TRUST_STATUS_ARRAY_MAX + (8 << 20),
};

/** The values of an entry that have a meaning of their own; 3 and up are the application's. */
enum { TRUST_ENTRY_VALID = 0, TRUST_ENTRY_INVALID = 1, TRUST_ENTRY_SUSPENDED = 2 };

struct trust_status_list;

struct trust_status_list_in {
    struct bytes token;         /* borrowed for the call */
    const struct trust_anchors *anchors;    /* the IACAs we believe, or, for cards that name a
                                               `certificate` with their list, that one alone */
    int64_t now;                /* seconds since 1970 */
    int64_t skew_s;             /* how far ahead of `now` the list may be dated */
    bool accept_profile;        /* let the signer's certificate depart from the ISO profile */
};

/**
 * Verify a signed list: its shape, its signer, its signature, its date.
 *
 * The message is tagged 18 (untagged and with tag 61 around it are refused); protected are the
 * algorithm, bound to the key's curve, the type, with or without "application/", and the
 * certificate chain, since ISO/IEC 18013-5 wants it there: one in the unprotected header is
 * refused. A list that has expired is verified all the same, for who is revoked stays revoked;
 * trust_status_lookup() then says stale.
 *
 * @param out    NULL on error; release with trust_status_list_free(). Holds copies only.
 * @param fault  optional; on error why, and where in the message when it is none
 *
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE  not such a message or not such an array
 * @retval OC_LIMIT      over one of the ceilings above
 * @retval OC_UNTRUSTED, OC_EXPIRED  the signer's chain
 * @retval OC_SIGNATURE
 * @retval OC_REFUSED    the signer's certificate is made for something else, not of the anchor's
 *                       country, or departs from the profile; the list is dated in the future
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err trust_status_list_verify(struct trust_status_list **out,
                                     const struct trust_status_list_in *in,
                                     struct oc_fault *fault) OC_MUST_CHECK;
void trust_status_list_free(struct trust_status_list **list);

/** What a list says of itself. Pointers and views live as long as the list. */
struct trust_status_list_facts {
    enum trust_status_mechanism mechanism;
    struct bytes uri;
    int64_t issued_at;
    bool has_expires;
    int64_t expires;
    int64_t ttl_s;              /* for how long after it was issued it serves; 0: not said */
    unsigned bits;              /* of an entry; 0 for identifiers */
    uint64_t entries;           /* how many: the last may be padding of the array's last byte */
    const struct x509_cert *anchor;     /* the CA that vouched for the signer */
    const char *broken_rule;    /* first rule of the profile that the signer breaks; NULL: none */
};
const struct trust_status_list_facts *trust_status_list_facts(const struct trust_status_list *list);

/** The value of an entry of a TRUST_STATUS_LIST, in constant time.
 *  @retval OC_LIMIT  the array is not so long
 *  @retval OC_USAGE  a list of identifiers */
enum oc_err trust_status_list_entry(const struct trust_status_list *list, uint64_t index,
                                    unsigned *value) OC_MUST_CHECK;

/** Whether a TRUST_IDENTIFIER_LIST names `id`, which is then revoked; false for another kind. */
bool trust_status_list_names(const struct trust_status_list *list, struct bytes id);

/** Whether something that `other` revokes is not revoked by `list`, of the same kind. */
bool trust_status_list_forgives(const struct trust_status_list *list,
                                const struct trust_status_list *other);

/** What is to be signed. */
struct trust_status_list_spec {
    enum trust_status_mechanism mechanism;
    const char *uri;
    int64_t issued_at, expires;         /* both are written always */
    int64_t ttl_s;                      /* 0: left out */
    unsigned bits;                      /* status list: 1, 2, 4 or 8 … */
    struct bytes array;                 /* … and the entries, filled by trust_status_put() */
    const struct bytes *identifiers;    /* identifier list, in the order to be written */
    size_t identifiers_n;
    const struct private_key *signer;
    struct x509_cert *const *chain;     /* signer's certificate first, root left out */
    size_t chain_n;
};

/**
 * Append a signed list, as trust_status_list_verify() reads it.
 * @retval OC_USAGE  no such bits, an expiry not after the issue, a time before 1970, no chain, or
 *                   a signer that is not the key of its first certificate
 * @retval OC_LIMIT  over one of the ceilings above, or more than `out` may hold
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err trust_status_list_write(struct buf *out,
                                    const struct trust_status_list_spec *spec) OC_MUST_CHECK;

/** Set entry `index` of an array of entries of `bits` bits, the first in a byte's lowest ones. The
 *  array must be long enough, the value fit. */
void trust_status_put(uint8_t *array, unsigned bits, uint64_t index, unsigned value);

#endif
