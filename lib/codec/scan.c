/* The one look over a whole input that everything after it relies on. */
#include <stdlib.h>
#include <string.h>

#include "codec/head.h"

enum {
    KEYS_INLINE = 64,       /* keys of all open maps, before the heap is asked */
    KEYS_PAIRWISE = 8,      /* more than that are sorted */
};

struct key {
    enum cbr_kind kind;
    uint64_t value;         /* as struct head */
    struct bytes string;
    size_t at;
};

/* A container or tag that is still open. */
struct level {
    size_t left;            /* items to come; in a map keys and values both count */
    bool is_map;
    size_t keys_from;       /* where its keys begin on the stack of keys */
};

struct scan {
    struct bytes src;
    size_t at;
    size_t depth;
    struct level levels[CBR_DEPTH_MAX];
    struct key *keys;       /* keys_inline or the heap */
    size_t keys_n, keys_room;
    struct key keys_inline[KEYS_INLINE];
    struct oc_fault fault;
};

static enum oc_err refuse(struct scan *s, enum oc_err e, size_t at, const char *reason)
{
    s->fault = (struct oc_fault){ at, reason };
    return e;
}

/* Any total order will do. Strings of different length need no look at their content. */
static int key_order(const struct key *a, const struct key *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    if (a->string.n != b->string.n)
        return a->string.n < b->string.n ? -1 : 1;
    return a->string.n == 0 ? 0 : memcmp(a->string.p, b->string.p, a->string.n);
}

/* For qsort: equal keys stay in the order of the input. */
static int key_order_stable(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = key_order(x, y);

    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Where a key first stands a second time; SIZE_MAX: nowhere. Disturbs the order of `keys`. */
static size_t repeated_at(struct key *keys, size_t n)
{
    size_t at = SIZE_MAX, ascending = 1;

    /* Most writers put keys in order. */
    while (ascending < n && key_order(&keys[ascending - 1], &keys[ascending]) < 0)
        ascending++;
    if (ascending >= n)
        return SIZE_MAX;
    if (n <= KEYS_PAIRWISE) {
        for (size_t i = 1; i < n; i++)
            for (size_t j = 0; j < i; j++)
                if (key_order(&keys[i], &keys[j]) == 0)
                    return keys[i].at;
        return SIZE_MAX;
    }
    qsort(keys, n, sizeof *keys, key_order_stable);
    for (size_t i = 1; i < n; i++)
        if (keys[i].at < at && key_order(&keys[i - 1], &keys[i]) == 0)
            at = keys[i].at;
    return at;
}

static bool push_key(struct scan *s, const struct key *key)
{
    if (s->keys_n == s->keys_room) {
        size_t room = s->keys_room * 2;
        struct key *more = malloc(room * sizeof *more);

        if (more == NULL)
            return false;
        memcpy(more, s->keys, s->keys_n * sizeof *more);
        if (s->keys != s->keys_inline)
            free(s->keys);
        s->keys = more;
        s->keys_room = room;
    }
    s->keys[s->keys_n++] = *key;
    return true;
}

static enum oc_err take_key(struct scan *s, const struct head *h)
{
    const struct key key = { h->kind, h->value, h->string, s->at };

    switch (h->kind) {
    case CBR_UINT: case CBR_NINT: case CBR_TSTR: case CBR_BSTR:
        break;
    case CBR_ARRAY: case CBR_MAP: case CBR_TAG: case CBR_BOOL: case CBR_NULL:
    case CBR_UNDEFINED: case CBR_FLOAT: case CBR_NONE:
        return refuse(s, OC_SHAPE, s->at, "a map key that is neither integer nor string");
    }
    if (!push_key(s, &key))
        return refuse(s, OC_MEMORY, s->at, "out of memory");
    return OC_OK;
}

/* An array, map or tag: its items come next. */
static enum oc_err open_level(struct scan *s, const struct head *h)
{
    size_t after = s->src.n - s->at - h->n;
    size_t each = h->kind == CBR_MAP ? 2 : 1;
    size_t count = h->kind == CBR_TAG ? 1 : h->value;

    if (count > CBR_ENTRIES_MAX)
        return refuse(s, OC_LIMIT, s->at, "more entries than we accept");
    if (h->kind != CBR_TAG && count > after / each)
        return refuse(s, OC_LIMIT, s->at, "more items claimed than bytes left");
    if (count == 0)
        return OC_OK;
    if (s->depth == CBR_DEPTH_MAX)
        return refuse(s, OC_LIMIT, s->at, "nested too deep");
    s->levels[s->depth++] = (struct level){ count * each, h->kind == CBR_MAP, s->keys_n };
    return OC_OK;
}

/* Close what is complete. */
static enum oc_err close_levels(struct scan *s)
{
    while (s->depth > 0 && s->levels[s->depth - 1].left == 0) {
        const struct level *level = &s->levels[--s->depth];
        size_t at;

        if (!level->is_map)
            continue;
        at = repeated_at(s->keys + level->keys_from, s->keys_n - level->keys_from);
        if (at != SIZE_MAX)
            return refuse(s, OC_SHAPE, at, "a key twice in one map");
        s->keys_n = level->keys_from;
    }
    return OC_OK;
}

/* One head, and whatever it opens or completes. */
static enum oc_err step(struct scan *s)
{
    struct level *level = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
    bool is_key = level != NULL && level->is_map && level->left % 2 == 0;
    struct head h;
    enum oc_err e = head_decode((struct bytes){ s->src.p + s->at, s->src.n - s->at }, &h);

    if (e != OC_OK)
        return refuse(s, e, s->at, h.reason);
    if (h.kind == CBR_TSTR && !bytes_are_utf8(h.string))
        return refuse(s, OC_SYNTAX, s->at, "text that is not UTF-8");
    if (is_key && (e = take_key(s, &h)) != OC_OK)
        return e;
    if (level != NULL)
        level->left--;
    if (h.kind == CBR_ARRAY || h.kind == CBR_MAP || h.kind == CBR_TAG)
        e = open_level(s, &h);
    s->at += h.n;
    return e == OC_OK ? close_levels(s) : e;
}

enum oc_err scan_item(struct bytes src, size_t *n, struct oc_fault *fault)
{
    struct scan s;
    enum oc_err e = OC_OK;

    /* Field by field: zeroing the arrays would cost more than a short scan. */
    s.src = src;
    s.at = s.depth = s.keys_n = 0;
    s.keys = s.keys_inline;
    s.keys_room = KEYS_INLINE;
    s.fault = (struct oc_fault){ 0 };
    do {
        if (s.at == src.n)
            e = refuse(&s, OC_TRUNCATED, s.at,
                       src.n == 0 ? "nothing at all" : "an item is missing");
        else
            e = step(&s);
    } while (e == OC_OK && s.depth > 0);
    if (s.keys != s.keys_inline)
        free(s.keys);
    *n = e == OC_OK ? s.at : 0;
    if (fault != NULL)
        *fault = s.fault;
    return e;
}
