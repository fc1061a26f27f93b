#include "transport/qr.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static bool starts(struct bytes *text, const char *with)
{
    size_t n = strlen(with);

    if (text->n < n || memcmp(text->p, with, n) != 0)
        return false;
    text->p += n;
    text->n -= n;
    return true;
}

/*
 * Read the drawing back: ink in the upper and lower half of every cell, `side` cells a line.
 * False when the drawing holds anything else.
 */
static bool read_back(struct bytes text, bool colour, size_t side, bool *ink)
{
    for (size_t row = 0; row < side; row += 2) {
        if (colour && !starts(&text, "\033[38;5;16;48;5;231m"))
            return false;
        for (size_t column = 0; column < side; column++) {
            bool full = starts(&text, "\xe2\x96\x88");
            bool upper = full || starts(&text, "\xe2\x96\x80");
            bool lower = full || (!upper && starts(&text, "\xe2\x96\x84"));

            if (!upper && !lower && !starts(&text, " "))
                return false;
            ink[row * side + column] = upper;
            if (row + 1 < side)
                ink[(row + 1) * side + column] = lower;
        }
        if ((colour && !starts(&text, "\033[0m")) || !starts(&text, "\n"))
            return false;
    }
    return text.n == 0;
}

/* The drawing shows the modules and four light ones around them, in ink or in paper. */
static void test_drawing(const struct qr *qr, bool colour, const char *name)
{
    size_t side = qr_columns(qr), wrong = 0;
    bool *ink = calloc(side * side, sizeof *ink), readable;
    struct buf out;

    buf_init(&out, 1 << 20);
    qr_draw(&out, qr, colour);
    readable = buf_err(&out) == OC_OK && read_back(buf_view(&out), colour, side, ink);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            bool inside = y >= 4 && y < side - 4 && x >= 4 && x < side - 4;
            bool dark = inside && qr->dark[(y - 4) * qr->side + x - 4];

            wrong += ink[y * side + x] != (colour ? dark : !dark);
        }
    ok(readable && wrong == 0, "%s, %s: drawn module by module", name, colour ? "colour" : "plain");
    free(ink);
    buf_cleanup(&out);
}

/* Ask a decoder that shares nothing with the encoder. */
static void test_decoder(const struct qr *qr, const char *text, const char *name)
{
    enum { SCALE = 4 };
    char path[] = "/tmp/owncard-qr-XXXXXX", command[128], read[8192];
    size_t side = qr_columns(qr), n;
    int fd;
    FILE *f;

    if (system("command -v zbarimg >/dev/null 2>&1") != 0) {
        skip("%s: zbarimg is not installed", name);
        return;
    }
    fd = mkstemp(path);
    f = fd < 0 ? NULL : fdopen(fd, "w");
    if (f == NULL) {
        ok(false, "%s: a temporary file", name);
        return;
    }
    fprintf(f, "P1 %zu %zu\n", side * SCALE, side * SCALE);
    for (size_t y = 0; y < side * SCALE; y++)
        for (size_t x = 0; x < side * SCALE; x++) {
            size_t row = y / SCALE - 4, column = x / SCALE - 4;     /* huge in the quiet zone */
            bool inside = row < qr->side && column < qr->side;

            fputs(inside && qr->dark[row * qr->side + column] ? "1\n" : "0\n", f);
        }
    fclose(f);
    snprintf(command, sizeof command, "zbarimg -q --raw -Sbinary pbm:%s 2>/dev/null", path);
    f = popen(command, "r");
    n = f == NULL ? 0 : fread(read, 1, sizeof read - 1, f);
    if (f != NULL)
        pclose(f);
    read[n] = '\0';
    ok(strcmp(read, text) == 0, "%s: decoded again by zbarimg", name);
    unlink(path);
}

/* The finder pattern in three corners, and its absence in the fourth. */
static bool has_finders(const struct qr *qr)
{
    static const char *const finder[] = { "#######", "#     #", "# ### #", "# ### #", "# ### #",
                                          "#     #", "#######" };
    size_t far = qr->side - 7, same[4] = { 0 };

    for (size_t y = 0; y < 7; y++)
        for (size_t x = 0; x < 7; x++)
            for (size_t corner = 0; corner < 4; corner++) {
                size_t row = y + (corner & 2 ? far : 0), column = x + (corner & 1 ? far : 0);

                same[corner] += qr->dark[row * qr->side + column] == (finder[y][x] == '#');
            }
    return same[0] == 49 && same[1] == 49 && same[2] == 49 && same[3] < 49;
}

static void test_codes(void)
{
    static char long_text[601];
    const struct { const char *name, *text; enum qr_level level; size_t side; } row[] = {
        { "20 alphanumeric characters in version 1 at M", "OC1:ABCDEFGHIJ $%*+-", QR_M, 21 },
        { "25 alphanumeric characters in version 1 at L", "OC1:ABCDEFGHIJ $%*+-./:12", QR_L, 21 },
        { "the same at M needs version 2", "OC1:ABCDEFGHIJ $%*+-./:12", QR_M, 25 },
        { "17 bytes in version 1 at L", "mdoc:owAYWYIBL0_x", QR_L, 21 },
        { "Chinese in bytes", "\xe5\xb9\xbf\xe5\xb7\x9e\xe8\xba\xab\xe4\xbb\xbd", QR_L, 21 },
        { "600 characters of base45, just version 15 at M", long_text, QR_M, 77 },
    };

    for (size_t i = 0; i < sizeof long_text - 1; i++)
        long_text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[i * i % 45];
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct qr qr;

        enum oc_err e = qr_init(&qr, bytes_str(row[i].text), row[i].level);

        if (!ok(e == OC_OK && qr.side == row[i].side, "%s: %zu modules a side", row[i].name, qr.side)) {
            qr_cleanup(&qr);
            continue;
        }
        ok(has_finders(&qr), "%s: finder patterns", row[i].name);
        ok(qr_columns(&qr) == qr.side + 8 && qr_lines(&qr) == (qr.side + 9) / 2, "%s: its room", row[i].name);
        test_drawing(&qr, false, row[i].name);
        test_drawing(&qr, true, row[i].name);
        test_decoder(&qr, row[i].text, row[i].name);
        qr_cleanup(&qr);
        qr_cleanup(&qr);
    }
}

static void test_limits(void)
{
    static uint8_t text[4297];
    const struct { const char *name; uint8_t of; size_t n; enum qr_level level; enum oc_err want; } row[] = {
        { "nothing", 'A', 0, QR_L, OC_USAGE },
        { "the most alphanumeric at L", 'A', 4296, QR_L, OC_OK },
        { "one more", 'A', 4297, QR_L, OC_LIMIT },
        { "the most alphanumeric at M", 'A', 3391, QR_M, OC_OK },
        { "one more at M", 'A', 3392, QR_M, OC_LIMIT },
        { "the most bytes at L", 'a', 2953, QR_L, OC_OK },
        { "one byte more", 'a', 2954, QR_L, OC_LIMIT },
        { "the most bytes at M", 'a', 2331, QR_M, OC_OK },
        { "one byte more at M", 'a', 2332, QR_M, OC_LIMIT },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct qr qr;
        enum oc_err e;

        memset(text, row[i].of, sizeof text);
        e = qr_init(&qr, (struct bytes){ text, row[i].n }, row[i].level);
        ok(e == row[i].want && (e == OC_OK) == (qr.dark != NULL), "%s: %s", row[i].name, oc_err_name(e));
        qr_cleanup(&qr);
    }
}

int main(void)
{
    test_codes();
    test_limits();
    return done();
}
