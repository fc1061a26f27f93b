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
        if (a->parts[i].kept > 0 && same_message(&a->parts[i].header, frame))
            return &a->parts[i];
    for (size_t i = 1; i < ASSEMBLY_PARTS; i++)
        if (a->parts[i].touched < oldest->touched)
            oldest = &a->parts[i];
    drop(oldest);
    return oldest;
}

size_t assembly_spare(size_t data)
{
    /* Each set is as many steps as a matrix of data rows takes to be inverted. */
    const size_t steps_max = 1 << 24;
    size_t steps = data * data * data, spare = 0;

    /* The newest frame is in every set, and leaves `spare` of data - 1 + spare others out. */
    while (spare < ASSEMBLY_SPARE_MAX && steps * (data + spare) / (spare + 1) <= steps_max) {
        steps = steps * (data + spare) / (spare + 1);
        spare++;
    }
    return spare;
}

bool assembly_has(const struct assembly_part *part, size_t number)
{
    for (size_t i = 0; i < part->kept; i++)
        if (part->numbers[i] == number)
            return true;
    return false;
}

size_t assembly_count(const struct assembly_part *part)
{
    size_t n = 0;

    for (size_t number = 0; number < part->header.all; number++)
        n += assembly_has(part, number);
    return n;
}

static void drop_oldest(struct assembly_part *part)
{
    size_t size = frame_block_size(&part->header);

    part->kept--;
    memmove(part->numbers, part->numbers + 1, part->kept);
    memmove(part->blocks, part->blocks + size, part->kept * size);
}

/* @param is_new  whether the very same frame is not there already */
static enum oc_err keep(bool *is_new, struct assembly_part *part, const struct frame *frame)
{
    size_t size = frame->block.n, most = frame->data + assembly_spare(frame->data);

    *is_new = false;
    if (part->blocks == NULL) {
        part->blocks = malloc(most * size);
        if (part->blocks == NULL)
            return OC_MEMORY;
        part->header = *frame;
        part->header.block = (struct bytes){ 0 };
    }
    for (size_t i = 0; i < part->kept; i++)
        if (part->numbers[i] == frame->number &&
            memcmp(part->blocks + i * size, frame->block.p, size) == 0)
            return OC_OK;
    *is_new = true;
    if (part->kept == most)
        drop_oldest(part);
    memcpy(part->blocks + part->kept * size, frame->block.p, size);
    part->numbers[part->kept++] = (uint8_t)frame->number;
    return OC_OK;
}

/* Room for putting together, at most twice a message. */
struct attempt {
    uint8_t *blocks, *data;
    uint8_t numbers[ERASURE_DATA_MAX];
    size_t left_out[ASSEMBLY_SPARE_MAX];        /* places among the frames kept, ascending */
    size_t left_out_n;
};

/* The next set of places to leave out, all but the newest; false after the last. */
static bool next_set(struct attempt *t, size_t kept)
{
    for (size_t i = t->left_out_n; i-- > 0;) {
        if (t->left_out[i] + 1 >= kept - (t->left_out_n - i))
            continue;
        t->left_out[i]++;
        for (size_t j = i + 1; j < t->left_out_n; j++)
            t->left_out[j] = t->left_out[j - 1] + 1;
        return true;
    }
    return false;
}

/* The frames that are not left out. @return false: two of them have one number */
static bool choose(struct attempt *t, const struct assembly_part *part)
{
    size_t size = frame_block_size(&part->header), n = 0, left_out = 0;
    bool seen[ERASURE_ALL_MAX] = { false };

    for (size_t i = 0; i < part->kept; i++) {
        if (left_out < t->left_out_n && t->left_out[left_out] == i) {
            left_out++;
            continue;
        }
        if (seen[part->numbers[i]])
            return false;
        seen[part->numbers[i]] = true;
        memcpy(t->blocks + n * size, part->blocks + i * size, size);
        t->numbers[n++] = part->numbers[i];
    }
    return true;
}

/* Padding other than zeros is no part of the message either. */
static enum oc_err put_together(struct attempt *t, const struct frame *header)
{
    size_t size = frame_block_size(header);
    uint8_t digest[DIGEST_MAX];
    enum oc_err e = erasure_recover(t->data, t->blocks, t->numbers, header->data, size);

    if (e == OC_OK)
        e = digest_of(DIGEST_SHA256, (struct bytes){ t->data, header->length }, digest);
    if (e == OC_OK && memcmp(digest, header->id, FRAME_ID) != 0)
        e = OC_DIGEST;
    for (size_t i = header->length; e == OC_OK && i < header->data * size; i++)
        if (t->data[i] != 0)
            e = OC_DIGEST;
    return e;
}

/* Every set that the newest frame is in; without it they were tried before. */
static enum oc_err try_sets(struct attempt *t, const struct assembly_part *part,
                            unsigned long *tried)
{
    enum oc_err e = OC_DIGEST;

    t->left_out_n = part->kept - part->header.data;
    for (size_t i = 0; i < t->left_out_n; i++)
        t->left_out[i] = i;
    do {
        if (!choose(t, part))
            continue;
        ++*tried;
        e = put_together(t, &part->header);
    } while (e == OC_DIGEST && next_set(t, part->kept));
    return e;
}

static enum oc_err complete(struct buf *message, const struct assembly_part *part,
                            unsigned long *tried)
{
    size_t padded = part->header.data * frame_block_size(&part->header);
    struct attempt t = { .blocks = malloc(padded), .data = malloc(padded) };
    enum oc_err e = OC_MEMORY;

    if (t.blocks != NULL && t.data != NULL)
        e = try_sets(&t, part, tried);
    if (e == OC_OK) {
        buf_add(message, (struct bytes){ t.data, part->header.length });
        e = buf_err(message);
    }
    free(t.blocks);
    free(t.data);
    return e;
}

static enum oc_err add_frame(struct assembly *a, struct buf *message, const struct frame *frame)
{
    struct assembly_part *part = find(a, frame);
    bool is_new;
    enum oc_err e = keep(&is_new, part, frame);

    part->touched = ++a->clock;
    if (e == OC_OK && (!is_new || assembly_count(part) < frame->data))
        return OC_OK;
    if (e == OC_OK)
        e = complete(message, part, &a->tried);
    if (e != OC_DIGEST)
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
        if (a->parts[i].kept > 0 && (best == NULL || a->parts[i].kept > best->kept))
            best = &a->parts[i];
    return best;
}
