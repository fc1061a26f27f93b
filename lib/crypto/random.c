#include "crypto/random.h"

#include <limits.h>
#include <openssl/rand.h>
#include <string.h>

#include "crypto/internal.h"

enum oc_err random_bytes(uint8_t *out, size_t n)
{
    if (n > INT_MAX)
        return OC_LIMIT;
    return RAND_bytes(out, (int)n) == 1 ? OC_OK : OC_UNAVAILABLE;
}

enum oc_err random_next(struct random_ahead *a, uint8_t *out, size_t n)
{
    uint8_t *from;
    enum oc_err e;

    if (n > sizeof a->bytes)
        return random_bytes(out, n);
    if (n > a->left) {
        a->left = 0;
        if ((e = random_bytes(a->bytes, sizeof a->bytes)) != OC_OK)
            return e;
        a->left = sizeof a->bytes;
    }
    from = a->bytes + sizeof a->bytes - a->left;
    memcpy(out, from, n);
    OPENSSL_cleanse(from, n);
    a->left -= n;
    return OC_OK;
}

void random_ahead_cleanup(struct random_ahead *a)
{
    OPENSSL_cleanse(a->bytes + sizeof a->bytes - a->left, a->left);
    a->left = 0;
}
