/* What COSE_Sign1 and COSE_Mac0 share: [protected, unprotected, payload, proof]. For the files
 * of this folder alone. */
#ifndef OWNCARD_COSE_PARTS_H
#define OWNCARD_COSE_PARTS_H

#include "cose/sign1.h"

/* The header parameters we know (IANA "COSE Header Parameters"). */
enum { COSE_LABEL_ALG = 1, COSE_LABEL_CRIT = 2, COSE_LABEL_TYPE = 16, COSE_LABEL_X5CHAIN = 33 };

/** Members as in struct cose_sign1; `proof` is the signature or the tag. */
struct cose_parts {
    struct bytes protected_header;
    int alg;
    struct bytes type;
    size_t x5chain_n;
    struct bytes x5chain[X509_CHAIN_MAX];
    bool x5chain_is_protected;
    bool is_detached;
    struct bytes payload;
    struct bytes proof;
};

/** Read with the checks that cose_sign1_read() promises; all zero when the reader has failed. */
void cose_parts_read(struct cbr *r, struct cose_parts *out, uint64_t tag,
                     enum cose_tagging tagging);

/** Append the protected header that we write, {1: alg}, not yet as a byte string. */
void cose_protected_write(struct buf *out, int alg);

/**
 * What is signed or authenticated: [context, protected, external_aad, payload] (RFC 9052, sections
 * 4.4 and 6.3), in two parts, so that the payload is not copied.
 *
 * @param before   initialised here to just the room it needs; the array up to the payload's own
 *                 head. On error too it is the caller's to clean up.
 * @param parts    views of `before` and of the payload
 */
enum oc_err cose_structure(struct buf *before, struct bytes parts[2], const char *context,
                           struct bytes protected_header, struct bytes external_aad,
                           struct bytes payload) OC_MUST_CHECK;

#endif
