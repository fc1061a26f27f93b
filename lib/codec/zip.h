/*
 * The zlib format (RFC 1950, DEFLATE within), for the arrays of status lists. The only user of
 * zlib.h.
 */
#ifndef OWNCARD_CODEC_ZIP_H
#define OWNCARD_CODEC_ZIP_H

#include "core/buf.h"

/** Append `data` compressed as far as it goes; the same bytes for the same data.
 *  @retval OC_LIMIT   more than `out` may hold, or 4 GiB of data
 *  @retval OC_MEMORY */
enum oc_err zip_deflate(struct buf *out, struct bytes data) OC_MUST_CHECK;

/**
 * Append what `stream`, exactly one zlib stream, was made of.
 *
 * The stream is measured first, in chunks that are thrown away, and only then is memory taken,
 * once: one that claims or yields more than `out` may still hold costs no more than its reading.
 * On error `out` keeps its content, without an error of its own.
 *
 * @retval OC_LIMIT      it would not fit into `out`, or the stream is longer than 4 GiB
 * @retval OC_TRUNCATED  the stream ends too early
 * @retval OC_TRAILING   bytes follow it
 * @retval OC_SYNTAX     not such a stream, its check sum is wrong, or it needs a dictionary
 * @retval OC_MEMORY
 */
enum oc_err zip_inflate(struct buf *out, struct bytes stream) OC_MUST_CHECK;

#endif
