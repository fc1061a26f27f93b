/*
 * The CBOR writer: shortest heads, definite lengths, into a struct buf whose sticky error says
 * at the end whether all of it fitted. Callers write map keys in the order they want; nothing
 * is sorted or checked for repetition.
 */
#ifndef OWNCARD_CODEC_CBW_H
#define OWNCARD_CODEC_CBW_H

#include "core/buf.h"

enum { CBOR_TAG_TDATE = 0, CBOR_TAG_SIGN1 = 18, CBOR_TAG_MAC0 = 17, CBOR_TAG_EMBEDDED = 24,
       CBOR_TAG_FULL_DATE = 1004 };

void cbw_uint(struct buf *out, uint64_t value);
void cbw_int(struct buf *out, int64_t value);
void cbw_bstr(struct buf *out, struct bytes value);
/** The head of a byte string whose `n` bytes the caller appends next. */
void cbw_bstr_head(struct buf *out, size_t n);
/** `value` must be UTF-8, else the buffer fails with OC_SHAPE. */
void cbw_tstr(struct buf *out, struct bytes value);
static inline void cbw_str(struct buf *out, const char *value)
{
    cbw_tstr(out, bytes_str(value));
}
void cbw_array(struct buf *out, size_t n);
void cbw_map(struct buf *out, size_t pairs);
void cbw_tag(struct buf *out, uint64_t tag);
void cbw_bool(struct buf *out, bool value);
void cbw_null(struct buf *out);

/** Bytes that already are CBOR, as they are. */
void cbw_raw(struct buf *out, struct bytes cbor);
/** #6.24(bstr .cbor X), given X. */
void cbw_embedded(struct buf *out, struct bytes cbor);
/**
 * The same around what is written in between, without a copy:
 *
 *   size_t start = out->n;   … X …   cbw_embed(out, start);
 */
void cbw_embed(struct buf *out, size_t start);
/** Tag 0, YYYY-MM-DDThh:mm:ssZ; OC_SHAPE when the year is not 1 to 9999. */
void cbw_tdate(struct buf *out, int64_t seconds);
/** Tag 1004, YYYY-MM-DD. */
void cbw_full_date(struct buf *out, int64_t seconds);

#endif
