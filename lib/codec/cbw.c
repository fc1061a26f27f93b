#include "codec/cbw.h"

#include <cbor.h>
#include <string.h>

#include "core/date.h"

enum { HEAD_MAX = 9 };

typedef size_t encoder(size_t, unsigned char *, size_t);

/* A head and what belongs to it. libcbor picks the shortest head; it cannot fail with this much
 * room. Straight into the buffer where it has room: a card is some hundred of these. */
static void add(struct buf *out, encoder *encode, size_t value, struct bytes content)
{
    unsigned char head[HEAD_MAX];

    if (buf_has_room(out, sizeof head + content.n)) {
        out->n += encode(value, out->p + out->n, sizeof head);
        if (content.n > 0)
            memcpy(out->p + out->n, content.p, content.n);
        out->n += content.n;
        return;
    }
    buf_add(out, (struct bytes){ head, encode(value, head, sizeof head) });
    buf_add(out, content);
}

static void add_head(struct buf *out, encoder *encode, size_t value)
{
    add(out, encode, value, (struct bytes){ 0 });
}

void cbw_uint(struct buf *out, uint64_t value)
{
    add_head(out, cbor_encode_uint, value);
}

void cbw_int(struct buf *out, int64_t value)
{
    if (value < 0)
        add_head(out, cbor_encode_negint, (uint64_t)(-1 - value));
    else
        add_head(out, cbor_encode_uint, (uint64_t)value);
}

void cbw_bstr_head(struct buf *out, size_t n)
{
    add_head(out, cbor_encode_bytestring_start, n);
}

void cbw_bstr(struct buf *out, struct bytes value)
{
    add(out, cbor_encode_bytestring_start, value.n, value);
}

void cbw_tstr(struct buf *out, struct bytes value)
{
    if (!bytes_are_utf8(value)) {
        buf_fail(out, OC_SHAPE);
        return;
    }
    add(out, cbor_encode_string_start, value.n, value);
}

void cbw_array(struct buf *out, size_t n)
{
    add_head(out, cbor_encode_array_start, n);
}

void cbw_map(struct buf *out, size_t pairs)
{
    add_head(out, cbor_encode_map_start, pairs);
}

void cbw_tag(struct buf *out, uint64_t tag)
{
    add_head(out, cbor_encode_tag, tag);
}

void cbw_bool(struct buf *out, bool value)
{
    unsigned char head[HEAD_MAX];

    buf_add(out, (struct bytes){ head, cbor_encode_bool(value, head, sizeof head) });
}

void cbw_null(struct buf *out)
{
    unsigned char head[HEAD_MAX];

    buf_add(out, (struct bytes){ head, cbor_encode_null(head, sizeof head) });
}

void cbw_raw(struct buf *out, struct bytes cbor)
{
    buf_add(out, cbor);
}

void cbw_embedded(struct buf *out, struct bytes cbor)
{
    cbw_tag(out, CBOR_TAG_EMBEDDED);
    cbw_bstr(out, cbor);
}

void cbw_embed(struct buf *out, size_t start)
{
    unsigned char heads[2 * HEAD_MAX];
    size_t n;

    if (out->err != OC_OK)
        return;
    n = cbor_encode_tag(CBOR_TAG_EMBEDDED, heads, sizeof heads);
    n += cbor_encode_bytestring_start(out->n - start, heads + n, sizeof heads - n);
    buf_insert(out, start, (struct bytes){ heads, n });
}

void cbw_tdate(struct buf *out, int64_t seconds)
{
    char text[DATE_TIME_TEXT_N];

    if (!date_time_write(seconds, text)) {
        buf_fail(out, OC_SHAPE);
        return;
    }
    cbw_tag(out, CBOR_TAG_TDATE);
    cbw_str(out, text);
}

void cbw_full_date(struct buf *out, int64_t seconds)
{
    char text[DATE_TEXT_N];

    if (!date_write(seconds, text)) {
        buf_fail(out, OC_SHAPE);
        return;
    }
    cbw_tag(out, CBOR_TAG_FULL_DATE);
    cbw_str(out, text);
}
