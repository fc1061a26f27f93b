/* PNG written and read, in memory. The only user of png.h. */
#ifndef OWNCARD_TRANSPORT_PNG_H
#define OWNCARD_TRANSPORT_PNG_H

#include "core/buf.h"
#include "transport/picture.h"

/** Append the picture as a grey PNG. @retval OC_LIMIT, OC_MEMORY */
enum oc_err png_write(struct buf *out, const struct picture *picture) OC_MUST_CHECK;

#endif
