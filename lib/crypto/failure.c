/*
 * Why OpenSSL failed: what could not be examined for want of memory must not be taken for an
 * answer.
 */
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "crypto/internal.h"

enum { PROBE_BYTES = 1024 };

enum oc_err openssl_failure(enum oc_err otherwise)
{
    /* Some of its failures go without a word, or are taken back: then see whether there is any. */
    void *probe = OPENSSL_malloc(PROBE_BYTES);
    bool no_memory = probe == NULL;
    unsigned long error;

    OPENSSL_free(probe);
    while ((error = ERR_get_error()) != 0)
        no_memory |= ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    return no_memory ? OC_MEMORY : otherwise;
}
