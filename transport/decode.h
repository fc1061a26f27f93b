/*
 * The decoders behind picture_init(), each the only user of its library's header but for the one
 * that writes PNG. Errors are picture_init()'s; on error the caller cleans `out` up.
 */
#ifndef OWNCARD_TRANSPORT_DECODE_H
#define OWNCARD_TRANSPORT_DECODE_H

#include "transport/picture.h"

enum oc_err decode_png(struct picture *out, struct bytes file) OC_MUST_CHECK;
enum oc_err decode_jpeg(struct picture *out, struct bytes file) OC_MUST_CHECK;

/** Memory for a picture of this size, not filled. @retval OC_SHAPE, OC_LIMIT, OC_MEMORY */
enum oc_err picture_allocate(struct picture *out, size_t width, size_t height) OC_MUST_CHECK;

#endif
