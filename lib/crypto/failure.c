#include <openssl/err.h>

#include "crypto/internal.h"

enum oc_err openssl_failure(enum oc_err otherwise)
{
    unsigned long error;
    bool no_memory = false;

    while ((error = ERR_get_error()) != 0)
        no_memory |= ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    return no_memory ? OC_MEMORY : otherwise;
}
