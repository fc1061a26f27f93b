#include "crypto/kdf.h"

#include <string.h>

#include "tests/unit/wycheproof.h"

static bool as_expected(json_t *test)
{
    bool valid = wycheproof_valid(test, false), good;
    size_t n = (size_t)json_integer_value(json_object_get(test, "size"));
    struct buf ikm, salt, info, okm;
    struct secret *out;
    enum oc_err e;

    unhex(json_string_value(json_object_get(test, "ikm")), &ikm);
    unhex(json_string_value(json_object_get(test, "salt")), &salt);
    unhex(json_string_value(json_object_get(test, "info")), &info);
    unhex(json_string_value(json_object_get(test, "okm")), &okm);
    e = hkdf(&out, buf_view(&ikm), buf_view(&salt), buf_view(&info), n);
    good = valid ? e == OC_OK && secret_equal(out, buf_view(&okm)) : e == OC_USAGE && out == NULL;
    secret_free(&out);
    buf_cleanup(&ikm);
    buf_cleanup(&salt);
    buf_cleanup(&info);
    buf_cleanup(&okm);
    return good;
}

static void test_hkdf(void)
{
    json_t *file = vector_json("wycheproof/hkdf_sha256_test.json"), *group, *test;
    size_t g, t, tried = 0, wrong = 0;

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    json_array_foreach(json_object_get(file, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            tried++;
            if (!as_expected(test))
                wrong++;
        }
    }
    wycheproof_done(file, "HKDF-SHA-256", tried, wrong);
    json_decref(file);
}

static void test_argon2id(void)
{
    const struct argon2_cost cheap = { 1, ARGON2_MEMORY_KIB_MIN, 1 };
    const struct { const char *name; struct argon2_cost cost; } row[] = {
        { "no pass", { 0, 65536, 1 } },
        { "too many passes", { ARGON2_PASSES_MAX + 1, 65536, 1 } },
        { "too little memory", { 3, ARGON2_MEMORY_KIB_MIN - 1, 1 } },
        { "too much memory", { 3, ARGON2_MEMORY_KIB_MAX + 1, 1 } },
        { "no lane", { 3, 65536, 0 } },
        { "too many lanes", { 3, 65536, ARGON2_LANES_MAX + 1 } },
    };
    struct secret *passphrase = secret_copy(BYTES("correct horse"));
    struct secret *other = secret_copy(BYTES("correct horsf"));
    struct secret *a, *b;
    struct bytes salt = BYTES("sixteen byte sal");

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(argon2id(&a, passphrase, salt, row[i].cost, 32) == OC_LIMIT && a == NULL,
           "Argon2id: %s is refused", row[i].name);
    ok(argon2id(&a, passphrase, BYTES("short"), cheap, 32) == OC_LIMIT, "so is a short salt");
    ok(argon2id(&a, passphrase, salt, cheap, 32) == OC_OK && secret_view(a).n == 32, "a key");
    ok(argon2id(&b, passphrase, salt, cheap, 32) == OC_OK && secret_equal(b, secret_view(a)),
       "the same again");
    secret_free(&b);
    ok(argon2id(&b, other, salt, cheap, 32) == OC_OK && !secret_equal(b, secret_view(a)),
       "another passphrase, another key");
    secret_free(&a);
    secret_free(&b);
    secret_free(&passphrase);
    secret_free(&other);
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    test_hkdf();
    test_argon2id();
    return done();
}
