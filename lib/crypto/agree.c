#include <openssl/err.h>

#include "crypto/internal.h"

enum oc_err key_agree(struct secret **shared, const struct private_key *mine,
                      const struct public_key *theirs)
{
    const struct curve_info *info = curve_info(private_key_curve(mine));
    EVP_PKEY_CTX *ctx;
    enum oc_err e;
    size_t n = info->n;

    *shared = NULL;
    if (!info->agrees)
        return OC_USAGE;
    if (public_key_curve(theirs) != info->curve)
        return OC_SHAPE;
    if (mine->pkey == NULL)
        return OC_UNAVAILABLE;
    ERR_clear_error();
    *shared = secret_new(n);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, mine->pkey, NULL);
    /* A public_key was checked at import, so OpenSSL need not check the peer again: that would
     * double the cost. The derivation itself refuses an all-zero X25519 or X448 result. */
    if (*shared == NULL || ctx == NULL || EVP_PKEY_derive_init(ctx) != 1)
        e = OC_MEMORY;
    else if (EVP_PKEY_derive_set_peer_ex(ctx, theirs->pkey, 0) != 1 ||
             EVP_PKEY_derive(ctx, secret_fill(*shared), &n) != 1 || n != info->n)
        e = openssl_failure(mine->uri != NULL ? OC_UNAVAILABLE : OC_SHAPE);
    else
        e = OC_OK;
    EVP_PKEY_CTX_free(ctx);
    if (e != OC_OK)
        secret_free(shared);
    return e;
}
