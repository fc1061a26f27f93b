/*
 * JSON in and out (RFC 8259), and the only place that names <jansson.h>: roles use json_t
 * through this header. An object keeps the order in which its members were read or added.
 *
 * Memory as jansson has it: a `json_t *` returned here is a new reference, released with
 * json_decref(); what the json_get_ functions return is borrowed from the object.
 */
#ifndef OWNCARD_CLI_JSON_H
#define OWNCARD_CLI_JSON_H

#include <jansson.h>

#include "core/buf.h"

enum {
    JSON_DEPTH_MAX = 32,                /* arrays and objects around one value */
    JSON_BYTES_MAX = 16 * 1024 * 1024,  /* a text to read, or one to write */
};

/** Where and why a text was refused. `text` may quote the input: print it by term_print(). */
struct json_fault {
    enum oc_err err;    /* OC_SYNTAX; OC_LIMIT: too long or too deep; OC_MEMORY */
    int line, column;   /* from 1; 0 when the place is not known */
    size_t offset;      /* bytes from the start of the text */
    char text[160];     /* without place or full stop */
};

/**
 * Read exactly one value of any type.
 *
 * Refused: a key twice in an object, anything but white space after the value, NUL (raw or as
 * \u0000), text not in UTF-8, an integer outside int64_t, nesting past JSON_DEPTH_MAX, a text
 * of more than JSON_BYTES_MAX bytes.
 *
 * @param fault  Optional; filled when NULL is returned.
 * @return a new reference, or NULL.
 */
json_t *json_read(struct bytes text, struct json_fault *fault) OC_MUST_CHECK;

/**
 * Append `value` indented by two spaces, members in their order, UTF-8 as it is, and a final
 * line end. On error `out` may hold a part of it.
 *
 * @retval OC_LIMIT, OC_MEMORY  as buf.h
 * @retval OC_BUG               not a value that JSON can express
 */
enum oc_err json_write(struct buf *out, const json_t *value) OC_MUST_CHECK;

/** The same without any white space, on one line (JSON Lines). */
enum oc_err json_write_line(struct buf *out, const json_t *value) OC_MUST_CHECK;

/** The member's text (UTF-8, NUL after the end), or NULL when it is absent or not a string. */
const char *json_get_text(const json_t *object, const char *key);

/** The member's integer; false, and *out untouched, when it is absent or not an integer. */
bool json_get_int(const json_t *object, const char *key, int64_t *out);

/** The member when it is there and of this type, else NULL. */
json_t *json_get(const json_t *object, const char *key, json_type type);

/** Append what a value is, as a message quotes it: `"CN"`, `7`, `an array of 3`. Longer text is told
 *  by its length. As received: term_escape(). */
void json_describe(struct buf *out, const json_t *value);

/**
 * While on, jansson's memory is the pool of core/secret.h, for JSON that holds a key. What was made
 * in between must be released in between. For one thread.
 */
void json_in_secret_pool(bool on);

#endif
