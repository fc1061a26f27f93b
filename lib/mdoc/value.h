/*
 * Element values: what a card says about a person. On the wire any CBOR item; here with a kind,
 * so that tools can show it, and with writers, so that an issuer can make it.
 */
#ifndef OWNCARD_MDOC_VALUE_H
#define OWNCARD_MDOC_VALUE_H

#include "core/buf.h"

enum mdoc_kind {
    MDOC_TEXT, MDOC_BYTES, MDOC_INTEGER, MDOC_BOOLEAN, MDOC_FULL_DATE, MDOC_TDATE,
    MDOC_ARRAY, MDOC_MAP,
    MDOC_OTHER,             /* null, a float, another tag, an integer beyond int64_t */
};

struct mdoc_value {
    enum mdoc_kind kind;
    struct bytes cbor;      /* the whole value, as received */
    struct bytes bytes;     /* TEXT (UTF-8), BYTES: the content, a view into cbor */
    int64_t number;         /* INTEGER; FULL_DATE and TDATE in seconds since 1970 */
    bool yes;               /* BOOLEAN */
};

/** Look at one value. The view's life is that of `cbor`. @retval the errors of cbr_init() */
enum oc_err mdoc_value_read(struct mdoc_value *out, struct bytes cbor) OC_MUST_CHECK;

/** Append the value as one line of text for people: dates plain, byte strings by length, text as
 *  it is. Control characters are not escaped here: print it through term_escape(). */
enum oc_err mdoc_value_text(struct buf *out, struct bytes cbor) OC_MUST_CHECK;

/** Append the value as JSON: dates as text, byte strings as base64url. */
enum oc_err mdoc_value_json(struct buf *out, struct bytes cbor) OC_MUST_CHECK;

/* Writers; errors go to out->err. */
void mdoc_put_text(struct buf *out, struct bytes utf8);
void mdoc_put_bytes(struct buf *out, struct bytes value);
void mdoc_put_integer(struct buf *out, int64_t value);
void mdoc_put_boolean(struct buf *out, bool value);
/** `seconds` since 1970 of any moment of that day. */
void mdoc_put_full_date(struct buf *out, int64_t seconds);
void mdoc_put_tdate(struct buf *out, int64_t seconds);
/** Heads; the items, or text key and value in turn, follow. */
void mdoc_put_array(struct buf *out, size_t n);
void mdoc_put_map(struct buf *out, size_t pairs);

#endif
