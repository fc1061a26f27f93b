#include "crypto/aead.h"

#include <string.h>

#include "tests/unit/wycheproof.h"

static void take(json_t *test, const char *name, struct buf *out)
{
    if (!unhex(json_string_value(json_object_get(test, name)), out))
        buf_fail(out, OC_BUG);
}

/* One vector, opened, and sealed when it is valid; whether all came out as it says. */
static bool as_expected(json_t *test)
{
    bool valid = wycheproof_valid(test, false), good;
    struct buf key, nonce, aad, message, sealed, tag, out;
    struct secret *secret;
    enum oc_err e;

    take(test, "key", &key);
    take(test, "iv", &nonce);
    take(test, "aad", &aad);
    take(test, "msg", &message);
    take(test, "ct", &sealed);
    take(test, "tag", &tag);
    buf_add(&sealed, buf_view(&tag));
    secret = secret_copy(buf_view(&key));
    buf_init(&out, 1 << 20);
    e = aead_open(&out, secret, buf_view(&nonce), buf_view(&aad), buf_view(&sealed));
    if (valid) {
        good = e == OC_OK && bytes_eq(buf_view(&out), buf_view(&message));
        buf_truncate(&out, 0);
        good = good && aead_seal(&out, secret, buf_view(&nonce), buf_view(&aad),
                                 buf_view(&message)) == OC_OK &&
               bytes_eq(buf_view(&out), buf_view(&sealed));
    } else {
        good = e == OC_SIGNATURE && out.n == 0;
    }
    secret_free(&secret);
    struct buf *all[] = { &key, &nonce, &aad, &message, &sealed, &tag, &out };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        buf_cleanup(all[i]);
    return good;
}

static void test_vectors(void)
{
    json_t *file = vector_json("wycheproof/aes_gcm_test.json"), *group, *test;
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
    wycheproof_done(file, "AES-GCM", tried, wrong);
    json_decref(file);
}

int main(void)
{
    struct secret *key, *odd;
    struct bytes nonce = BYTES("twelve bytes"), text = BYTES("a card");
    struct buf sealed, out;
    bool refused = true;

    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    test_vectors();
    key = secret_copy(BYTES("sixteen byte key"));
    odd = secret_new(24);
    buf_init(&sealed, 100);
    buf_init(&out, 100);
    ok(aead_seal(&sealed, odd, nonce, text, text) == OC_USAGE, "AES-192 is not offered");
    ok(aead_seal(&sealed, key, BYTES("short"), text, text) == OC_USAGE, "nor another nonce length");
    ok(aead_seal(&sealed, key, nonce, text, text) == OC_OK && sealed.n == text.n + AEAD_TAG_N,
       "sealed");
    for (size_t i = 0; i < sealed.n * 8; i++) {
        sealed.p[i / 8] ^= (uint8_t)(1 << i % 8);
        if (aead_open(&out, key, nonce, text, buf_view(&sealed)) != OC_SIGNATURE || out.n != 0)
            refused = false;
        sealed.p[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    ok(refused, "every flipped bit is refused, and nothing is left behind");
    ok(aead_open(&out, key, nonce, BYTES("a cord"), buf_view(&sealed)) == OC_SIGNATURE,
       "other aad");
    ok(aead_open(&out, key, nonce, text, BYTES("short")) == OC_SIGNATURE, "shorter than a tag");
    buf_add_str(&out, "before:");
    ok(aead_open(&out, key, nonce, text, buf_view(&sealed)) == OC_OK &&
       strcmp(buf_text(&out), "before:a card") == 0, "the plaintext is appended");
    buf_cleanup(&out);
    buf_init(&out, 3);
    ok(aead_open(&out, key, nonce, text, buf_view(&sealed)) == OC_LIMIT, "a ceiling is kept");
    buf_cleanup(&out);
    buf_cleanup(&sealed);
    secret_free(&key);
    secret_free(&odd);
    return done();
}
