/* Where a holder is met: engagement and carrier, by the options. Every error has been said. */
#ifndef OWNCARD_VERIFIER_ENGAGEMENT_H
#define OWNCARD_VERIFIER_ENGAGEMENT_H

#include "verbs/proximity.h"

#define ENGAGEMENT_OPTIONS \
    { "engagement", 0, "TEXT", "what the holder shows: mdoc:…, or a FILE of that or of CBOR", \
      false }, \
    { "engagement-image", 0, "PICTURE", "the same as PNG or JPEG of its QR code", false }, \
    { "tcp", 0, "ADDRESS", "the holder waits at PORT of this machine, or HOST:PORT", false }, \
    { "nfc", 0, NULL, "the holder's device lies on an NFC reader; its handover is read there " \
                      "unless an engagement is given", false }, \
    { "nfc-reader", 0, "NAME", "with --nfc: a part of the reader's name (default: any)", false }, \
    { "nfc-short", 0, NULL, "with --nfc: short commands, for readers that know no others", false }

/** Options that contradict each other, or do not say where the holder is. @retval OC_USAGE */
enum oc_err engagement_check_options(const struct command_line *cl) OC_MUST_CHECK;

/**
 * Meet the holder: read the engagement, wait for the carrier, begin the session.
 *
 * @param p  from proximity_init(); on OC_OK its session and carrier are set
 * @retval OC_USAGE  not such an address; no such NFC reader
 * @retval OC_IO     nobody there in time, no reader; or an engagement that is none, since "no such
 *                   message" is said of the response alone
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err engagement_meet(struct proximity *p, const struct command_line *cl) OC_MUST_CHECK;

#endif
