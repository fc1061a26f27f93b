/*
 * CBOR shown to people: diagnostic notation (RFC 8949, section 8), and JSON (section 6.1).
 */
#ifndef OWNCARD_CODEC_DIAG_H
#define OWNCARD_CODEC_DIAG_H

#include "core/buf.h"

/**
 * Append `cbor` (one item) as indented diagnostic notation. Tag 24 content is opened as
 * 24(<< … >>) when it is CBOR. Byte strings longer than `bstr_max` bytes are shortened, their
 * length said. Text has control and bidirectional characters escaped as \u{…}.
 *
 * @retval the errors of cbr_init(), or those of the buffer
 */
enum oc_err diag_write(struct buf *out, struct bytes cbor, size_t bstr_max,
                       struct oc_fault *fault) OC_MUST_CHECK;

/**
 * Append `cbor` (one item) as one JSON value: byte strings as base64url without padding, tags
 * dropped, integer keys as text, undefined as null, integers beyond 2^53 as text.
 */
enum oc_err diag_json(struct buf *out, struct bytes cbor) OC_MUST_CHECK;

#endif
