/* What fuzzing found, each with what it once broke. */
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "trust/signer.h"

/* A signer whose point is off its curve was told as "this OpenSSL has no such curve", so that
 * verifying such a card did not end in a refusal. */
static void test_point_off_curve(const struct fixture *f)
{
    static const uint8_t point_head[] = { 0x03, 0x42, 0x00, 0x04 };     /* BIT STRING, 04 ‖ x ‖ y */
    struct buf der = new_buf();
    struct trust_signer s;
    struct bytes chain;
    size_t at = 0;

    buf_add(&der, x509_der(f->signer));
    while (memcmp(der.p + at, point_head, sizeof point_head) != 0 && at + 70 < der.n)
        at++;
    der.p[at + sizeof point_head + 63] ^= 1;
    chain = buf_view(&der);
    must(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &chain, 1, &f->iacas, f->now));
    ok(s.chain == OC_UNTRUSTED && !s.facts.key_unavailable, "a point off its curve: %s",
       s.chain_reason);
    trust_signer_cleanup(&s);
    buf_cleanup(&der);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_point_off_curve(&f);
    fixture_cleanup(&f);
    return done();
}
