#include "cli/term.h"

#include "tests/unit/tap.h"

static void test_escape(void)
{
    const struct { const char *name; struct bytes in; const char *want; } row[] = {
        { "plain ASCII", BYTES("Li Lei, 30\\n"), "Li Lei, 30\\n" },
        { "Chinese", BYTES("\xe5\xb9\xbf\xe5\xb7\x9e"), "\xe5\xb9\xbf\xe5\xb7\x9e" },
        { "terminal sequence", BYTES("\033[31mred"), "\\u{001B}[31mred" },
        { "newline and tab", BYTES("a\nb\tc"), "a\\u{000A}b\\u{0009}c" },
        { "NUL and DEL", BYTES("\0\x7f"), "\\u{0000}\\u{007F}" },
        { "C1 control", BYTES("\xc2\x9b" "31m"), "\\u{009B}31m" },
        { "right-to-left override", BYTES("a\xe2\x80\xae" "b"), "a\\u{202E}b" },
        { "first and last isolate", BYTES("\xe2\x81\xa6\xe2\x81\xa9"), "\\u{2066}\\u{2069}" },
        { "Arabic letter mark", BYTES("\xd8\x9c"), "\\u{061C}" },
        { "zero-width space and byte order mark", BYTES("\xe2\x80\x8b\xef\xbb\xbf"), "\\u{200B}\\u{FEFF}" },
        { "line separator", BYTES("\xe2\x80\xa8"), "\\u{2028}" },
        { "tag character", BYTES("\xf3\xa0\x81\x81"), "\\u{E0041}" },
        { "just outside the hidden ranges", BYTES("\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7"),
          "\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7" },
        { "overlong slash", BYTES("\xc0\xaf"), "\\xC0\\xAF" },
        { "surrogate", BYTES("\xed\xa0\x80"), "\\xED\\xA0\\x80" },
        { "cut short", BYTES("a\xe5\xb9"), "a\\xE5\\xB9" },
        { "beyond Unicode", BYTES("\xf4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80" },
        { "stray continuation, then text", BYTES("\x80z"), "\\x80z" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf out;
        FILE *stream = tmpfile();
        char read[128] = "";

        buf_init(&out, 1024);
        term_escape(&out, row[i].in);
        ok(bytes_is(buf_view(&out), row[i].want), "%s: %s", row[i].name, buf_text(&out));
        term_print(stream, row[i].in);
        rewind(stream);
        read[fread(read, 1, sizeof read - 1, stream)] = '\0';
        ok(bytes_is(buf_view(&out), read), "%s: printed alike", row[i].name);
        fclose(stream);
        buf_cleanup(&out);
    }
}

/* Whatever the bytes, nothing that leaves is a control character or broken UTF-8. */
static void test_every_pair(void)
{
    bool harmless = true, valid = true;

    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            const uint8_t in[] = { 'x', (uint8_t)a, (uint8_t)b, 'y' };
            struct buf out;
            struct bytes view;

            buf_init(&out, 64);
            term_escape(&out, BYTES_OF(in));
            view = buf_view(&out);
            valid = valid && bytes_are_utf8(view) && buf_err(&out) == OC_OK;
            for (size_t i = 0; i < view.n; i++)
                harmless = harmless && view.p[i] >= 0x20 && view.p[i] != 0x7f;
            buf_cleanup(&out);
        }
    ok(valid, "any two bytes come out as UTF-8");
    ok(harmless, "any two bytes come out without a control character");
}

static void test_width(void)
{
    const struct { const char *name; struct bytes in; size_t want; } row[] = {
        { "nothing", BYTES(""), 0 },
        { "ASCII", BYTES("abc"), 3 },
        { "Latin with accents", BYTES("\xc3\xa9\xc3\xbc"), 2 },
        { "Han", BYTES("\xe5\xb9\xbf\xe5\xb7\x9e"), 4 },
        { "Han of plane 2", BYTES("\xf0\xa0\x80\x80"), 2 },
        { "full-width form", BYTES("\xef\xbc\xa1"), 2 },
        { "half-width katakana", BYTES("\xef\xbd\xb1"), 1 },
        { "Hangul", BYTES("\xea\xb0\x80"), 2 },
        { "a combining accent", BYTES("e\xcc\x81"), 1 },
        { "dash and ellipsis", BYTES("\xe2\x80\x94\xe2\x80\xa6"), 2 },
    };
    struct buf out;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(term_width(row[i].in) == row[i].want, "%s: %zu columns", row[i].name, term_width(row[i].in));

    buf_init(&out, 256);
    term_pad(&out, BYTES("\xe5\xb9\xbf"), 5);
    ok(bytes_is(buf_view(&out), "\xe5\xb9\xbf   "), "padding counts columns, not bytes");
    buf_truncate(&out, 0);
    term_pad(&out, BYTES("\n"), 10);
    ok(bytes_is(buf_view(&out), "\\u{000A}  "), "padding counts the escaped form");
    buf_truncate(&out, 0);
    term_pad(&out, BYTES("longer"), 3);
    ok(bytes_is(buf_view(&out), "longer"), "longer text is not cut");
    buf_truncate(&out, 0);
    term_pad(&out, BYTES(""), 2);
    ok(bytes_is(buf_view(&out), "  "), "nothing is padded too");
    buf_cleanup(&out);
}

static void test_wrap(void)
{
    struct buf out;

    buf_init(&out, 256);
    term_wrap(&out, BYTES("one two three four"), 4, 14);
    ok(bytes_is(buf_view(&out), "one two\n    three four"), "broken at blanks, indented");
    buf_truncate(&out, 0);
    term_wrap(&out, BYTES("unbreakable-word x"), 2, 8);
    ok(bytes_is(buf_view(&out), "unbreakable-word\n  x"), "a long word stays whole");
    buf_truncate(&out, 0);
    term_wrap(&out, BYTES("证件被改动过，或重放 owncard"), 2, 12);
    ok(bytes_is(buf_view(&out), "证件被改动\n  过，或重放\n  owncard"),
       "Chinese is broken anywhere but before a closing mark");
    buf_cleanup(&out);
}

static void test_colour(void)
{
    struct buf out;
    FILE *file = tmpfile();

    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    ok(!term_has_colour(file), "no colour into a file");
    ok(term_columns(file) == 80, "a file is 80 columns wide");
    fclose(file);

    buf_init(&out, 256);
    term_styled(&out, TERM_BAD, BYTES("refused\n"), false);
    ok(bytes_is(buf_view(&out), "refused\\u{000A}"), "without colour only the words");
    buf_truncate(&out, 0);
    term_styled(&out, TERM_BAD, BYTES("refused"), true);
    ok(bytes_is(buf_view(&out), "\033[1;31mrefused\033[0m"), "with colour the words too, and a reset");
    buf_truncate(&out, 0);
    term_wrap_styled(&out, TERM_FAINT, BYTES("[ISO 1, Table B.3]"), true, 2, 12);
    ok(bytes_is(buf_view(&out), "\033[2m[ISO 1,\n  Table B.3]\033[0m"),
       "colour takes no room where lines are broken");
    buf_truncate(&out, 0);
    term_wrap_styled(&out, TERM_FAINT, BYTES("[ISO 1, B.3]"), false, 2, 80);
    ok(bytes_is(buf_view(&out), "[ISO 1, B.3]"), "and is left out where there is none");
    buf_cleanup(&out);
}

int main(void)
{
    test_escape();
    test_every_pair();
    test_width();
    test_wrap();
    test_colour();
    return done();
}
