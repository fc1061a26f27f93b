/*
 * Portraits for synthetic people: a drawn bust of plain shapes, which nobody takes for a
 * photograph. JPEG (ITU-T T.81), 240 × 300, three to four kilobytes.
 */
#ifndef OWNCARD_ISSUER_PORTRAIT_H
#define OWNCARD_ISSUER_PORTRAIT_H

#include "core/buf.h"

enum { PORTRAIT_WIDTH = 240, PORTRAIT_HEIGHT = 300 };

/** Who is drawn. */
struct portrait_look {
    uint64_t seed;      /* chooses colours, hair and glasses; struct person's `look` */
    int sex;            /* 1 male, 2 female: chooses among hair styles */
    int age;            /* in years: hair turns grey */
};

/**
 * Append a JPEG of at most `max` bytes; quality is lowered until it fits. The same look gives
 * the same bytes with the same libjpeg.
 *
 * @retval OC_LIMIT   it does not fit even at the lowest quality, or passes the ceiling of `out`
 * @retval OC_MEMORY
 * @retval OC_BUG     libjpeg refused
 */
enum oc_err portrait_draw(struct buf *out, const struct portrait_look *look, size_t max) OC_MUST_CHECK;

#endif
