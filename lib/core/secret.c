#include "core/secret.h"

#include <openssl/crypto.h>
#include <stdalign.h>
#include <stddef.h>
#include <string.h>

/* Room for some thousand keys; a power of two, as OpenSSL asks. */
enum { POOL_BYTES = 1 << 20, POOL_SMALLEST = 32 };

struct secret {
    size_t n;
    alignas(max_align_t) uint8_t bytes[];
};

enum oc_err secret_pool_init(void)
{
    if (CRYPTO_secure_malloc_initialized())
        return OC_OK;
    /* 0: no pool at all; 2: a pool that could not be locked, which still is apart and wiped. */
    if (CRYPTO_secure_malloc_init(POOL_BYTES, POOL_SMALLEST) == 0)
        return OC_MEMORY;
    return OC_OK;
}

struct secret *secret_new(size_t n)
{
    struct secret *s;

    if (!CRYPTO_secure_malloc_initialized() || n > POOL_BYTES / 2)
        return NULL;
    s = OPENSSL_secure_zalloc(sizeof *s + n);
    if (s != NULL)
        s->n = n;
    return s;
}

struct secret *secret_copy(struct bytes from)
{
    struct secret *s = secret_new(from.n);

    if (s != NULL && from.n > 0)
        memcpy(s->bytes, from.p, from.n);
    return s;
}

struct bytes secret_view(const struct secret *s)
{
    return (struct bytes){ s->bytes, s->n };
}

uint8_t *secret_fill(struct secret *s)
{
    return s->bytes;
}

bool secret_equal(const struct secret *a, struct bytes b)
{
    return a->n == b.n && (b.n == 0 || CRYPTO_memcmp(a->bytes, b.p, b.n) == 0);
}

void secret_free(struct secret **s)
{
    if (*s == NULL)
        return;
    OPENSSL_secure_clear_free(*s, sizeof **s + (*s)->n);
    *s = NULL;
}

void secret_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
