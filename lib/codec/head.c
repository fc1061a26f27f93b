#include "codec/head.h"

#include <cbor.h>

_Static_assert(sizeof(size_t) >= sizeof(uint64_t), "libcbor hands 64-bit lengths over as size_t");

static void on_int(void *to, enum cbr_kind kind, uint64_t value)
{
    struct head *h = to;

    h->kind = kind;
    h->value = value;
}

static void on_uint8(void *to, uint8_t value) { on_int(to, CBR_UINT, value); }
static void on_uint16(void *to, uint16_t value) { on_int(to, CBR_UINT, value); }
static void on_uint32(void *to, uint32_t value) { on_int(to, CBR_UINT, value); }
static void on_uint64(void *to, uint64_t value) { on_int(to, CBR_UINT, value); }
static void on_nint8(void *to, uint8_t value) { on_int(to, CBR_NINT, value); }
static void on_nint16(void *to, uint16_t value) { on_int(to, CBR_NINT, value); }
static void on_nint32(void *to, uint32_t value) { on_int(to, CBR_NINT, value); }
static void on_nint64(void *to, uint64_t value) { on_int(to, CBR_NINT, value); }
static void on_array(void *to, size_t items) { on_int(to, CBR_ARRAY, items); }
static void on_map(void *to, size_t pairs) { on_int(to, CBR_MAP, pairs); }
static void on_tag(void *to, uint64_t tag) { on_int(to, CBR_TAG, tag); }
static void on_bool(void *to, bool value) { on_int(to, CBR_BOOL, value); }
static void on_null(void *to) { on_int(to, CBR_NULL, 0); }
static void on_undefined(void *to) { on_int(to, CBR_UNDEFINED, 0); }

static void on_bstr(void *to, cbor_data p, size_t n)
{
    struct head *h = to;

    h->kind = CBR_BSTR;
    h->string = (struct bytes){ p, n };
}

static void on_tstr(void *to, cbor_data p, size_t n)
{
    struct head *h = to;

    h->kind = CBR_TSTR;
    h->string = (struct bytes){ p, n };
}

static void on_double(void *to, double number)
{
    struct head *h = to;

    h->kind = CBR_FLOAT;
    h->number = number;
}

static void on_float(void *to, float number) { on_double(to, number); }

/* Callbacks cannot fail: these two leave kind as it was, CBR_NONE, for head_decode() to see. */
static void on_indefinite(void *to)
{
    struct head *h = to;

    h->reason = "indefinite length";
}

static void on_break(void *to)
{
    (void)to;
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8, .uint16 = on_uint16, .uint32 = on_uint32, .uint64 = on_uint64,
    .negint8 = on_nint8, .negint16 = on_nint16, .negint32 = on_nint32, .negint64 = on_nint64,
    .byte_string = on_bstr, .byte_string_start = on_indefinite,
    .string = on_tstr, .string_start = on_indefinite,
    .array_start = on_array, .indef_array_start = on_indefinite,
    .map_start = on_map, .indef_map_start = on_indefinite,
    .tag = on_tag, .float2 = on_float, .float4 = on_float, .float8 = on_double,
    .null = on_null, .undefined = on_undefined, .boolean = on_bool, .indef_break = on_break,
};

static enum oc_err refuse(struct head *out, enum oc_err e, const char *reason)
{
    *out = (struct head){ .kind = CBR_NONE, .reason = reason };
    return e;
}

enum oc_err head_decode_long(struct bytes from, struct head *out)
{
    struct cbor_decoder_result result;

    *out = (struct head){ .kind = CBR_NONE };
    result = cbor_stream_decode(from.p, from.n, &callbacks, out);
    switch (result.status) {
    case CBOR_DECODER_NEDATA:
        return refuse(out, OC_TRUNCATED, "the message ends inside this item");
    case CBOR_DECODER_ERROR:
        return refuse(out, OC_SYNTAX, "not well-formed CBOR");
    case CBOR_DECODER_FINISHED:
        break;
    }
    if (out->reason != NULL)
        return refuse(out, OC_SHAPE, out->reason);
    if (out->kind == CBR_NONE)
        return refuse(out, OC_SYNTAX, "a break with nothing to end");
    out->n = result.read;
    return OC_OK;
}
