#include "transport/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

/* Black ink on white of the fixed colour cube, which themes do not redefine. */
#define COLOURS_ON "\033[38;5;16;48;5;231m"
#define COLOURS_OFF "\033[0m"

static bool is_alphanumeric(struct bytes text)
{
    static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    for (size_t i = 0; i < text.n; i++)
        if (memchr(set, text.p[i], sizeof set - 1) == NULL)
            return false;
    return true;
}

static QRcode *encode(struct bytes text, enum qr_level level)
{
    QRecLevel correction = level == QR_L ? QR_ECLEVEL_L : QR_ECLEVEL_M;
    QRencodeMode mode = is_alphanumeric(text) ? QR_MODE_AN : QR_MODE_8;
    QRinput *input = QRinput_new2(0, correction);
    QRcode *code = NULL;
    int kept;

    if (input == NULL)
        return NULL;
    if (QRinput_append(input, mode, (int)text.n, text.p) == 0)
        code = QRcode_encodeInput(input);
    kept = errno;
    QRinput_free(input);
    errno = kept;
    return code;
}

enum oc_err qr_init(struct qr *out, struct bytes text, enum qr_level level)
{
    size_t n;
    QRcode *code;

    *out = (struct qr){ 0 };
    if (text.n == 0)
        return OC_USAGE;
    if (text.n > 4296)
        return OC_LIMIT;
    code = encode(text, level);
    if (code == NULL)
        return errno == ERANGE ? OC_LIMIT : OC_MEMORY;
    n = (size_t)code->width * (size_t)code->width;
    out->dark = malloc(n * sizeof *out->dark);
    if (out->dark != NULL) {
        out->side = (size_t)code->width;
        for (size_t i = 0; i < n; i++)
            out->dark[i] = code->data[i] & 1;      /* the other bits tell what a module is for */
    }
    QRcode_free(code);
    return out->dark != NULL ? OC_OK : OC_MEMORY;
}

void qr_cleanup(struct qr *qr)
{
    free(qr->dark);
    *qr = (struct qr){ 0 };
}

size_t qr_columns(const struct qr *qr)
{
    return qr->side + (size_t)2 * QR_QUIET;
}

size_t qr_lines(const struct qr *qr)
{
    return (qr_columns(qr) + 1) / 2;
}

bool qr_is_dark(const struct qr *qr, size_t row, size_t column)
{
    if (row < QR_QUIET || row >= QR_QUIET + qr->side ||
        column < QR_QUIET || column >= QR_QUIET + qr->side)
        return false;
    return qr->dark[(row - QR_QUIET) * qr->side + column - QR_QUIET];
}

void qr_draw(struct buf *out, const struct qr *qr, bool colour)
{
    /* nothing, lower half, upper half, full block */
    static const char *const glyph[] = { " ", "\xe2\x96\x84", "\xe2\x96\x80", "\xe2\x96\x88" };

    for (size_t row = 0; row < 2 * qr_lines(qr); row += 2) {
        if (colour)
            buf_add_str(out, COLOURS_ON);
        for (size_t column = 0; column < qr_columns(qr); column++) {
            unsigned dark = qr_is_dark(qr, row, column) * 2U + qr_is_dark(qr, row + 1, column);

            buf_add_str(out, glyph[colour ? dark : 3U - dark]);
        }
        if (colour)
            buf_add_str(out, COLOURS_OFF);
        buf_add_byte(out, '\n');
    }
}
