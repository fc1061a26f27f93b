/* The inspection of one document, check by check. Private to mdoc_verify(). */
#ifndef OWNCARD_MDOC_INSPECT_H
#define OWNCARD_MDOC_INSPECT_H

#include "mdoc/device_response.h"
#include "mdoc/verify.h"
#include "trust/signer.h"

struct inspection {
    const struct mdoc_verify_in *in;
    const struct mdoc_document *document;
    bool issuer_only;               /* no device part to check */
    bool doc_type_is_own;           /* a bare IssuerSigned: no outer docType to compare with */
    struct bytes transcript;
    const struct mdoc_doc_request *asked;   /* NULL: not asked for, or nothing was asked */
};

/** Make every document check into `checks` (indexed by mdoc_check_id); `card` gets signer and
 *  times. @retval OC_OK once inspected, whatever came out; OC_MEMORY, OC_UNAVAILABLE, OC_BUG */
enum oc_err inspect_document(struct mdoc_check *checks, struct mdoc_card *card,
                             const struct inspection *what) OC_MUST_CHECK;

/** The elements to hand out and MDOC_CHECK_ELEMENTS. *elements is malloc()ed. */
enum oc_err inspect_elements(struct mdoc_check *check, struct mdoc_element **elements, size_t *n,
                             const struct inspection *what) OC_MUST_CHECK;

#endif
