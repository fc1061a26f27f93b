/*
 * What every fuzz target asserts: the contract of the header, not merely that nothing crashes.
 * A target is one fuzz_X.c with LLVMFuzzerTestOneInput(); `make fuzz` links it with libFuzzer, the
 * other builds with replay.c, which runs it on files.
 */
#ifndef OWNCARD_TESTS_FUZZ_H
#define OWNCARD_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/secret.h"
#include "crypto/keys.h"
#include "crypto/random.h"

enum { FUZZ_BYTES_MAX = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* An assertion that stays in every build; a failed one is a finding. */
#define hold(holds) hold_at((holds), #holds, __FILE__, __LINE__)

static inline void hold_at(bool holds, const char *what, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* A view into `src`, or none at all. */
#define hold_inside(view, src) \
    hold_at((view).p == NULL ? (view).n == 0 : bytes_within((view), (src)), \
            #view " lies inside its input", __FILE__, __LINE__)

#define hold_zero(object) \
    hold_at(is_zero(&(object), sizeof(object)), #object " is all zero", __FILE__, __LINE__)

static inline bool is_zero(const void *object, size_t n)
{
    const uint8_t *p = object;

    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

/* UTF-8 that ends within its room. */
static inline void hold_text(const char *text, size_t room)
{
    size_t n = strnlen(text, room);

    hold(n < room && bytes_are_utf8((struct bytes){ (const uint8_t *)text, n }));
}

/* Refused as no such message, so with a place inside the input and a reason. */
static inline void hold_fault(enum oc_err e, const struct oc_fault *fault, struct bytes src)
{
    hold(e != OC_OK && e != OC_BUG && e != OC_USAGE);
    hold(fault->reason != NULL && fault->reason[0] != '\0');
    hold(fault->offset <= src.n);
}

static inline bool same_fault(const struct oc_fault *a, const struct oc_fault *b)
{
    return a->offset == b->offset && a->reason == b->reason;
}

static inline struct buf fuzz_buf(void)
{
    struct buf b;

    buf_init(&b, FUZZ_BYTES_MAX);
    return b;
}

void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

/*
 * The secure heap, and OpenSSL's generators, which keep pointers in it: a place that leak checkers
 * do not look into, so that they would take what the generators hold for lost.
 */
static inline void fuzz_pool(void)
{
    static bool is_ready;
    struct private_key *key;
    uint8_t byte;

    if (is_ready)
        return;
    is_ready = true;
    if (__lsan_disable != NULL)
        __lsan_disable();
    hold(secret_pool_init() == OC_OK && random_bytes(&byte, 1) == OC_OK &&
         private_key_generate(&key, CURVE_P256) == OC_OK);
    private_key_free(&key);
    if (__lsan_enable != NULL)
        __lsan_enable();
}

#endif
