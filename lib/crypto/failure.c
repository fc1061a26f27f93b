#include <openssl/crypto.h>
#include <openssl/err.h>

#include "crypto/internal.h"

enum { PROBE_BYTES = 1024 };

bool sha1_of_key(uint8_t out[SHA1_N], const X509 *x)
{
    unsigned n = 0;

    if (sha1_md() == NULL)
        return false;
    if (X509_pubkey_digest(x, sha1_md(), out, &n) == 1 && n == SHA1_N)
        return true;
    /* Nothing else can fail in there, and it fails without a word. */
    ERR_raise(ERR_LIB_X509, ERR_R_MALLOC_FAILURE);
    return false;
}

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
