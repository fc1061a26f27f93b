#include "mdoc/value.h"

#include <inttypes.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "codec/diag.h"
#include "core/date.h"

/* A tagged value that is not a date stays MDOC_OTHER, for it is signed all the same. */
static void read_tagged(struct cbr *r, struct mdoc_value *v)
{
    struct cbr tag = *r, date = *r;
    enum mdoc_kind kind = MDOC_OTHER;
    int64_t seconds = 0;

    switch (cbr_tag(&tag)) {
    case CBOR_TAG_FULL_DATE:
        kind = MDOC_FULL_DATE;
        seconds = cbr_full_date(&date);
        break;
    case CBOR_TAG_TDATE:
        kind = MDOC_TDATE;
        seconds = cbr_tdate(&date);
        break;
    default:
        break;
    }
    if (cbr_ok(&date)) {
        v->kind = kind;
        v->number = seconds;
    }
    cbr_skip(r);
}

enum oc_err mdoc_value_read(struct mdoc_value *out, struct bytes cbor)
{
    struct mdoc_value v = { .kind = MDOC_OTHER, .cbor = cbor };
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_value){ .kind = MDOC_OTHER };
    cbr_init(&r, cbor);
    switch (cbr_peek(&r)) {
    case CBR_TSTR:
        v.kind = MDOC_TEXT;
        v.bytes = cbr_tstr(&r);
        break;
    case CBR_BSTR:
        v.kind = MDOC_BYTES;
        v.bytes = cbr_bstr(&r);
        break;
    case CBR_UINT:
    case CBR_NINT: {
        struct cbr ahead = r;

        v.number = cbr_int(&ahead);
        v.kind = cbr_ok(&ahead) ? MDOC_INTEGER : MDOC_OTHER;
        cbr_skip(&r);
        break;
    }
    case CBR_BOOL:
        v.kind = MDOC_BOOLEAN;
        v.yes = cbr_bool(&r);
        break;
    case CBR_TAG:
        read_tagged(&r, &v);
        break;
    case CBR_ARRAY:
        v.kind = MDOC_ARRAY;
        cbr_skip(&r);
        break;
    case CBR_MAP:
        v.kind = MDOC_MAP;
        cbr_skip(&r);
        break;
    case CBR_NULL:
    case CBR_UNDEFINED:
    case CBR_FLOAT:
    case CBR_NONE:
        cbr_skip(&r);
        break;
    }
    e = cbr_end(&r, NULL);
    if (e == OC_OK)
        *out = v;
    return e;
}

enum oc_err mdoc_value_text(struct buf *out, struct bytes cbor)
{
    char date[DATE_TIME_TEXT_N];
    struct mdoc_value v;
    enum oc_err e = mdoc_value_read(&v, cbor);

    if (e != OC_OK)
        return e;
    switch (v.kind) {
    case MDOC_TEXT:
        buf_add(out, v.bytes);
        break;
    case MDOC_BYTES:
        buf_printf(out, "(%zu bytes)", v.bytes.n);
        break;
    case MDOC_INTEGER:
        buf_printf(out, "%" PRId64, v.number);
        break;
    case MDOC_BOOLEAN:
        buf_add_str(out, v.yes ? "true" : "false");
        break;
    case MDOC_FULL_DATE:
        buf_add_str(out, date_write(v.number, date) ? date : "?");
        break;
    case MDOC_TDATE:
        buf_add_str(out, date_time_write(v.number, date) ? date : "?");
        break;
    case MDOC_ARRAY:
    case MDOC_MAP:
    case MDOC_OTHER:
        return diag_json(out, cbor);
    }
    return buf_err(out);
}

enum oc_err mdoc_value_json(struct buf *out, struct bytes cbor)
{
    return diag_json(out, cbor);
}

void mdoc_put_text(struct buf *out, struct bytes utf8)       { cbw_tstr(out, utf8); }
void mdoc_put_bytes(struct buf *out, struct bytes value)     { cbw_bstr(out, value); }
void mdoc_put_integer(struct buf *out, int64_t value)        { cbw_int(out, value); }
void mdoc_put_boolean(struct buf *out, bool value)           { cbw_bool(out, value); }
void mdoc_put_full_date(struct buf *out, int64_t seconds)    { cbw_full_date(out, seconds); }
void mdoc_put_tdate(struct buf *out, int64_t seconds)        { cbw_tdate(out, seconds); }
void mdoc_put_array(struct buf *out, size_t n)               { cbw_array(out, n); }
void mdoc_put_map(struct buf *out, size_t pairs)             { cbw_map(out, pairs); }
