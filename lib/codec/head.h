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

/**
 * Decode the head at the start of `from`; a string comes with its content. Text is not checked
 * to be UTF-8, counts are not checked against anything.
 *
 * @param out  on error kind is CBR_NONE and reason is set
 * @retval OC_TRUNCATED  `from` ends before the head or its string does
 * @retval OC_SYNTAX     reserved, or a simple value that nothing assigns
 * @retval OC_SHAPE      of indefinite length
 */
enum oc_err head_decode(struct bytes from, struct head *out) OC_MUST_CHECK;

/**
 * Look over the one item at the start of `src` as cbr_init() promises, except that bytes may
 * follow. *n is its length.
 */
enum oc_err scan_item(struct bytes src, size_t *n, struct oc_fault *fault) OC_MUST_CHECK;

#endif
