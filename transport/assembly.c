#include "transport/assembly.h"

#include <stdlib.h>

#include "core/text.h"
#include "crypto/hash.h"

static void drop(struct assembly_part *part)
{
    free(part->blocks);
    *part = (struct assembly_part){ 0 };
}

void assembly_cleanup(struct assembly *a)
{
    for (size_t i = 0; i < ASSEMBLY_PARTS; i++)
        drop(&a->parts[i]);
    *a = (struct assembly){ 0 };
}

static bool same_message(const struct frame *a, const struct frame *b)
{
    return a->data == b->data && a->all == b->all && a->length == b->length &&
           memcmp(a->id, b->id, FRAME_ID) == 0;
}

/* The place of the frame's message: its own, else an empty or the least recently touched one. */
static struct assembly_part *find(struct assembly *a, const struct frame *frame)
{
    struct assembly_part *oldest = &a->parts[0];

    for (size_t i = 0; i < ASSEMBLY_PARTS; i++)
        if (a->parts[i].have > 0 && same_message(&a->parts[i].header, frame))
            return &a->parts[i];
    for (size_t i = 1; i < ASSEMBLY_PARTS; i++)
        if (a->parts[i].touched < oldest->touched)
            oldest = &a->parts[i];
    drop(oldest);
    return oldest;
}

static enum oc_err keep(struct assembly_part *part, const struct frame *frame)
{
    if (part->blocks == NULL) {
        part->blocks = malloc(frame->data * frame->block.n);
        if (part->blocks == NULL)
            return OC_MEMORY;
        part->header = *frame;
        part->header.block = (struct bytes){ 0 };
    }
    if (part->seen[frame->number])
        return OC_OK;
    part->seen[frame->number] = true;
    memcpy(part->blocks + part->have * frame->block.n, frame->block.p, frame->block.n);
    part->numbers[part->have++] = (uint8_t)frame->number;
    return OC_OK;
}

/* With every block needed at hand. Padding other than zeros is no part of the message either. */
static enum oc_err put_together(struct buf *message, const struct assembly_part *part)
{
    size_t size = frame_block_size(&part->header), length = part->header.length;
    size_t padded = part->header.data * size;
    uint8_t digest[DIGEST_MAX], *data = malloc(padded);
    enum oc_err e;

    if (data == NULL)
        return OC_MEMORY;
    e = erasure_recover(data, part->blocks, part->numbers, part->header.data, size);
    if (e == OC_OK)
        e = digest_of(DIGEST_SHA256, (struct bytes){ data, length }, digest);
    if (e == OC_OK && memcmp(digest, part->header.id, FRAME_ID) != 0)
        e = OC_DIGEST;
    for (size_t i = length; e == OC_OK && i < padded; i++)
        if (data[i] != 0)
            e = OC_DIGEST;
    if (e == OC_OK) {
        buf_add(message, (struct bytes){ data, length });
        e = buf_err(message);
    }
    free(data);
    return e;
}

static enum oc_err add_frame(struct assembly *a, struct buf *message, const struct frame *frame)
{
    struct assembly_part *part = find(a, frame);
    enum oc_err e = keep(part, frame);

    part->touched = ++a->clock;
    if (e == OC_OK && part->have < frame->data)
        return OC_OK;
    if (e == OC_OK)
        e = put_together(message, part);
    drop(part);
    return e;
}

enum oc_err assembly_add(struct assembly *a, struct buf *message, struct bytes text,
                         struct oc_fault *fault)
{
    const size_t prefix = sizeof FRAME_PREFIX - 1;
    struct oc_fault nowhere;
    struct frame frame;
    struct buf bytes;
    enum oc_err e;

    if (fault == NULL)
        fault = &nowhere;
    *fault = (struct oc_fault){ 0, "no frame of ours: it does not begin with " FRAME_PREFIX };
    if (text.n < prefix || memcmp(text.p, FRAME_PREFIX, prefix) != 0)
        return OC_SYNTAX;
    buf_init(&bytes, FRAME_BYTES_MAX);
    e = base45_read(&bytes, (struct bytes){ text.p + prefix, text.n - prefix });
    if (e != OC_OK) {
        *fault = (struct oc_fault){ prefix, e == OC_LIMIT ? "a frame of more than 2240 bytes"
                                                          : "no base45 after the prefix" };
    } else if ((e = frame_read(&frame, buf_view(&bytes), fault)) == OC_OK) {
        *fault = (struct oc_fault){ 0 };
        e = add_frame(a, message, &frame);
    }
    buf_cleanup(&bytes);
    return e;
}

const struct assembly_part *assembly_best(const struct assembly *a)
{
    const struct assembly_part *best = NULL;

    for (size_t i = 0; i < ASSEMBLY_PARTS; i++)
        if (a->parts[i].have > 0 && (best == NULL || a->parts[i].have > best->have))
            best = &a->parts[i];
    return best;
}
