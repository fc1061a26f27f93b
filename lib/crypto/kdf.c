#include "crypto/kdf.h"

#include <argon2.h>
#include <string.h>

#include "crypto/internal.h"

enum { BLOCK = 32 };

enum oc_err hkdf_extract(struct secret **prk, struct bytes salt, struct bytes ikm)
{
    enum oc_err e;

    *prk = secret_new(BLOCK);
    if (*prk == NULL)
        return OC_MEMORY;
    e = hmac_sha256(salt, ikm, secret_fill(*prk));
    if (e != OC_OK)
        secret_free(prk);
    return e;
}

/* RFC 5869, section 2.3: T(i) = HMAC(prk, T(i - 1) ‖ info ‖ i). */
enum oc_err hkdf_expand(struct secret **out, const struct secret *prk, struct bytes info, size_t n)
{
    uint8_t block[BLOCK], counter = 0;
    struct bytes parts[] = { { block, 0 }, info, { &counter, 1 } };
    enum oc_err e = OC_OK;

    *out = NULL;
    if (n > (size_t)255 * BLOCK)
        return OC_USAGE;
    *out = secret_new(n);
    if (*out == NULL)
        return OC_MEMORY;
    for (size_t at = 0; at < n && e == OC_OK; at += BLOCK) {
        counter++;
        e = hmac_sha256_parts(secret_view(prk), parts, 3, block);
        parts[0].n = BLOCK;
        if (e == OC_OK)
            memcpy(secret_fill(*out) + at, block, n - at < BLOCK ? n - at : BLOCK);
    }
    secret_wipe(block, sizeof block);
    if (e != OC_OK)
        secret_free(out);
    return e;
}

enum oc_err hkdf(struct secret **out, struct bytes ikm, struct bytes salt, struct bytes info,
                 size_t n)
{
    struct secret *prk;
    enum oc_err e;

    *out = NULL;
    e = hkdf_extract(&prk, salt, ikm);
    if (e == OC_OK)
        e = hkdf_expand(out, prk, info, n);
    secret_free(&prk);
    return e;
}

static bool is_bounded(struct argon2_cost cost)
{
    return cost.passes >= ARGON2_PASSES_MIN && cost.passes <= ARGON2_PASSES_MAX &&
           cost.memory_kib >= ARGON2_MEMORY_KIB_MIN && cost.memory_kib <= ARGON2_MEMORY_KIB_MAX &&
           cost.lanes >= 1 && cost.lanes <= ARGON2_LANES_MAX;
}

enum oc_err argon2id(struct secret **out, const struct secret *passphrase, struct bytes salt,
                     struct argon2_cost cost, size_t n)
{
    int rc;

    *out = NULL;
    if (!is_bounded(cost) || salt.n != ARGON2_SALT_N)
        return OC_LIMIT;
    *out = secret_new(n);
    if (*out == NULL)
        return OC_MEMORY;
    rc = argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, secret_view(passphrase).p,
                           secret_view(passphrase).n, salt.p, salt.n, secret_fill(*out), n);
    if (rc == ARGON2_OK)
        return OC_OK;
    secret_free(out);
    return rc == ARGON2_OUTPUT_TOO_SHORT ? OC_USAGE : OC_MEMORY;
}
