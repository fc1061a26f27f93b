/*
 * Bytes as text and back: hexadecimal, base64url (RFC 4648, section 5, no padding) and base45
 * (RFC 9285). Readers are strict: an odd digit, a character outside the alphabet, non-zero
 * spare bits or a value out of range is OC_SYNTAX.
 */
#ifndef OWNCARD_CORE_TEXT_H
#define OWNCARD_CORE_TEXT_H

#include "core/buf.h"
#include "core/secret.h"

void hex_write(struct buf *out, struct bytes from);
/** Either case; spaces and line ends between bytes are skipped. */
enum oc_err hex_read(struct buf *out, struct bytes text) OC_MUST_CHECK;
/** The same into a new secret, so that what it says is nowhere else; NULL on error. OC_MEMORY also
 *  when the pool is full. */
enum oc_err hex_read_secret(struct secret **out, struct bytes text) OC_MUST_CHECK;

void base64url_write(struct buf *out, struct bytes from);
enum oc_err base64url_read(struct buf *out, struct bytes text) OC_MUST_CHECK;
/** As hex_read_secret(). */
enum oc_err base64url_read_secret(struct secret **out, struct bytes text) OC_MUST_CHECK;

void base45_write(struct buf *out, struct bytes from);
enum oc_err base45_read(struct buf *out, struct bytes text) OC_MUST_CHECK;

#endif
