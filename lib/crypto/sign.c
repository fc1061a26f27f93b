#include <openssl/bn.h>
#include <openssl/ec.h>

#include "crypto/internal.h"

enum { DER_SIGNATURE_MAX = SIGNATURE_MAX + 16 };

static enum oc_err sign_ecdsa(uint8_t *signature, const struct curve_info *info, EVP_PKEY *pkey,
                              struct bytes message)
{
    enum digest digest = algorithm_digest(info->alg);
    uint8_t hashed[DIGEST_MAX], der[DER_SIGNATURE_MAX];
    const unsigned char *p = der;
    size_t der_n = sizeof der;
    EVP_PKEY_CTX *ctx;
    ECDSA_SIG *parts = NULL;
    enum oc_err e = digest_of(digest, message, hashed);
    int n = (int)info->n;
    bool done;

    if (e != OC_OK)
        return e;
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    done = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
           EVP_PKEY_sign(ctx, der, &der_n, hashed, digest_size(digest)) == 1 &&
           (parts = d2i_ECDSA_SIG(NULL, &p, (long)der_n)) != NULL &&
           BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, n) == n &&
           BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + n, n) == n;
    ECDSA_SIG_free(parts);
    EVP_PKEY_CTX_free(ctx);
    return done ? OC_OK : OC_MEMORY;
}

static enum oc_err sign_eddsa(uint8_t *signature, size_t n, EVP_PKEY *pkey, struct bytes message)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t written = n;
    bool done = ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
                EVP_DigestSign(ctx, signature, &written, message.p, message.n) == 1 &&
                written == n;

    EVP_MD_CTX_free(ctx);
    return done ? OC_OK : OC_MEMORY;
}

enum oc_err key_sign(struct buf *signature, const struct private_key *key, struct bytes message)
{
    const struct curve_info *info = curve_info(private_key_curve(key));
    size_t start = signature->n;
    enum oc_err e;
    uint8_t *p;

    if (info->alg == COSE_ALG_NONE)
        return OC_USAGE;
    p = buf_extend(signature, info->signature_n);
    if (p == NULL)
        return buf_err(signature);
    e = info->is_okp ? sign_eddsa(p, info->signature_n, key->pkey, message)
                     : sign_ecdsa(p, info, key->pkey, message);
    if (e != OC_OK)
        buf_truncate(signature, start);
    return e;
}

/* The DER form that OpenSSL checks, allocated; its length, or less than 1. */
static int ecdsa_der(unsigned char **der, const uint8_t *signature, int n)
{
    BIGNUM *r = BN_bin2bn(signature, n, NULL), *s = BN_bin2bn(signature + n, n, NULL);
    ECDSA_SIG *parts = ECDSA_SIG_new();
    int der_n;

    if (r == NULL || s == NULL || parts == NULL || ECDSA_SIG_set0(parts, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(parts);
        return -1;
    }
    der_n = i2d_ECDSA_SIG(parts, der);
    ECDSA_SIG_free(parts);
    return der_n;
}

/* Hashing apart from verifying spares the fetches that EVP_DigestVerifyInit() makes per call. */
static enum oc_err verify_ecdsa(const struct curve_info *info, EVP_PKEY *pkey,
                                struct bytes message, struct bytes signature)
{
    enum digest digest = algorithm_digest(info->alg);
    uint8_t hashed[DIGEST_MAX];
    unsigned char *der = NULL;
    EVP_PKEY_CTX *ctx;
    enum oc_err e = digest_of(digest, message, hashed);
    int der_n;

    if (e != OC_OK)
        return e;
    der_n = ecdsa_der(&der, signature.p, (int)info->n);
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    if (der_n < 1 || ctx == NULL || EVP_PKEY_verify_init(ctx) != 1)
        e = OC_MEMORY;
    else if (EVP_PKEY_verify(ctx, der, (size_t)der_n, hashed, digest_size(digest)) != 1)
        e = OC_SIGNATURE;
    EVP_PKEY_CTX_free(ctx);
    OPENSSL_free(der);
    return e;
}

static enum oc_err verify_eddsa(EVP_PKEY *pkey, struct bytes message, struct bytes signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    enum oc_err e = OC_OK;

    if (ctx == NULL || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) != 1)
        e = OC_MEMORY;
    else if (EVP_DigestVerify(ctx, signature.p, signature.n, message.p, message.n) != 1)
        e = OC_SIGNATURE;
    EVP_MD_CTX_free(ctx);
    return e;
}

enum oc_err key_verify(const struct public_key *key, int alg, struct bytes message,
                       struct bytes signature)
{
    const struct curve_info *info = curve_info(public_key_curve(key));

    if (alg == COSE_ALG_NONE || alg != (int)info->alg)
        return OC_SHAPE;
    if (signature.n != info->signature_n)
        return OC_SIGNATURE;
    return info->is_okp ? verify_eddsa(key->pkey, message, signature)
                        : verify_ecdsa(info, key->pkey, message, signature);
}
