#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler may drop a memset() before free(); through a volatile pointer it may not. */
static void wipe(void *p, size_t n)
{
    static void *(*const volatile set)(void *, int, size_t) = memset;

    if (n > 0)
        set(p, 0, n);
}

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){ .max = max };
}

void buf_cleanup(struct buf *b)
{
    if (b->p != NULL)
        wipe(b->p, b->capacity);
    free(b->p);
    *b = (struct buf){ 0 };
}

void buf_fail(struct buf *b, enum oc_err e)
{
    if (b->err == OC_OK)
        b->err = e;
}

/* Move to a larger place. One byte more than asked is always there, for buf_text()'s NUL. */
static bool grow(struct buf *b, size_t n, size_t at_least)
{
    size_t needed = b->n + n, capacity = at_least;
    uint8_t *p;

    if (needed == SIZE_MAX)
        return false;
    if (capacity < needed + 1)
        capacity = needed + 1;
    p = malloc(capacity);
    if (p == NULL)
        return false;
    if (b->p != NULL) {
        memcpy(p, b->p, b->n);
        wipe(b->p, b->capacity);
        free(b->p);
    }
    b->p = p;
    b->capacity = capacity;
    return true;
}

static bool has_place(const struct buf *b, size_t n)
{
    return b->p != NULL && b->n + n < b->capacity;
}

/* Doubled, so that many small appends cost few moves, and never more than the ceiling needs. */
static size_t next_capacity(const struct buf *b)
{
    size_t capacity = b->capacity < 128 ? 256 : b->capacity * 2;

    return capacity > b->max ? b->max + 1 : capacity;
}

static bool reserve(struct buf *b, size_t n)
{
    if (b->err != OC_OK)
        return false;
    if (n > b->max || b->n > b->max - n) {
        b->err = OC_LIMIT;
        return false;
    }
    if (!has_place(b, n) && !grow(b, n, next_capacity(b)))
        b->err = OC_MEMORY;
    return b->err == OC_OK;
}

void buf_reserve(struct buf *b, size_t n)
{
    bool fits = b->err == OC_OK && n <= b->max && b->n <= b->max - n;

    if (fits && !has_place(b, n))
        (void)grow(b, n, b->p == NULL ? 0 : next_capacity(b));
}

/* The buffer moves: a view of itself has to move along. */
static void add_growing(struct buf *b, struct bytes from)
{
    bool inside = b->p != NULL && bytes_within(from, (struct bytes){ b->p, b->n });
    size_t at = inside ? (size_t)(from.p - b->p) : 0;

    if (!reserve(b, from.n))
        return;
    memcpy(b->p + b->n, inside ? b->p + at : from.p, from.n);
    b->n += from.n;
}

void buf_add(struct buf *b, struct bytes from)
{
    if (from.n == 0)
        return;
    if (!buf_has_room(b, from.n)) {
        add_growing(b, from);
        return;
    }
    memcpy(b->p + b->n, from.p, from.n);
    b->n += from.n;
}

void buf_add_byte(struct buf *b, uint8_t byte)
{
    if (buf_has_room(b, 1))
        b->p[b->n++] = byte;
    else
        add_growing(b, (struct bytes){ &byte, 1 });
}

void buf_add_str(struct buf *b, const char *s)
{
    buf_add(b, bytes_str(s));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        buf_fail(b, OC_BUG);
        return;
    }
    if (!reserve(b, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf((char *)b->p + b->n, (size_t)n + 1, format, args);
    va_end(args);
    b->n += (size_t)n;
}

void buf_insert(struct buf *b, size_t at, struct bytes from)
{
    if (at > b->n)
        buf_fail(b, OC_BUG);
    if (!reserve(b, from.n))
        return;
    memmove(b->p + at + from.n, b->p + at, b->n - at);
    memcpy(b->p + at, from.p, from.n);
    b->n += from.n;
}

uint8_t *buf_extend(struct buf *b, size_t n)
{
    uint8_t *p;

    if (!reserve(b, n))
        return NULL;
    p = b->p + b->n;
    memset(p, 0, n);
    b->n += n;
    return p;
}

void buf_truncate(struct buf *b, size_t n)
{
    if (n < b->n) {
        wipe(b->p + n, b->n - n);
        b->n = n;
    }
    b->err = OC_OK;
}

struct bytes buf_view(const struct buf *b)
{
    return (struct bytes){ b->p, b->n };
}

const char *buf_text(struct buf *b)
{
    if (b->p == NULL || b->err != OC_OK)
        return "";
    b->p[b->n] = '\0';
    return (const char *)b->p;
}

enum oc_err buf_err(const struct buf *b)
{
    return b->err;
}

void buf_take(struct buf *to, struct buf *from)
{
    buf_cleanup(to);
    *to = *from;
    *from = (struct buf){ 0 };
}
