/*
 * Messages as files hold them: CBOR, or the same as hexadecimal text, which people paste around,
 * or as base45 text, which our QR codes carry.
 */
#ifndef OWNCARD_CLI_MESSAGE_H
#define OWNCARD_CLI_MESSAGE_H

#include "core/buf.h"

enum { MESSAGE_TEXT_PER_BYTE = 3 };     /* two digits, and a blank at most */

/**
 * Read a message. What begins with an ASCII character is taken for text, since every message
 * here is an array, a map or tagged, and so begins above 0x7f.
 *
 * @param out   Initialised here; the CBOR, all zero on error. Release with buf_cleanup().
 * @param path  NULL or "-" is standard input.
 * @param max   bytes of CBOR
 *
 * @retval OC_SYNTAX  none of the three; said already, as every error is
 * @retval OC_LIMIT, OC_IO, OC_MEMORY  as io_read()
 */
enum oc_err message_read(struct buf *out, const char *path, size_t max) OC_MUST_CHECK;

/** What a file is that is no message but text or a picture, such as "a certificate in PEM"; NULL
 *  when it begins like nothing that is known. Static. */
const char *message_text_kind(struct bytes file);

/** The same of a file's bytes; `path` is for what is said. */
enum oc_err message_decode(struct buf *out, struct bytes file, const char *path,
                           size_t max) OC_MUST_CHECK;

#endif
