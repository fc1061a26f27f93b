/*
 * Every allocation failed in turn, ours and OpenSSL's: alone, and with all that come after it. Each
 * operation ends in OC_MEMORY, leaves nothing behind and nothing filled, and never takes what it
 * could not finish for an answer.
 *
 * The linker wraps malloc, calloc, realloc, free and CRYPTO_secure_zalloc of our own objects.
 * libargon2 and what OpenSSL keeps in its secure heap allocate on their own and are not failed.
 */
#ifndef OWNCARD_TESTS_FAILING_HEAP_H
#define OWNCARD_TESTS_FAILING_HEAP_H

#include <openssl/crypto.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__real_CRYPTO_secure_zalloc(size_t n, const char *file, int line);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);
void *__wrap_CRYPTO_secure_zalloc(size_t n, const char *file, int line);

static struct {
    bool is_armed, goes_on;     /* goes_on: all later ones fail too */
    size_t left, failed;        /* allocations until the one that fails; how many did */
    long live;                  /* of our own */
} heap;

static bool fails_now(void)
{
    if (!heap.is_armed || (heap.failed > 0 && !heap.goes_on))
        return false;
    if (heap.failed == 0 && --heap.left > 0)
        return false;
    heap.failed++;
    return true;
}

static void *counted(void *p)
{
    heap.live += p != NULL;
    return p;
}

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : counted(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
    if (fails_now())
        return NULL;
    return p == NULL ? counted(__real_malloc(n)) : __real_realloc(p, n);
}

void __wrap_free(void *p)
{
    heap.live -= p != NULL;
    __real_free(p);
}

void *__wrap_CRYPTO_secure_zalloc(size_t n, const char *file, int line)
{
    return fails_now() ? NULL : __real_CRYPTO_secure_zalloc(n, file, line);
}

static void *openssl_malloc(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : __real_malloc(n);
}

static void *openssl_realloc(void *p, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails_now() ? NULL : __real_realloc(p, n);
}

static void openssl_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    __real_free(p);
}

/* What an operation must not have done; told once for all runs of it. */
static const char *broken;

static void check(bool holds, const char *what)
{
    if (!holds && broken == NULL)
        broken = what;
}

/* While OpenSSL 3.0 decodes a certificate's key, two of its allocations fail without a word and
 * leave a key in the certificate that no path can be checked with: untrusted, closed too. */
enum { QUIET_MAX = 2 };

/* Fail the n-th, and where `goes_on` all after it, until nothing is left to fail. */
static void fail_each(const char *name, enum oc_err (*run)(void), bool goes_on)
{
    size_t memory = 0, unavailable = 0, survived = 0, quiet = 0, other = 0, n;
    enum oc_err first_other = OC_OK;
    long before = 0, leaked = 0;

    broken = NULL;
    for (n = 1; n < 100000; n++) {
        enum oc_err e;

        before = heap.live;
        heap.left = n;
        heap.failed = 0;
        heap.goes_on = goes_on;
        heap.is_armed = true;
        e = run();
        heap.is_armed = false;
        if (heap.failed == 0) {
            check(e == OC_OK, "no success with all the memory");
            break;
        }
        leaked += heap.live != before;
        memory += e == OC_MEMORY;
        unavailable += e == OC_UNAVAILABLE;
        survived += e == OC_OK;
        if (e == OC_MEMORY || e == OC_UNAVAILABLE || e == OC_OK)
            continue;
        if (e == OC_UNTRUSTED && !goes_on && quiet < QUIET_MAX) {
            quiet++;
            continue;
        }
        if (other++ == 0) {
            first_other = e;
            note("%s: the %zu-th: %s", name, n, oc_err_name(e));
        }
    }
    ok(other == 0 && leaked == 0 && broken == NULL,
       "%s, %s: %zu allocations, %zu memory, %zu unavailable, %zu did without, %zu quiet; %zu %s, "
       "%ld leaks%s%s", name, goes_on ? "all from there" : "one alone", n - 1, memory, unavailable,
       survived, quiet, other,
       oc_err_name(first_other), leaked, broken != NULL ? ", " : "", broken != NULL ? broken : "");
}

struct failing {
    const char *name;
    enum oc_err (*run)(void);
};

static void fail_all(const struct failing *operations, size_t n)
{
    /* What OpenSSL sets up once stays: not what is tested here. */
    for (size_t i = 0; i < 3 * n; i++)
        must(operations[i % n].run());
    for (size_t i = 0; i < n; i++) {
        fail_each(operations[i].name, operations[i].run, false);
        fail_each(operations[i].name, operations[i].run, true);
    }
}

/* The first line of main(). */
static void failing_heap_init(void)
{
    must(CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1
             ? secret_pool_init() : OC_BUG);
}

#endif
