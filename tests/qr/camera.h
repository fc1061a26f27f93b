/*
 * A camera before a screen: a picture of a QR code tilted in perspective, rotated, blurred and
 * noisy, as a frame of a given size. The geometry, blur and noise are those of ImageMagick's
 * -distort Perspective, -distort SRT, -blur 0xSIGMA and -attenuate N +noise Gaussian, in this
 * order. There are two of it: a model of our own, which is quick, and ImageMagick itself, which the
 * model is held to.
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
    double side;                /* of the code before it is tilted, in pixels */
    double corner[4][2];        /* where its corners go, clockwise from the top left */
    double degrees;             /* that it is then turned by, clockwise */
    double to_code[9];          /* from a point of the frame to the code, 0 to 1 along each side */
};

/** Draw a new tilt. */
void camera_tilt(struct camera *c);

/** Draw from 0 to 1, neither of them included. */
double camera_draw(struct camera *c);

/** Look at a picture, with new noise. `out` is cleaned up by the caller. @retval OC_MEMORY */
enum oc_err camera_look(struct picture *out, struct camera *c, const struct picture *code);

/** The same by ImageMagick's "convert", by way of files in the working folder.
 *  @retval OC_IO, OC_SHAPE, OC_MEMORY */
enum oc_err convert_look(struct picture *out, struct camera *c, const struct picture *code);

#endif
