/* Step 5 of the flow as bytes, and the only way from bytes to claims. */
#ifndef OWNCARD_MDOC_VERIFY_H
#define OWNCARD_MDOC_VERIFY_H

#include "crypto/keys.h"
#include "mdoc/claims.h"
#include "mdoc/device_request.h"
#include "mdoc/report.h"
#include "trust/crl.h"
#include "trust/signers.h"

struct mdoc_verify_in {
    struct bytes message;           /* DeviceResponse; mdoc_verify_issuer() also takes IssuerSigned */
    int64_t now;                    /* seconds since 1970 */

    const struct trust_anchors *anchors;
    struct trust_signers *signers;  /* those seen before, to be remembered; NULL: none */
    const struct x509_cert *signer; /* a pinned document signer: of the chain only its own dates are
                                       then looked at */

    /** What was asked. NULL: nothing in particular, so every element returned is a claim. With a
     *  request only what was asked becomes a claim, and all of it must be there. It and its bytes
     *  must outlive the claims. */
    const struct mdoc_device_request *request;

    /** QR handover: the one-time key of `request`. The message must then hold encrypted documents
     *  only, and the transcript follows from the request. */
    const struct private_key *recipient;

    struct bytes transcript;        /* any other handover: the SessionTranscript array */
    const struct private_key *reader_key;   /* EReaderKey, for device MACs; NULL: none */

    bool accept_profile;            /* departures from the certificate profile become a warning,
                                       unless the certificate is made for another use */
    bool accept_unchecked_status;   /* so does a status that is stale or not known, but for a place
                                       past the end of its list */

    const struct trust_status_lists *status_lists;  /* what says who is revoked; NULL: none */
    const struct trust_crls *crls;                  /* the same of certificates; NULL: none */
    int64_t newest_list;            /* the latest date of any list held: no clock is right that
                                       stands before it; 0: none */
    const struct mdoc_policy *policy;   /* NULL: mdoc_policy_default() */
    enum mdoc_language language;    /* of the report */
};

/**
 * Verify a DeviceResponse: every check of the inspection procedure, fail-closed.
 *
 * @param claims  set on OC_OK, else NULL; release with mdoc_claims_free()
 * @param report  always filled, also on failure
 *
 * @retval OC_OK          accepted
 * @retval OC_SIGNATURE, OC_DIGEST, OC_UNTRUSTED, OC_EXPIRED, OC_REFUSED
 *                        examined: no; report->why is the same, its checks say why
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT
 *                        not such a message; report->fault says where
 * @retval OC_USAGE       neither transcript nor recipient, or both; a recipient without a request
 *                        that asks for encryption to it; a reader key that cannot agree; neither
 *                        anchors nor signer
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err mdoc_verify(struct mdoc_claims **claims, struct mdoc_report *report,
                        const struct mdoc_verify_in *in) OC_MUST_CHECK;

/** The issuer's part alone: whoever holds the bytes may show them, the device is not checked.
 *  `recipient`, `transcript` and `reader_key` are not used. */
enum oc_err mdoc_verify_issuer(struct mdoc_issuer_claims **claims, struct mdoc_report *report,
                               const struct mdoc_verify_in *in) OC_MUST_CHECK;

#endif
