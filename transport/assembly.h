/*
 * Frames put together again, whatever came of them: lost, repeated, in any order, between frames
 * of other messages. A few messages are collected at a time, at most some 64 KiB for each; when
 * there are more, the one that least recently got a frame is given up.
 */
#ifndef OWNCARD_TRANSPORT_ASSEMBLY_H
#define OWNCARD_TRANSPORT_ASSEMBLY_H

#include "transport/frames.h"

enum { ASSEMBLY_PARTS = 4 };

/* What is there of one message. */
struct assembly_part {
    struct frame header;            /* number and block mean nothing here */
    bool seen[ERASURE_ALL_MAX];     /* by number */
    uint8_t numbers[ERASURE_DATA_MAX];  /* in the order they came */
    size_t have;                    /* how many; 0: nobody's place */
    uint8_t *blocks;                /* `have` of them, in the same order */
    unsigned long touched;
};

/* All zero is an empty one. Not to be copied. */
struct assembly {
    struct assembly_part parts[ASSEMBLY_PARTS];
    unsigned long clock;
};

void assembly_cleanup(struct assembly *a);

/**
 * Add one frame, and take the message that it completes.
 *
 * @param message  Empty beforehand, with a ceiling of FRAME_MESSAGE_MAX or more; the message when
 *                 the frame was the last needed, else left empty.
 * @param text     Of one QR code; borrowed for the call.
 * @param fault    Optional; on OC_SYNTAX … OC_LIMIT where in the text or the frame, and why.
 *
 * @retval OC_SYNTAX  no frame of ours: another prefix, or no base45
 * @retval OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT  as frame_read(); or over FRAME_BYTES_MAX
 * @retval OC_DIGEST  the frames are not of the message whose id they have; all of them are dropped
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err assembly_add(struct assembly *a, struct buf *message, struct bytes text,
                         struct oc_fault *fault) OC_MUST_CHECK;

/** The message that most is there of, incomplete; NULL when there is none. */
const struct assembly_part *assembly_best(const struct assembly *a);

#endif
