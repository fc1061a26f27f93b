/* Input placed so that its first byte past the end faults: a read too far ends the test. */
#ifndef OWNCARD_TESTS_GUARD_H
#define OWNCARD_TESTS_GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bytes.h"

struct guard {
    uint8_t *map;
    size_t n;
};

/* A copy of `from` that ends where a PROT_NONE page begins; release with guard_free(). */
static inline struct bytes guard_copy(struct guard *g, struct bytes from)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (from.n / page + 1) * page;

    g->n = room + page;
    g->map = mmap(NULL, g->n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g->map == MAP_FAILED || mprotect(g->map + room, page, PROT_NONE) != 0)
        abort();
    if (from.n > 0)
        memcpy(g->map + room - from.n, from.p, from.n);
    return (struct bytes){ g->map + room - from.n, from.n };
}

static inline void guard_free(struct guard *g)
{
    munmap(g->map, g->n);
    *g = (struct guard){ 0 };
}

#endif
