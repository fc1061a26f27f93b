#include "codec/diag.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "codec/head.h"
#include "core/escape.h"
#include "core/text.h"

enum { INDENT = 2, LEVELS_MAX = 4 * CBR_DEPTH_MAX };

/* An array, a map, a tag or embedded CBOR that is still open. */
struct level {
    const char *close;
    size_t left, count;         /* items; in a map keys and values both count */
    bool is_map, is_indented;
};

/* A walk over one item that cbr_init() has looked over. Embedded CBOR lies where its byte
 * string lies, so that walking into it ends right behind the string. */
struct walk {
    struct buf *out;
    struct bytes src;
    size_t at;
    bool json;
    size_t bstr_max;
    size_t depth, indent;
    struct level levels[LEVELS_MAX];
};

static void write_text(struct walk *w, struct bytes text)
{
    char room[ESCAPE_ROOM];

    buf_add_byte(w->out, '"');
    while (text.n > 0) {
        uint8_t first = text.p[0];
        struct bytes as_is = { text.p, 1 };
        struct bytes escaped = escape_next(&text, room);

        as_is.n = (size_t)(text.p - as_is.p);
        if (first == '"' || first == '\\')
            buf_printf(w->out, "\\%c", first);
        else if (w->json && first < 0x20)
            buf_printf(w->out, "\\u%04x", first);
        else
            buf_add(w->out, w->json ? as_is : escaped);
    }
    buf_add_byte(w->out, '"');
}

static void write_bstr(struct walk *w, struct bytes value)
{
    struct bytes shown = value;

    if (w->json) {
        buf_add_byte(w->out, '"');
        base64url_write(w->out, value);
        buf_add_byte(w->out, '"');
        return;
    }
    if (shown.n > w->bstr_max)
        shown.n = w->bstr_max;
    buf_add_str(w->out, "h'");
    hex_write(w->out, shown);
    if (shown.n == value.n)
        buf_add_str(w->out, "'");
    else
        buf_printf(w->out, "...' / %zu bytes /", value.n);
}

/* The fewest digits that read back as the same number, and always a point or an exponent. */
static void write_float(struct walk *w, double number)
{
    char text[32];
    int digits = 1;

    if (!isfinite(number)) {
        buf_add_str(w->out, w->json ? "null" : isnan(number) ? "NaN"
                                    : number < 0 ? "-Infinity" : "Infinity");
        return;
    }
    do
        snprintf(text, sizeof text, "%.*g", digits, number);
    while (digits++ < 17 && strtod(text, NULL) != number);
    buf_add_str(w->out, text);
    if (strpbrk(text, ".e") == NULL)
        buf_add_str(w->out, ".0");
}

/* Quoted in JSON as a key, and where a reader that knows only doubles would round. */
static void write_int(struct walk *w, const struct head *h, bool is_key)
{
    const uint64_t exact = (UINT64_C(1) << 53) - (h->kind == CBR_NINT);
    const char *quote = w->json && (is_key || h->value > exact) ? "\"" : "";

    buf_add_str(w->out, quote);
    if (h->kind == CBR_UINT)
        buf_printf(w->out, "%llu", (unsigned long long)h->value);
    else if (h->value == UINT64_MAX)
        buf_add_str(w->out, "-18446744073709551616");
    else
        buf_printf(w->out, "-%llu", (unsigned long long)h->value + 1);
    buf_add_str(w->out, quote);
}

static void new_line(struct walk *w)
{
    if (!w->json)
        buf_printf(w->out, "\n%*s", (int)(INDENT * w->indent), "");
}

static void push(struct walk *w, struct level level)
{
    w->indent += level.is_indented;
    w->levels[w->depth++] = level;
}

static void open_container(struct walk *w, const struct head *h)
{
    bool is_map = h->kind == CBR_MAP;
    size_t count = is_map ? 2 * h->value : h->value;

    if (count == 0) {
        buf_add_str(w->out, is_map ? "{}" : "[]");
        return;
    }
    buf_add_str(w->out, is_map ? "{" : "[");
    push(w, (struct level){ .close = is_map ? "}" : "]", .left = count, .count = count,
                            .is_map = is_map, .is_indented = true });
}

/* Whether the next item is a byte string that holds CBOR, and levels are left to show it. */
static bool embeds_cbor(const struct walk *w, struct head *h)
{
    size_t n;

    return head_decode((struct bytes){ w->src.p + w->at, w->src.n - w->at }, h) == OC_OK &&
           h->kind == CBR_BSTR && h->string.n > 0 && w->depth + 1 + CBR_DEPTH_MAX <= LEVELS_MAX &&
           scan_item(h->string, &n, NULL) == OC_OK && n == h->string.n;
}

static void open_tag(struct walk *w, uint64_t tag)
{
    struct head content;

    if (!w->json)
        buf_printf(w->out, "%llu(", (unsigned long long)tag);
    push(w, (struct level){ .close = w->json ? "" : ")", .left = 1, .count = 1 });
    if (!w->json && tag == CBOR_TAG_EMBEDDED && embeds_cbor(w, &content)) {
        buf_add_str(w->out, "<<");
        w->at += content.n - content.string.n;
        w->levels[w->depth - 1].left = 0;
        push(w, (struct level){ .close = ">>", .left = 1, .count = 1 });
    }
}

/* What stands between the item before and the next one. */
static void separate(struct walk *w)
{
    const struct level *level = &w->levels[w->depth - 1];
    size_t index = level->count - level->left;

    if (level->is_map && index % 2 == 1) {
        buf_add_str(w->out, w->json ? ":" : ": ");
        return;
    }
    if (index > 0)
        buf_add_byte(w->out, ',');
    if (level->is_indented)
        new_line(w);
}

static void close_levels(struct walk *w)
{
    while (w->depth > 0 && w->levels[w->depth - 1].left == 0) {
        const struct level *level = &w->levels[--w->depth];

        if (level->is_indented) {
            w->indent--;
            new_line(w);
        }
        buf_add_str(w->out, level->close);
    }
}

static void write_item(struct walk *w, const struct head *h, bool is_key)
{
    switch (h->kind) {
    case CBR_UINT: case CBR_NINT:
        write_int(w, h, is_key);
        break;
    case CBR_BSTR:
        write_bstr(w, h->string);
        break;
    case CBR_TSTR:
        write_text(w, h->string);
        break;
    case CBR_ARRAY: case CBR_MAP:
        open_container(w, h);
        break;
    case CBR_TAG:
        open_tag(w, h->value);
        break;
    case CBR_BOOL:
        buf_add_str(w->out, h->value != 0 ? "true" : "false");
        break;
    case CBR_NULL:
        buf_add_str(w->out, "null");
        break;
    case CBR_UNDEFINED:
        buf_add_str(w->out, w->json ? "null" : "undefined");
        break;
    case CBR_FLOAT:
        write_float(w, h->number);
        break;
    case CBR_NONE:
        buf_fail(w->out, OC_BUG);
        break;
    }
}

static enum oc_err walk_item(struct walk *w, struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, w->src);
    cbr_skip(&r);
    if ((e = cbr_end(&r, fault)) != OC_OK)
        return e;
    do {
        struct head h;
        bool is_key = false;

        if (w->depth > 0) {
            struct level *level = &w->levels[w->depth - 1];
            separate(w);
            is_key = level->is_map && level->left % 2 == 0;
            level->left--;
        }
        if (head_decode((struct bytes){ w->src.p + w->at, w->src.n - w->at }, &h) != OC_OK)
            return OC_BUG;
        w->at += h.n;
        write_item(w, &h, is_key);
        close_levels(w);
    } while (w->depth > 0 && buf_err(w->out) == OC_OK);
    return buf_err(w->out);
}

enum oc_err diag_write(struct buf *out, struct bytes cbor, size_t bstr_max,
                       struct oc_fault *fault)
{
    struct walk w = { .out = out, .src = cbor, .bstr_max = bstr_max };

    return walk_item(&w, fault);
}

enum oc_err diag_json(struct buf *out, struct bytes cbor)
{
    struct walk w = { .out = out, .src = cbor, .json = true };

    return walk_item(&w, NULL);
}
