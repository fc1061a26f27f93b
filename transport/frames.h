/*
 * A message as numbered frames, each the text of one QR code, of which any `data` suffice.
 *
 *   text   = "OC1:" base45(frame)
 *   frame  = data    1 byte    how many frames are needed, 1 to 128
 *            all     1 byte    how many there are, data to 255
 *            number  1 byte    which this is, from 0
 *            length  2 bytes   of the message, big-endian, at least `data`
 *            id      8 bytes   the first of SHA-256(message)
 *            block   ceil(length / data) bytes
 *
 * Blocks 0 to data - 1 are the message, with zeros after its end; the others are parity
 * (transport/erasure.h). `data` is the fewest of blocks of that size that hold the message. The id
 * tells messages apart and tells whether a message was put together rightly. It protects against
 * accidents; against people, the message's own signatures and encryption do.
 *
 * Source: docs/qr-handover.md.
 */
#ifndef OWNCARD_TRANSPORT_FRAMES_H
#define OWNCARD_TRANSPORT_FRAMES_H

#include "core/buf.h"
#include "transport/erasure.h"

#define FRAME_PREFIX "OC1:"

enum {
    FRAME_HEADER = 13, FRAME_ID = 8,
    FRAME_MESSAGE_MAX = 65535,
    /* Bytes of a frame, header and all. The most is what one QR code holds at level M. */
    FRAME_BYTES_MIN = 64, FRAME_BYTES_MAX = 2240, FRAME_BYTES = 400,
};

/* A frame's header, and its block as a view. */
struct frame {
    size_t data, all, number, length;
    uint8_t id[FRAME_ID];
    struct bytes block;
};

/** How many bytes a block has: ceil(length / data). */
size_t frame_block_size(const struct frame *frame);

/**
 * Read one frame.
 *
 * @param out    All zero on error; its block is a view into `src`.
 * @param src    The frame, base45 already undone; borrowed.
 * @param fault  Optional; on error, where and why.
 *
 * @retval OC_TRUNCATED, OC_TRAILING  the block is not as long as the header says
 * @retval OC_SHAPE   counts that contradict each other
 */
enum oc_err frame_read(struct frame *out, struct bytes src, struct oc_fault *fault) OC_MUST_CHECK;

/* A message cut up and protected. All zero is none. */
struct frames {
    size_t data, all;
    struct frame header;        /* of every frame, but for number and block */
    struct buf blocks;          /* `all` of them, one after the other */
};

/**
 * Cut a message up. What fits into one frame is one, and has no parity; otherwise there is a frame
 * of parity for every two frames of data, or part of two.
 *
 * @param out      All zero on error. Release with frames_cleanup().
 * @param message  1 to FRAME_MESSAGE_MAX bytes; borrowed for the call.
 * @param bytes    The most a frame may have, FRAME_BYTES_MIN to FRAME_BYTES_MAX.
 *
 * @retval OC_USAGE  no message, or `bytes` out of range
 * @retval OC_LIMIT  too long a message, or more than 128 frames of data
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err frames_init(struct frames *out, struct bytes message, size_t bytes) OC_MUST_CHECK;
void frames_cleanup(struct frames *f);

/** Append the text of frame `number`, below f->all. */
void frames_text(struct buf *out, const struct frames *f, size_t number);

#endif
