/*
 * A borrowed view of bytes: passed by value, never freed. Whoever hands one out says in a
 * comment what it points into and how long that lives.
 */
#ifndef OWNCARD_CORE_BYTES_H
#define OWNCARD_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *p;   /* NULL only when there is nothing at all */
    size_t n;
};

/** The view of a string literal, without its final NUL. */
#define BYTES(literal) ((struct bytes){ (const uint8_t *)("" literal), sizeof(literal) - 1 })

/** The view of an array, all of it. */
#define BYTES_OF(array) ((struct bytes){ (array), sizeof(array) })

/** The view of a C string, without its NUL; NULL gives the empty view. */
static inline struct bytes bytes_str(const char *s)
{
    return (struct bytes){ (const uint8_t *)s, s == NULL ? 0 : strlen(s) };
}

/** Same length and same bytes. Not constant time: never for secrets, digests or MACs. */
static inline bool bytes_eq(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/** Same bytes as the C string `s`. */
static inline bool bytes_is(struct bytes a, const char *s)
{
    return bytes_eq(a, bytes_str(s));
}

/** Lexicographic order, as memcmp() then the shorter first. */
int bytes_cmp(struct bytes a, struct bytes b);

/** Whether `inner` lies wholly inside `outer` (the same memory, not equal content). */
bool bytes_within(struct bytes inner, struct bytes outer);

/** Whether `b` is well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms. */
bool bytes_are_utf8(struct bytes b);

#endif
