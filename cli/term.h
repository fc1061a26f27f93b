/*
 * Text on a terminal: made harmless, measured in columns, coloured where colour is wanted.
 */
#ifndef OWNCARD_CLI_TERM_H
#define OWNCARD_CLI_TERM_H

#include <stdio.h>

#include "core/buf.h"
#include "core/bytes.h"

/* Colour adds to words and never replaces them. */
enum term_style { TERM_PLAIN, TERM_STRONG, TERM_FAINT, TERM_GOOD, TERM_BAD, TERM_CAUTION };

/** Append text that others wrote, made harmless: core/escape.h. */
void term_escape(struct buf *out, struct bytes text);

/** The same, straight to a stream; allocates nothing. */
void term_print(FILE *to, struct bytes text);

/**
 * How many columns escaped text takes: 2 for a wide East Asian character, 0 for a combining
 * mark, otherwise 1. Colour sequences must not be in it.
 */
size_t term_width(struct bytes text);

/** Append `text` escaped, then blanks up to `columns`; longer text is not cut. */
void term_pad(struct buf *out, struct bytes text, size_t columns);

/** Append our own text in lines that end before `columns`, broken at blanks and beside wide
 *  characters, as Chinese is; every line but the first is indented by `indent`, the column at which
 *  the first one starts. */
void term_wrap(struct buf *out, struct bytes text, size_t indent, size_t columns);

/** The same in `style` when `colour` is true. */
void term_wrap_styled(struct buf *out, enum term_style style, struct bytes text, bool colour,
                      size_t indent, size_t columns);

/** Whether colour may go to `to`: a terminal, NO_COLOR unset or empty, TERM not "dumb". */
bool term_has_colour(FILE *to);

/** The width of the terminal behind `to` in columns; 80 when it is none or does not tell. */
size_t term_columns(FILE *to);

/** Its width and height. @return false when it is none or does not tell; both are then 0 */
bool term_size(FILE *to, size_t *columns, size_t *lines);

/** Append `text` escaped, in `style` when `colour` is true. */
void term_styled(struct buf *out, enum term_style style, struct bytes text, bool colour);

#endif
