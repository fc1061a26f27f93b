#include "core/escape.h"

#include <stdio.h>

/* Controls, and what shows nothing or moves what is shown around it. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x00ad, 0x00ad }, { 0x034f, 0x034f },
    { 0x061c, 0x061c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
    { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x2800, 0x2800 },
    { 0x3164, 0x3164 }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
    { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe00ff },
};

static bool is_hidden(uint32_t c)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (c >= hidden[i].first && c <= hidden[i].last)
            return true;
    return false;
}

size_t utf8_look(struct bytes text, uint32_t *c)
{
    uint8_t first = text.p[0];
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t value = n == 1 ? first : first & (0x7fU >> n);

    *c = 0;
    if (n > text.n || !bytes_are_utf8((struct bytes){ text.p, n }))
        return 0;
    for (size_t i = 1; i < n; i++)
        value = value << 6 | (text.p[i] & 0x3f);
    *c = value;
    return n;
}

struct bytes escape_next(struct bytes *text, char room[ESCAPE_ROOM])
{
    uint32_t c;
    size_t n = utf8_look(*text, &c);
    struct bytes piece = { text->p, n };

    if (n == 0) {
        snprintf(room, ESCAPE_ROOM, "\\x%02X", (unsigned)text->p[0]);
        piece = bytes_str(room);
        n = 1;
    } else if (is_hidden(c)) {
        snprintf(room, ESCAPE_ROOM, "\\u{%04X}", (unsigned)c);
        piece = bytes_str(room);
    }
    text->p += n;
    text->n -= n;
    return piece;
}

void escape_add(struct buf *out, struct bytes text)
{
    char room[ESCAPE_ROOM];

    while (text.n > 0)
        buf_add(out, escape_next(&text, room));
}
