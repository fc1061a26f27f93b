/* Private keys that are imported when they are opened. */
#include <stdlib.h>

#include "crypto/internal.h"

enum oc_err private_key_defer(struct private_key **out, const struct secret *d,
                              const struct public_key *public)
{
    *out = NULL;
    if (secret_view(d).n != public->point.n)
        return OC_SHAPE;
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return OC_MEMORY;
    (*out)->sign = &(*out)->place;
    (*out)->deferred = secret_copy(secret_view(d));
    (*out)->public = public_key_share(public);
    if ((*out)->deferred != NULL && (*out)->public != NULL)
        return OC_OK;
    private_key_free(out);
    return OC_MEMORY;
}

bool private_key_is_open(const struct private_key *key)
{
    return key->pkey != NULL;
}

enum oc_err private_key_open(struct private_key *key)
{
    struct private_key *imported;
    enum oc_err e;

    if (key->deferred == NULL)
        return OC_OK;
    e = private_key_new(&imported, private_key_curve(key), key->deferred);
    if (e == OC_OK && !public_key_equal(imported->public, key->public))
        e = OC_SHAPE;
    if (e == OC_OK) {
        key->pkey = imported->pkey;
        imported->pkey = NULL;                  /* moved into the key */
        secret_free(&key->deferred);
    }
    private_key_free(&imported);
    return e;
}
