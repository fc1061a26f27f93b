/*
 * Who signed: a certificate chain from a message, examined against anchors and profile. Used
 * for document signers by verifiers and holders, for readers by holders, and for signers of status
 * lists and of lists of authorities by whoever uses them.
 */
#ifndef OWNCARD_TRUST_SIGNER_H
#define OWNCARD_TRUST_SIGNER_H

#include "trust/anchors.h"
#include "trust/profile.h"

/** What came out. Nothing in here is an opinion on the message that was signed. */
struct trust_signer {
    struct x509_cert *certificate;      /* the leaf; NULL: there is none, or it cannot be parsed */
    struct x509_facts facts;            /* of the leaf */

    enum oc_err chain;                  /* OC_OK, OC_UNTRUSTED, OC_EXPIRED, OC_SHAPE, … */
    const char *chain_reason;           /* static text, when chain is not OC_OK */
    bool wants_anchor;                  /* OC_UNTRUSTED for want of any anchor that it names */
    struct x509_cert *anchor_certificate;   /* when chain is OC_OK: the anchor, or the link
                                               certificate that stands for it */
    struct x509_facts anchor;           /* of it */
    size_t anchor_index;                /* of the anchor itself, for trust_anchors_allow() */
    bool by_link;                       /* a link certificate led to that anchor */
    int64_t valid_from, valid_until;    /* when chain is OC_OK: all of it is, and that certificate */

    /* Broken rules of the ISO profile, of the leaf and, when known, of its anchor or link; the root
     * of a VICAL has no profile. */
    size_t findings_n;
    struct trust_finding findings[2 * TRUST_FINDINGS_MAX];

    /* Document and status signers with a chain: NULL when C, and ST where both have it, agree with
     * the anchor's; else static text. */
    const char *country_fault;

    /* The certificate is made for something else: a CA's, not for signatures, or with extended key
     * usages that do not name this role; for a status signer, that are critical or name another
     * role of the standard. No option should accept that. */
    bool is_for_another_use;
};

/**
 * Examine a chain.
 *
 * When no anchor has issued it, the set's link certificates are tried: the chain must lead to one,
 * and that one, over others where need be, to an anchor, with the dates and signatures of all.
 *
 * @param role     TRUST_DOCUMENT_SIGNER, TRUST_READER, TRUST_STATUS_SIGNER or TRUST_VICAL_SIGNER
 * @param x5chain  DER certificates, leaf first, views that must stay valid during the call
 * @param now      seconds since 1970
 * @return OC_OK once examined, whatever came out; OC_MEMORY; OC_UNAVAILABLE when a key of the chain
 *         or of its anchor is on a curve that this OpenSSL does not offer. Release with
 *         trust_signer_cleanup().
 */
enum oc_err trust_signer_init(struct trust_signer *out, enum trust_role role,
                              const struct bytes *x5chain, size_t x5chain_n,
                              const struct trust_anchors *anchors, int64_t now) OC_MUST_CHECK;

/** Whether an anchor of the set, over the set's links where need be, vouches for `link` at `now`.
 *  @param reason  on error static text
 *  @retval OC_REFUSED  not made for it; else as x509_chain_check() */
enum oc_err trust_link_check(const struct trust_anchors *anchors, const struct x509_cert *link,
                             int64_t now, const char **reason) OC_MUST_CHECK;

/** A signer the caller names: the certificate as the leaf, its profile examined without an
 *  anchor, `chain` OC_UNAVAILABLE, for "not checked". Returns as trust_signer_init(). */
enum oc_err trust_signer_pin(struct trust_signer *out, enum trust_role role,
                             const struct x509_cert *certificate) OC_MUST_CHECK;

void trust_signer_cleanup(struct trust_signer *signer);

#endif
