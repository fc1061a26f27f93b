/*
 * What a verified card says. Claims come from mdoc_verify() alone, issuer claims (the device not
 * checked) from mdoc_verify_issuer() alone; the two are types of their own, so that neither can
 * be taken for the other.
 */
#ifndef OWNCARD_MDOC_CLAIMS_H
#define OWNCARD_MDOC_CLAIMS_H

#include "core/bytes.h"

struct mdoc_claims;
struct mdoc_issuer_claims;

/** One element. Views live as long as the claims; `name` of an age answer as long as the request. */
struct mdoc_element {
    struct bytes name_space, name;
    struct bytes value;             /* one CBOR item: mdoc_value_read() */
    struct bytes answered_by;       /* the element that answers `name` in its stead, by the age
                                       rule; p NULL when `name` itself was returned */
    bool device_signed;             /* said by the device, authorised by the issuer */
    bool intent_to_retain;          /* as asked; false: must not be kept */
};

struct mdoc_card {
    struct bytes doc_type;
    char issuer[256];               /* the document signer's subject; escape before printing */
    int64_t signed_at, valid_from, valid_until;
    const struct mdoc_element *elements;
    size_t elements_n;
};

/** The cards shown, in the order of the response. */
const struct mdoc_card *mdoc_claims_cards(const struct mdoc_claims *claims, size_t *n);
const struct mdoc_card *mdoc_issuer_claims_cards(const struct mdoc_issuer_claims *claims,
                                                 size_t *n);

/** Wipe, release, set to NULL; NULL is fine. */
void mdoc_claims_free(struct mdoc_claims **claims);
void mdoc_issuer_claims_free(struct mdoc_issuer_claims **claims);

#endif
