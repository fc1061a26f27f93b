#include "transport/frames.h"

#include "core/text.h"
#include "crypto/hash.h"

/* Where the fields of a header begin. */
enum { AT_DATA = 0, AT_ALL = 1, AT_NUMBER = 2, AT_LENGTH = 3, AT_ID = 5 };

size_t frame_block_size(const struct frame *frame)
{
    return (frame->length + frame->data - 1) / frame->data;
}

static enum oc_err refuse(struct frame *out, struct oc_fault *fault, enum oc_err e, size_t offset,
                          const char *reason)
{
    *out = (struct frame){ 0 };
    if (fault != NULL)
        *fault = (struct oc_fault){ offset, reason };
    return e;
}

enum oc_err frame_read(struct frame *out, struct bytes src, struct oc_fault *fault)
{
    size_t size;

    *out = (struct frame){ 0 };
    if (src.n < FRAME_HEADER)
        return refuse(out, fault, OC_TRUNCATED, src.n, "the frame's header is cut");
    out->data = src.p[AT_DATA];
    out->all = src.p[AT_ALL];
    out->number = src.p[AT_NUMBER];
    out->length = (size_t)src.p[AT_LENGTH] << 8 | src.p[AT_LENGTH + 1];
    memcpy(out->id, src.p + AT_ID, FRAME_ID);
    if (out->data < 1 || out->data > ERASURE_DATA_MAX)
        return refuse(out, fault, OC_SHAPE, AT_DATA, "a message has 1 to 128 frames of data");
    if (out->all < out->data || out->all > ERASURE_ALL_MAX)
        return refuse(out, fault, OC_SHAPE, AT_ALL, "not from the frames of data to 255");
    if (out->number >= out->all)
        return refuse(out, fault, OC_SHAPE, AT_NUMBER, "a frame beyond the last");
    size = out->length == 0 ? 0 : frame_block_size(out);
    if (size == 0 || (out->data - 1) * size >= out->length)
        return refuse(out, fault, OC_SHAPE, AT_LENGTH, "so short a message needs fewer frames");
    if (src.n < FRAME_HEADER + size)
        return refuse(out, fault, OC_TRUNCATED, src.n, "the frame's block is cut");
    if (src.n > FRAME_HEADER + size)
        return refuse(out, fault, OC_TRAILING, FRAME_HEADER + size,
                      "bytes after the frame's block");
    out->block = (struct bytes){ src.p + FRAME_HEADER, size };
    return OC_OK;
}

/* Into as few blocks as do, then as few bytes a block as do, so that all codes are alike. */
static enum oc_err plan(struct frames *f, size_t length, size_t bytes)
{
    size_t room = bytes - FRAME_HEADER, size;

    f->data = (length + room - 1) / room;
    if (f->data > ERASURE_DATA_MAX)
        return OC_LIMIT;
    size = (length + f->data - 1) / f->data;
    f->data = (length + size - 1) / size;
    f->all = f->data == 1 ? 1 : f->data + (f->data + 1) / 2;
    f->header = (struct frame){ .data = f->data, .all = f->all, .length = length };
    return OC_OK;
}

static enum oc_err fill(struct frames *f, struct bytes message)
{
    size_t size = frame_block_size(&f->header);
    uint8_t digest[DIGEST_MAX], *blocks;
    enum oc_err e = digest_of(DIGEST_SHA256, message, digest);

    if (e != OC_OK)
        return e;
    memcpy(f->header.id, digest, FRAME_ID);
    buf_init(&f->blocks, f->all * size);
    blocks = buf_extend(&f->blocks, f->all * size);
    if (blocks == NULL)
        return buf_err(&f->blocks);
    memcpy(blocks, message.p, message.n);
    return erasure_protect(blocks + f->data * size, blocks, f->data, f->all, size);
}

enum oc_err frames_init(struct frames *out, struct bytes message, size_t bytes)
{
    enum oc_err e;

    *out = (struct frames){ 0 };
    if (message.n == 0 || bytes < FRAME_BYTES_MIN || bytes > FRAME_BYTES_MAX)
        return OC_USAGE;
    if (message.n > FRAME_MESSAGE_MAX)
        return OC_LIMIT;
    if ((e = plan(out, message.n, bytes)) != OC_OK || (e = fill(out, message)) != OC_OK)
        frames_cleanup(out);
    return e;
}

void frames_cleanup(struct frames *f)
{
    buf_cleanup(&f->blocks);
    *f = (struct frames){ 0 };
}

void frames_text(struct buf *out, const struct frames *f, size_t number)
{
    size_t size = frame_block_size(&f->header);
    uint8_t header[FRAME_HEADER] = {
        [AT_DATA] = (uint8_t)f->data, [AT_ALL] = (uint8_t)f->all, [AT_NUMBER] = (uint8_t)number,
        [AT_LENGTH] = (uint8_t)(f->header.length >> 8),
        [AT_LENGTH + 1] = (uint8_t)f->header.length,
    };
    struct buf frame;

    memcpy(header + AT_ID, f->header.id, FRAME_ID);
    buf_init(&frame, FRAME_BYTES_MAX);
    buf_add(&frame, BYTES_OF(header));
    buf_add(&frame, (struct bytes){ f->blocks.p + number * size, size });
    if (buf_err(&frame) != OC_OK)
        buf_fail(out, buf_err(&frame));
    buf_add_str(out, FRAME_PREFIX);
    base45_write(out, buf_view(&frame));
    buf_cleanup(&frame);
}
