/* A set of CA certificates whom we believe: IACA roots for cards, reader CAs for requests. */
#ifndef OWNCARD_TRUST_ANCHORS_H
#define OWNCARD_TRUST_ANCHORS_H

#include "crypto/x509.h"

enum { TRUST_ANCHORS_MAX = 1024 };

struct trust_anchors {
    struct x509_cert **certificates;    /* owned */
    size_t n;
};

/** Add a certificate; it is shared, not moved. One that is there already is added once.
 *  @retval OC_UNTRUSTED  it is not a CA certificate: trusting it would vouch for nobody
 *  @retval OC_LIMIT, OC_MEMORY */
enum oc_err trust_anchors_add(struct trust_anchors *anchors,
                              const struct x509_cert *certificate) OC_MUST_CHECK;

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
