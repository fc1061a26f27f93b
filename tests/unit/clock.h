/* A clock that goes by the test's will: each look at it takes a while. */
#ifndef OWNCARD_TESTS_CLOCK_H
#define OWNCARD_TESTS_CLOCK_H

#include <stdint.h>
#include <time.h>

static int64_t clock_ms = 1000, clock_step_ms;

int clock_gettime(clockid_t id, struct timespec *now)
{
    (void)id;
    clock_ms += clock_step_ms;
    *now = (struct timespec){ clock_ms / 1000, (long)(clock_ms % 1000) * 1000000L };
    return 0;
}

#endif
