/*
 * Where in this process a secret still is: every page that can be written, heaps, stacks and the
 * secure heap alike, read through /proc/self/mem. What is searched for is held in disguise, so that
 * it does not find itself.
 */
#ifndef OWNCARD_TESTS_MEMORY_SEARCH_H
#define OWNCARD_TESTS_MEMORY_SEARCH_H

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "core/secret.h"

enum { DISGUISED_MAX = 66, DISGUISE = 0x5a };

struct disguised {
    uint8_t bytes[DISGUISED_MAX];
    size_t n;
};

static inline struct disguised disguise(struct bytes secret)
{
    struct disguised d = { .n = secret.n < DISGUISED_MAX ? secret.n : DISGUISED_MAX };

    for (size_t i = 0; i < d.n; i++)
        d.bytes[i] = secret.p[i] ^ DISGUISE;
    return d;
}

static inline size_t occurrences(const uint8_t *p, size_t n, const struct disguised *d)
{
    size_t found = 0;

    for (size_t at = 0; at + d->n <= n; at++) {
        size_t same = 0;

        while (same < d->n && (p[at + same] ^ DISGUISE) == d->bytes[same])
            same++;
        found += same == d->n;
    }
    return found;
}

/* A mapping, in windows that overlap by what is searched for; each is wiped at once. */
static inline size_t search_mapping(int memory, uint64_t from, uint64_t to,
                                    const struct disguised *d)
{
    static uint8_t window[1 << 16];
    size_t found = 0;

    while (from + d->n <= to) {
        size_t n = to - from < sizeof window ? (size_t)(to - from) : sizeof window;
        ssize_t got = pread(memory, window, n, (off_t)from);

        if (got < (ssize_t)d->n)
            break;
        found += occurrences(window, (size_t)got, d);
        secret_wipe(window, sizeof window);
        from += (uint64_t)got - d->n + 1;
    }
    return found;
}

/* How often it stands in memory. Mappings of more than 256 MiB are the sanitizers' own. */
static inline size_t memory_search(const struct disguised *d)
{
    const uint64_t mapping_max = 256 << 20;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    char line[512], mode[8];
    uint64_t from, to;
    size_t found = 0;

    while (maps != NULL && memory >= 0 && fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, mode) == 3 &&
            mode[0] == 'r' && mode[1] == 'w' && to - from <= mapping_max)
            found += search_mapping(memory, from, to, d);
    if (maps != NULL)
        fclose(maps);
    if (memory >= 0)
        close(memory);
    return found;
}

#endif
