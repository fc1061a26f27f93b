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

/* Never at the start of a line: closing marks and points of Chinese text. */
static bool clings(uint32_t c)
{
    static const uint32_t marks[] = { 0x3001, 0x3002, 0x300b, 0x300d, 0x201d, 0xff01, 0xff09,
                                      0xff0c, 0xff1a, 0xff1b, 0xff1f };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (c == marks[i])
            return true;
    return false;
}

/* What stands together in a line: up to a blank, or to where a wide character begins or ends. */
static size_t piece_n(struct bytes text)
{
    bool was_wide = false;
    size_t n = 0;

    while (n < text.n && text.p[n] != ' ') {
        uint32_t c;
        size_t used = utf8_look((struct bytes){ text.p + n, text.n - n }, &c);
        bool is_wide = used > 0 && IN(c, wide);

        if (n > 0 && (is_wide || was_wide) && !(used > 0 && clings(c)))
            break;
        was_wide = is_wide;
        n += used > 0 ? used : 1;
    }
    return n;
}

void term_wrap(struct buf *out, struct bytes text, size_t indent, size_t columns)
{
    bool after_blank = false;
    size_t at = indent;

    while (text.n > 0) {
        struct bytes piece = { text.p, piece_n(text) };
        size_t width = term_width(piece);
        bool before_blank = piece.n < text.n && text.p[piece.n] == ' ';

        if (at > indent && at + after_blank + width > columns) {
            buf_add_byte(out, '\n');
            blanks(out, indent);
            at = indent;
        } else if (at > indent && after_blank) {
            buf_add_byte(out, ' ');
            at++;
        }
        buf_add(out, piece);
        at += width;
        after_blank = before_blank;
        text.p += piece.n + before_blank;
        text.n -= piece.n + before_blank;
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
    size_t columns, lines;

    return term_size(to, &columns, &lines) ? columns : 80;
}

bool term_size(FILE *to, size_t *columns, size_t *lines)
{
    struct winsize size = { 0 };
    bool is_known = ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;

    *columns = is_known ? size.ws_col : 0;
    *lines = is_known ? size.ws_row : 0;
    return is_known;
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

static void begin_style(struct buf *out, enum term_style style, bool colour)
{
    if (colour)
        buf_add_str(out, sequence(style));
}

static void end_style(struct buf *out, enum term_style style, bool colour)
{
    if (colour && style != TERM_PLAIN)
        buf_add_str(out, "\033[0m");
}

void term_styled(struct buf *out, enum term_style style, struct bytes text, bool colour)
{
    begin_style(out, style, colour);
    term_escape(out, text);
    end_style(out, style, colour);
}

void term_wrap_styled(struct buf *out, enum term_style style, struct bytes text, bool colour,
                      size_t indent, size_t columns)
{
    begin_style(out, style, colour);
    term_wrap(out, text, indent, columns);
    end_style(out, style, colour);
}
