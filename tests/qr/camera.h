/*
 * A camera before a screen: a picture of a QR code tilted in perspective, rotated, blurred and
 * noisy, as a frame of a given size. The geometry, blur and noise are those of ImageMagick's
 * -distort Perspective, -distort SRT, -blur 0xSIGMA and -attenuate N +noise Gaussian, in this
 * order, so that figures can be compared with those of the harness that uses it.
 */
#ifndef OWNCARD_TESTS_CAMERA_H
#define OWNCARD_TESTS_CAMERA_H

#include "transport/picture.h"

/* How bad it is: what is drawn anew for each attempt lies between nothing and these. */
struct damage {
    double degrees;             /* of rotation, either way */
    double perspective;         /* of the side, that a corner moves inwards along each axis */
    double blur;                /* standard deviation in pixels */
    double noise;               /* 1: of some 20/256 */
};

struct camera {
    size_t width, height;
    struct damage damage;
    uint64_t random;            /* a seed other than 0; changes with each draw */
    double to_code[9];          /* from a point of the frame to the code, 0 to 1 along each side */
    double side, cosine, sine;
};

/** Draw a new tilt. */
void camera_tilt(struct camera *c);

/** Look at a picture, with new noise. `out` is cleaned up by the caller. */
enum oc_err camera_look(struct picture *out, struct camera *c, const struct picture *code);

#endif
