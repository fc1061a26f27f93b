#include "transport/apdu.h"

enum { HEADER = 4, OBJECT_TAG = 0x53, LENGTH_BYTES_MAX = 4 };

enum oc_err apdu_refuse(struct oc_fault *fault, enum oc_err e, size_t offset, const char *reason)
{
    if (fault != NULL)
        *fault = (struct oc_fault){ offset, reason };
    return e;
}

static uint32_t big_endian(const uint8_t *p, size_t n)
{
    uint32_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}

/* What stands after the header, in lengths of `width` bytes: 1, or 2 after a zero byte that the
 * first of them has before it. */
static enum oc_err read_body(struct apdu_command *out, struct bytes src, size_t width,
                             struct oc_fault *fault)
{
    size_t at = HEADER + (width == 2 ? 1 : 0);
    uint32_t length = big_endian(src.p + at, width);

    at += width;
    if (src.n > at) {
        if (length == 0)
            return apdu_refuse(fault, OC_SHAPE, HEADER, "a data field of no bytes");
        if (src.n - at < length)
            return apdu_refuse(fault, OC_TRUNCATED, src.n, "fewer bytes of data than announced");
        out->data = (struct bytes){ src.p + at, length };
        at += length;
        if (src.n == at)
            return OC_OK;
        if (src.n - at < width)
            return apdu_refuse(fault, OC_TRUNCATED, src.n, "the length of the answer is cut");
        if (src.n - at > width)
            return apdu_refuse(fault, OC_TRAILING, at + width, "bytes after the command");
        length = big_endian(src.p + at, width);
    }
    out->expected = length != 0 ? length : (uint32_t)1 << 8 * width;
    return OC_OK;
}

enum oc_err apdu_command_read(struct apdu_command *out, struct bytes src, struct oc_fault *fault)
{
    struct apdu_command read = { 0 };
    enum oc_err e = OC_OK;

    *out = read;
    if (src.n < HEADER)
        return apdu_refuse(fault, OC_TRUNCATED, src.n, "the command's header is cut");
    read.cla = src.p[0];
    read.ins = src.p[1];
    read.p1 = src.p[2];
    read.p2 = src.p[3];
    if (src.n > HEADER) {
        read.is_extended = src.p[HEADER] == 0 && src.n > HEADER + 1;
        if (read.is_extended && src.n < HEADER + 3)
            return apdu_refuse(fault, OC_TRUNCATED, src.n, "a length of two bytes is cut");
        e = read_body(&read, src, read.is_extended ? 2 : 1, fault);
    }
    if (e == OC_OK)
        *out = read;
    return e;
}

static void add_length(struct buf *out, uint32_t length, bool is_extended)
{
    if (is_extended)
        buf_add_byte(out, (uint8_t)(length >> 8));
    buf_add_byte(out, (uint8_t)length);
}

void apdu_command_write(struct buf *out, const struct apdu_command *command)
{
    const struct apdu_command *c = command;
    bool is_extended = c->is_extended || c->data.n > APDU_DATA_SHORT ||
                       c->expected > APDU_ANSWER_SHORT;
    const uint8_t header[HEADER] = { c->cla, c->ins, c->p1, c->p2 };

    if (c->data.n > APDU_DATA_MAX || c->expected > APDU_ANSWER_MAX) {
        buf_fail(out, OC_USAGE);
        return;
    }
    buf_add(out, BYTES_OF(header));
    if (is_extended && (c->data.n > 0 || c->expected > 0))
        buf_add_byte(out, 0);       /* once, before the first of the lengths */
    if (c->data.n > 0) {
        add_length(out, (uint32_t)c->data.n, is_extended);
        buf_add(out, c->data);
    }
    if (c->expected > 0)
        add_length(out, c->expected, is_extended);
}

enum oc_err apdu_response_read(struct apdu_response *out, struct bytes src, struct oc_fault *fault)
{
    *out = (struct apdu_response){ .status = 0 };
    if (src.n < 2)
        return apdu_refuse(fault, OC_TRUNCATED, src.n, "a response without a status");
    if (src.n - 2 > APDU_ANSWER_MAX)
        return apdu_refuse(fault, OC_LIMIT, APDU_ANSWER_MAX, "a response of more than 65536 bytes");
    out->data = (struct bytes){ src.p, src.n - 2 };
    out->status = (uint16_t)big_endian(src.p + src.n - 2, 2);
    return OC_OK;
}

void apdu_response_write(struct buf *out, struct bytes data, uint16_t status)
{
    buf_add(out, data);
    buf_add_byte(out, (uint8_t)(status >> 8));
    buf_add_byte(out, (uint8_t)status);
}

enum oc_err apdu_object_read(struct bytes *content, struct bytes src, struct oc_fault *fault)
{
    size_t width, at = 2;
    uint32_t length;

    *content = (struct bytes){ NULL, 0 };
    if (src.n < 1)
        return apdu_refuse(fault, OC_TRUNCATED, 0, "no data object");
    if (src.p[0] != OBJECT_TAG)
        return apdu_refuse(fault, OC_SHAPE, 0, "not the data object 53");
    if (src.n < 2)
        return apdu_refuse(fault, OC_TRUNCATED, 1, "the data object's length is cut");
    length = src.p[1];
    if (length >= 0x80) {
        width = length & 0x7f;
        if (width == 0 || width > LENGTH_BYTES_MAX)
            return apdu_refuse(fault, OC_SHAPE, 1, "a length of no or more than four bytes");
        if (src.n - at < width)
            return apdu_refuse(fault, OC_TRUNCATED, src.n, "the data object's length is cut");
        length = big_endian(src.p + at, width);
        at += width;
    }
    if (length > APDU_OBJECT_MAX)
        return apdu_refuse(fault, OC_LIMIT, 1, "a message of more than 1 MiB");
    if (src.n - at < length)
        return apdu_refuse(fault, OC_TRUNCATED, src.n, "the data object is cut");
    if (src.n - at > length)
        return apdu_refuse(fault, OC_TRAILING, at + length, "bytes after the data object");
    *content = (struct bytes){ src.p + at, length };
    return OC_OK;
}

void apdu_object_write(struct buf *out, struct bytes content)
{
    size_t width = content.n < 0x80 ? 0 : content.n < 0x100 ? 1 : content.n < 0x10000 ? 2 : 3;

    if (content.n > APDU_OBJECT_MAX) {
        buf_fail(out, OC_LIMIT);
        return;
    }
    buf_add_byte(out, OBJECT_TAG);
    if (width > 0)
        buf_add_byte(out, (uint8_t)(0x80 | width));
    for (size_t i = width; i > 1; i--)
        buf_add_byte(out, (uint8_t)(content.n >> 8 * (i - 1)));
    buf_add_byte(out, (uint8_t)content.n);
    buf_add(out, content);
}
