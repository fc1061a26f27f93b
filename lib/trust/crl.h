/*
 * Revocation lists of certificate authorities (ISO/IEC 18013-5, B.2), fetched ahead as status lists
 * are, and what they say of a certificate.
 *
 * Only trust_crl_verify() makes a struct trust_crl: an authority whom we believe has signed it.
 */
#ifndef OWNCARD_TRUST_CRL_H
#define OWNCARD_TRUST_CRL_H

#include "crypto/x509_crl.h"
#include "trust/anchors.h"
#include "trust/status_lists.h"

enum { TRUST_CRLS_MAX = 1024 };

struct trust_crl;

/**
 * Verify a list.
 *
 * Its signer is one of the anchors, or of their link certificates, that has the issuer's name and
 * may sign CRLs. Whether a link is vouched for, and that nobody on a path has expired, is the
 * chain's part: a list speaks of certificates of this very issuer alone.
 *
 * @param out     NULL on error; release with trust_crl_free(). Holds copies only.
 * @param src     DER or PEM
 * @param skew_s  how far ahead of `now` it may be dated
 * @param reason  on error static text
 *
 * @retval OC_SHAPE, OC_LIMIT, OC_REFUSED  as x509_crl_new(); also OC_REFUSED: dated in the future
 * @retval OC_UNTRUSTED  no anchor has the issuer's name and may sign CRLs
 * @retval OC_SIGNATURE  none of those that have has signed it
 * @retval OC_MEMORY
 */
enum oc_err trust_crl_verify(struct trust_crl **out, struct bytes src,
                             const struct trust_anchors *anchors, int64_t now, int64_t skew_s,
                             const char **reason) OC_MUST_CHECK;
void trust_crl_free(struct trust_crl **crl);

/** What stands in it, and the DER as received; both live as long as it. */
const struct x509_crl_facts *trust_crl_facts(const struct trust_crl *crl);
struct bytes trust_crl_der(const struct trust_crl *crl);
/** The certificate of whoever signed it; owned by it. */
const struct x509_cert *trust_crl_issuer(const struct trust_crl *crl);

/** Whether `a` is of the same issuer, name and key, as `b`; and whether it was issued later, by
 *  thisUpdate, then by number. */
bool trust_crl_is_like(const struct trust_crl *a, const struct trust_crl *b);
bool trust_crl_is_newer(const struct trust_crl *a, const struct trust_crl *b);

/** One list for each issuer. All zero is an empty set. */
struct trust_crls {
    struct trust_crl **crls;    /* owned */
    size_t n;
};

/**
 * Add a list, in the place of one of the same issuer that is not newer.
 *
 * @param crl  moved into the set and NULL afterwards; on error it stays the caller's
 * @retval OC_REFUSED  the one that is there is newer; it stays
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err trust_crls_add(struct trust_crls *set, struct trust_crl **crl) OC_MUST_CHECK;

/** Release; all zero afterwards. */
void trust_crls_cleanup(struct trust_crls *set);

/** What is said of a certificate. */
struct trust_revocation {
    struct trust_status status; /* UNKNOWN: no list of its issuer; SUSPENDED: on hold */
    int64_t at;                 /* when it was revoked … */
    const char *why;            /* … and the reason's word; NULL: not revoked or suspended */
};

/**
 * What the lists say of `certificate`, issued by `issuer`, at `now`.
 *
 * STALE is a list past its nextUpdate or past max_age_s, and one that nothing limits; who is
 * revoked stays revoked. A list dated in the future says nothing.
 */
struct trust_revocation trust_crls_check(const struct trust_crls *set,
                                         const struct x509_cert *certificate,
                                         const struct x509_cert *issuer, int64_t now,
                                         struct trust_status_limits limits);

#endif
