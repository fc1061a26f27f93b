/*
 * Standard vectors, read from the folder that OWNCARD_VECTORS names (default ../shared/vectors).
 * They are not part of the project: where vectors_present() is false a test says skip().
 *
 * Every function gives false or NULL when the file is absent or not what it should be. A
 * `struct buf` is initialised here, before anything can fail, and is the caller's to clean up.
 */
#ifndef OWNCARD_TESTS_VECTORS_H
#define OWNCARD_TESTS_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/json.h"
#include "core/buf.h"

enum { VECTOR_BYTES_MAX = 64 * 1024 * 1024 };

static inline const char *vectors_folder(void)
{
    const char *folder = getenv("OWNCARD_VECTORS");

    return folder != NULL && folder[0] != '\0' ? folder : "../shared/vectors";
}

/* Whether there are vectors at all. */
static inline bool vectors_present(void)
{
    struct stat s;

    return stat(vectors_folder(), &s) == 0 && S_ISDIR(s.st_mode);
}

/* The bytes of a file, its path relative to the folder ("annex-d/D.5.2_issuer_auth.hex"). */
static inline bool vector_read(const char *relative_path, struct buf *out)
{
    char path[1024], chunk[4096];
    size_t n;

    buf_init(out, VECTOR_BYTES_MAX);
    snprintf(path, sizeof path, "%s/%s", vectors_folder(), relative_path);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(out, (struct bytes){ (const uint8_t *)chunk, n });
    bool read_all = !ferror(f) && buf_err(out) == OC_OK;
    fclose(f);
    return read_all;
}

/* unhex(), for text that is not a C string. */
static inline bool unhex_bytes(struct bytes hex, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    unsigned byte = 0, have = 0;

    buf_init(out, VECTOR_BYTES_MAX);
    for (size_t i = 0; i < hex.n; i++) {
        char c = (char)(hex.p[i] >= 'A' && hex.p[i] <= 'F' ? hex.p[i] | 0x20 : hex.p[i]);

        if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            continue;
        const char *digit = c == '\0' ? NULL : strchr(digits, c);
        if (digit == NULL)
            return false;
        byte = byte << 4 | (unsigned)(digit - digits);
        if (++have == 2) {
            buf_add_byte(out, (uint8_t)byte);
            byte = have = 0;
        }
    }
    return have == 0 && buf_err(out) == OC_OK;
}

/* Hexadecimal to bytes; either case, white space ignored. */
static inline bool unhex(const char *hex, struct buf *out)
{
    if (hex == NULL) {
        buf_init(out, 0);
        return false;
    }
    return unhex_bytes(bytes_str(hex), out);
}

/* A file of hexadecimal text, as bytes. */
static inline bool vector_hex(const char *relative_path, struct buf *out)
{
    struct buf text;

    buf_init(out, VECTOR_BYTES_MAX);
    bool well = vector_read(relative_path, &text) && unhex_bytes(buf_view(&text), out);
    buf_cleanup(&text);
    return well;
}

/* A JSON file; a new reference. Where it holds an integer beyond int64_t, all its numbers are
 * reals. */
static inline json_t *vector_json(const char *relative_path)
{
    struct buf text;
    json_t *value = NULL;

    if (vector_read(relative_path, &text)) {
        const char *p = buf_text(&text);
        value = json_loadb(p, text.n, JSON_ALLOW_NUL, NULL);
        if (value == NULL)
            value = json_loadb(p, text.n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    }
    buf_cleanup(&text);
    return value;
}

#endif
