/*
 * Photographs and screenshots, as brightness alone. PNG by libpng, JPEG by libjpeg.
 */
#ifndef OWNCARD_TRANSPORT_PICTURE_H
#define OWNCARD_TRANSPORT_PICTURE_H

#include "core/bytes.h"
#include "core/err.h"

enum {
    PICTURE_PIXELS_MAX = 64 << 20,      /* more than a telephone's camera has */
    PICTURE_FILE_MAX = 64 << 20,        /* bytes */
    PICTURE_SCANS_MAX = 100,            /* of a progressive JPEG; each costs as much as a picture */
};

/* `width` × `height` bytes, row by row from the top, 0 black to 255 white. */
struct picture {
    size_t width, height;
    uint8_t *luma;
};

/**
 * Decode a PNG or JPEG, told apart by how they begin. What is transparent is white. The orientation
 * that a camera notes is not looked at, since codes are read however a picture is turned.
 *
 * Beside the N bytes of a picture of N pixels a decoder takes up to 6 N for a progressive JPEG and
 * some 100 KiB for all others. Texts, profiles and thumbnails inside the file are passed over.
 *
 * @param out   All zero on error. Release with picture_cleanup().
 * @param file  Borrowed for the call.
 *
 * @retval OC_SYNTAX  neither PNG nor JPEG
 * @retval OC_SHAPE   one that is damaged, cut, or of a kind that is not read, such as CMYK
 * @retval OC_LIMIT   over PICTURE_PIXELS_MAX or PICTURE_SCANS_MAX
 * @retval OC_MEMORY
 */
enum oc_err picture_init(struct picture *out, struct bytes file) OC_MUST_CHECK;

/** A picture made of `n` × `n` pixels each, averaged; what is left over at the edges is cut off. */
enum oc_err picture_shrink(struct picture *out, const struct picture *from, size_t n) OC_MUST_CHECK;

/** A picture in which each pixel is `n` × `n`. */
enum oc_err picture_enlarge(struct picture *out, const struct picture *from, size_t n)
    OC_MUST_CHECK;

/**
 * The picture as if the camera had been tilted: the point at (u, v) from the middle, in units of
 * half the height, is taken from (u, v) / (1 + a u + b v). What lies outside is grey.
 *
 * @param a, b  less than 0.3 each
 */
enum oc_err picture_tilt(struct picture *out, const struct picture *from, double a, double b)
    OC_MUST_CHECK;

void picture_cleanup(struct picture *p);

#endif
