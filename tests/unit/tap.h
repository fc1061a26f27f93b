/*
 * A small TAP producer: ok() per assertion, done() at the end of main(). A test that dies in
 * between never prints its plan, which prove counts as a failure.
 */
#ifndef OWNCARD_TESTS_TAP_H
#define OWNCARD_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int tap_count, tap_failed;

/* One assertion. On failure the place is printed. Yields `holds`. */
#define ok(holds, ...) tap_ok((holds), __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5)))
static inline bool tap_ok(bool holds, const char *file, int line, const char *format, ...)
{
    va_list args;

    printf("%sok %d - ", holds ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    if (!holds) {
        tap_failed++;
        printf("# failed at %s:%d\n", file, line);
    }
    fflush(stdout);
    return holds;
}

/* One assertion that cannot be made here; say why. */
__attribute__((format(printf, 1, 2)))
static inline void skip(const char *format, ...)
{
    va_list args;

    printf("ok %d # skip ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

/* A remark for the reader of the output. */
__attribute__((format(printf, 1, 2)))
static inline void note(const char *format, ...)
{
    va_list args;

    printf("# ");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

static inline int done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed == 0 && tap_count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
