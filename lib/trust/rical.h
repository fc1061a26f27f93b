/* RICAL: a signed list of the CAs whose readers are known by name. */
#ifndef OWNCARD_TRUST_RICAL_H
#define OWNCARD_TRUST_RICAL_H

#include "trust/list.h"

/** A verified RICAL; nothing but trust_rical_verify() makes one. */
struct trust_rical {
    struct trust_list list;
};

/**
 * Verify
 *
 *   RICAL = COSE_Sign1, untagged, x5chain protected, payload { "version", "provider", "date",
 *           ? "nextUpdate", ? "notAfter", "certificateInfos": [* CertificateInfo], ? "id",
 *           ? "latestRicalUrl", ? "extensions", "type": "org.iso.18013.5.1.reader_authentication" }
 *                                                           schemas/wire/vical.cddl
 *
 * The text and the CDDL of the draft differ on what an entry must have (isTrustAnchor, aki,
 * trustConstraints), so that all of that is optional here, and skipped. Otherwise as
 * trust_vical_verify(), with its errors; an x5chain that is not protected is OC_SHAPE.
 */
enum oc_err trust_rical_verify(struct trust_rical *out, const struct trust_list_in *in,
                               struct oc_fault *fault) OC_MUST_CHECK;
void trust_rical_cleanup(struct trust_rical *rical);

/** Add every reader CA it lists. @retval OC_LIMIT, OC_MEMORY */
enum oc_err trust_rical_add_to(struct trust_anchors *anchors,
                               const struct trust_rical *rical) OC_MUST_CHECK;

/** Append a signed RICAL, as trust_rical_verify() reads it. Errors as trust_vical_write(). */
enum oc_err trust_rical_write(struct buf *out, const struct trust_list_spec *spec) OC_MUST_CHECK;

#endif
