/* The inspection of one document, check by check. Private to mdoc_verify(). */
#ifndef OWNCARD_MDOC_INSPECT_H
#define OWNCARD_MDOC_INSPECT_H

#include "mdoc/device_response.h"
#include "mdoc/verify.h"
#include "trust/signer.h"

/* For printf's %.*s: text of the message, cut to what a detail can hold. */
#define SHORT(b) (int)((b).n < 64 ? (b).n : 64), (const char *)(b).p

struct inspection {
    const struct mdoc_verify_in *in;
    const struct mdoc_document *document;
    bool issuer_only;               /* no device part to check */
    bool doc_type_is_own;           /* a bare IssuerSigned: no outer docType to compare with */
    struct bytes transcript;
    const struct mdoc_doc_request *asked;   /* NULL: not asked for, or nothing was asked */
    const struct mdoc_policy *policy;       /* never NULL */
    struct mdoc_document_report *report;    /* of this document, whose checks are made into */
    struct oc_fault *fault;         /* why it could not be finished, where that is known */
};

/** Make every check of signer, card and device into `checks` (indexed by mdoc_check_id); `card`
 *  gets signer and times.
 *  @retval OC_OK  once inspected, whatever came out
 *  @retval OC_MEMORY, OC_UNAVAILABLE, OC_BUG */
enum oc_err mdoc_inspect_document(struct mdoc_check *checks, struct mdoc_card *card,
                             const struct inspection *what) OC_MUST_CHECK;

/**
 * Who signed, as far as certificates tell: chain, country, profile, revocation, docType.
 *
 * @param signer  set to `room`, which the caller cleans up, or to one that is remembered; on error too
 */
enum oc_err mdoc_inspect_signer(struct mdoc_check *checks, const struct trust_signer **signer,
                                struct trust_signer *room,
                                const struct inspection *what) OC_MUST_CHECK;

/**
 * An issuing_country that is shown must be C of the signer's certificate, an issuing_jurisdiction
 * its ST, where it has one. Of an mDL the standard demands it of a reader; of other types the policy
 * says what a difference does, and a country of other than two letters is compared with nothing.
 */
void mdoc_inspect_issuing(struct mdoc_check *check, const struct trust_signer *signer,
                          const struct inspection *what);

/** Whether the policy allows this type, issuer and these algorithms. OC_MEMORY */
enum oc_err mdoc_inspect_policy(struct mdoc_check *check, const struct trust_signer *signer,
                                const struct inspection *what) OC_MUST_CHECK;

/** What status lists say of the card; the report gets the answer too. OC_MEMORY */
enum oc_err mdoc_inspect_status(struct mdoc_check *check, const struct trust_signer *signer,
                                const struct inspection *what) OC_MUST_CHECK;

/** The checks of the elements, and those to hand out. *elements is malloc()ed. */
enum oc_err mdoc_inspect_elements(struct mdoc_check *checks, struct mdoc_element **elements,
                                  size_t *n, const struct inspection *what) OC_MUST_CHECK;

#endif
