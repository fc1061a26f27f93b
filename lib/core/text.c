#include "core/text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base45[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* Where `c` stands in `alphabet`, or -1. */
static int value_of(const char *alphabet, uint8_t c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    return at == NULL ? -1 : (int)(at - alphabet);
}

/* Nothing of a refused text stays in `out`. */
static enum oc_err refuse(struct buf *out, size_t before)
{
    buf_truncate(out, before);
    return OC_SYNTAX;
}

void hex_write(struct buf *out, struct bytes from)
{
    uint8_t *p = buf_extend(out, 2 * from.n);

    for (size_t i = 0; p != NULL && i < from.n; i++) {
        *p++ = (uint8_t)hex_digits[from.p[i] >> 4];
        *p++ = (uint8_t)hex_digits[from.p[i] & 15];
    }
}

static int hex_value(uint8_t c)
{
    return value_of(hex_digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
}

/* How many bytes `text` says, which are written to `p` unless it is NULL. */
static enum oc_err hex_decode(uint8_t *p, size_t *n, struct bytes text)
{
    *n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ' || text.p[i] == '\n' || text.p[i] == '\r')
            continue;
        int high = hex_value(text.p[i++]);
        int low = i < text.n ? hex_value(text.p[i]) : -1;
        if (high < 0 || low < 0)
            return OC_SYNTAX;
        if (p != NULL)
            p[*n] = (uint8_t)(high << 4 | low);
        ++*n;
    }
    return OC_OK;
}

enum oc_err hex_read(struct buf *out, struct bytes text)
{
    enum oc_err e = buf_err(out);
    uint8_t *p;
    size_t n;

    if (e != OC_OK || (e = hex_decode(NULL, &n, text)) != OC_OK)
        return e;
    p = buf_extend(out, n);
    return p == NULL ? buf_err(out) : hex_decode(p, &n, text);
}

enum oc_err hex_read_secret(struct secret **out, struct bytes text)
{
    enum oc_err e;
    size_t n;

    *out = NULL;
    if ((e = hex_decode(NULL, &n, text)) != OC_OK)
        return e;
    *out = secret_new(n);
    return *out == NULL ? OC_MEMORY : hex_decode(secret_fill(*out), &n, text);
}

void base64url_write(struct buf *out, struct bytes from)
{
    uint8_t *p = buf_extend(out, from.n / 3 * 4 + (from.n % 3 == 0 ? 0 : from.n % 3 + 1));
    unsigned bits = 0, have = 0;

    for (size_t i = 0; p != NULL && i < from.n; i++) {
        bits = bits << 8 | from.p[i];
        for (have += 8; have >= 6; have -= 6)
            *p++ = (uint8_t)base64url[bits >> (have - 6) & 63];
    }
    if (p != NULL && have > 0)
        *p = (uint8_t)base64url[bits << (6 - have) & 63];
}

static size_t base64url_size(struct bytes text)
{
    return text.n / 4 * 3 + text.n % 4 * 6 / 8;
}

/* Into `p`, which has room for base64url_size(). */
static enum oc_err base64url_decode(uint8_t *p, struct bytes text)
{
    unsigned bits = 0, have = 0;

    for (size_t i = 0; i < text.n; i++) {
        int value = value_of(base64url, text.p[i]);
        if (value < 0)
            return OC_SYNTAX;
        bits = bits << 6 | (unsigned)value;
        have += 6;
        if (have >= 8) {
            have -= 8;
            *p++ = (uint8_t)(bits >> have);
        }
    }
    /* One character alone gives no byte, and spare bits must not hide anything. */
    return have == 6 || (bits & ((1U << have) - 1)) != 0 ? OC_SYNTAX : OC_OK;
}

enum oc_err base64url_read(struct buf *out, struct bytes text)
{
    const size_t before = out->n;
    uint8_t *p = buf_extend(out, base64url_size(text));

    if (p == NULL)
        return buf_err(out);
    return base64url_decode(p, text) == OC_OK ? OC_OK : refuse(out, before);
}

enum oc_err base64url_read_secret(struct secret **out, struct bytes text)
{
    struct secret *s = secret_new(base64url_size(text));
    enum oc_err e = s == NULL ? OC_MEMORY : base64url_decode(secret_fill(s), text);

    if (e != OC_OK)
        secret_free(&s);
    *out = s;
    return e;
}

void base45_write(struct buf *out, struct bytes from)
{
    uint8_t *p = buf_extend(out, from.n / 2 * 3 + from.n % 2 * 2);

    for (size_t i = 0; p != NULL && i < from.n; i += 2) {
        bool pair = i + 1 < from.n;
        unsigned value = pair ? (unsigned)from.p[i] << 8 | from.p[i + 1] : from.p[i];

        *p++ = (uint8_t)base45[value % 45];
        *p++ = (uint8_t)base45[value / 45 % 45];
        if (pair)
            *p++ = (uint8_t)base45[value / (45 * 45)];
    }
}

enum oc_err base45_read(struct buf *out, struct bytes text)
{
    const size_t before = out->n;
    uint8_t *p = buf_extend(out, text.n / 3 * 2 + text.n % 3 / 2);

    if (p == NULL)
        return buf_err(out);
    if (text.n % 3 == 1)
        return refuse(out, before);
    for (size_t i = 0; i < text.n; i += 3) {
        bool triple = i + 2 < text.n;
        int a = value_of(base45, text.p[i]), b = value_of(base45, text.p[i + 1]);
        int c = triple ? value_of(base45, text.p[i + 2]) : 0;
        int value = a + 45 * b + 45 * 45 * c;

        if (a < 0 || b < 0 || c < 0 || value > (triple ? 0xffff : 0xff))
            return refuse(out, before);
        if (triple)
            *p++ = (uint8_t)(value >> 8);
        *p++ = (uint8_t)value;
    }
    return OC_OK;
}
