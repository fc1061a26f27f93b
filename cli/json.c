#include "cli/json.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/secret.h"

enum { DESCRIBED_TEXT_MAX = 40 };

/* Room before each allocation for the handle of its secret; what follows is aligned as that is. */
enum { HANDLE_ROOM = alignof(max_align_t) };
_Static_assert(sizeof(struct secret *) <= HANDLE_ROOM, "a handle has room before its allocation");

/* Since json_in_secret_pool(true): jansson calls what it has no room for an invalid token. */
static bool pool_was_full;

static void *pool_malloc(size_t n)
{
    struct secret *s = n > SIZE_MAX - HANDLE_ROOM ? NULL : secret_new(HANDLE_ROOM + n);
    uint8_t *p;

    if (s == NULL) {
        pool_was_full = true;
        return NULL;
    }
    p = secret_fill(s);
    memcpy(p, &s, sizeof s);
    return p + HANDLE_ROOM;
}

static void pool_free(void *p)
{
    struct secret *s;

    if (p == NULL)
        return;
    memcpy(&s, (uint8_t *)p - HANDLE_ROOM, sizeof s);
    secret_free(&s);
}

void json_in_secret_pool(bool on)
{
    pool_was_full = false;
    if (on)
        json_set_alloc_funcs(pool_malloc, pool_free);
    else
        json_set_alloc_funcs(malloc, free);
}

static json_t *refuse(struct json_fault *fault, enum oc_err e, size_t offset, const char *why)
{
    if (fault != NULL) {
        *fault = (struct json_fault){ .err = e, .offset = offset };
        snprintf(fault->text, sizeof fault->text, "%s", why);
    }
    return NULL;
}

/* Where nesting first passes JSON_DEPTH_MAX, or text.n. jansson's own limit is for its stack;
 * ours is for whoever walks the value afterwards. */
static size_t too_deep_at(struct bytes text)
{
    int depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return i;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return text.n;
}

json_t *json_read(struct bytes text, struct json_fault *fault)
{
    json_error_t error;

    if (text.n > JSON_BYTES_MAX)
        return refuse(fault, OC_LIMIT, JSON_BYTES_MAX, "the text is too long");

    size_t deep = too_deep_at(text);
    if (deep < text.n)
        return refuse(fault, OC_LIMIT, deep, "arrays and objects are nested too deep");

    json_t *value = json_loadb(text.p != NULL ? (const char *)text.p : "", text.n,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (value == NULL && fault != NULL) {
        if (pool_was_full || error.text[0] == '\0')     /* without a word: that is memory */
            return refuse(fault, OC_MEMORY, 0, oc_err_text(OC_MEMORY));
        refuse(fault, OC_SYNTAX, error.position > 0 ? (size_t)error.position : 0, error.text);
        fault->line = error.line > 0 ? error.line : 0;
        fault->column = error.column > 0 ? error.column : 0;
    }
    return value;
}

static int append(const char *text, size_t n, void *to)
{
    struct buf *out = to;

    buf_add(out, (struct bytes){ (const uint8_t *)text, n });
    return buf_err(out) == OC_OK ? 0 : -1;
}

static enum oc_err write_as(struct buf *out, const json_t *value, size_t flags)
{
    if (json_dump_callback(value, append, out, flags | JSON_ENCODE_ANY) != 0)
        buf_fail(out, OC_BUG);
    buf_add_byte(out, '\n');
    return buf_err(out);
}

enum oc_err json_write(struct buf *out, const json_t *value)
{
    return write_as(out, value, JSON_INDENT(2));
}

enum oc_err json_write_line(struct buf *out, const json_t *value)
{
    return write_as(out, value, JSON_COMPACT);
}

const char *json_get_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

bool json_get_int(const json_t *object, const char *key, int64_t *out)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value))
        return false;
    *out = json_integer_value(value);
    return true;
}

json_t *json_get(const json_t *object, const char *key, json_type type)
{
    json_t *value = json_object_get(object, key);

    return value != NULL && json_typeof(value) == type ? value : NULL;
}

void json_describe(struct buf *out, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        if (json_string_length(value) > DESCRIBED_TEXT_MAX)
            buf_printf(out, "text of %zu bytes", json_string_length(value));
        else
            buf_printf(out, "\"%s\"", json_string_value(value));
        break;
    case JSON_INTEGER:
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        buf_printf(out, "%g", json_real_value(value));
        break;
    case JSON_TRUE:
        buf_add_str(out, "true");
        break;
    case JSON_FALSE:
        buf_add_str(out, "false");
        break;
    case JSON_NULL:
        buf_add_str(out, "null");
        break;
    case JSON_ARRAY:
        buf_printf(out, "an array of %zu", json_array_size(value));
        break;
    case JSON_OBJECT:
        buf_printf(out, "an object of %zu", json_object_size(value));
        break;
    }
}
