#define OPENSSL_SUPPRESS_DEPRECATED     /* SHA256_Init() and its kind: the fastest there is */

#include "tests/bench/bound.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

struct bound_keys {
    EVP_PKEY *mine, *theirs;
    EVP_PKEY_CTX *sign, *verify, *agree, *generate;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    uint8_t signature[80];
    size_t signature_n;
    uint8_t point[65];
};

static EVP_PKEY_CTX *context(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *))
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

    if (ctx != NULL && init(ctx) != 1) {
        EVP_PKEY_CTX_free(ctx);
        ctx = NULL;
    }
    return ctx;
}

static bool prepare(struct bound_keys *k)
{
    size_t n;

    k->mine = EVP_EC_gen("P-256");
    k->theirs = EVP_EC_gen("P-256");
    if (k->mine == NULL || k->theirs == NULL)
        return false;
    k->sign = context(k->mine, EVP_PKEY_sign_init);
    k->verify = context(k->mine, EVP_PKEY_verify_init);
    k->agree = context(k->mine, EVP_PKEY_derive_init);
    k->generate = context(k->mine, EVP_PKEY_keygen_init);
    k->signature_n = sizeof k->signature;
    return k->sign != NULL && k->verify != NULL && k->agree != NULL && k->generate != NULL &&
           EVP_PKEY_sign(k->sign, k->signature, &k->signature_n, k->digest,
                         sizeof k->digest) == 1 &&
           EVP_PKEY_get_octet_string_param(k->theirs, "pub", k->point, sizeof k->point, &n) == 1;
}

struct bound_keys *bound_keys_new(void)
{
    struct bound_keys *k = calloc(1, sizeof *k);

    if (k != NULL && !prepare(k))
        bound_keys_free(&k);
    return k;
}

void bound_keys_free(struct bound_keys **keys)
{
    struct bound_keys *k = *keys;

    if (k == NULL)
        return;
    EVP_PKEY_CTX_free(k->sign);
    EVP_PKEY_CTX_free(k->verify);
    EVP_PKEY_CTX_free(k->agree);
    EVP_PKEY_CTX_free(k->generate);
    EVP_PKEY_free(k->mine);
    EVP_PKEY_free(k->theirs);
    free(k);
    *keys = NULL;
}

static bool sign(struct bound_keys *k)
{
    uint8_t signature[80];
    size_t n = sizeof signature;

    return EVP_PKEY_sign(k->sign, signature, &n, k->digest, sizeof k->digest) == 1;
}

static bool verify(struct bound_keys *k)
{
    return EVP_PKEY_verify(k->verify, k->signature, k->signature_n, k->digest,
                           sizeof k->digest) == 1;
}

static bool import(struct bound_keys *k)
{
    EVP_PKEY *key = EVP_PKEY_new();
    bool done = key != NULL && EVP_PKEY_copy_parameters(key, k->mine) == 1 &&
                EVP_PKEY_set1_encoded_public_key(key, k->point, sizeof k->point) == 1;

    EVP_PKEY_free(key);
    return done;
}

static bool agree(struct bound_keys *k)
{
    uint8_t shared[32];
    size_t n = sizeof shared;

    return EVP_PKEY_derive_set_peer_ex(k->agree, k->theirs, 0) == 1 &&
           EVP_PKEY_derive(k->agree, shared, &n) == 1;
}

static bool generate(struct bound_keys *k)
{
    EVP_PKEY *key = NULL;
    bool done = EVP_PKEY_keygen(k->generate, &key) == 1;

    EVP_PKEY_free(key);
    return done;
}

static bool hash(struct bound_keys *k, struct bytes data)
{
    SHA256_CTX ctx;

    return SHA256_Init(&ctx) == 1 && SHA256_Update(&ctx, data.p, data.n) == 1 &&
           SHA256_Final(k->digest, &ctx) == 1;
}

static bool times(size_t n, struct bound_keys *k, bool (*step)(struct bound_keys *))
{
    bool done = true;

    for (size_t i = 0; i < n && done; i++)
        done = step(k);
    return done;
}

bool bound_run(struct bound_keys *k, const struct bound *b)
{
    const uint8_t signed_digest[SHA256_DIGEST_LENGTH] = { 0 };
    bool done = true;

    for (size_t i = 0; i < b->hashes_n && done; i++)
        done = hash(k, b->hashes[i]);
    for (size_t i = 0; i < sizeof signed_digest; i++)
        k->digest[i] = signed_digest[i];        /* what the signature in hand is over */
    return done && times(b->signs, k, sign) && times(b->verifies, k, verify) &&
           times(b->imports, k, import) && times(b->agreements, k, agree) &&
           times(b->generations, k, generate);
}
