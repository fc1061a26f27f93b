/*
 * Two things measured against each other on a machine that is shared and noisy: in short turns,
 * one after the other, by the thread's own CPU clock; of the turns the median counts.
 */
#ifndef OWNCARD_TESTS_MEASURE_H
#define OWNCARD_TESTS_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

/** One operation; `i` counts up and picks the input. False: it failed, which ends the run. */
typedef bool measured(void *with, size_t i);

struct rate {
    double ops_per_s, bound_per_s;      /* per second of CPU; medians of the turns */
    double ratio;                       /* of the two; the median of each turn's own */
};

/** Seconds that each of the two runs in one turn, and how many turns. */
struct turns {
    double seconds;
    size_t n;                           /* odd, at most 31 */
};

/** Microseconds of CPU that this thread has used. */
double measure_clock_us(void);

/** Measure `op` against `bound`, on this thread. False when either failed. */
bool measure(struct rate *out, struct turns turns, measured *op, void *op_with, measured *bound,
             void *bound_with);

/** Microseconds of CPU that one call of `op` takes: the median of the turns; 0 when it failed. */
double measure_us(struct turns turns, measured *op, void *with);

/** How many calls of `op` two threads make in a second of the wall clock; each has its own
 *  `with`. 0 when one failed. */
double measure_two_threads(double seconds, measured *op, void *const with[2]);

#endif
