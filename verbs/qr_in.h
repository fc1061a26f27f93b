/*
 * A message read from photographs or screenshots of its QR codes. Every error has been said
 * (cli/exit.h).
 */
#ifndef OWNCARD_VERBS_QR_IN_H
#define OWNCARD_VERBS_QR_IN_H

#include "cli/command.h"
#include "core/buf.h"

/**
 * Read the pictures that `--option`, which may be repeated, and then the arguments name, PNG or
 * JPEG, each with any number of codes in any order. Frames of other messages, or of none, do no
 * harm as long as no other message is complete.
 *
 * @param out  Initialised here; the message, all zero on error. Release with buf_cleanup().
 *
 * @retval OC_SYNTAX, OC_SHAPE, OC_LIMIT  a picture that cannot be read
 * @retval OC_SHAPE      no frame in any picture, or no message is complete and frames do not fit
 *                       together
 * @retval OC_TRUNCATED  frames are missing, which are named
 * @retval OC_USAGE      more than one message is complete; each is named by its last picture
 * @retval OC_IO, OC_MEMORY
 */
enum oc_err qr_in_read(struct buf *out, const struct command_line *cl, const char *option)
    OC_MUST_CHECK;

/**
 * The text of the one QR code in a picture that begins with `beginning`: of another scheme than
 * ours.
 *
 * @param out  initialised here; all zero on error. Release with buf_cleanup().
 * @retval OC_SYNTAX, OC_SHAPE, OC_LIMIT  a picture that cannot be read, or has no such code
 * @retval OC_IO, OC_MEMORY
 */
enum oc_err qr_in_text(struct buf *out, const char *path, const char *beginning) OC_MUST_CHECK;

#endif
