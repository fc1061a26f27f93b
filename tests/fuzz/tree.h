/*
 * CBOR as a tree that can be taken apart and put together: what a mutator works on. Written back
 * unchanged it is the same item in the shortest heads. A byte string that is itself one map,
 * array or tag is opened (EMBEDDED), so that its content can be changed as well.
 */
#ifndef OWNCARD_TESTS_FUZZ_TREE_H
#define OWNCARD_TESTS_FUZZ_TREE_H

#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "codec/head.h"
#include "tests/fuzz/fuzz.h"

enum { TREE_DEPTH_MAX = 48, TREE_NODES_MAX = 20000 };

enum node_kind {
    NODE_UINT, NODE_NINT, NODE_BSTR, NODE_TSTR, NODE_ARRAY, NODE_MAP, NODE_TAG,
    NODE_SIMPLE,            /* false, null, a float, …: `content` as it is */
    NODE_EMBEDDED,          /* a byte string that holds items[0] */
};

struct node {
    enum node_kind kind;
    uint64_t value;         /* integer (NINT: n of -1 - n) or tag */
    struct buf content;     /* BSTR, TSTR, SIMPLE */
    struct node **items;    /* owned; MAP: keys and values in turn; TAG, EMBEDDED: one */
    size_t n;
    bool is_wide;           /* its head is written in nine bytes */
};

static inline struct node *node_new(enum node_kind kind)
{
    struct node *node = calloc(1, sizeof *node);

    hold(node != NULL);
    node->kind = kind;
    node->content = fuzz_buf();
    return node;
}

static inline void node_free(struct node *node)
{
    if (node == NULL)
        return;
    for (size_t i = 0; i < node->n; i++)
        node_free(node->items[i]);
    free(node->items);
    buf_cleanup(&node->content);
    free(node);
}

/* `item` moves into `node`, in front of the `at`-th. */
static inline void node_insert(struct node *node, size_t at, struct node *item)
{
    struct node **items = realloc(node->items, (node->n + 1) * sizeof *items);

    hold(items != NULL && at <= node->n);
    memmove(items + at + 1, items + at, (node->n - at) * sizeof *items);
    items[at] = item;
    node->items = items;
    node->n++;
}

static inline struct node *node_take(struct node *node, size_t at)
{
    struct node *item = node->items[at];

    node->n--;
    memmove(node->items + at, node->items + at + 1, (node->n - at) * sizeof *node->items);
    return item;
}

static inline void node_drop(struct node *node, size_t at)
{
    node_free(node_take(node, at));
}

static inline struct node *node_copy(const struct node *from)
{
    struct node *copy = node_new(from->kind);

    copy->value = from->value;
    copy->is_wide = from->is_wide;
    buf_add(&copy->content, buf_view(&from->content));
    for (size_t i = 0; i < from->n; i++)
        node_insert(copy, i, node_copy(from->items[i]));
    return copy;
}

static inline struct node *node_text(const char *text)
{
    struct node *node = node_new(NODE_TSTR);

    buf_add_str(&node->content, text);
    return node;
}

static inline struct node *node_bytes(struct bytes bytes)
{
    struct node *node = node_new(NODE_BSTR);

    buf_add(&node->content, bytes);
    return node;
}

static inline void node_set(struct node *node, struct bytes content)
{
    buf_truncate(&node->content, 0);
    buf_add(&node->content, content);
}

static inline bool node_is(const struct node *node, const char *text)
{
    return node != NULL && node->kind == NODE_TSTR && bytes_is(buf_view(&node->content), text);
}

static inline const char *node_str(struct node *node)
{
    return node != NULL && node->kind == NODE_TSTR ? buf_text(&node->content) : "";
}

/* The value under a text key, or NULL; of anything but a map NULL. */
static inline struct node *node_get(const struct node *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == NODE_MAP && i + 1 < map->n; i += 2)
        if (node_is(map->items[i], key))
            return map->items[i + 1];
    return NULL;
}

/* What a tag or an opened byte string holds, through any number of them; never NULL of a node. */
static inline struct node *node_inside(struct node *node)
{
    while (node != NULL && (node->kind == NODE_TAG || node->kind == NODE_EMBEDDED) && node->n == 1)
        node = node->items[0];
    return node;
}

/* The content of a byte string, opened or not, is appended. */
static inline void tree_write(struct buf *out, const struct node *node);
static inline void node_content(struct buf *out, const struct node *node)
{
    if (node->kind == NODE_EMBEDDED)
        tree_write(out, node->items[0]);
    else
        buf_add(out, buf_view(&node->content));
}

static inline void head_write(struct buf *out, unsigned major, uint64_t value, bool is_wide)
{
    int bytes = is_wide || value > UINT32_MAX ? 8 : value > UINT16_MAX ? 4 : value > UINT8_MAX ? 2
                : value > 23 ? 1 : 0;
    unsigned low = bytes == 8 ? 27 : bytes == 4 ? 26 : bytes == 2 ? 25 : bytes == 1 ? 24
                   : (unsigned)value;

    buf_add_byte(out, (uint8_t)(major << 5 | low));
    while (bytes-- > 0)
        buf_add_byte(out, (uint8_t)(value >> (8 * bytes)));
}

static inline void tree_write(struct buf *out, const struct node *node)
{
    static const unsigned majors[] = {
        [NODE_UINT] = 0, [NODE_NINT] = 1, [NODE_BSTR] = 2, [NODE_TSTR] = 3, [NODE_ARRAY] = 4,
        [NODE_MAP] = 5, [NODE_TAG] = 6, [NODE_EMBEDDED] = 2 };
    struct buf content;

    switch (node->kind) {
    case NODE_SIMPLE:
        buf_add(out, buf_view(&node->content));
        return;
    case NODE_UINT: case NODE_NINT: case NODE_TAG:
        head_write(out, majors[node->kind], node->value, node->is_wide);
        break;
    case NODE_ARRAY: case NODE_MAP:
        head_write(out, majors[node->kind], node->kind == NODE_MAP ? node->n / 2 : node->n,
                   node->is_wide);
        break;
    case NODE_BSTR: case NODE_TSTR: case NODE_EMBEDDED:
        content = fuzz_buf();
        node_content(&content, node);
        head_write(out, majors[node->kind], content.n, node->is_wide);
        buf_add(out, buf_view(&content));
        buf_cleanup(&content);
        return;
    }
    for (size_t i = 0; i < node->n; i++)
        tree_write(out, node->items[i]);
}

struct tree_reader {
    struct bytes src;
    size_t at, nodes;
};

static inline struct node *tree_item(struct tree_reader *r, int depth);

/* A byte string that is one map, array or tag becomes EMBEDDED. */
static inline void tree_open(struct node *node, struct tree_reader *outer, int depth)
{
    struct tree_reader r = { .src = buf_view(&node->content), .nodes = outer->nodes };
    struct node *inner;

    if (r.src.n == 0 || r.src.p[0] < 0x80 || r.src.p[0] >= 0xe0)
        return;
    inner = tree_item(&r, depth + 1);
    if (inner == NULL || r.at != r.src.n) {
        node_free(inner);
        return;
    }
    outer->nodes = r.nodes;
    buf_cleanup(&node->content);
    node->content = fuzz_buf();
    node->kind = NODE_EMBEDDED;
    node_insert(node, 0, inner);
}

static inline struct node *tree_item(struct tree_reader *r, int depth)
{
    static const enum node_kind kinds[] = {
        [CBR_UINT] = NODE_UINT, [CBR_NINT] = NODE_NINT, [CBR_BSTR] = NODE_BSTR,
        [CBR_TSTR] = NODE_TSTR, [CBR_ARRAY] = NODE_ARRAY, [CBR_MAP] = NODE_MAP,
        [CBR_TAG] = NODE_TAG, [CBR_BOOL] = NODE_SIMPLE, [CBR_NULL] = NODE_SIMPLE,
        [CBR_UNDEFINED] = NODE_SIMPLE, [CBR_FLOAT] = NODE_SIMPLE };
    struct bytes rest = { r->src.p + r->at, r->src.n - r->at };
    struct node *node;
    struct head h;
    size_t children;

    if (depth > TREE_DEPTH_MAX || ++r->nodes > TREE_NODES_MAX || rest.n == 0 ||
        head_decode(rest, &h) != OC_OK)
        return NULL;
    node = node_new(kinds[h.kind]);
    r->at += h.n;
    node->value = h.value;
    if (node->kind == NODE_SIMPLE)
        buf_add(&node->content, (struct bytes){ rest.p, h.n });
    else
        buf_add(&node->content, h.string);
    if (node->kind == NODE_BSTR)
        tree_open(node, r, depth);
    children = node->kind == NODE_MAP && h.value <= TREE_NODES_MAX ? 2 * (size_t)h.value
               : node->kind == NODE_ARRAY || node->kind == NODE_MAP ? (size_t)h.value
               : node->kind == NODE_TAG ? 1 : 0;
    for (size_t i = 0; i < children; i++) {
        struct node *item = tree_item(r, depth + 1);

        if (item == NULL) {
            node_free(node);
            return NULL;
        }
        node_insert(node, i, item);
    }
    return node;
}

/* The tree of exactly one item; NULL when it is none, or too large to be worth it. */
static inline struct node *tree_read(struct bytes src)
{
    struct tree_reader r = { .src = src };
    struct node *node = tree_item(&r, 0);

    if (node != NULL && r.at != src.n) {
        node_free(node);
        node = NULL;
    }
    return node;
}

#endif
