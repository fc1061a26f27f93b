#include "crypto/keys.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/internal.h"

enum { POINT_MAX = 1 + 2 * COORDINATE_MAX, CURVES_MAX = 16 };

/* What this OpenSSL offers, by curve_at() index. An EC curve has a key with parameters alone:
 * copying it is several times faster than looking the group up by name for every key. */
static struct {
    bool available;
    EVP_PKEY *parameters;
    EC_GROUP *group;            /* for private keys; NULL: no memory at first */
} offers[CURVES_MAX];

static EVP_PKEY *make_parameters(const struct curve_info *info)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *pkey = NULL;

    if (ctx == NULL || EVP_PKEY_paramgen_init(ctx) != 1 ||
        EVP_PKEY_CTX_set_group_name(ctx, info->openssl_name) != 1 ||
        EVP_PKEY_paramgen(ctx, &pkey) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static void look_at_offers(void)
{
    const struct curve_info *info;

    for (size_t i = 0; i < CURVES_MAX && (info = curve_at(i)) != NULL; i++) {
        if (info->is_okp) {
            EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, info->openssl_name, NULL);

            offers[i].available = ctx != NULL;
            EVP_PKEY_CTX_free(ctx);
        } else {
            offers[i].parameters = make_parameters(info);
            offers[i].available = offers[i].parameters != NULL;
            offers[i].group = EC_GROUP_new_by_curve_name(OBJ_sn2nid(info->openssl_name));
        }
    }
}

EVP_PKEY_CTX *resting_take(resting_ctx *place)
{
    return atomic_exchange(place, NULL);
}

void resting_put(resting_ctx *place, EVP_PKEY_CTX *ctx)
{
    EVP_PKEY_CTX_free(atomic_exchange(place, ctx));
}

/* The row of `curve` and, for EC, its parameter key. */
static enum oc_err find_curve(enum curve curve, const struct curve_info **info,
                              EVP_PKEY **parameters)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, look_at_offers);
    for (size_t i = 0; i < CURVES_MAX && (*info = curve_at(i)) != NULL; i++) {
        if ((*info)->curve == curve) {
            *parameters = offers[i].parameters;
            return offers[i].available ? OC_OK : OC_UNAVAILABLE;
        }
    }
    return OC_USAGE;
}

/* The group of an EC curve that is offered; NULL: no memory. */
static const EC_GROUP *curve_group(const struct curve_info *info)
{
    const struct curve_info *row;

    for (size_t i = 0; i < CURVES_MAX && (row = curve_at(i)) != NULL; i++)
        if (row == info)
            return offers[i].group;
    return NULL;
}

bool curve_is_offered(enum curve curve)
{
    const struct curve_info *info;
    EVP_PKEY *parameters;

    return find_curve(curve, &info, &parameters) == OC_OK;
}

enum curve pkey_curve(const EVP_PKEY *pkey)
{
    const struct curve_info *info;
    char group[64];

    /* By number: EVP_PKEY_is_a() says no, too, when memory is out. */
    if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC) {
        if (EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) != 1)
            return CURVE_NONE;
        for (size_t i = 0; (info = curve_at(i)) != NULL; i++)
            if (!info->is_okp && strcmp(info->openssl_name, group) == 0)
                return info->curve;
        return CURVE_NONE;
    }
    for (size_t i = 0; (info = curve_at(i)) != NULL; i++)
        if (info->is_okp && EVP_PKEY_get_base_id(pkey) == OBJ_sn2nid(info->openssl_name))
            return info->curve;
    return CURVE_NONE;
}

/* One named number of an EC key, as `n` big-endian bytes. */
static bool get_number(const EVP_PKEY *pkey, const char *name, uint8_t *out, size_t n)
{
    BIGNUM *number = BN_secure_new();
    bool done = number != NULL && EVP_PKEY_get_bn_param(pkey, name, &number) == 1 &&
                BN_bn2binpad(number, out, (int)n) == (int)n;

    BN_clear_free(number);
    return done;
}

/* OpenSSL checks that the point lies on the curve, and accepts infinity only as the single
 * byte 00, which never gets here: `encoded` starts with 04, 02 or 03. */
static enum oc_err import_point(EVP_PKEY **out, EVP_PKEY *parameters, const uint8_t *encoded,
                                size_t n)
{
    EVP_PKEY *pkey = EVP_PKEY_new();
    enum oc_err e = OC_OK;

    if (pkey == NULL || EVP_PKEY_copy_parameters(pkey, parameters) != 1)
        e = OC_MEMORY;
    else if (EVP_PKEY_set1_encoded_public_key(pkey, encoded, n) != 1)
        e = openssl_failure(OC_SHAPE);
    if (e != OC_OK) {
        EVP_PKEY_free(pkey);
        pkey = NULL;
    }
    *out = pkey;
    return e;
}

static enum oc_err decompress(uint8_t y[COORDINATE_MAX], const struct curve_info *info,
                              EVP_PKEY *parameters, struct bytes x, bool y_odd)
{
    uint8_t encoded[1 + COORDINATE_MAX];
    EVP_PKEY *pkey;
    enum oc_err e;

    encoded[0] = y_odd ? 3 : 2;
    memcpy(encoded + 1, x.p, info->n);
    e = import_point(&pkey, parameters, encoded, 1 + info->n);
    if (e == OC_OK && !get_number(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, y, info->n))
        e = OC_MEMORY;
    EVP_PKEY_free(pkey);
    return e;
}

static enum oc_err import_ec(struct public_key *key, const struct curve_info *info,
                             EVP_PKEY *parameters, struct bytes x, struct bytes y, bool y_odd)
{
    uint8_t encoded[POINT_MAX];
    enum oc_err e = OC_OK;

    if (x.n != info->n || (y.n != 0 && y.n != info->n))
        return OC_SHAPE;
    memcpy(key->point.x, x.p, info->n);
    if (y.n != 0)
        memcpy(key->point.y, y.p, info->n);
    else
        e = decompress(key->point.y, info, parameters, x, y_odd);
    if (e != OC_OK)
        return e;
    encoded[0] = 4;
    memcpy(encoded + 1, key->point.x, info->n);
    memcpy(encoded + 1 + info->n, key->point.y, info->n);
    return import_point(&key->pkey, parameters, encoded, 1 + 2 * info->n);
}

static enum oc_err import_okp(struct public_key *key, const struct curve_info *info,
                              struct bytes x)
{
    if (x.n != info->n)
        return OC_SHAPE;
    memcpy(key->point.x, x.p, info->n);
    key->pkey = EVP_PKEY_new_raw_public_key_ex(NULL, info->openssl_name, NULL, x.p, x.n);
    return key->pkey == NULL ? openssl_failure(OC_SHAPE) : OC_OK;
}

enum oc_err public_key_new(struct public_key **out, enum curve curve, struct bytes x,
                           struct bytes y, bool y_odd)
{
    const struct curve_info *info;
    EVP_PKEY *parameters;
    enum oc_err e = find_curve(curve, &info, &parameters);

    *out = NULL;
    if (e != OC_OK)
        return e;
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return OC_MEMORY;
    (*out)->verify = &(*out)->place;
    (*out)->point.curve = curve;
    (*out)->point.n = info->n;
    ERR_clear_error();
    e = info->is_okp ? import_okp(*out, info, x) : import_ec(*out, info, parameters, x, y, y_odd);
    if (e != OC_OK)
        public_key_free(out);
    return e;
}

enum oc_err public_key_from_encoded(struct public_key **out, enum curve curve,
                                    struct bytes encoded)
{
    const struct curve_info *info = curve_info(curve);
    struct bytes x = { encoded.p + 1, info->n }, y = { NULL, 0 };

    *out = NULL;
    if (info->is_okp)
        return public_key_new(out, curve, encoded, y, false);
    if (encoded.n == 1 + 2 * info->n && encoded.p[0] == 4)
        y = (struct bytes){ encoded.p + 1 + info->n, info->n };
    else if (encoded.n != 1 + info->n || (encoded.p[0] & ~1) != 2)
        return OC_SHAPE;
    return public_key_new(out, curve, x, y, (encoded.p[0] & 1) != 0);
}

enum oc_err public_key_from_pkey(struct public_key **out, const EVP_PKEY *pkey)
{
    const struct curve_info *info;
    uint8_t point[POINT_MAX];
    size_t n = sizeof point;

    *out = NULL;
    ERR_clear_error();
    info = curve_info(pkey_curve(pkey));
    if (info == NULL)
        return openssl_failure(OC_SHAPE);
    if (info->is_okp) {
        if (EVP_PKEY_get_raw_public_key(pkey, point, &n) != 1)
            return openssl_failure(OC_SHAPE);
        return public_key_from_encoded(out, info->curve, (struct bytes){ point, n });
    }
    if (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point,
                                        &n) != 1)
        return openssl_failure(OC_SHAPE);
    return public_key_from_encoded(out, info->curve, (struct bytes){ point, n });
}

struct public_key *public_key_share(const struct public_key *key)
{
    struct public_key *shared = malloc(sizeof *shared);

    if (shared == NULL)
        return NULL;
    shared->pkey = key->pkey;
    shared->point = key->point;
    atomic_init(&shared->place, NULL);
    shared->verify = &shared->place;
    if (EVP_PKEY_up_ref(shared->pkey) != 1) {
        free(shared);
        return NULL;
    }
    return shared;
}

void public_key_free(struct public_key **key)
{
    if (*key == NULL)
        return;
    EVP_PKEY_CTX_free(resting_take((*key)->verify));
    EVP_PKEY_free((*key)->pkey);
    free(*key);
    *key = NULL;
}

enum curve public_key_curve(const struct public_key *key)
{
    return key->point.curve;
}

void public_key_coordinates(const struct public_key *key, struct coordinates *out)
{
    *out = key->point;
}

bool public_key_equal(const struct public_key *a, const struct public_key *b)
{
    return a->point.curve == b->point.curve &&
           memcmp(a->point.x, b->point.x, sizeof a->point.x) == 0 &&
           memcmp(a->point.y, b->point.y, sizeof a->point.y) == 0;
}

/* Takes `pkey` over, NULL included. */
static enum oc_err private_key_from_pkey(struct private_key **out, EVP_PKEY *pkey)
{
    enum oc_err e;

    *out = pkey == NULL ? NULL : calloc(1, sizeof **out);
    if (*out == NULL) {
        EVP_PKEY_free(pkey);
        return OC_MEMORY;
    }
    (*out)->pkey = pkey;
    (*out)->sign = &(*out)->place;
    e = public_key_from_pkey(&(*out)->public, pkey);
    if (e != OC_OK)
        private_key_free(out);
    return e;
}

enum oc_err private_key_generate(struct private_key **out, enum curve curve)
{
    const struct curve_info *info;
    EVP_PKEY *parameters, *pkey = NULL;
    enum oc_err e = find_curve(curve, &info, &parameters);
    EVP_PKEY_CTX *ctx;

    *out = NULL;
    if (e != OC_OK)
        return e;
    ctx = info->is_okp ? EVP_PKEY_CTX_new_from_name(NULL, info->openssl_name, NULL)
                       : EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || EVP_PKEY_keygen(ctx, &pkey) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    return private_key_from_pkey(out, pkey);
}

/* The public point d·G, uncompressed; false when d is not from 1 to the order less one. */
static bool multiply_base(uint8_t encoded[POINT_MAX], const struct curve_info *info,
                          const BIGNUM *d)
{
    const EC_GROUP *group = curve_group(info);
    BN_CTX *ctx = BN_CTX_secure_new();
    EC_POINT *point = NULL;
    bool done;

    done = group != NULL && ctx != NULL && !BN_is_zero(d) &&
           BN_cmp(d, EC_GROUP_get0_order(group)) < 0 &&
           (point = EC_POINT_new(group)) != NULL &&
           EC_POINT_mul(group, point, d, NULL, NULL, ctx) == 1 &&
           EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, POINT_MAX,
                              ctx) == 1 + 2 * info->n;
    EC_POINT_clear_free(point);
    BN_CTX_free(ctx);
    return done;
}

static EVP_PKEY *build_ec(const struct curve_info *info, const BIGNUM *d, const uint8_t *encoded)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY *pkey = NULL;

    if (ctx != NULL && build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, info->openssl_name,
                                        0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, encoded,
                                         1 + 2 * info->n) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, d) == 1 &&
        (params = OSSL_PARAM_BLD_to_param(build)) != NULL &&
        EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1)
        pkey = NULL;
    OSSL_PARAM_free(params);        /* wipes what came from a secure number */
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static enum oc_err new_ec(struct private_key **out, const struct curve_info *info,
                          struct bytes scalar)
{
    BIGNUM *d = BN_secure_new();
    uint8_t encoded[POINT_MAX];
    enum oc_err e;

    if (d == NULL || BN_bin2bn(scalar.p, (int)scalar.n, d) == NULL) {
        e = OC_MEMORY;
    } else {
        ERR_clear_error();
        BN_set_flags(d, BN_FLG_CONSTTIME);
        e = multiply_base(encoded, info, d) ? private_key_from_pkey(out, build_ec(info, d, encoded))
                                            : openssl_failure(OC_SHAPE);
    }
    BN_clear_free(d);
    return e;
}

enum oc_err private_key_new(struct private_key **out, enum curve curve, const struct secret *d)
{
    struct bytes scalar = secret_view(d);
    const struct curve_info *info;
    EVP_PKEY *parameters;
    enum oc_err e = find_curve(curve, &info, &parameters);

    *out = NULL;
    if (e != OC_OK)
        return e;
    if (scalar.n != info->n)
        return OC_SHAPE;
    if (!info->is_okp)
        return new_ec(out, info, scalar);
    return private_key_from_pkey(out, EVP_PKEY_new_raw_private_key_ex(NULL, info->openssl_name,
                                                                      NULL, scalar.p, scalar.n));
}

void private_key_free(struct private_key **key)
{
    if (*key == NULL)
        return;
    EVP_PKEY_CTX_free(resting_take((*key)->sign));
    EVP_PKEY_free((*key)->pkey);
    public_key_free(&(*key)->public);
    secret_free(&(*key)->deferred);
    free((*key)->uri);
    free(*key);
    *key = NULL;
}

enum curve private_key_curve(const struct private_key *key)
{
    return key->public->point.curve;
}

const struct public_key *private_key_public(const struct private_key *key)
{
    return key->public;
}

struct secret *private_key_secret(const struct private_key *key)
{
    const struct curve_info *info = curve_info(private_key_curve(key));
    size_t n = info->n;
    struct secret *d;
    bool done;

    if (key->deferred != NULL)
        return secret_copy(secret_view(key->deferred));
    d = key->uri == NULL ? secret_new(n) : NULL;
    if (d == NULL)
        return NULL;
    done = info->is_okp
               ? EVP_PKEY_get_raw_private_key(key->pkey, secret_fill(d), &n) == 1 && n == info->n
               : get_number(key->pkey, OSSL_PKEY_PARAM_PRIV_KEY, secret_fill(d), info->n);
    if (!done)
        secret_free(&d);
    return d;
}

/* An encrypted key would otherwise make OpenSSL ask on the terminal. */
static int no_passphrase(char *out, int size, int for_writing, void *user)
{
    (void)out;
    (void)size;
    (void)for_writing;
    (void)user;
    return -1;
}

enum oc_err private_key_from_pem(struct private_key **out, struct bytes pem)
{
    EVP_PKEY *pkey;
    BIO *bio;

    *out = NULL;
    if (pem.n == 0 || pem.n > INT_MAX)
        return OC_SHAPE;
    bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    if (bio == NULL)
        return OC_MEMORY;
    ERR_clear_error();
    pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return pkey == NULL ? openssl_failure(OC_SHAPE) : private_key_from_pkey(out, pkey);
}

enum oc_err private_key_to_pem(struct secret **out, const struct private_key *key)
{
    BIO *bio;
    char *text;
    long n;

    *out = NULL;
    if (key->pkey == NULL)
        return OC_UNAVAILABLE;
    bio = BIO_new(BIO_s_secmem());
    if (bio != NULL &&
        PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1) {
        n = BIO_get_mem_data(bio, &text);
        *out = secret_copy((struct bytes){ (const uint8_t *)text, (size_t)n });
    }
    BIO_free(bio);
    return *out == NULL ? OC_MEMORY : OC_OK;
}

enum oc_err public_key_from_pem(struct public_key **out, struct bytes pem)
{
    struct buf der;
    const unsigned char *p;
    EVP_PKEY *pkey = NULL;
    enum oc_err e;

    *out = NULL;
    buf_init(&der, X509_DER_MAX);
    e = pem_read(&der, pem, "PUBLIC KEY", 0);
    if (e == OC_OK) {
        p = der.p;
        pkey = d2i_PUBKEY(NULL, &p, (long)der.n);
        if (pkey != NULL && p != der.p + der.n) {
            EVP_PKEY_free(pkey);
            pkey = NULL;
        }
    }
    if (pkey != NULL)
        e = public_key_from_pkey(out, pkey);
    else if (e != OC_MEMORY)
        e = openssl_failure(OC_SHAPE);
    EVP_PKEY_free(pkey);
    buf_cleanup(&der);
    return e;
}
