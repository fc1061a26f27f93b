#include "wrong/patch.h"

#include <stdio.h>
#include <string.h>

#include "codec/cbr.h"
#include "codec/cbw.h"

enum { KEY_MAX = 128 };

/* Where things stand in the CBOR looked at, in bytes from its start. */
struct place {
    size_t map;                 /* head of the map that holds the pair */
    size_t first;               /* its first key */
    size_t pairs;
    size_t key, value, end;     /* of the pair found */
};

static bool is_key(const struct cbr_label *label, const char *key, size_t n)
{
    char text[KEY_MAX];

    if (!label->is_int)
        return bytes_eq(label->text, (struct bytes){ (const uint8_t *)key, n });
    snprintf(text, sizeof text, "#%lld", (long long)label->i);
    return bytes_eq(bytes_str(text), (struct bytes){ (const uint8_t *)key, n });
}

/* One step: the pair of that key in the map that begins at p->value. */
static bool step(struct place *p, struct bytes cbor, const char *key, size_t n)
{
    size_t map = p->value;
    struct cbr r;

    cbr_init(&r, (struct bytes){ cbor.p + map, p->end - map });
    p->map = map;
    p->pairs = cbr_map(&r);
    p->first = map + r.at;
    for (size_t i = 0; i < p->pairs && cbr_ok(&r); i++) {
        struct cbr_label label;

        p->key = map + r.at;
        label = cbr_label(&r);
        p->value = map + r.at;
        cbr_skip(&r);
        p->end = map + r.at;
        if (cbr_ok(&r) && is_key(&label, key, n))
            return true;
    }
    return false;
}

static bool find(struct place *p, struct bytes cbor, const char *path)
{
    *p = (struct place){ .end = cbor.n };
    while (*path != '\0') {
        size_t n = strcspn(path, "/");

        if (!step(p, cbor, path, n))
            return false;
        path += n + (path[n] == '/');
    }
    return true;
}

/* Bytes from…to of `b` become those of `with`, which may be a view of it. */
static void splice(struct buf *b, size_t from, size_t to, struct bytes with)
{
    struct buf made;

    buf_init(&made, b->max);
    buf_add(&made, (struct bytes){ b->p, from });
    buf_add(&made, with);
    buf_add(&made, (struct bytes){ b->p + to, b->n - to });
    if (buf_err(&made) != OC_OK)
        buf_fail(b, made.err);
    else
        buf_take(b, &made);
    buf_cleanup(&made);
}

static void set_pairs(struct buf *b, size_t map, size_t first, size_t pairs)
{
    struct buf head;

    buf_init(&head, KEY_MAX);
    cbw_map(&head, pairs);
    splice(b, map, first, buf_view(&head));
    buf_cleanup(&head);
}

bool patch_enter(char path[PATCH_PATH_N], struct bytes key)
{
    size_t n = strlen(path);

    if (key.n >= PATCH_PATH_N - n - 1 || memchr(key.p, '/', key.n) != NULL)
        return false;
    snprintf(path + n, PATCH_PATH_N - n, "/%.*s", (int)key.n, (const char *)key.p);
    return true;
}

struct bytes patch_get(struct bytes cbor, const char *path)
{
    struct place p;

    if (!find(&p, cbor, path))
        return (struct bytes){ 0 };
    return (struct bytes){ cbor.p + p.value, p.end - p.value };
}

void patch_set(struct buf *cbor, const char *path, struct bytes value)
{
    struct place p;

    if (find(&p, buf_view(cbor), path))
        splice(cbor, p.value, p.end, value);
    else
        buf_fail(cbor, OC_BUG);
}

void patch_move(struct buf *cbor, const char *path, struct buf *value)
{
    buf_fail(cbor, value->err);
    patch_set(cbor, path, buf_view(value));
    buf_cleanup(value);
}

void patch_remove(struct buf *cbor, const char *path)
{
    struct place p;

    if (*path == '\0' || !find(&p, buf_view(cbor), path)) {
        buf_fail(cbor, OC_BUG);
        return;
    }
    splice(cbor, p.key, p.end, (struct bytes){ 0 });
    set_pairs(cbor, p.map, p.first, p.pairs - 1);
}

void patch_add(struct buf *cbor, const char *path, struct bytes pair)
{
    struct place p;
    struct cbr r;
    size_t pairs;

    if (!find(&p, buf_view(cbor), path)) {
        buf_fail(cbor, OC_BUG);
        return;
    }
    cbr_init(&r, (struct bytes){ cbor->p + p.value, p.end - p.value });
    pairs = cbr_map(&r);
    if (!cbr_ok(&r)) {
        buf_fail(cbor, OC_BUG);
        return;
    }
    splice(cbor, p.value + r.at, p.value + r.at, pair);
    set_pairs(cbor, p.value, p.value + r.at, pairs + 1);
}

void patch_bytes(struct buf *cbor, struct bytes old, struct bytes with)
{
    struct bytes all = buf_view(cbor);

    if (bytes_within(old, all))
        splice(cbor, (size_t)(old.p - all.p), (size_t)(old.p - all.p) + old.n, with);
    else
        buf_fail(cbor, OC_BUG);
}

void patch_unwrap(struct buf *out, struct bytes tagged)
{
    struct cbr r;

    cbr_init(&r, tagged);
    buf_add(out, cbr_embedded(&r, NULL));
    buf_fail(out, cbr_end(&r, NULL));
}
