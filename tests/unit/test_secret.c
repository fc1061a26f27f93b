#include "core/secret.h"

#include <openssl/crypto.h>
#include <string.h>

#include "tests/unit/tap.h"

int main(void)
{
    struct secret *s, *copy, *none = NULL;
    uint8_t stack[16];

    ok(secret_new(32) == NULL, "without the pool there is no secret");
    ok(secret_pool_init() == OC_OK && secret_pool_init() == OC_OK, "the pool, and once more");
    s = secret_new(32);
    if (!ok(s != NULL && secret_view(s).n == 32, "a secret of 32 bytes"))
        return done();
    ok(CRYPTO_secure_allocated(s) == 1, "it lives in the secure heap");
    ok(secret_view(s).p[0] == 0 && secret_view(s).p[31] == 0, "it begins as zeros");
    memset(secret_fill(s), 7, 32);
    copy = secret_copy(secret_view(s));
    ok(copy != NULL && secret_equal(copy, secret_view(s)), "a copy equals it");
    secret_fill(copy)[31] ^= 1;
    ok(!secret_equal(copy, secret_view(s)), "one bit of difference is seen");
    ok(!secret_equal(s, (struct bytes){ secret_view(s).p, 31 }), "so is a shorter one");
    secret_free(&copy);
    secret_free(&s);
    secret_free(&none);
    ok(copy == NULL && s == NULL, "free leaves NULL, and takes it");
    ok(secret_new((size_t)1 << 30) == NULL, "more than the pool holds is refused");
    s = secret_new(0);
    ok(s != NULL && secret_equal(s, BYTES("")), "an empty secret exists");
    secret_free(&s);
    memset(stack, 1, sizeof stack);
    secret_wipe(stack, sizeof stack);
    ok(stack[0] == 0 && stack[15] == 0, "wiped");
    return done();
}
