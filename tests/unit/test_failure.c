/* What others left in OpenSSL's queue of errors, here that memory was out, is not why we fail. */
#include <openssl/err.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static struct fixture f;

static void leave_error(void)
{
    ERR_clear_error();
    ERR_raise(ERR_LIB_EVP, ERR_R_MALLOC_FAILURE);
}

static void test_signatures(enum curve curve)
{
    const struct curve_info *info = curve_info(curve);
    struct private_key *key = new_key(curve);
    struct buf signature = new_buf();

    must(key_sign(&signature, key, BYTES("message")));
    leave_error();
    ok(key_verify(private_key_public(key), info->alg, BYTES("another"), buf_view(&signature)) ==
       OC_SIGNATURE, "%s: a wrong signature is wrong", info->name);
    private_key_free(&key);
    buf_cleanup(&signature);
}

static void test_keys(void)
{
    struct public_key *key;
    struct private_key *private;
    uint8_t ones[32];

    memset(ones, 1, sizeof ones);
    leave_error();
    ok(public_key_new(&key, CURVE_P256, BYTES_OF(ones), BYTES_OF(ones), false) == OC_SHAPE,
       "a point off its curve is no key");
    leave_error();
    ok(public_key_new(&key, CURVE_ED25519, BYTES_OF(ones), BYTES(""), false) == OC_OK,
       "and a key is one");
    public_key_free(&key);
    leave_error();
    ok(private_key_from_pem(&private, BYTES("-----BEGIN PRIVATE KEY-----\nx")) == OC_SHAPE,
       "broken PEM is no private key");
    leave_error();
    ok(public_key_from_pem(&key, BYTES("-----BEGIN PUBLIC KEY-----\nx")) == OC_SHAPE,
       "nor a public one");
}

static void test_certificates(void)
{
    struct x509_cert *cert;

    leave_error();
    ok(x509_new(&cert, BYTES("\x30\x00")) == OC_SHAPE, "an empty sequence is no certificate");
    leave_error();
    ok(x509_new(&cert, x509_der(f.signer)) == OC_OK, "and a certificate is one");
    x509_free(&cert);
    leave_error();
    ok(x509_signed_by(f.reader, f.iaca) == OC_SIGNATURE, "who did not sign has not");
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_signatures(CURVE_P256);
    test_signatures(CURVE_ED25519);
    test_keys();
    test_certificates();
    fixture_cleanup(&f);
    return done();
}
