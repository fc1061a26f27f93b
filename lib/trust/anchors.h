/*
 * A set of CA certificates whom we believe: IACA roots for cards, reader CAs for requests.
 *
 * Several may have the same name, as after a roll-over. Each may be believed for some docTypes
 * alone, as a VICAL restricts it. Link certificates stand beside them: each carries the key of a
 * new authority, signed by an old one, and is believed as far as the old one is.
 */
#ifndef OWNCARD_TRUST_ANCHORS_H
#define OWNCARD_TRUST_ANCHORS_H

#include "crypto/x509.h"

enum { TRUST_ANCHORS_MAX = 1024, TRUST_LINKS_MAX = 64 };

/** The docTypes that an anchor is believed for. */
struct trust_doc_types {
    bool is_restricted;         /* false: any, and the list is empty */
    struct bytes *name;         /* owned, with the text in the same allocation */
    size_t n;
};

struct trust_anchors {
    struct x509_cert **certificates;    /* owned */
    struct trust_doc_types *doc_types;  /* of each certificate */
    size_t n;
    struct x509_cert **links;           /* owned; not believed until trust_signer_init() has found
                                           who vouches for them */
    size_t links_n;
};

/** Add a certificate for any docType; it is shared, not moved. One that is there already is added
 *  once, and is then restricted no more.
 *  @retval OC_UNTRUSTED  it is not a CA certificate: trusting it would vouch for nobody
 *  @retval OC_LIMIT, OC_MEMORY */
enum oc_err trust_anchors_add(struct trust_anchors *anchors,
                              const struct x509_cert *certificate) OC_MUST_CHECK;

/** Add a certificate for these docTypes alone, which are copied. One that is there already is then
 *  believed for these too. No docType at all is OC_USAGE. */
enum oc_err trust_anchors_add_for(struct trust_anchors *anchors,
                                  const struct x509_cert *certificate,
                                  const struct bytes *doc_types, size_t n) OC_MUST_CHECK;

/** Add a link certificate; it is shared. One that is there already is added once. Who signed it,
 *  and when it is valid, is looked at each time it is needed. Errors as trust_anchors_add(). */
enum oc_err trust_anchors_add_link(struct trust_anchors *anchors,
                                   const struct x509_cert *link) OC_MUST_CHECK;

/** Whether the anchor at `index` is believed for cards of `doc_type`. */
bool trust_anchors_allow(const struct trust_anchors *anchors, size_t index, struct bytes doc_type);

/** Add every certificate of a PEM text; all or none.
 *  @param added  optional, how many were new
 *  @retval OC_SHAPE  no certificate in it, or a broken one */
enum oc_err trust_anchors_add_pem(struct trust_anchors *anchors, struct bytes pem,
                                  size_t *added) OC_MUST_CHECK;

/** Take the certificate at `index` out of the set. */
void trust_anchors_remove(struct trust_anchors *anchors, size_t index);

/** Release; all zero afterwards. An all-zero struct is an empty set. */
void trust_anchors_cleanup(struct trust_anchors *anchors);

#endif
