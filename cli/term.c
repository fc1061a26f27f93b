#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/escape.h"

struct range {
    uint32_t first, last;
};

/*
 * Two columns: East_Asian_Width W and F of Unicode 14.0 (EastAsianWidth.txt), unassigned gaps
 * inside a block counted with it, symbols and emoji by block.
 */
static const struct range wide[] = {
    { 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0x3247 }, { 0x3250, 0x4dbf },
    { 0x4e00, 0xa4cf }, { 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
    { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6b }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
    { 0x16fe0, 0x18d08 }, { 0x1aff0, 0x1b2fb }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
    { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* No column: the blocks of combining marks and variation selectors, same version. */
static const struct range combining[] = {
    { 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
    { 0x20d0, 0x20ff }, { 0x302a, 0x302d }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f },
    { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

static bool within(uint32_t c, const struct range *table, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c >= table[i].first && c <= table[i].last)
            return true;
    return false;
}

#define IN(c, table) within((c), (table), sizeof(table) / sizeof *(table))

void term_escape(struct buf *out, struct bytes text)
{
    escape_add(out, text);
}

void term_print(FILE *to, struct bytes text)
{
    char room[ESCAPE_ROOM];

    while (text.n > 0) {
        struct bytes piece = escape_next(&text, room);

        fwrite(piece.p, 1, piece.n, to);
    }
}

size_t term_width(struct bytes text)
{
    size_t columns = 0;

    while (text.n > 0) {
        uint32_t c;
        size_t n = utf8_look(text, &c);

        columns += n == 0 ? 1 : IN(c, combining) ? 0 : IN(c, wide) ? 2 : 1;
        text.p += n == 0 ? 1 : n;
        text.n -= n == 0 ? 1 : n;
    }
    return columns;
}

static void blanks(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_add_byte(out, ' ');
}

void term_pad(struct buf *out, struct bytes text, size_t columns)
{
    size_t before = out->n, width;

    term_escape(out, text);
    if (buf_err(out) != OC_OK || out->n == before)
        width = 0;
    else
        width = term_width((struct bytes){ out->p + before, out->n - before });
    blanks(out, width < columns ? columns - width : 0);
}

void term_wrap(struct buf *out, struct bytes text, size_t indent, size_t columns)
{
    size_t at = indent;

    while (text.n > 0) {
        const uint8_t *blank = memchr(text.p, ' ', text.n);
        struct bytes word = { text.p, blank == NULL ? text.n : (size_t)(blank - text.p) };
        size_t width = term_width(word), used = word.n + (blank != NULL);

        if (at > indent && at + 1 + width > columns) {
            buf_add_byte(out, '\n');
            blanks(out, indent);
            at = indent;
        } else if (at > indent) {
            buf_add_byte(out, ' ');
            at++;
        }
        buf_add(out, word);
        at += width;
        text.p += used;
        text.n -= used;
    }
}

bool term_has_colour(FILE *to)
{
    const char *refused = getenv("NO_COLOR"), *kind = getenv("TERM");

    return isatty(fileno(to)) && (refused == NULL || *refused == '\0') &&
           kind != NULL && strcmp(kind, "dumb") != 0;
}

size_t term_columns(FILE *to)
{
    struct winsize size = { 0 };

    if (ioctl(fileno(to), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

static const char *sequence(enum term_style style)
{
    switch (style) {
    case TERM_PLAIN:   return "";
    case TERM_STRONG:  return "\033[1m";
    case TERM_FAINT:   return "\033[2m";
    case TERM_GOOD:    return "\033[32m";
    case TERM_BAD:     return "\033[1;31m";
    case TERM_CAUTION: return "\033[33m";
    }
    return "";
}

void term_styled(struct buf *out, enum term_style style, struct bytes text, bool colour)
{
    bool coloured = colour && style != TERM_PLAIN;

    if (coloured)
        buf_add_str(out, sequence(style));
    term_escape(out, text);
    if (coloured)
        buf_add_str(out, "\033[0m");
}
