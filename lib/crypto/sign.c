#include <openssl/err.h>

#include "crypto/ecdsa_der.h"
#include "crypto/internal.h"

static EVP_PKEY_CTX *ready_ctx(resting_ctx *place, EVP_PKEY *pkey, int (*init)(EVP_PKEY_CTX *))
{
    EVP_PKEY_CTX *ctx = resting_take(place);

    if (ctx != NULL)
        return ctx;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    if (ctx != NULL && init(ctx) != 1) {
        EVP_PKEY_CTX_free(ctx);
        ctx = NULL;
    }
    return ctx;
}

/* A message that is to be signed or checked, in parts. */
struct message {
    const struct bytes *parts;
    size_t n;
};

static enum oc_err digest_message(uint8_t out[DIGEST_MAX], enum digest digest,
                                  struct message message)
{
    struct hasher once = { NULL };
    enum oc_err e = hasher_of_parts(&once, digest, message.parts, message.n, out);

    hasher_cleanup(&once);
    return e;
}

/* EdDSA reads its message twice, so it must lie in one piece. */
static enum oc_err join_message(struct buf *out, struct message message)
{
    size_t n = 0;

    for (size_t i = 0; i < message.n; i++)
        n += message.parts[i].n;
    buf_init(out, n);
    buf_reserve(out, n);
    for (size_t i = 0; i < message.n; i++)
        buf_add(out, message.parts[i]);
    return buf_err(out);
}

static enum oc_err sign_ecdsa(uint8_t *signature, const struct curve_info *info,
                              const struct private_key *key, struct message message)
{
    enum digest digest = algorithm_digest(info->alg);
    uint8_t hashed[DIGEST_MAX], der[ECDSA_DER_MAX];
    size_t der_n = sizeof der;
    EVP_PKEY_CTX *ctx;
    enum oc_err e = digest_message(hashed, digest, message);
    bool done;

    if (e != OC_OK)
        return e;
    ctx = ready_ctx(key->sign, key->pkey, EVP_PKEY_sign_init);
    done = ctx != NULL &&
           EVP_PKEY_sign(ctx, der, &der_n, hashed, digest_size(digest)) == 1 &&
           ecdsa_from_der(signature, info->n, (struct bytes){ der, der_n });
    if (done)
        resting_put(key->sign, ctx);
    else
        EVP_PKEY_CTX_free(ctx);
    return done ? OC_OK : openssl_failure(OC_MEMORY);
}

static enum oc_err sign_eddsa(uint8_t *signature, size_t n, EVP_PKEY *pkey, struct message message)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t written = n;
    struct buf whole;
    enum oc_err e = join_message(&whole, message);

    if (e == OC_OK && (ctx == NULL || EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) != 1 ||
                       EVP_DigestSign(ctx, signature, &written, whole.p, whole.n) != 1 ||
                       written != n))
        e = openssl_failure(OC_MEMORY);
    buf_cleanup(&whole);
    EVP_MD_CTX_free(ctx);
    return e;
}

enum oc_err key_sign(struct buf *signature, const struct private_key *key, struct bytes message)
{
    return key_sign_parts(signature, key, &message, 1);
}

enum oc_err key_sign_parts(struct buf *signature, const struct private_key *key,
                           const struct bytes *parts, size_t n)
{
    const struct message message = { parts, n };
    const struct curve_info *info = curve_info(private_key_curve(key));
    size_t start = signature->n;
    enum oc_err e;
    uint8_t *p;

    if (info->alg == COSE_ALG_NONE)
        return OC_USAGE;
    if (key->pkey == NULL)
        return OC_UNAVAILABLE;
    p = buf_extend(signature, info->signature_n);
    if (p == NULL)
        return buf_err(signature);
    e = info->is_okp ? sign_eddsa(p, info->signature_n, key->pkey, message)
                     : sign_ecdsa(p, info, key, message);
    if (e != OC_OK)
        buf_truncate(signature, start);
    return e;
}

/* Hashing apart from verifying spares the fetches that EVP_DigestVerifyInit() makes per call. OpenSSL
 * says 0 to a wrong signature, and less to one that leads to the point at infinity. */
static enum oc_err verify_ecdsa(const struct curve_info *info, const struct public_key *key,
                                struct message message, struct bytes signature)
{
    enum digest digest = algorithm_digest(info->alg);
    uint8_t hashed[DIGEST_MAX], der[ECDSA_DER_MAX];
    EVP_PKEY_CTX *ctx;
    enum oc_err e = digest_message(hashed, digest, message);
    size_t der_n;
    int holds;

    if (e != OC_OK)
        return e;
    der_n = ecdsa_to_der(der, info->n, signature.p);
    ERR_clear_error();
    ctx = ready_ctx(key->verify, key->pkey, EVP_PKEY_verify_init);
    if (ctx == NULL)
        return openssl_failure(OC_MEMORY);
    holds = EVP_PKEY_verify(ctx, der, der_n, hashed, digest_size(digest));
    if (holds != 1)
        e = openssl_failure(OC_SIGNATURE);
    if (holds < 0)
        EVP_PKEY_CTX_free(ctx);
    else
        resting_put(key->verify, ctx);
    return e;
}

static enum oc_err verify_eddsa(EVP_PKEY *pkey, struct message message, struct bytes signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct buf whole;
    enum oc_err e = join_message(&whole, message);

    ERR_clear_error();
    if (e == OC_OK && (ctx == NULL || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) != 1))
        e = openssl_failure(OC_MEMORY);
    else if (e == OC_OK &&
             EVP_DigestVerify(ctx, signature.p, signature.n, whole.p, whole.n) != 1)
        e = openssl_failure(OC_SIGNATURE);
    buf_cleanup(&whole);
    EVP_MD_CTX_free(ctx);
    return e;
}

enum oc_err key_verify(const struct public_key *key, int alg, struct bytes message,
                       struct bytes signature)
{
    return key_verify_parts(key, alg, &message, 1, signature);
}

enum oc_err key_verify_parts(const struct public_key *key, int alg, const struct bytes *parts,
                             size_t n, struct bytes signature)
{
    const struct message message = { parts, n };
    const struct curve_info *info = curve_info(public_key_curve(key));

    if (alg == COSE_ALG_NONE || alg != (int)info->alg)
        return OC_SHAPE;
    if (signature.n != info->signature_n)
        return OC_SIGNATURE;
    return info->is_okp ? verify_eddsa(key->pkey, message, signature)
                        : verify_ecdsa(info, key, message, signature);
}
