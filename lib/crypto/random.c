#include "crypto/random.h"

#include <limits.h>
#include <openssl/rand.h>

enum oc_err random_bytes(uint8_t *out, size_t n)
{
    if (n > INT_MAX)
        return OC_LIMIT;
    return RAND_bytes(out, (int)n) == 1 ? OC_OK : OC_UNAVAILABLE;
}
