/*
 * QR codes (ISO/IEC 18004) made by libqrencode and drawn in a terminal. The only user of
 * qrencode.h.
 */
#ifndef OWNCARD_TRANSPORT_QR_H
#define OWNCARD_TRANSPORT_QR_H

#include "core/buf.h"

/* How much damage a code survives: about 7 % and 15 % of it. */
enum qr_level { QR_L, QR_M };

/* `side` × `side` modules without the quiet zone, row by row, true is dark. */
struct qr {
    size_t side;
    bool *dark;
};

/* Blank modules around a code on every side. */
enum { QR_QUIET = 4 };

/**
 * The smallest code that holds `text`.
 *
 * Text of digits, capitals and " $%*+-./:" only, as base45 is, goes in alphanumeric mode
 * (5.5 bits a character), anything else in byte mode.
 *
 * @param out  All zero on error. Release with qr_cleanup().
 *
 * @retval OC_USAGE   no text at all
 * @retval OC_LIMIT   no code holds so much: at level L 4,296 alphanumeric characters or 2,953
 *                    bytes, at M 3,391 or 2,331
 * @retval OC_MEMORY
 */
enum oc_err qr_init(struct qr *out, struct bytes text, enum qr_level level) OC_MUST_CHECK;
void qr_cleanup(struct qr *qr);

/** Columns that qr_draw() takes: the side and both quiet zones. */
size_t qr_columns(const struct qr *qr);

/** Lines that qr_draw() takes: two modules each. */
size_t qr_lines(const struct qr *qr);

/** Counted from the corner of the quiet zone, which is light, as is all beyond it. */
bool qr_is_dark(const struct qr *qr, size_t row, size_t column);

/**
 * Append the code with its quiet zone as UTF-8 half blocks, each line ended by a newline.
 *
 * @param colour  true: explicit black on white, whatever the terminal's own colours.
 *                false: no colour sequences. Then ink stands for the light modules, so that the
 *                code is right on a dark background, as most terminals have; on a light one it
 *                appears reversed, with a dark quiet zone around it, which common scanners
 *                read as well.
 */
void qr_draw(struct buf *out, const struct qr *qr, bool colour);

#endif
