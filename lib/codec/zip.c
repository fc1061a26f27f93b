#define ZLIB_CONST
#include "codec/zip.h"

#include <zlib.h>

enum { CHUNK_N = 16384 };

enum oc_err zip_deflate(struct buf *out, struct bytes data)
{
    size_t start = out->n;
    z_stream z = { 0 };
    enum oc_err e;
    int got;

    if (buf_err(out) != OC_OK)
        return buf_err(out);
    if (data.n > UINT32_MAX)
        return OC_LIMIT;
    if (deflateInit(&z, Z_BEST_COMPRESSION) != Z_OK)
        return OC_MEMORY;
    z.next_in = data.p;
    z.avail_in = (uInt)data.n;
    do {
        uint8_t chunk[CHUNK_N];

        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        got = deflate(&z, Z_FINISH);
        buf_add(out, (struct bytes){ chunk, sizeof chunk - z.avail_out });
    } while (got == Z_OK && buf_err(out) == OC_OK);
    deflateEnd(&z);
    e = buf_err(out) == OC_OK && got != Z_STREAM_END ? OC_BUG : buf_err(out);
    if (e != OC_OK)
        buf_truncate(out, start);
    return e;
}

static enum oc_err fault_of(int got)
{
    switch (got) {
    case Z_STREAM_END:  return OC_OK;
    case Z_BUF_ERROR:   return OC_TRUNCATED;
    case Z_MEM_ERROR:   return OC_MEMORY;
    default:            return OC_SYNTAX;       /* damaged, or a dictionary is wanted */
    }
}

/* How long the content is, at most `max`; nothing of it is kept. */
static enum oc_err measure(size_t *n, struct bytes stream, size_t max)
{
    z_stream z = { .next_in = stream.p, .avail_in = (uInt)stream.n };
    int got = inflateInit(&z);
    enum oc_err e;

    *n = 0;
    if (got != Z_OK)
        return fault_of(got);
    do {
        uint8_t chunk[CHUNK_N];

        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        got = inflate(&z, Z_NO_FLUSH);
        *n += sizeof chunk - z.avail_out;
    } while (got == Z_OK && *n <= max);
    e = *n > max ? OC_LIMIT : fault_of(got);
    if (e == OC_OK && z.avail_in > 0)
        e = OC_TRAILING;
    inflateEnd(&z);
    return e;
}

static enum oc_err fill(uint8_t *p, size_t n, struct bytes stream)
{
    z_stream z = { .next_in = stream.p, .avail_in = (uInt)stream.n };
    int got = inflateInit(&z);

    if (got != Z_OK)
        return fault_of(got);
    z.next_out = p;
    z.avail_out = (uInt)n;
    got = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return fault_of(got);
}

enum oc_err zip_inflate(struct buf *out, struct bytes stream)
{
    size_t start = out->n, n;
    uint8_t none, *p = &none;
    enum oc_err e;

    if (buf_err(out) != OC_OK)
        return buf_err(out);
    if (stream.n == 0)
        return OC_TRUNCATED;
    if (stream.n > UINT32_MAX)
        return OC_LIMIT;
    e = measure(&n, stream, out->max - start < UINT32_MAX ? out->max - start : UINT32_MAX);
    if (e == OC_OK && n > 0 && (p = buf_extend(out, n)) == NULL)
        e = buf_err(out);
    if (e == OC_OK)
        e = fill(p, n, stream);
    if (e != OC_OK)
        buf_truncate(out, start);
    return e;
}
