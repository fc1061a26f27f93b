#include "crypto/hash.h"

#include <string.h>

#include "crypto/random.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* FIPS 180-4 examples: the digests of "abc". */
static void test_abc(void)
{
    const struct { enum digest digest; const char *name, *want; } row[] = {
        { DIGEST_SHA256, "SHA-256",
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { DIGEST_SHA384, "SHA-384",
          "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
          "8086072ba1e7cc2358baeca134c825a7" },
        { DIGEST_SHA512, "SHA-512",
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        uint8_t out[DIGEST_MAX];
        struct buf want;

        ok(unhex(row[i].want, &want) && digest_of(row[i].digest, BYTES("abc"), out) == OC_OK &&
           bytes_eq(buf_view(&want), (struct bytes){ out, digest_size(row[i].digest) }),
           "%s of abc", row[i].name);
        ok(digest_by_name(bytes_str(row[i].name)) == row[i].digest &&
           strcmp(digest_name(row[i].digest), row[i].name) == 0, "%s by name", row[i].name);
        buf_cleanup(&want);
    }
}

static void test_hasher(void)
{
    const struct bytes parts[] = { BYTES("a"), BYTES(""), BYTES("bc") };
    struct hasher h = { NULL };
    size_t same = 0;

    for (enum digest digest = DIGEST_SHA256; digest <= DIGEST_SHA512; digest++) {
        uint8_t once[DIGEST_MAX], again[DIGEST_MAX], joined[DIGEST_MAX];
        size_t n = digest_size(digest);

        same += digest_of(digest, BYTES("abc"), once) == OC_OK &&
                hasher_of(&h, digest, BYTES("abc"), again) == OC_OK &&
                hasher_of_parts(&h, digest, parts, 3, joined) == OC_OK &&
                memcmp(once, again, n) == 0 && memcmp(once, joined, n) == 0;
    }
    ok(same == 3, "one hasher for all digests, in one piece and in parts");
    ok(hasher_of(&h, DIGEST_NONE, BYTES("abc"), (uint8_t[DIGEST_MAX]){ 0 }) == OC_USAGE,
       "but not for none");
    hasher_cleanup(&h);
    hasher_cleanup(&h);
    ok(h.ctx == NULL, "cleanup twice");
}

static void test_hmac_vectors(void)
{
    json_t *file = vector_json("wycheproof/hmac_sha256_test.json"), *group, *test;
    size_t g, t, tried = 0, wrong = 0;

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    json_array_foreach(json_object_get(file, "testGroups"), g, group) {
        json_array_foreach(json_object_get(group, "tests"), t, test) {
            bool valid = strcmp(json_string_value(json_object_get(test, "result")), "valid") == 0;
            struct buf key, message, tag;
            uint8_t out[32];

            unhex(json_string_value(json_object_get(test, "key")), &key);
            unhex(json_string_value(json_object_get(test, "msg")), &message);
            unhex(json_string_value(json_object_get(test, "tag")), &tag);
            if (tag.n > 0 && hmac_sha256(buf_view(&key), buf_view(&message), out) == OC_OK) {
                tried++;
                if (digest_equal(buf_view(&tag), (struct bytes){ out, tag.n }) != valid)
                    wrong++;
            }
            buf_cleanup(&key);
            buf_cleanup(&message);
            buf_cleanup(&tag);
        }
    }
    json_decref(file);
    ok(tried > 100 && wrong == 0, "HMAC-SHA-256: %zu of %zu vectors came out wrong", wrong, tried);
}

int main(void)
{
    uint8_t a[32], b[32], out[DIGEST_MAX];

    test_abc();
    test_hasher();
    ok(digest_of(DIGEST_NONE, BYTES(""), out) == OC_USAGE && digest_size(DIGEST_NONE) == 0 &&
       digest_name(DIGEST_NONE) == NULL, "no digest is no digest");
    ok(digest_by_name(BYTES("SHA-1")) == DIGEST_NONE &&
           digest_by_name(BYTES("sha-256")) == DIGEST_NONE &&
           digest_by_name(BYTES("")) == DIGEST_NONE,
       "no other spelling is taken");
    ok(digest_equal(BYTES("ab"), BYTES("ab")) && !digest_equal(BYTES("ab"), BYTES("ac")) &&
       !digest_equal(BYTES("ab"), BYTES("abc")) && digest_equal(BYTES(""), BYTES("")),
       "comparing digests");
    test_hmac_vectors();
    ok(random_bytes(a, sizeof a) == OC_OK && random_bytes(b, sizeof b) == OC_OK &&
       memcmp(a, b, sizeof a) != 0, "two draws differ");
    return done();
}
