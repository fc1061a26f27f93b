#include "codec/cbr.h"

#include "codec/cbw.h"
#include "codec/head.h"
#include "core/date.h"

static void fail_at(struct cbr *r, size_t at, enum oc_err e, const char *reason)
{
    if (r->err != OC_OK)
        return;
    r->err = e;
    r->fault.offset = r->src.p == NULL ? 0 : (size_t)(r->src.p - r->base) + at;
    r->fault.reason = reason;
}

static void look_over(struct cbr *r)
{
    struct oc_fault fault;
    size_t n;
    enum oc_err e = scan_item(r->src, &n, &fault);

    if (e != OC_OK)
        fail_at(r, fault.offset, e, fault.reason);
    else if (n < r->src.n)
        fail_at(r, n, OC_TRAILING, "bytes after the message");
}

void cbr_init(struct cbr *r, struct bytes src)
{
    *r = (struct cbr){ .src = src, .base = src.p };
    look_over(r);
}

void cbr_init_inside(struct cbr *r, struct bytes inner, const struct cbr *outer)
{
    *r = (struct cbr){ .src = inner, .base = outer->base, .err = outer->err,
                       .fault = outer->fault };
    if (r->err == OC_OK)
        look_over(r);
}

enum oc_err cbr_item_length(struct bytes src, size_t *n, struct oc_fault *fault)
{
    return scan_item(src, n, fault);
}

bool cbr_ok(const struct cbr *r)
{
    return r->err == OC_OK;
}

void cbr_fail(struct cbr *r, enum oc_err e, const char *reason)
{
    fail_at(r, r->last, e, reason);
}

void cbr_fail_at(struct cbr *r, struct bytes where, enum oc_err e, const char *reason)
{
    bool inside = where.p != NULL && bytes_within(where, r->src);

    fail_at(r, inside ? (size_t)(where.p - r->src.p) : r->last, e, reason);
}

void cbr_adopt(struct cbr *r, const struct cbr *inner)
{
    if (r->err == OC_OK) {
        r->err = inner->err;
        r->fault = inner->fault;
    }
}

enum oc_err cbr_end(struct cbr *r, struct oc_fault *fault)
{
    if (r->at < r->src.n)
        fail_at(r, r->at, OC_TRAILING, "items that were not expected");
    if (fault != NULL)
        *fault = r->fault;
    return r->err;
}

/* The next head, not consumed. False, with CBR_NONE, after a failure and at the end. */
static inline bool look(const struct cbr *r, struct head *h)
{
    if (r->err == OC_OK && r->at < r->src.n)
        return head_decode((struct bytes){ r->src.p + r->at, r->src.n - r->at }, h) == OC_OK;
    *h = (struct head){ .kind = CBR_NONE };
    return false;
}

static void consume(struct cbr *r, const struct head *h)
{
    r->last = r->at;
    r->at += h->n;
}

#define KIND(kind) (1U << (kind))

static void refuse_kind(struct cbr *r, const char *reason)
{
    fail_at(r, r->at, r->at == r->src.n ? OC_TRUNCATED : OC_SHAPE, reason);
}

/* Consume a head of one of these kinds, or fail and yield one that is all zero. */
static inline void expect(struct cbr *r, struct head *h, unsigned kinds, const char *reason)
{
    if (look(r, h) && (KIND(h->kind) & kinds) != 0) {
        consume(r, h);
        return;
    }
    refuse_kind(r, reason);
    *h = (struct head){ .kind = CBR_NONE };
}

enum cbr_kind cbr_peek(const struct cbr *r)
{
    struct head h;

    look(r, &h);
    return h.kind;
}

uint64_t cbr_uint(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_UINT), "expected an unsigned integer");
    return h.value;
}

static int64_t signed_value(struct cbr *r, const struct head *h)
{
    if (h->value > INT64_MAX) {
        cbr_fail(r, OC_LIMIT, "an integer beyond 64 bits with sign");
        return 0;
    }
    return h->kind == CBR_NINT ? -1 - (int64_t)h->value : (int64_t)h->value;
}

int64_t cbr_int(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_UINT) | KIND(CBR_NINT), "expected an integer");
    return signed_value(r, &h);
}

bool cbr_bool(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_BOOL), "expected true or false");
    return h.value != 0;
}

struct bytes cbr_bstr(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_BSTR), "expected a byte string");
    return h.string;
}

struct bytes cbr_tstr(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_TSTR), "expected text");
    return h.string;
}

size_t cbr_array(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_ARRAY), "expected an array");
    return h.value;
}

bool cbr_array_of(struct cbr *r, size_t n, const char *reason)
{
    struct head h;

    expect(r, &h, KIND(CBR_ARRAY), reason);
    if (h.value != n)
        cbr_fail(r, OC_SHAPE, reason);
    return cbr_ok(r);
}

size_t cbr_map(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_MAP), "expected a map");
    return h.value;
}

struct bytes cbr_key(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_TSTR) | KIND(CBR_UINT) | KIND(CBR_NINT) | KIND(CBR_BSTR),
           "expected a map key");
    return h.kind == CBR_TSTR ? h.string : (struct bytes){ 0 };
}

struct cbr_label cbr_label(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_UINT) | KIND(CBR_NINT) | KIND(CBR_TSTR),
           "expected an integer or a text label");
    return (struct cbr_label){ h.kind == CBR_UINT || h.kind == CBR_NINT, signed_value(r, &h),
                               h.string };
}

uint64_t cbr_tag(struct cbr *r)
{
    struct head h;

    expect(r, &h, KIND(CBR_TAG), "expected a tag");
    return h.value;
}

void cbr_tag_is(struct cbr *r, uint64_t tag, const char *reason)
{
    struct head h;

    expect(r, &h, KIND(CBR_TAG), reason);
    if (h.value != tag)
        cbr_fail(r, OC_SHAPE, reason);
}

int64_t cbr_tdate(struct cbr *r)
{
    int64_t seconds = 0;

    cbr_tag_is(r, CBOR_TAG_TDATE, "expected a date-time (tag 0)");
    struct bytes text = cbr_tstr(r);
    if (cbr_ok(r) && !date_time_read(text, &seconds))
        cbr_fail(r, OC_SHAPE, "not an RFC 3339 date-time");
    return seconds;
}

int64_t cbr_full_date(struct cbr *r)
{
    int64_t seconds = 0;

    cbr_tag_is(r, CBOR_TAG_FULL_DATE, "expected a full-date (tag 1004)");
    struct bytes text = cbr_tstr(r);
    if (cbr_ok(r) && !date_read(text, &seconds))
        cbr_fail(r, OC_SHAPE, "not an RFC 3339 full-date");
    return seconds;
}

struct bytes cbr_embedded(struct cbr *r, struct bytes *whole)
{
    size_t from = r->at;

    cbr_tag_is(r, CBOR_TAG_EMBEDDED, "expected embedded CBOR (tag 24)");
    struct bytes content = cbr_bstr(r);
    if (whole != NULL)
        *whole = cbr_ok(r) ? (struct bytes){ r->src.p + from, r->at - from }
                           : (struct bytes){ 0 };
    return content;
}

bool cbr_absent(struct cbr *r)
{
    enum { NULL_BYTE = 0xf6, UNDEFINED_BYTE = 0xf7 };   /* the one encoding of each */
    uint8_t first = cbr_ok(r) && r->at < r->src.n ? r->src.p[r->at] : 0;

    if (first != NULL_BYTE && first != UNDEFINED_BYTE)
        return false;
    r->last = r->at++;
    return true;
}

struct bytes cbr_any(struct cbr *r)
{
    size_t from = r->at;

    cbr_skip(r);
    return cbr_ok(r) ? (struct bytes){ r->src.p + from, r->at - from } : (struct bytes){ 0 };
}

void cbr_skip(struct cbr *r)
{
    size_t from = r->at;
    uint64_t pending = 1;       /* items that must still come: below src.n, says the scan */
    struct head h;

    for (; pending > 0 && look(r, &h); pending--) {
        consume(r, &h);
        if (h.kind == CBR_ARRAY)
            pending += h.value;
        else if (h.kind == CBR_MAP)
            pending += 2 * h.value;
        else if (h.kind == CBR_TAG)
            pending++;
    }
    if (pending > 0)
        fail_at(r, r->at, OC_TRUNCATED, "expected an item");
    r->last = from;
}
