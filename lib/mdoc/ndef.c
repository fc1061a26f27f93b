#include "mdoc/ndef.h"

enum { MESSAGE_BEGIN = 0x80, MESSAGE_END = 0x40, CHUNK = 0x20, SHORT_RECORD = 0x10,
       ID_LENGTH = 0x08, FORMAT = 0x07 };

void ndef_init(struct ndef_reader *r, struct bytes src, struct bytes whole)
{
    *r = (struct ndef_reader){ .src = src, .base = whole.p };
}

static void fail(struct ndef_reader *r, size_t at, enum oc_err e, const char *reason)
{
    if (r->err != OC_OK)
        return;
    r->err = e;
    r->fault = (struct oc_fault){ at, reason };
    if (r->src.p != NULL)
        r->fault.offset += (size_t)(r->src.p - r->base);
}

void ndef_fail_at(struct ndef_reader *r, struct bytes where, enum oc_err e, const char *reason)
{
    if (r->err != OC_OK)
        return;
    r->err = e;
    r->fault = (struct oc_fault){ where.p != NULL ? (size_t)(where.p - r->base) : 0, reason };
}

static struct bytes take(struct ndef_reader *r, size_t n)
{
    struct bytes taken = { 0 };

    if (r->err != OC_OK || n > r->src.n - r->at) {
        fail(r, r->src.n, OC_TRUNCATED, "an NDEF message that ends too early");
        return taken;
    }
    taken = (struct bytes){ r->src.p + r->at, n };
    r->at += n;
    return taken;
}

static size_t take_length(struct ndef_reader *r, size_t bytes)
{
    struct bytes length = take(r, bytes);
    size_t n = 0;

    for (size_t i = 0; i < length.n; i++)
        n = n << 8 | length.p[i];
    return n;
}

static void check_head(struct ndef_reader *r, size_t at, uint8_t head)
{
    uint8_t format = head & FORMAT;

    if (((head & MESSAGE_BEGIN) != 0) != (at == 0))
        fail(r, at, OC_SYNTAX, "an NDEF message that begins elsewhere than at its first record");
    else if ((head & CHUNK) != 0)
        fail(r, at, OC_SHAPE, "an NDEF record in chunks");
    else if (format == NDEF_UNCHANGED || format == NDEF_RESERVED)
        fail(r, at, OC_SYNTAX, "an NDEF record of a format that stands for nothing");
}

bool ndef_next(struct ndef_reader *r, struct ndef_record *record)
{
    size_t at = r->at, type_n, payload_n, id_n = 0;
    struct bytes first;
    uint8_t head;

    *record = (struct ndef_record){ 0 };
    if (r->is_last && r->err == OC_OK && r->at < r->src.n)
        fail(r, r->at, OC_TRAILING, "bytes after the last NDEF record");
    if (r->is_last || r->err != OC_OK)
        return false;
    first = take(r, 1);
    head = first.n > 0 ? first.p[0] : 0;
    check_head(r, at, head);
    type_n = take_length(r, 1);
    payload_n = take_length(r, (head & SHORT_RECORD) != 0 ? 1 : 4);
    if ((head & ID_LENGTH) != 0)
        id_n = take_length(r, 1);
    record->format = head & FORMAT;
    record->type = take(r, type_n);
    record->id = take(r, id_n);
    record->payload = take(r, payload_n);
    if (record->format == NDEF_EMPTY && type_n + id_n + payload_n > 0)
        fail(r, at, OC_SYNTAX, "an empty NDEF record that holds something");
    r->is_last = (head & MESSAGE_END) != 0;
    if (r->err != OC_OK)
        *record = (struct ndef_record){ 0 };
    return r->err == OC_OK;
}

void ndef_write(struct buf *out, const struct ndef_record *record, bool is_first, bool is_last)
{
    bool is_short = record->payload.n <= UINT8_MAX;

    if (record->type.n > UINT8_MAX || record->id.n > UINT8_MAX || record->payload.n > UINT32_MAX) {
        buf_fail(out, OC_LIMIT);
        return;
    }
    buf_add_byte(out, (uint8_t)(record->format | (is_first ? MESSAGE_BEGIN : 0) |
                                (is_last ? MESSAGE_END : 0) | (is_short ? SHORT_RECORD : 0) |
                                (record->id.n > 0 ? ID_LENGTH : 0)));
    buf_add_byte(out, (uint8_t)record->type.n);
    for (int shift = is_short ? 0 : 24; shift >= 0; shift -= 8)
        buf_add_byte(out, (uint8_t)(record->payload.n >> shift));
    if (record->id.n > 0)
        buf_add_byte(out, (uint8_t)record->id.n);
    buf_add(out, record->type);
    buf_add(out, record->id);
    buf_add(out, record->payload);
}
