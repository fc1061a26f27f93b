#include "codec/cbw.h"

#include <cbor.h>

#include "core/date.h"

enum { HEAD_MAX = 9 };

/* libcbor picks the shortest head; it cannot fail with this much room. */
static void add_head(struct buf *out, size_t (*encode)(size_t, unsigned char *, size_t), size_t n)
{
    unsigned char head[HEAD_MAX];

    buf_add(out, (struct bytes){ head, encode(n, head, sizeof head) });
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

void cbw_bstr(struct buf *out, struct bytes value)
{
    add_head(out, cbor_encode_bytestring_start, value.n);
    buf_add(out, value);
}

void cbw_tstr(struct buf *out, struct bytes value)
{
    if (!bytes_are_utf8(value)) {
        buf_fail(out, OC_SHAPE);
        return;
    }
    add_head(out, cbor_encode_string_start, value.n);
    buf_add(out, value);
}

void cbw_str(struct buf *out, const char *value)
{
    cbw_tstr(out, bytes_str(value));
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
