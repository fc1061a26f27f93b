/* COSE_Sign1 (RFC 9052, section 4.2). */
#ifndef OWNCARD_COSE_SIGN1_H
#define OWNCARD_COSE_SIGN1_H

#include "codec/cbr.h"
#include "crypto/keys.h"
#include "crypto/x509.h"

/** Parsed, not believed. All views point into the input. */
struct cose_sign1 {
    struct bytes protected_header;      /* as received, the bstr's content */
    int alg;                            /* from the protected header; COSE_ALG_NONE: absent */
    struct bytes type;                  /* header 16 when protected and text; p NULL: absent */
    size_t x5chain_n;
    struct bytes x5chain[X509_CHAIN_MAX];   /* DER, leaf first; header 33, either bucket */
    bool x5chain_is_protected;
    bool is_detached;                   /* payload null */
    struct bytes payload;               /* when attached */
    struct bytes signature;
};

/** Whether a COSE message may, must or must not carry its CBOR tag. */
enum cose_tagging { COSE_UNTAGGED, COSE_TAGGED, COSE_EITHER };

/**
 * Read one COSE_Sign1.
 *
 * The reader fails with OC_SHAPE for: another tag; an algorithm that is not an integer; `alg` or
 * `crit` (label 2) in the unprotected header; a label in both headers; `crit` naming anything but
 * 1 and 33; a `typ` that is neither text nor a number; with OC_LIMIT for more than X509_CHAIN_MAX
 * certificates, one of more than X509_DER_MAX bytes, or more than 32 labels in a header. Unknown
 * labels are skipped, `undefined` values too. An `undefined` payload counts as null. On failure
 * *out is all zero.
 */
void cose_sign1_read(struct cbr *r, struct cose_sign1 *out, enum cose_tagging tagging);

/**
 * Check the signature over `payload` (the detached one, or msg->payload) and `external_aad`.
 * @retval OC_SHAPE  no algorithm, or one that is not bound to the key's curve
 * @retval OC_SIGNATURE, OC_MEMORY
 */
enum oc_err cose_sign1_verify(const struct cose_sign1 *msg, const struct public_key *key,
                              struct bytes payload, struct bytes external_aad) OC_MUST_CHECK;

/** What is to be written. */
struct cose_sign1_spec {
    const struct private_key *key;
    struct bytes payload;
    bool detached;                          /* write null in the payload's place */
    struct x509_cert *const *x5chain;       /* header 33, leaf first; a bare bstr when one, an
                                               array when several */
    size_t x5chain_n;
    bool protect_x5chain;                   /* else it stands in the unprotected header */
    const char *type;                       /* protected header 16; NULL: none */
    struct bytes external_aad;
};

/** Sign and append, untagged; protected header {1: alg, ? 16: type, ? 33: x5chain}, in this order,
 *  with the two only where asked for. Errors go to out->err. */
void cose_sign1_write(struct buf *out, const struct cose_sign1_spec *spec);

#endif
