/* QR codes as pictures: PNG for one, SVG for one or for a loop of several. */
#ifndef OWNCARD_TRANSPORT_QR_IMAGE_H
#define OWNCARD_TRANSPORT_QR_IMAGE_H

#include "transport/picture.h"
#include "transport/qr.h"

/** A picture of the code with its quiet zone, each module `scale` × `scale` pixels.
 *  @retval OC_MEMORY, OC_LIMIT */
enum oc_err qr_picture(struct picture *out, const struct qr *qr, size_t scale) OC_MUST_CHECK;

/** Append the same as PNG. @retval OC_MEMORY, OC_LIMIT */
enum oc_err qr_png(struct buf *out, const struct qr *qr, size_t scale) OC_MUST_CHECK;

/**
 * Append an SVG that shows each of `n` codes for `each_ms` milliseconds, for ever; one alone stands
 * still. No script: SMIL animation, which browsers play. Errors go to out->err.
 */
void qr_svg(struct buf *out, const struct qr *codes, size_t n, unsigned each_ms);

#endif
