#include "crypto/keys.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <string.h>

#include "crypto/hash.h"
#include "tests/unit/wycheproof.h"

static const char *text_of(json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void coordinates_of(const struct public_key *key, struct bytes *x, struct bytes *y,
                           struct coordinates *c)
{
    public_key_coordinates(key, c);
    *x = (struct bytes){ c->x, c->n };
    *y = (struct bytes){ c->y, curve_info(c->curve)->is_okp ? 0 : c->n };
}

/* What every curve must do, with a key made here. */
static void test_curve(const struct curve_info *info)
{
    struct private_key *key = NULL, *again = NULL;
    struct public_key *public = NULL;
    struct secret *d = NULL, *pem = NULL;
    struct coordinates c;
    struct bytes x, y;

    if (private_key_generate(&key, info->curve) == OC_UNAVAILABLE) {
        skip("%s is not in this OpenSSL", info->name);
        return;
    }
    if (!ok(key != NULL && private_key_curve(key) == info->curve, "%s: a key", info->name))
        return;
    d = private_key_secret(key);
    ok(d != NULL && secret_view(d).n == info->n &&
       private_key_new(&again, info->curve, d) == OC_OK &&
       public_key_equal(private_key_public(again), private_key_public(key)),
       "%s: the public part follows from the secret", info->name);
    private_key_free(&again);
    ok(private_key_to_pem(&pem, key) == OC_OK &&
       private_key_from_pem(&again, secret_view(pem)) == OC_OK &&
       public_key_equal(private_key_public(again), private_key_public(key)),
       "%s: PEM and back", info->name);
    coordinates_of(private_key_public(key), &x, &y, &c);
    ok(public_key_new(&public, info->curve, x, y, false) == OC_OK &&
       public_key_equal(public, private_key_public(key)), "%s: coordinates and back", info->name);
    public_key_free(&public);
    x.n--;
    ok(public_key_new(&public, info->curve, x, y, false) == OC_SHAPE && public == NULL,
       "%s: x one byte short", info->name);
    x.n++;
    if (!info->is_okp) {
        ok(public_key_new(&public, info->curve, x, BYTES(""), c.y[c.n - 1] & 1) == OC_OK &&
           public_key_equal(public, private_key_public(key)), "%s: decompressed", info->name);
        public_key_free(&public);
        ok(public_key_new(&public, info->curve, x, BYTES(""), !(c.y[c.n - 1] & 1)) == OC_OK &&
           !public_key_equal(public, private_key_public(key)), "%s: the other y", info->name);
        public_key_free(&public);
        c.y[c.n - 1] ^= 1;
        ok(public_key_new(&public, info->curve, x, y, false) == OC_SHAPE,
           "%s: a point off the curve", info->name);
        memset(&c, 0, sizeof c);
        ok(public_key_new(&public, info->curve, x, y, false) == OC_SHAPE, "%s: (0,0)", info->name);
        memset(c.x, 0xff, sizeof c.x);
        ok(public_key_new(&public, info->curve, x, BYTES(""), false) == OC_SHAPE,
           "%s: x beyond the field", info->name);
        memset(secret_fill(d), 0, info->n);
        private_key_free(&again);
        ok(private_key_new(&again, info->curve, d) == OC_SHAPE, "%s: zero is no key", info->name);
        memset(secret_fill(d), 0xff, info->n);
        ok(private_key_new(&again, info->curve, d) == OC_SHAPE && again == NULL,
           "%s: nor is what exceeds the order", info->name);
    }
    secret_free(&d);
    secret_free(&pem);
    private_key_free(&again);
    private_key_free(&key);
}

static void must_defer(struct private_key **key, const struct secret *d,
                       const struct public_key *public)
{
    if (private_key_defer(key, d, public) != OC_OK)
        abort();
}

/* Imported when it is opened, and not before: until then nothing signs. */
static void test_deferred(const struct curve_info *info)
{
    struct private_key *whole = NULL, *other, *key = NULL;
    struct secret *d, *back, *pem = NULL;
    struct buf signature;

    if (private_key_generate(&whole, info->curve) != OC_OK ||
        private_key_generate(&other, info->curve) != OC_OK) {
        skip("%s is not in this OpenSSL", info->name);
        return;
    }
    buf_init(&signature, 200);
    d = private_key_secret(whole);
    ok(private_key_defer(&key, d, private_key_public(whole)) == OC_OK &&
       !private_key_is_open(key) && private_key_curve(key) == info->curve &&
       public_key_equal(private_key_public(key), private_key_public(whole)),
       "%s: deferred, its public part is known", info->name);
    back = private_key_secret(key);
    ok(back != NULL && secret_equal(back, secret_view(d)), "%s: and its secret", info->name);
    ok(key_sign(&signature, key, BYTES("message")) ==
           (info->alg == COSE_ALG_NONE ? OC_USAGE : OC_UNAVAILABLE) && signature.n == 0 &&
       private_key_to_pem(&pem, key) == OC_UNAVAILABLE && pem == NULL,
       "%s: it does nothing before it is open", info->name);
    ok(private_key_open(key) == OC_OK && private_key_is_open(key) &&
       private_key_open(key) == OC_OK, "%s: opened, twice too", info->name);
    if (info->alg != COSE_ALG_NONE)
        ok(key_sign(&signature, key, BYTES("message")) == OC_OK &&
           key_verify(private_key_public(whole), (int)info->alg, BYTES("message"),
                      buf_view(&signature)) == OC_OK, "%s: then it signs", info->name);
    private_key_free(&key);
    must_defer(&key, d, private_key_public(other));
    ok(private_key_open(key) == OC_SHAPE && !private_key_is_open(key) &&
       private_key_open(key) == OC_SHAPE, "%s: another's public part", info->name);
    private_key_free(&key);
    if (!info->is_okp) {
        memset(secret_fill(d), 0, info->n);
        must_defer(&key, d, private_key_public(whole));
        ok(private_key_open(key) == OC_SHAPE && !private_key_is_open(key),
           "%s: zero is no key when it is opened", info->name);
        private_key_free(&key);
    }
    secret_free(&back);
    back = secret_new(info->n - 1);
    ok(private_key_defer(&key, back, private_key_public(whole)) == OC_SHAPE && key == NULL,
       "%s: a secret one byte short", info->name);
    secret_free(&back);
    secret_free(&d);
    buf_cleanup(&signature);
    private_key_free(&other);
    private_key_free(&whole);
}

/* r = -e/d: what is added up while verifying comes to the point at infinity, whatever s is. */
static void test_infinity(void)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(OBJ_sn2nid("prime256v1"));
    const BIGNUM *order = EC_GROUP_get0_order(group);
    BN_CTX *ctx = BN_CTX_new();
    struct private_key *key = NULL;
    struct secret *d = NULL;
    BIGNUM *r, *e;
    uint8_t digest[DIGEST_MAX], signature[64] = { 0 };

    if (private_key_generate(&key, CURVE_P256) != OC_OK ||
        (d = private_key_secret(key)) == NULL ||
        digest_of(DIGEST_SHA256, BYTES("message"), digest) != OC_OK) {
        ok(false, "a key");
        return;
    }
    e = BN_bin2bn(digest, 32, NULL);
    r = BN_bin2bn(secret_view(d).p, 32, NULL);
    BN_mod_inverse(r, r, order, ctx);
    BN_mod_mul(r, r, e, order, ctx);
    BN_sub(r, order, r);
    BN_bn2binpad(r, signature, 32);
    signature[63] = 1;
    for (int i = 0; i < 2; i++)
        ok(key_verify(private_key_public(key), COSE_ES256, BYTES("message"),
                      BYTES_OF(signature)) == OC_SIGNATURE, "a signature that leads to infinity");
    BN_free(e);
    BN_free(r);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
    secret_free(&d);
    private_key_free(&key);
}

static void test_signing(const struct curve_info *info)
{
    struct private_key *key = NULL, *other = NULL;
    struct buf signature;
    size_t refused = 0;

    if (private_key_generate(&key, info->curve) != OC_OK ||
        private_key_generate(&other, info->curve) != OC_OK) {
        skip("%s is not in this OpenSSL", info->name);
        return;
    }
    buf_init(&signature, 1000);
    if (info->alg == COSE_ALG_NONE) {
        ok(key_sign(&signature, key, BYTES("m")) == OC_USAGE && signature.n == 0 &&
           key_verify(private_key_public(key), COSE_ALG_NONE, BYTES("m"), BYTES("")) == OC_SHAPE,
           "%s does not sign", info->name);
    } else {
        const struct public_key *public = private_key_public(key);

        ok(key_sign(&signature, key, BYTES("message")) == OC_OK &&
               signature.n == info->signature_n &&
               key_verify(public, info->alg, BYTES("message"), buf_view(&signature)) == OC_OK,
           "%s: signed and checked", info->name);
        ok(key_verify(public, info->alg, BYTES("massage"), buf_view(&signature)) == OC_SIGNATURE &&
               key_verify(private_key_public(other), info->alg, BYTES("message"),
                          buf_view(&signature)) == OC_SIGNATURE,
           "%s: other message, other key", info->name);
        ok(key_verify(public, info->alg == COSE_ES256 ? COSE_ES384 : COSE_ES256, BYTES("message"),
                      buf_view(&signature)) == OC_SHAPE, "%s: another algorithm", info->name);
        ok(key_verify(public, info->alg, BYTES("message"),
                      (struct bytes){ signature.p, signature.n - 1 }) == OC_SIGNATURE,
           "%s: one byte short", info->name);
        for (size_t i = 0; i < signature.n; i++) {
            signature.p[i] ^= 0x10;
            if (key_verify(public, info->alg, BYTES("message"), buf_view(&signature)) ==
                OC_SIGNATURE)
                refused++;
            signature.p[i] ^= 0x10;
        }
        ok(refused == signature.n, "%s: a bit flipped in any byte is refused", info->name);
        memset(signature.p, 0, signature.n);
        ok(key_verify(public, info->alg, BYTES("message"), buf_view(&signature)) == OC_SIGNATURE,
           "%s: r = s = 0", info->name);
    }
    buf_cleanup(&signature);
    private_key_free(&key);
    private_key_free(&other);
}

static void test_agreement(const struct curve_info *info)
{
    struct private_key *a = NULL, *b = NULL, *p256 = NULL;
    struct public_key *zero = NULL;
    struct secret *ab = NULL, *ba = NULL;
    uint8_t nothing[COORDINATE_MAX] = { 0 };

    if (private_key_generate(&a, info->curve) != OC_OK ||
        private_key_generate(&b, info->curve) != OC_OK ||
        private_key_generate(&p256, CURVE_P256) != OC_OK) {
        skip("%s is not in this OpenSSL", info->name);
        return;
    }
    if (!info->agrees) {
        ok(key_agree(&ab, a, private_key_public(b)) == OC_USAGE, "%s does not agree", info->name);
    } else {
        ok(key_agree(&ab, a, private_key_public(b)) == OC_OK &&
           key_agree(&ba, b, private_key_public(a)) == OC_OK && secret_view(ab).n == info->n &&
           secret_equal(ab, secret_view(ba)), "%s: both sides agree", info->name);
        secret_free(&ab);
        if (info->curve != CURVE_P256)
            ok(key_agree(&ab, a, private_key_public(p256)) == OC_SHAPE && ab == NULL,
               "%s: not across curves", info->name);
        if (info->is_okp)
            ok(public_key_new(&zero, info->curve, (struct bytes){ nothing, info->n }, BYTES(""),
                              false) == OC_OK && key_agree(&ab, a, zero) == OC_SHAPE && ab == NULL,
               "%s: an all-zero result is refused", info->name);
    }
    public_key_free(&zero);
    secret_free(&ab);
    secret_free(&ba);
    private_key_free(&a);
    private_key_free(&b);
    private_key_free(&p256);
}

/* A Wycheproof key; false when it cannot be imported. */
static bool wycheproof_key(struct public_key **key, const struct curve_info *info, json_t *group)
{
    json_t *named = json_object_get(group, "publicKey");
    struct buf raw;
    bool made;

    unhex(text_of(named, info->is_okp ? "pk" : "uncompressed"), &raw);
    if (info->is_okp)
        made = public_key_new(key, info->curve, buf_view(&raw), BYTES(""), false) == OC_OK;
    else
        made = raw.n == 1 + 2 * info->n &&
               public_key_new(key, info->curve, (struct bytes){ raw.p + 1, info->n },
                              (struct bytes){ raw.p + 1 + info->n, info->n }, false) == OC_OK;
    buf_cleanup(&raw);
    return made;
}

static void test_signature_vectors(enum curve curve, const char *path)
{
    const struct curve_info *info = curve_info(curve);
    json_t *file = vector_json(path), *group, *test;
    size_t g, t, tried = 0, wrong = 0;

    json_array_foreach(json_object_get(file, "testGroups"), g, group) {
        struct public_key *key = NULL;

        if (!wycheproof_key(&key, info, group))
            wrong++;
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            struct buf message, signature;

            unhex(text_of(test, "msg"), &message);
            unhex(text_of(test, "sig"), &signature);
            tried++;
            if (key == NULL || (key_verify(key, info->alg, buf_view(&message),
                                           buf_view(&signature)) == OC_OK) !=
                                   wycheproof_valid(test, false)) {
                note("%s case %d", path, (int)json_integer_value(json_object_get(test, "tcId")));
                wrong++;
            }
            buf_cleanup(&message);
            buf_cleanup(&signature);
        }
        public_key_free(&key);
    }
    wycheproof_done(file, info->name, tried, wrong);
    json_decref(file);
}

/* ECDH over points as they come: off the curve, compressed, at infinity, cut. The file has one
 * group; its one acceptable case is a compressed point, which COSE allows and we take. */
static void test_agreement_vectors(void)
{
    json_t *file = vector_json("wycheproof/ecdh_secp256r1_ecpoint_test.json"), *test;
    json_t *group = json_array_get(json_object_get(file, "testGroups"), 0);
    size_t t, tried = 0, wrong = 0;

    json_array_foreach(json_object_get(group, "tests"), t, test) {
        struct public_key *theirs = NULL;
        struct private_key *mine = NULL;
        struct secret *d = secret_new(32), *shared = NULL;
        struct buf point, scalar, want;
        bool agreed = false;

        unhex(text_of(test, "public"), &point);
        unhex(text_of(test, "private"), &scalar);
        unhex(text_of(test, "shared"), &want);
        for (size_t i = 0; i < 32 && i < scalar.n; i++)     /* some have a zero byte in front */
            secret_fill(d)[31 - i] = scalar.p[scalar.n - 1 - i];
        if (point.n == 65 && point.p[0] == 4)
            agreed = public_key_new(&theirs, CURVE_P256, (struct bytes){ point.p + 1, 32 },
                                    (struct bytes){ point.p + 33, 32 }, false) == OC_OK;
        else if (point.n == 33 && (point.p[0] == 2 || point.p[0] == 3))
            agreed = public_key_new(&theirs, CURVE_P256, (struct bytes){ point.p + 1, 32 },
                                    BYTES(""), point.p[0] == 3) == OC_OK;
        agreed = agreed && private_key_new(&mine, CURVE_P256, d) == OC_OK &&
                 key_agree(&shared, mine, theirs) == OC_OK && secret_equal(shared, buf_view(&want));
        tried++;
        if (agreed != wycheproof_valid(test, true)) {
            note("ECDH case %d", (int)json_integer_value(json_object_get(test, "tcId")));
            wrong++;
        }
        secret_free(&shared);
        secret_free(&d);
        public_key_free(&theirs);
        private_key_free(&mine);
        buf_cleanup(&point);
        buf_cleanup(&scalar);
        buf_cleanup(&want);
    }
    wycheproof_done(file, "ECDH on P-256", tried, wrong);
    json_decref(file);
}

static void test_vectors(void)
{
    static const struct { enum curve curve; const char *path; } row[] = {
        { CURVE_P256, "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json" },
        { CURVE_P384, "wycheproof/ecdsa_secp384r1_sha384_p1363_test.json" },
        { CURVE_P521, "wycheproof/ecdsa_secp521r1_sha512_p1363_test.json" },
        { CURVE_BP256, "wycheproof/ecdsa_brainpoolP256r1_sha256_p1363_test.json" },
        { CURVE_BP384, "wycheproof/ecdsa_brainpoolP384r1_sha384_p1363_test.json" },
        { CURVE_BP512, "wycheproof/ecdsa_brainpoolP512r1_sha512_p1363_test.json" },
        { CURVE_ED25519, "wycheproof/ed25519_test.json" },
        { CURVE_ED448, "wycheproof/ed448_test.json" },
    };

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        test_signature_vectors(row[i].curve, row[i].path);
    test_agreement_vectors();
}

static void test_pem(void)
{
    static const char *const not_keys[] = {
        "", "no PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n",
    };
    struct private_key *private = NULL;
    struct public_key *public = NULL;
    struct buf pem;

    for (size_t i = 0; i < sizeof not_keys / sizeof not_keys[0]; i++)
        ok(private_key_from_pem(&private, bytes_str(not_keys[i])) == OC_SHAPE && private == NULL &&
           public_key_from_pem(&public, bytes_str(not_keys[i])) == OC_SHAPE && public == NULL,
           "PEM that holds no key, %zu", i);
    if (vector_read("annex-d/EDeviceKey.key.pem", &pem))
        ok(private_key_from_pem(&private, buf_view(&pem)) == OC_OK &&
           private_key_curve(private) == CURVE_P256, "a key of Annex D");
    else
        skip("no vectors here");
    private_key_free(&private);
    buf_cleanup(&pem);
}

int main(void)
{
    const struct curve_info *info;
    struct public_key *public = NULL;
    struct private_key *private = NULL;

    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    for (size_t i = 0; (info = curve_at(i)) != NULL; i++) {
        test_curve(info);
        test_deferred(info);
        test_signing(info);
        test_agreement(info);
    }
    ok(public_key_new(&public, (enum curve)8, BYTES("x"), BYTES("y"), false) == OC_USAGE &&
       private_key_generate(&private, CURVE_NONE) == OC_USAGE, "a curve we do not know");
    test_pem();
    test_vectors();
    test_infinity();
    return done();
}
