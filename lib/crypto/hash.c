#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <pthread.h>

#include "crypto/internal.h"

static const struct {
    const char *name;
    size_t n;
} digests[] = {
    [DIGEST_SHA256] = { "SHA-256", 32 },
    [DIGEST_SHA384] = { "SHA-384", 48 },
    [DIGEST_SHA512] = { "SHA-512", 64 },
};

enum { DIGESTS = sizeof digests / sizeof digests[0] };

static EVP_MD *fetched_md[DIGESTS];
static EVP_MD *fetched_sha1;
static EVP_MAC *fetched_hmac;

static void fetch(void)
{
    for (size_t i = DIGEST_SHA256; i < DIGESTS; i++)
        fetched_md[i] = EVP_MD_fetch(NULL, digests[i].name, NULL);
    fetched_sha1 = EVP_MD_fetch(NULL, "SHA-1", NULL);
    fetched_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
}

static void fetch_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fetch);
}

static bool is_known(enum digest digest)
{
    return digest > DIGEST_NONE && (size_t)digest < DIGESTS;
}

enum digest digest_by_name(struct bytes name)
{
    for (size_t i = DIGEST_SHA256; i < DIGESTS; i++)
        if (bytes_is(name, digests[i].name))
            return (enum digest)i;
    return DIGEST_NONE;
}

const char *digest_name(enum digest digest)
{
    return is_known(digest) ? digests[digest].name : NULL;
}

size_t digest_size(enum digest digest)
{
    return is_known(digest) ? digests[digest].n : 0;
}

const EVP_MD *digest_md(enum digest digest)
{
    fetch_once();
    return is_known(digest) ? fetched_md[digest] : NULL;
}

const EVP_MD *sha1_md(void)
{
    fetch_once();
    return fetched_sha1;
}

enum oc_err hasher_of_parts(struct hasher *h, enum digest digest, const struct bytes *parts,
                            size_t n, uint8_t out[DIGEST_MAX])
{
    const EVP_MD *md = digest_md(digest);
    bool done;

    if (!is_known(digest))
        return OC_USAGE;
    if (md == NULL)
        return OC_UNAVAILABLE;
    if (h->ctx == NULL)
        h->ctx = EVP_MD_CTX_new();
    done = h->ctx != NULL && EVP_DigestInit_ex2(h->ctx, md, NULL) == 1;
    for (size_t i = 0; done && i < n; i++)
        done = EVP_DigestUpdate(h->ctx, parts[i].p, parts[i].n) == 1;
    return done && EVP_DigestFinal_ex(h->ctx, out, NULL) == 1 ? OC_OK : openssl_failure(OC_MEMORY);
}

enum oc_err hasher_of(struct hasher *h, enum digest digest, struct bytes data,
                      uint8_t out[DIGEST_MAX])
{
    return hasher_of_parts(h, digest, &data, 1, out);
}

void hasher_cleanup(struct hasher *h)
{
    EVP_MD_CTX_free(h->ctx);
    h->ctx = NULL;
}

enum oc_err digest_of(enum digest digest, struct bytes data, uint8_t out[DIGEST_MAX])
{
    struct hasher once = { NULL };
    enum oc_err e = hasher_of(&once, digest, data, out);

    hasher_cleanup(&once);
    return e;
}

enum oc_err hmac_sha256_parts(struct bytes key, const struct bytes *parts, size_t n,
                              uint8_t out[32])
{
    char sha256[] = "SHA-256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
        OSSL_PARAM_construct_end(),
    };
    /* A null key would mean "no key set", not the empty key. */
    const uint8_t *key_p = key.n > 0 ? key.p : (const uint8_t *)"";
    EVP_MAC_CTX *ctx;
    bool done;

    fetch_once();
    if (fetched_hmac == NULL)
        return OC_UNAVAILABLE;
    ctx = EVP_MAC_CTX_new(fetched_hmac);
    done = ctx != NULL && EVP_MAC_init(ctx, key_p, key.n, params) == 1;
    for (size_t i = 0; done && i < n; i++)
        if (parts[i].n > 0)
            done = EVP_MAC_update(ctx, parts[i].p, parts[i].n) == 1;
    done = done && EVP_MAC_final(ctx, out, NULL, 32) == 1;
    EVP_MAC_CTX_free(ctx);
    return done ? OC_OK : openssl_failure(OC_MEMORY);
}

enum oc_err hmac_sha256(struct bytes key, struct bytes data, uint8_t out[32])
{
    return hmac_sha256_parts(key, &data, 1, out);
}

bool digest_equal(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}
