/*
 * Structural mutation of any CBOR: entries are dropped, doubled, swapped, nested, retagged, and
 * their types, numbers, texts and times changed. The same seed makes the same mutant.
 */
#ifndef OWNCARD_TESTS_FUZZ_MUTATE_H
#define OWNCARD_TESTS_FUZZ_MUTATE_H

#include "core/date.h"
#include "tests/fuzz/tree.h"

struct rng { uint64_t state; };

/* SplitMix64. */
static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 to n - 1; 0 of nothing. */
static inline size_t rng_below(struct rng *rng, size_t n)
{
    return n == 0 ? 0 : (size_t)(rng_next(rng) % n);
}

static inline bool rng_one_in(struct rng *rng, size_t n)
{
    return rng_below(rng, n) == 0;
}

/* Words that mean something somewhere in our messages; the dictionary serves the rest. */
static const char *const mutate_words[] = {
    "", "1.0", "1.1", "2.0", "SHA-256", "SHA-512", "SHA-1", "example.guangzhou.vid.1",
    "org.iso.18013.5.1", "org.iso.23220.1", "age_over_18", "age_over_21", "age_over_00",
    "family_name", "portrait", "version", "status", "documents", "docType", "nameSpaces", "deviceMac",
    "keyAuthorizations", "dataElements", "documentErrors", "zkDocuments", "encryptedDocuments",
    "expectedUpdate", "2026-11-24T00:00:00Z", "2026-11-24T12:00:01Z", "2020-01-01T00:00:00Z",
    "2036-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "2026-11-24T23:59:60Z", "2026-02-30", "\xe2\x80\xae", "\xc3", "\xff\xfe",
    "date", "nextUpdate", "notAfter", "vicalIssueID", "vicalProvider", "provider", "type", "id",
    "certificateInfos", "serialNumber", "ski", "uri", "idx", "status_list", "identifier_list",
};
enum { MUTATE_WORDS_N = sizeof mutate_words / sizeof mutate_words[0] };

static inline size_t tree_count(const struct node *node)
{
    size_t n = 1;

    for (size_t i = 0; i < node->n; i++)
        n += tree_count(node->items[i]);
    return n;
}

/* The place, counted from the root, of the `*index`-th node: its owner and where it stands. */
struct place {
    struct node *owner;     /* NULL: the root itself */
    size_t at;
};

static inline bool tree_find(struct place *out, struct node *node, size_t *index)
{
    for (size_t i = 0; i < node->n; i++) {
        if ((*index)-- == 0) {
            *out = (struct place){ node, i };
            return true;
        }
        if (tree_find(out, node->items[i], index))
            return true;
    }
    return false;
}

/* Any node but the root, which has at least one; keys of maps seldom, since a message without a
 * key that it needs is refused before anything else is looked at. */
static inline struct place rng_place(struct rng *rng, struct node *root)
{
    struct place found = { 0 };

    for (int i = 0; i < 8; i++) {
        size_t index = rng_below(rng, tree_count(root) - 1);

        hold(tree_find(&found, root, &index));
        if (found.owner->kind != NODE_MAP || found.at % 2 == 1)
            break;
    }
    return found;
}

/* A number near one that somebody may have thought of. */
static inline uint64_t rng_number(struct rng *rng, uint64_t old)
{
    switch (rng_below(rng, 6)) {
    case 0: return old + 1;
    case 1: return old - 1;
    case 2: return rng_below(rng, 48);
    case 3: return old ^ UINT64_C(1) << rng_below(rng, 64);
    case 4: return UINT64_MAX >> rng_below(rng, 64);
    default: return 0;
    }
}

static inline void mutate_bytes(struct rng *rng, struct node *node)
{
    struct buf *b = &node->content;

    switch (rng_below(rng, 5)) {
    case 0:
        if (b->n > 0)
            b->p[rng_below(rng, b->n)] ^= (uint8_t)(1 << rng_below(rng, 8));
        break;
    case 1:
        buf_truncate(b, rng_below(rng, b->n + 1));
        break;
    case 2:
        buf_add_byte(b, (uint8_t)rng_next(rng));
        break;
    case 3:
        memset(buf_extend(b, 1 + rng_below(rng, 300)), 'x', 1);
        break;
    default:
        node_set(node, bytes_str(mutate_words[rng_below(rng, MUTATE_WORDS_N)]));
        break;
    }
}

/* Days and hours around the time that a date names. */
static inline bool mutate_time(struct rng *rng, struct node *node)
{
    static const int64_t steps[] = { 1, DATE_HOUR_S, DATE_DAY_S, 800 * DATE_DAY_S,
                                     4000 * (int64_t)DATE_DAY_S };
    char text[DATE_TIME_TEXT_N];
    int64_t t, step = steps[rng_below(rng, 5)];

    if (!date_time_read(buf_view(&node->content), &t) ||
        !date_time_write(rng_one_in(rng, 2) ? t + step : t - step, text))
        return false;
    node_set(node, bytes_str(text));
    return true;
}

/* Change what a leaf says, or what kind of leaf it is. */
static inline void mutate_leaf(struct rng *rng, struct node *node)
{
    static const struct bytes simple[] = { BYTES("\xf4"), BYTES("\xf5"), BYTES("\xf6"),
                                           BYTES("\xf7"), BYTES("\xfb\x7f\xf0\0\0\0\0\0\0") };

    switch (node->kind) {
    case NODE_UINT: case NODE_NINT: case NODE_TAG:
        node->value = rng_number(rng, node->value);
        break;
    case NODE_TSTR: case NODE_BSTR:
        if (node->kind != NODE_TSTR || rng_one_in(rng, 4) || !mutate_time(rng, node))
            mutate_bytes(rng, node);
        break;
    case NODE_SIMPLE:
        node_set(node, simple[rng_below(rng, 5)]);
        break;
    case NODE_ARRAY: case NODE_MAP: case NODE_EMBEDDED:
        node->is_wide = true;
        break;
    }
}

/* A leaf of another kind, with whatever it had. */
static inline void mutate_kind(struct rng *rng, struct node *node)
{
    static const enum node_kind leaves[] = { NODE_UINT, NODE_NINT, NODE_BSTR, NODE_TSTR };

    if (node->n == 0 && node->kind != NODE_SIMPLE && node->kind != NODE_ARRAY &&
        node->kind != NODE_MAP)
        node->kind = leaves[rng_below(rng, 4)];
    else if (node->kind == NODE_ARRAY && node->n % 2 == 0)
        node->kind = NODE_MAP;
    else if (node->kind == NODE_MAP)
        node->kind = NODE_ARRAY;
}

/* Wrap an item in an array, a tag or a byte string. */
static inline void mutate_nest(struct rng *rng, struct place at)
{
    static const enum node_kind outer[] = { NODE_ARRAY, NODE_TAG, NODE_EMBEDDED };
    static const uint64_t tags[] = { 0, 17, 18, 24, 1004 };
    struct node *nest = node_new(outer[rng_below(rng, 3)]);

    nest->value = tags[rng_below(rng, 5)];
    node_insert(nest, 0, at.owner->items[at.at]);
    at.owner->items[at.at] = nest;
}

/* Entries of a map move in pairs; the only item of a tag or byte string stays where it is. */
static inline bool is_list(const struct node *node)
{
    return node->kind == NODE_ARRAY || node->kind == NODE_MAP;
}

static inline void mutate_drop(struct place at)
{
    size_t step = at.owner->kind == NODE_MAP ? 2 : 1, from = at.at - at.at % step;

    for (size_t i = 0; i < step && is_list(at.owner); i++)
        node_drop(at.owner, from);
}

static inline void mutate_double(struct rng *rng, struct place at)
{
    size_t step = at.owner->kind == NODE_MAP ? 2 : 1, from = at.at - at.at % step;
    size_t to = rng_below(rng, at.owner->n / step + 1) * step;

    if (!is_list(at.owner))
        return;
    for (size_t i = 0; i < step; i++) {
        size_t source = from + i + (to <= from ? i : 0);

        node_insert(at.owner, to + i, node_copy(at.owner->items[source]));
    }
}

static inline void mutate_swap(struct rng *rng, struct place at)
{
    size_t other = rng_below(rng, at.owner->n);
    struct node *item = at.owner->items[at.at];

    at.owner->items[at.at] = at.owner->items[other];
    at.owner->items[other] = item;
}

/* A pair that a schema knows, in some map. */
static inline void mutate_add(struct rng *rng, struct place at)
{
    struct node *value = node_new(NODE_UINT);

    if (at.owner->kind != NODE_MAP) {
        node_free(value);
        return;
    }
    value->value = rng_below(rng, 3);
    node_insert(at.owner, 0, value);
    node_insert(at.owner, 0, node_text(mutate_words[rng_below(rng, MUTATE_WORDS_N)]));
}

/* One place takes what stands at another. */
static inline void mutate_graft(struct rng *rng, struct node *root, struct place at)
{
    struct place from = rng_place(rng, root);
    struct node *copy = node_copy(from.owner->items[from.at]);

    node_free(at.owner->items[at.at]);
    at.owner->items[at.at] = copy;
}

/* One change somewhere below `root`. */
static inline void tree_mutate(struct rng *rng, struct node *root)
{
    struct place at;
    struct node *node;

    if (root->n == 0) {
        mutate_leaf(rng, root);
        return;
    }
    at = rng_place(rng, root);
    node = at.owner->items[at.at];
    switch (rng_below(rng, 24)) {
    case 0: mutate_drop(at); break;
    case 1: mutate_double(rng, at); break;
    case 2: mutate_swap(rng, at); break;
    case 3: mutate_nest(rng, at); break;
    case 4: mutate_kind(rng, node); break;
    case 5: mutate_add(rng, at); break;
    case 6:
        if (tree_count(root) < TREE_NODES_MAX / 4)
            mutate_graft(rng, root, at);
        break;
    default: mutate_leaf(rng, node); break;
    }
}

#endif
