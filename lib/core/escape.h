/*
 * Text that others wrote, in a form that cannot steer a terminal or mislead the eye.
 *
 * Written as \u{XXXX}: C0 and C1 controls (newline and tab too), DEL, bidirectional controls,
 * zero-width and other invisible characters, line and paragraph separators. Each byte that is
 * not part of well-formed UTF-8 becomes \xNN. Everything else stays as it is, so the result is
 * for reading, not for reading back.
 */
#ifndef OWNCARD_CORE_ESCAPE_H
#define OWNCARD_CORE_ESCAPE_H

#include "core/buf.h"

/** Append `text`, escaped. */
void escape_add(struct buf *out, struct bytes text);

enum { ESCAPE_ROOM = 16 };

/** Take the first character off `*text`, which is not empty. @return it, escaped: a view of the
 *  text or of `room` */
struct bytes escape_next(struct bytes *text, char room[ESCAPE_ROOM]);

/** Look at the character that `text`, not empty, begins with: how many bytes it takes, or 0, and
 *  *c 0, when it is not UTF-8. */
size_t utf8_look(struct bytes text, uint32_t *c);

#endif
