#include "crypto/token.h"

#include "tests/unit/tap.h"

static void test_uris(const struct private_key *some)
{
    static char longest[TOKEN_URI_MAX + 2];
    const struct { const char *name; struct bytes uri; enum oc_err want; } row[] = {
        { "a URI",               BYTES("pkcs11:token=a;object=b"), OC_OK },
        { "with its module",     BYTES("pkcs11:object=b?module-path=/m.so"), OC_OK },
        { "nothing",             BYTES(""), OC_USAGE },
        { "the scheme alone",    BYTES("pkcs11:"), OC_USAGE },
        { "another scheme",      BYTES("file:/key.pem"), OC_USAGE },
        { "a blank",             BYTES("pkcs11:object=a b"), OC_USAGE },
        { "NUL",                 BYTES("pkcs11:object=a\0b"), OC_USAGE },
        { "no ASCII",            BYTES("pkcs11:object=\xc3\xa9"), OC_USAGE },
        { "a PIN",               BYTES("pkcs11:object=b;pin-value=1"), OC_USAGE },
        { "a PIN in the query",  BYTES("pkcs11:object=b?pin-value=1"), OC_USAGE },
        { "where a PIN is",      BYTES("pkcs11:object=b?pin-source=/pin"), OC_USAGE },
        { "longer than any",     { (const uint8_t *)longest, TOKEN_URI_MAX + 1 }, OC_USAGE },
        { "as long as any",      { (const uint8_t *)longest, TOKEN_URI_MAX }, OC_OK },
    };

    memset(longest, 'x', TOKEN_URI_MAX + 1);
    memcpy(longest, "pkcs11:", 7);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct private_key *key;
        enum oc_err e = token_key_new(&key, row[i].uri, private_key_public(some));

        ok(e == row[i].want && (key != NULL) == (e == OC_OK), "%s: %s", row[i].name,
           oc_err_name(e));
        private_key_free(&key);
    }
}

static void test_closed(const struct private_key *some)
{
    struct private_key *key;
    struct secret *pin = secret_copy(BYTES("1234")), *shared, *d;
    struct buf signature;
    const char *reason = "none";
    enum oc_err e;

    if (!ok(token_key_new(&key, BYTES("pkcs11:token=nobody-has-this;object=b?module-path=/nowhere"),
                          private_key_public(some)) == OC_OK, "a key whose token is away"))
        return;
    buf_init(&signature, 256);
    d = private_key_secret(key);
    ok(!private_key_is_open(key) && d == NULL, "is not open, and cannot be read");
    ok(public_key_equal(private_key_public(key), private_key_public(some)),
       "its public part is known");
    ok(key_sign(&signature, key, BYTES("m")) == OC_UNAVAILABLE && signature.n == 0,
       "it signs nothing");
    ok(key_agree(&shared, key, private_key_public(some)) == OC_UNAVAILABLE && shared == NULL,
       "and agrees with nobody");
    e = token_key_open(key, pin, &reason);
    ok((e == OC_IO || e == OC_UNAVAILABLE) && !private_key_is_open(key),
       "opening it: %s, %s", oc_err_name(e), reason);
    ok(private_key_uri(some) == NULL && private_key_is_open(some), "a key in no token is open");
    private_key_free(&key);
    buf_cleanup(&signature);
    secret_free(&pin);
}

static void test_find(void)
{
    struct secret *pin = secret_copy(BYTES("1234"));
    struct private_key *key;
    const char *reason = "none";

    ok(token_key_find(&key, BYTES("pkcs11:object=b;pin-value=1"), pin, &reason) == OC_USAGE &&
       key == NULL, "a PIN in the URI: %s", reason);
    ok(token_key_find(&key, BYTES("pkcs11:object=b?module-path=/m&x=y"), pin, &reason) == OC_USAGE &&
       key == NULL, "another query: %s", reason);
    secret_free(&pin);
}

int main(void)
{
    struct private_key *some;

    if (secret_pool_init() != OC_OK || private_key_generate(&some, CURVE_P256) != OC_OK)
        return 1;
    test_uris(some);
    test_closed(some);
    test_find();
    private_key_free(&some);
    return done();
}
