#include "tests/bench/measure.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { TURNS_MAX = 31, CALLS_BETWEEN_LOOKS = 8 };

static double clock_s(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double measure_clock_us(void)
{
    return clock_s(CLOCK_THREAD_CPUTIME_ID) * 1e6;
}

/* Calls per second of `clock`; 0 when one failed. *i goes on from turn to turn. */
static double run_for(clockid_t clock, double seconds, measured *op, void *with, size_t *i)
{
    double start = clock_s(clock), spent;
    size_t n = 0;

    do {
        for (size_t k = 0; k < CALLS_BETWEEN_LOOKS; k++, n++)
            if (!op(with, (*i)++))
                return 0;
        spent = clock_s(clock) - start;
    } while (spent < seconds);
    return (double)n / spent;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return values[n / 2];
}

bool measure(struct rate *out, struct turns turns, measured *op, void *op_with, measured *bound,
             void *bound_with)
{
    double ops[TURNS_MAX], bounds[TURNS_MAX], ratios[TURNS_MAX];
    size_t n = turns.n < TURNS_MAX ? turns.n : TURNS_MAX, i = 0, j = 0;

    for (size_t turn = 0; turn < n; turn++) {
        ops[turn] = run_for(CLOCK_THREAD_CPUTIME_ID, turns.seconds, op, op_with, &i);
        bounds[turn] = run_for(CLOCK_THREAD_CPUTIME_ID, turns.seconds, bound, bound_with, &j);
        if (ops[turn] == 0 || bounds[turn] == 0)
            return false;
        ratios[turn] = ops[turn] / bounds[turn];
    }
    *out = (struct rate){ median(ops, n), median(bounds, n), median(ratios, n) };
    return true;
}

double measure_us(struct turns turns, measured *op, void *with)
{
    double us[TURNS_MAX];
    size_t n = turns.n < TURNS_MAX ? turns.n : TURNS_MAX, i = 0;

    for (size_t turn = 0; turn < n; turn++) {
        double rate = run_for(CLOCK_THREAD_CPUTIME_ID, turns.seconds, op, with, &i);

        if (rate == 0)
            return 0;
        us[turn] = 1e6 / rate;
    }
    return median(us, n);
}

struct runner {
    double seconds, rate;
    measured *op;
    void *with;
};

static void *run_thread(void *arg)
{
    struct runner *r = arg;
    size_t i = 0;

    r->rate = run_for(CLOCK_MONOTONIC, r->seconds, r->op, r->with, &i);
    return NULL;
}

double measure_two_threads(double seconds, measured *op, void *const with[2])
{
    struct runner runners[2];
    pthread_t threads[2];
    int started = 0;

    for (int t = 0; t < 2; t++) {
        runners[t] = (struct runner){ .seconds = seconds, .op = op, .with = with[t] };
        started += pthread_create(&threads[t], NULL, run_thread, &runners[t]) == 0;
        if (started != t + 1)
            break;
    }
    for (int t = 0; t < started; t++)
        pthread_join(threads[t], NULL);
    if (started < 2 || runners[0].rate == 0 || runners[1].rate == 0)
        return 0;
    return runners[0].rate + runners[1].rate;
}
