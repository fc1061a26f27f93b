/*
 * Owned, growable bytes with a ceiling given at the start. What a buffer leaves behind when it
 * grows or ends is wiped, since it may have held a person's attributes.
 *
 * The error is sticky: after one failed append nothing more is written and buf_err() says why,
 * so that a writer can list its fields and ask once at the end.
 */
#ifndef OWNCARD_CORE_BUF_H
#define OWNCARD_CORE_BUF_H

#include "core/bytes.h"
#include "core/err.h"

struct buf {
    uint8_t *p;
    size_t n;           /* bytes written */
    size_t capacity;    /* bytes allocated */
    size_t max;         /* the ceiling */
    enum oc_err err;    /* OC_OK, OC_LIMIT, OC_MEMORY or what a writer set */
};

/** An empty buffer that refuses to hold more than `max` bytes. Allocates nothing yet. */
void buf_init(struct buf *b, size_t max);

/** Wipe and release; all zero afterwards. Twice is fine, and so is an all-zero struct. */
void buf_cleanup(struct buf *b);

/** Make room for `n` more bytes at once, where their number is known beforehand. Never fails: what
 *  cannot be had now is asked for again when it is written. */
void buf_reserve(struct buf *b, size_t n);

/** Whether `n` more bytes can be written where the buffer is, without asking anybody. */
static inline bool buf_has_room(const struct buf *b, size_t n)
{
    return b->p != NULL && b->err == OC_OK && n < b->capacity - b->n && n <= b->max - b->n;
}

/** Append; on OC_LIMIT or OC_MEMORY the content stays as it was. `from` may be a view of `b`. */
void buf_add(struct buf *b, struct bytes from);
void buf_add_byte(struct buf *b, uint8_t byte);
void buf_add_str(struct buf *b, const char *s);

/** Put bytes, no view of `b`, before those at `at`, which move up. OC_BUG: beyond the end. */
void buf_insert(struct buf *b, size_t at, struct bytes from);

/** Append printf-formatted text (no final NUL). */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * Room for `n` more bytes at the end, zeroed and already counted in b->n.
 * @return  the place to write them, or NULL with the error set.
 */
uint8_t *buf_extend(struct buf *b, size_t n);

/** Forget everything after the first `n` bytes, wiping it; the error is cleared. */
void buf_truncate(struct buf *b, size_t n);

/** Make the buffer fail with `e` unless it failed already. */
void buf_fail(struct buf *b, enum oc_err e);

/** What has been written; valid until the next append or cleanup. */
struct bytes buf_view(const struct buf *b);

/** The content as a C string, NUL after the end; "" on an empty or failed buffer. Same life. */
const char *buf_text(struct buf *b);

/** The sticky error. */
enum oc_err buf_err(const struct buf *b) OC_MUST_CHECK;

/** Move the content of `from` into `to` (cleaned first); `from` is left empty. */
void buf_take(struct buf *to, struct buf *from);

#endif
