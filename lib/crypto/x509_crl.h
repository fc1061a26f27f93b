/*
 * Certificate revocation lists (RFC 5280, section 5) as ISO/IEC 18013-5, B.2, wants them: version
 * 2, full, of one issuer. How fresh one is, and whose it is, is trust/crl's business.
 */
#ifndef OWNCARD_CRYPTO_X509_CRL_H
#define OWNCARD_CRYPTO_X509_CRL_H

#include "crypto/x509.h"

enum { X509_CRL_BYTES_MAX = 8 << 20 };

struct x509_crl;

/**
 * Parse one CRL, DER or the first of a PEM text; the bytes are copied.
 *
 * @param reason  optional; on error static text
 * @retval OC_SHAPE    it is not exactly one, not of version 2, or with a time or number that cannot
 *                     be read
 * @retval OC_REFUSED  a delta, indirect or partial list; signed by other means than ECDSA with
 *                     SHA-256, SHA-384 or SHA-512; a critical extension that we do not know, of the
 *                     list or of an entry
 * @retval OC_LIMIT    longer than X509_CRL_BYTES_MAX
 * @retval OC_MEMORY
 */
enum oc_err x509_crl_new(struct x509_crl **out, struct bytes src,
                         const char **reason) OC_MUST_CHECK;
void x509_crl_free(struct x509_crl **crl);

/** The DER bytes, as received; valid as long as `crl`. */
struct bytes x509_crl_der(const struct x509_crl *crl);

/** What stands in a list; views live as long as it. */
struct x509_crl_facts {
    char issuer[256];           /* one line, as RFC 4514 */
    struct bytes issuer_der;
    int64_t this_update;
    bool has_next_update, has_number;
    int64_t next_update;
    struct bytes number;        /* big-endian, without zeros before it */
    size_t revoked_n;
};
void x509_crl_describe(const struct x509_crl *crl, struct x509_crl_facts *out);

/** `issuer` signed the list: the signature alone.
 *  @retval OC_SIGNATURE  it did not
 *  @retval OC_MEMORY */
enum oc_err x509_crl_signed_by(const struct x509_crl *crl,
                               const struct x509_cert *issuer) OC_MUST_CHECK;

/** The reasons of RFC 5280, section 5.3.1. */
enum {
    X509_UNSPECIFIED = 0, X509_KEY_COMPROMISE = 1, X509_CA_COMPROMISE = 2,
    X509_AFFILIATION_CHANGED = 3, X509_SUPERSEDED = 4, X509_CESSATION = 5, X509_HOLD = 6,
    X509_PRIVILEGE_WITHDRAWN = 9, X509_AA_COMPROMISE = 10, X509_REASONS_N = 11,
};

/** The reason's word, such as "keyCompromise"; NULL for a number that is none. Static. */
const char *x509_reason_word(int reason);

struct x509_revoked {
    struct bytes serial;        /* big-endian; ignored by x509_crl_find() */
    int64_t at;
    int reason;
};

/** Whether the list revokes the serial number of `cert`, whose issuer the caller has compared;
 *  *out then says when and why. */
bool x509_crl_find(const struct x509_crl *crl, const struct x509_cert *cert,
                   struct x509_revoked *out);

/** A list to be made. */
struct x509_crl_spec {
    int64_t this_update, next_update;
    uint64_t number;
    const struct x509_revoked *revoked;
    size_t revoked_n;
};

/** Make and sign a list; DER appended.
 *  @retval OC_USAGE  times out of range or order, a serial that is empty or over 20 octets, a
 *                    reason that is none, or a signer that is not the issuer's key or whose
 *                    curve does not sign by ECDSA
 *  @retval OC_LIMIT  more than `out` may hold
 *  @retval OC_UNAVAILABLE  this OpenSSL does not offer the signer's digest, or did not sign
 *  @retval OC_MEMORY */
enum oc_err x509_crl_make(struct buf *out, const struct x509_crl_spec *spec,
                          const struct x509_cert *issuer,
                          const struct private_key *signer) OC_MUST_CHECK;

#endif
