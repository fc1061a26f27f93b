/* What a call costs, in a process of its own. */
#ifndef OWNCARD_TESTS_MEASURED_H
#define OWNCARD_TESTS_MEASURED_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/bytes.h"
#include "core/err.h"

#if defined(__SANITIZE_ADDRESS__)
enum { MEASURED = false };      /* its shadow memory and checks are not ours */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { MEASURED = false };
#else
enum { MEASURED = true };
#endif
#else
enum { MEASURED = true };
#endif

struct cost {
    bool returned;              /* false: it crashed, and nothing else is known */
    enum oc_err err;
    long ms;                    /* of processor time */
    long peak_kib;              /* of the process … */
    long before_kib;            /* … and before the call */
};

typedef enum oc_err measured_call(struct bytes message);

static inline long cost_ms(const struct rusage *usage)
{
    return usage->ru_utime.tv_sec * 1000 + usage->ru_utime.tv_usec / 1000 +
           usage->ru_stime.tv_sec * 1000 + usage->ru_stime.tv_usec / 1000;
}

static inline struct cost cost_here(measured_call *call, struct bytes message)
{
    struct rusage before, after;
    struct cost cost = { .returned = true };

    getrusage(RUSAGE_SELF, &before);
    cost.err = call(message);
    getrusage(RUSAGE_SELF, &after);
    cost.ms = cost_ms(&after) - cost_ms(&before);
    cost.before_kib = before.ru_maxrss;
    cost.peak_kib = after.ru_maxrss;
    return cost;
}

static inline struct cost cost_of(measured_call *call, struct bytes message)
{
    struct cost *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0), cost;
    pid_t child;

    if (shared == MAP_FAILED)
        abort();
    *shared = (struct cost){ .returned = false };
    fflush(stdout);
    child = fork();
    if (child == 0) {
        *shared = cost_here(call, message);
        _exit(0);
    }
    if (child < 0 || waitpid(child, NULL, 0) != child)
        abort();
    cost = *shared;
    munmap(shared, sizeof *shared);
    return cost;
}

#endif
