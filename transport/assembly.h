/*
 * Frames put together again, whatever came of them: lost, repeated, in any order, between frames
 * of other messages or forged in the name of this one. A few messages are collected at a time, at
 * most some 70 KiB for each; when there are more, the one that least recently got a frame is given
 * up.
 *
 * Of `data` frames and assembly_spare() more, the last that came, every set of `data` different
 * ones is tried, each when the last of it comes. So a message is complete as soon as all of it is
 * among them, and that many forged frames may be too. An older frame that comes again is new.
 */
#ifndef OWNCARD_TRANSPORT_ASSEMBLY_H
#define OWNCARD_TRANSPORT_ASSEMBLY_H

#include "transport/frames.h"

enum { ASSEMBLY_PARTS = 4, ASSEMBLY_SPARE_MAX = 3 };

/* What is there of one message. */
struct assembly_part {
    struct frame header;            /* number and block mean nothing here */
    uint8_t numbers[ERASURE_DATA_MAX + ASSEMBLY_SPARE_MAX];     /* in the order they came */
    size_t kept;                    /* how many; 0: nobody's place */
    uint8_t *blocks;                /* `kept` of them, in the same order */
    unsigned long touched;
};

/* All zero is an empty one. Not to be copied. */
struct assembly {
    struct assembly_part parts[ASSEMBLY_PARTS];
    unsigned long clock;
    unsigned long tried;            /* sets of frames that were put together: the work done */
};

void assembly_cleanup(struct assembly *a);

/** How many frames more than `data`, 1 to ERASURE_DATA_MAX, are kept of a message: at most
 *  ASSEMBLY_SPARE_MAX, fewer of long ones, so that no frame costs more than some 2^24 steps. */
size_t assembly_spare(size_t data);

/** Whether a frame of this number is there, and of how many numbers there are. */
bool assembly_has(const struct assembly_part *part, size_t number);
size_t assembly_count(const struct assembly_part *part);

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
 * @retval OC_DIGEST  as many as are needed are there, and at least one is not of the message whose
 *                    id it has; they stay, and further frames may complete it all the same
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err assembly_add(struct assembly *a, struct buf *message, struct bytes text,
                         struct oc_fault *fault) OC_MUST_CHECK;

/** The message of which most frames are kept, incomplete; NULL when there is none. */
const struct assembly_part *assembly_best(const struct assembly *a);

#endif
