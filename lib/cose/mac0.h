/* COSE_Mac0 (RFC 9052, section 6.2) with HMAC 256/256. */
#ifndef OWNCARD_COSE_MAC0_H
#define OWNCARD_COSE_MAC0_H

#include "cose/sign1.h"
#include "core/secret.h"

struct cose_mac0 {
    struct bytes protected_header;
    int alg;
    bool is_detached;
    struct bytes payload;
    struct bytes tag;
};

/** As cose_sign1_read(). */
void cose_mac0_read(struct cbr *r, struct cose_mac0 *out, enum cose_tagging tagging);

/** @retval OC_SHAPE  the algorithm is not HMAC 256/256
 *  @retval OC_SIGNATURE  the tag is not this message's (compared in constant time) */
enum oc_err cose_mac0_verify(const struct cose_mac0 *msg, const struct secret *key,
                             struct bytes payload, struct bytes external_aad) OC_MUST_CHECK;

/** Append, untagged, payload null, protected header {1: 5}. Errors go to out->err. */
void cose_mac0_write(struct buf *out, const struct secret *key, struct bytes payload);

#endif
