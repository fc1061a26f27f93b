/*
 * The bounded CBOR reader: RFC 8949 as ISO/IEC 18013-5 uses it.
 *
 * cbr_init() looks over the whole input once, before anything believes it: well-formed, one
 * item and nothing after it, definite lengths only, nested at most CBR_DEPTH_MAX deep, at most
 * CBR_ENTRIES_MAX entries in a map or array, text in UTF-8, no key twice in a map (compared
 * decoded, so 0x61 'a' and 0x78 0x01 'a' are the same key). Map keys are integers, text or
 * byte strings, as everywhere in this field; anything else is refused. Heads longer than
 * needed are accepted, since others write them.
 *
 * After that the reader can only be surprised by the schema. Its error is sticky: after the
 * first failure every read yields zero and moves nothing, so a parser lists its schema top to
 * bottom and asks once, with cbr_end(). Every view returned points into the input.
 */
#ifndef OWNCARD_CODEC_CBR_H
#define OWNCARD_CODEC_CBR_H

#include "core/bytes.h"
#include "core/err.h"

enum {
    CBR_DEPTH_MAX = 32,         /* containers and tags around one item */
    CBR_ENTRIES_MAX = 4096,     /* pairs in one map, items in one array */
};

struct cbr {
    struct bytes src;           /* the one item being read */
    size_t at;                  /* next byte to read, within src */
    size_t last;                /* where the item read last begins */
    const uint8_t *base;        /* fault offsets count from here */
    enum oc_err err;
    struct oc_fault fault;
};

enum cbr_kind {
    CBR_UINT, CBR_NINT, CBR_BSTR, CBR_TSTR, CBR_ARRAY, CBR_MAP, CBR_TAG,
    CBR_BOOL, CBR_NULL, CBR_UNDEFINED, CBR_FLOAT,
    CBR_NONE,                   /* failed, or nothing left */
};

/**
 * Begin to read `src`, which must outlive the reader and all its views.
 *
 * Errors that cbr_end() then reports: OC_TRUNCATED, OC_TRAILING, OC_SYNTAX (not well-formed, or
 * text not in UTF-8), OC_SHAPE (indefinite length, a key twice, a key of another kind),
 * OC_LIMIT (too deep, too many entries, or more items claimed than bytes left), OC_MEMORY.
 */
void cbr_init(struct cbr *r, struct bytes src);

/** The same for bytes that lie inside what `outer` reads, such as a byte string that embeds
 *  CBOR: fault offsets count from the start of the outermost input. When `outer` has failed, so
 *  has `r`, in the same way. */
void cbr_init_inside(struct cbr *r, struct bytes inner, const struct cbr *outer);

/**
 * Length of the first item of `src`, for reading a CBOR sequence (RFC 8742) item by item.
 * Looks it over as cbr_init() does, except that bytes may follow.
 */
enum oc_err cbr_item_length(struct bytes src, size_t *n, struct oc_fault *fault) OC_MUST_CHECK;

/** Nothing has gone wrong so far. */
bool cbr_ok(const struct cbr *r);

/** Fail with a reason (static text) at the item read last; the first failure wins. */
void cbr_fail(struct cbr *r, enum oc_err e, const char *reason);

/** Fail at the place of `where`, a view obtained from this reader. */
void cbr_fail_at(struct cbr *r, struct bytes where, enum oc_err e, const char *reason);

/** Hand an inner reader's failure to the outer one. */
void cbr_adopt(struct cbr *r, const struct cbr *inner);

/** Done: the sticky error, or OC_TRAILING when items are left; `fault` is optional. */
enum oc_err cbr_end(struct cbr *r, struct oc_fault *fault) OC_MUST_CHECK;

/** Kind of the next item; moves nothing. */
enum cbr_kind cbr_peek(const struct cbr *r);

uint64_t cbr_uint(struct cbr *r);
/** An integer that fits int64_t; OC_LIMIT when it does not. */
int64_t cbr_int(struct cbr *r);
bool cbr_bool(struct cbr *r);
struct bytes cbr_bstr(struct cbr *r);
struct bytes cbr_tstr(struct cbr *r);

/** Number of items that follow. */
size_t cbr_array(struct cbr *r);
/** An array of exactly `n` items, else OC_SHAPE with `reason`. */
bool cbr_array_of(struct cbr *r, size_t n, const char *reason);
/** Number of pairs that follow. */
size_t cbr_map(struct cbr *r);

/** A map key. Text keys are returned; for a key of another kind p is NULL, so that it equals
 *  nothing and its value is skipped like any unknown one. */
struct bytes cbr_key(struct cbr *r);

/** A COSE label: an integer, or text. */
struct cbr_label {
    bool is_int;
    int64_t i;
    struct bytes text;
};
struct cbr_label cbr_label(struct cbr *r);

/** The tag number of the next item, whose content then follows. */
uint64_t cbr_tag(struct cbr *r);
/** Expect this very tag. */
void cbr_tag_is(struct cbr *r, uint64_t tag, const char *reason);

/** tdate (tag 0) and full-date (tag 1004), as seconds since 1970. */
int64_t cbr_tdate(struct cbr *r);
int64_t cbr_full_date(struct cbr *r);

/** #6.24(bstr .cbor X): X's bytes. With `whole`, also the bytes from the tag on, which are what
 *  digests and signatures are made over. */
struct bytes cbr_embedded(struct cbr *r, struct bytes *whole);

/** Consume `undefined` (or `null`) standing where an optional value could: some peers write it
 *  instead of leaving the key out. False, and nothing moved, when a real value follows. */
bool cbr_absent(struct cbr *r);

/** Any one item, whole, as received. */
struct bytes cbr_any(struct cbr *r);
/** The same, of no interest. */
void cbr_skip(struct cbr *r);

#endif
