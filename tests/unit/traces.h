/*
 * What showings leave behind, and what two of them have in common that others have not: every
 * string of eight bytes of all that leaves the holder, and every value in what can be decrypted,
 * by its path.
 *
 * Chance makes showings alike in a byte beside others that are always the same, so a single third
 * showing would prove nothing: the others are a crowd, and what links is looked for in
 * LINKED_ROUNDS rounds, of which chance spoils one at times and most never.
 */
#ifndef OWNCARD_TESTS_TRACES_H
#define OWNCARD_TESTS_TRACES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/cbr.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

enum { TRACE_WINDOW = 8, LINKED_ROUNDS = 5 };

/* A set of numbers, sorted once nothing more is added. */
struct trace_set {
    uint64_t *at;
    size_t n, room;
};

struct traces {
    struct trace_set windows;       /* eight bytes each */
    struct trace_set facts;         /* hashes of a path and the value there */
};

static inline void trace_add(struct trace_set *set, uint64_t value)
{
    if (set->n == set->room) {
        set->room = set->room > 0 ? 2 * set->room : 1024;
        set->at = realloc(set->at, set->room * sizeof *set->at);
        must(set->at != NULL ? OC_OK : OC_MEMORY);
    }
    set->at[set->n++] = value;
}

/* All that leaves at once, such as one message or one frame. */
static inline void traces_add(struct traces *t, struct bytes sent)
{
    for (size_t i = 0; i + TRACE_WINDOW <= sent.n; i++) {
        uint64_t window;

        memcpy(&window, sent.p + i, sizeof window);
        trace_add(&t->windows, window);
    }
}

/* FNV-1a, in which a path and what follows it mix. */
static inline uint64_t trace_hash(uint64_t path, struct bytes more)
{
    for (size_t i = 0; i < more.n; i++)
        path = (path ^ more.p[i]) * 0x100000001b3;
    return (path ^ 0xff) * 0x100000001b3;
}

static inline void traces_walk(struct traces *t, uint64_t path, struct bytes item);

/* CBOR inside a byte string, as far as it is more than one plain item. */
static inline void traces_walk_inside(struct traces *t, uint64_t path, struct bytes content)
{
    struct cbr r;
    enum cbr_kind kind;

    cbr_init(&r, content);
    kind = cbr_peek(&r);
    if (kind == CBR_MAP || kind == CBR_ARRAY || kind == CBR_TAG)
        traces_walk(t, trace_hash(path, BYTES("inside")), content);
}

static inline void traces_walk(struct traces *t, uint64_t path, struct bytes item)
{
    struct cbr r;
    uint64_t number;
    size_t n;

    cbr_init(&r, item);
    switch (cbr_peek(&r)) {
    case CBR_MAP:
        for (n = cbr_map(&r); n > 0; n--) {
            struct bytes key = cbr_any(&r);

            traces_walk(t, trace_hash(path, key), cbr_any(&r));
        }
        break;
    case CBR_ARRAY:
        n = cbr_array(&r);
        for (size_t i = 0; i < n; i++)
            traces_walk(t, trace_hash(path, (struct bytes){ (const uint8_t *)&i, sizeof i }),
                        cbr_any(&r));
        break;
    case CBR_TAG:
        number = cbr_tag(&r);
        traces_walk(t, trace_hash(path, (struct bytes){ (const uint8_t *)&number, sizeof number }),
                    cbr_any(&r));
        break;
    case CBR_BSTR:
        trace_add(&t->facts, trace_hash(path, item));
        traces_walk_inside(t, path, cbr_bstr(&r));
        return;
    default:
        trace_add(&t->facts, trace_hash(path, item));
        return;
    }
    must(cbr_end(&r, NULL));
}

/* A message that can be read: its values as well as its bytes. */
static inline void traces_add_message(struct traces *t, const char *what, struct bytes cbor)
{
    traces_add(t, cbor);
    traces_walk(t, trace_hash(0xcbf29ce484222325, bytes_str(what)), cbor);
}

static inline void traces_cleanup(struct traces *t)
{
    free(t->windows.at);
    free(t->facts.at);
    *t = (struct traces){ .windows = { NULL, 0, 0 } };
}

static inline int trace_order(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static inline void traces_sort(struct traces *t)
{
    qsort(t->windows.at, t->windows.n, sizeof *t->windows.at, trace_order);
    qsort(t->facts.at, t->facts.n, sizeof *t->facts.at, trace_order);
}

static inline bool trace_has(const struct trace_set *set, uint64_t value)
{
    return bsearch(&value, set->at, set->n, sizeof value, trace_order) != NULL;
}

/* How many different members a and b have in common that the crowd has not. All are sorted. */
static inline size_t trace_links(const struct trace_set *a, const struct trace_set *b,
                                 const struct trace_set *crowd)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++)
        n += (i == 0 || a->at[i] != a->at[i - 1]) && trace_has(b, a->at[i]) &&
             !trace_has(crowd, a->at[i]);
    return n;
}

#endif
