/*
 * Where a card's status can be looked up: what the issuer wrote under "status" in the
 * MobileSecurityObject (ISO/IEC 18013-5, second edition, 12.3.6).
 */
#ifndef OWNCARD_TRUST_STATUS_REF_H
#define OWNCARD_TRUST_STATUS_REF_H

#include "core/buf.h"

enum trust_status_mechanism {
    TRUST_STATUS_LIST,          /* a bit array, the card at an index: Token Status List */
    TRUST_IDENTIFIER_LIST,      /* the identifiers of revoked cards */
};

enum { TRUST_STATUS_MECHANISMS_N = 2, TRUST_STATUS_URI_MAX = 1024 };

/** A place in a list. */
struct trust_status_ref {
    enum trust_status_mechanism mechanism;
    struct bytes uri;           /* of the list, which says the same of itself */
    uint64_t index;             /* TRUST_STATUS_LIST, else 0 */
    struct bytes id;            /* TRUST_IDENTIFIER_LIST, else empty */
    struct bytes certificate;   /* DER: the CA of the list's signer; p NULL: the card's own IACA */
};

/** All places. A verifier that does not know a mechanism may not take the card for valid by it. */
struct trust_status_refs {
    struct trust_status_ref ref[TRUST_STATUS_MECHANISMS_N];    /* one of a mechanism at most */
    size_t n;
    bool has_unknown;           /* a mechanism that we do not know stands there as well */
};

/**
 * Read
 *
 *   Status = { ? "status_list": { "idx": uint, "uri": tstr, ? "certificate": bstr },
 *              ? "identifier_list": { "id": bstr, "uri": tstr, ? "certificate": bstr },
 *              * tstr => any }                             schemas/wire/issuer_signed.cddl
 *
 * `undefined` counts as absent. A map with no mechanism at all gives n 0.
 *
 * @param out    all zero on error; its views point into `src`
 * @param src    one CBOR item, such as mdoc_mso.status
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY  as cbr_init()
 * @retval OC_SHAPE  another shape, a member missing, an empty URI or identifier
 * @retval OC_LIMIT  a URI of more than TRUST_STATUS_URI_MAX bytes
 */
enum oc_err trust_status_refs_read(struct trust_status_refs *out, struct bytes src,
                                   struct oc_fault *fault) OC_MUST_CHECK;

/** Append  Status  with this one place; errors go to out->err. */
void trust_status_ref_write(struct buf *out, const struct trust_status_ref *ref);

#endif
