/* One CBOR head, decoded by libcbor, for the files of this folder alone. */
#ifndef OWNCARD_CODEC_HEAD_H
#define OWNCARD_CODEC_HEAD_H

#include "codec/cbr.h"

struct head {
    enum cbr_kind kind;
    /* CBR_UINT: the integer; CBR_NINT: n of -1 - n; CBR_ARRAY: items; CBR_MAP: pairs; CBR_TAG:
     * the tag; CBR_BOOL: 0 or 1. Zero for the others. */
    uint64_t value;
    struct bytes string;        /* the content of CBR_BSTR and CBR_TSTR, inside the input */
    double number;              /* CBR_FLOAT */
    size_t n;                   /* bytes taken: the head, and for a string its content */
    const char *reason;         /* static, on error */
};

/** Decode any head but those of one byte; as head_decode(). */
enum oc_err head_decode_long(struct bytes from, struct head *out) OC_MUST_CHECK;

/*
 * Most heads are a single byte: its upper three bits the kind, the others the number (RFC 8949,
 * section 3). They go without libcbor, since its callbacks took a third of all parsing, and since
 * 0.8 calls the tags 6 to 20, COSE's among them, malformed. False: not such a head, or cut short.
 */
static inline bool head_decode_short(struct bytes from, struct head *out)
{
    enum { NUMBER_IS_HERE = 24 };
    static const enum cbr_kind kinds[] = { CBR_UINT, CBR_NINT, CBR_BSTR, CBR_TSTR,
                                           CBR_ARRAY, CBR_MAP, CBR_TAG, CBR_NONE };
    uint8_t number = from.n > 0 ? from.p[0] & 0x1f : NUMBER_IS_HERE;
    enum cbr_kind kind = number < NUMBER_IS_HERE ? kinds[from.p[0] >> 5] : CBR_NONE;

    if (kind == CBR_BSTR || kind == CBR_TSTR)
        *out = (struct head){ .kind = kind, .string = { from.p + 1, number }, .n = 1U + number };
    else
        *out = (struct head){ .kind = kind, .value = number, .n = 1 };
    return kind != CBR_NONE && out->n <= from.n;
}

/**
 * Decode the head at the start of `from`; a string comes with its content. Text is not checked
 * to be UTF-8, counts are not checked against anything.
 *
 * @param out  on error kind is CBR_NONE and reason is set
 * @retval OC_TRUNCATED  `from` ends before the head or its string does
 * @retval OC_SYNTAX     reserved, or a simple value that nothing assigns
 * @retval OC_SHAPE      of indefinite length
 */
OC_MUST_CHECK static inline enum oc_err head_decode(struct bytes from, struct head *out)
{
    return head_decode_short(from, out) ? OC_OK : head_decode_long(from, out);
}

/**
 * Look over the one item at the start of `src` as cbr_init() promises, except that bytes may
 * follow. *n is its length.
 */
enum oc_err scan_item(struct bytes src, size_t *n, struct oc_fault *fault) OC_MUST_CHECK;

#endif
