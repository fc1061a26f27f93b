/* The project's own pages, read from where the tests are run: its root. */
#ifndef OWNCARD_TESTS_PAGE_H
#define OWNCARD_TESTS_PAGE_H

#include <stdio.h>

#include "core/buf.h"

enum { PAGE_BYTES_MAX = 1 << 20 };

/* `out` is initialised here, and is the caller's to clean up; false when it cannot be read. */
static inline bool page_read(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "r");
    int c;

    buf_init(out, PAGE_BYTES_MAX);
    if (f == NULL)
        return false;
    while ((c = fgetc(f)) != EOF)
        buf_add_byte(out, (uint8_t)c);
    fclose(f);
    return out->n > 0 && buf_err(out) == OC_OK;
}

#endif
