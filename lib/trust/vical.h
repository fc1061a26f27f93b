/* VICAL: a signed list of the IACAs whose cards are believed, and for which docTypes each. */
#ifndef OWNCARD_TRUST_VICAL_H
#define OWNCARD_TRUST_VICAL_H

#include "trust/list.h"

/** A verified VICAL; nothing but trust_vical_verify() makes one. */
struct trust_vical {
    struct trust_list list;
};

/**
 * Verify
 *
 *   VICAL = COSE_Sign1, untagged, payload { "version", "vicalProvider", "date",
 *           ? "vicalIssueID", ? "nextUpdate", ? "notAfter",
 *           "certificateInfos": [* CertificateInfo], ? "extensions", ? "vicalURL" }
 *                                                           schemas/wire/vical.cddl
 *
 * and skip the entries that cannot be used: no certificate that can be parsed, one that is no CA's
 * or whose key we do not know, a serial number or key identifier that is another's, no docType.
 * A list that has expired is verified all the same: trust_list_freshness() then says stale.
 *
 * @param out    all zero on error; release with trust_vical_cleanup()
 * @param fault  optional; on error why, and where in the message when it is none
 *
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE  not such a message
 * @retval OC_LIMIT      over TRUST_LIST_BYTES_MAX, TRUST_LIST_ENTRIES_MAX or one of cbr.h's limits
 * @retval OC_UNTRUSTED, OC_EXPIRED  the signer's chain
 * @retval OC_SIGNATURE
 * @retval OC_REFUSED    the signer's certificate is made for something else or departs from the
 *                       profile; the list is dated in the future
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err trust_vical_verify(struct trust_vical *out, const struct trust_list_in *in,
                               struct oc_fault *fault) OC_MUST_CHECK;
void trust_vical_cleanup(struct trust_vical *vical);

/** Add every IACA it lists, each for its docTypes. @retval OC_LIMIT, OC_MEMORY */
enum oc_err trust_vical_add_to(struct trust_anchors *anchors,
                               const struct trust_vical *vical) OC_MUST_CHECK;

/**
 * Append a signed VICAL, as trust_vical_verify() reads it.
 * @retval OC_USAGE  no provider, an item without docType, a nextUpdate or notAfter not after the
 *                   date, no chain, or a signer that is not the key of its first certificate
 * @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err trust_vical_write(struct buf *out, const struct trust_list_spec *spec) OC_MUST_CHECK;

#endif
