/* Lists that x509_crl_new() refuses, made with OpenSSL beneath our own writer, which makes none. */
#include "crypto/x509_crl.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static struct fixture f;
static EVP_PKEY *key;

static void new_pkey(void)
{
    struct secret *pem;
    BIO *bio;

    must(private_key_to_pem(&pem, f.iaca_key));
    bio = BIO_new_mem_buf(secret_view(pem).p, (int)secret_view(pem).n);
    key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    must(key != NULL ? OC_OK : OC_BUG);
    BIO_free(bio);
    secret_free(&pem);
}

static X509_CRL *base(void)
{
    struct x509_revoked revoked = { .serial = BYTES("\x05"), .at = f.now };
    struct buf der = new_buf();
    const unsigned char *p;
    X509_CRL *crl;

    must(x509_crl_make(&der, &(struct x509_crl_spec){
        .this_update = f.now, .next_update = f.now + 1, .number = 1, .revoked = &revoked,
        .revoked_n = 1 }, f.iaca, f.iaca_key));
    p = der.p;
    crl = d2i_X509_CRL(NULL, &p, (long)der.n);
    must(crl != NULL ? OC_OK : OC_BUG);
    buf_cleanup(&der);
    return crl;
}

static X509_EXTENSION *extension(const char *oid, bool critical, struct bytes value)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *made;

    ASN1_OCTET_STRING_set(octets, value.p, (int)value.n);
    made = X509_EXTENSION_create_by_OBJ(NULL, object, critical, octets);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(object);
    return made;
}

static enum oc_err sign_and_read(X509_CRL *crl, const EVP_MD *md, const char **reason)
{
    unsigned char *der = NULL;
    struct x509_crl *out;
    enum oc_err e;
    int n;

    must(X509_CRL_sign(crl, key, md) > 0 ? OC_OK : OC_BUG);
    n = i2d_X509_CRL(crl, &der);
    e = x509_crl_new(&out, (struct bytes){ der, (size_t)n }, reason);
    x509_crl_free(&out);
    OPENSSL_free(der);
    X509_CRL_free(crl);
    return e;
}

static void test_extensions(void)
{
    static const struct {
        const char *name, *oid;
        bool critical, in_entry;
        struct bytes value;
        enum oc_err want;
        const char *reason;
    } row[] = {
        { "a delta", "2.5.29.27", true, false, BYTES("\x02\x01\x01"), OC_REFUSED, "delta" },
        { "an indirect list", "2.5.29.28", true, false, BYTES("\x30\x03\x84\x01\xff"), OC_REFUSED,
          "indirect" },
        { "one of users alone", "2.5.29.28", true, false, BYTES("\x30\x03\x81\x01\xff"), OC_REFUSED,
          "partial" },
        { "a scope that is no such thing", "2.5.29.28", true, false, BYTES("\x05\x00"), OC_REFUSED,
          "partial" },
        { "an unknown critical extension", "1.2.3.4", true, false, BYTES("\x05\x00"), OC_REFUSED,
          "critical" },
        { "the same, not critical", "1.2.3.4", false, false, BYTES("\x05\x00"), OC_OK, NULL },
        { "an entry of another issuer", "2.5.29.29", true, true, BYTES("\x30\x00"), OC_REFUSED,
          "indirect" },
        { "an unknown critical extension of an entry", "1.2.3.4", true, true, BYTES("\x05\x00"),
          OC_REFUSED, "entry" },
        { "the same, not critical", "1.2.3.4", false, true, BYTES("\x05\x00"), OC_OK, NULL },
        { "when it became invalid", "2.5.29.24", false, true,
          BYTES("\x18\x0f" "20261124000000Z"), OC_OK, NULL },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        X509_EXTENSION *made = extension(row[i].oid, row[i].critical, row[i].value);
        X509_CRL *crl = base();
        const char *reason;
        enum oc_err e;

        if (row[i].in_entry)
            X509_REVOKED_add_ext(sk_X509_REVOKED_value(X509_CRL_get_REVOKED(crl), 0), made, -1);
        else
            X509_CRL_add_ext(crl, made, -1);
        X509_EXTENSION_free(made);
        e = sign_and_read(crl, EVP_sha256(), &reason);
        ok(e == row[i].want && (row[i].reason == NULL ? reason == NULL
                                                      : reason != NULL &&
                                                            strstr(reason, row[i].reason) != NULL),
           "%s: %s, %s", row[i].name, oc_err_name(e), reason != NULL ? reason : "");
    }
}

static void test_form(void)
{
    X509_CRL *crl = base();
    struct x509_crl *out;
    const char *reason;
    enum oc_err e;
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long n;

    PEM_write_bio_X509_CRL(bio, crl);
    n = BIO_get_mem_data(bio, &text);
    ok(x509_crl_new(&out, (struct bytes){ (uint8_t *)text, (size_t)n }, NULL) == OC_OK,
       "PEM is read too");
    x509_crl_free(&out);
    BIO_free(bio);
    e = sign_and_read(crl, EVP_sha1(), &reason);
    ok(e == OC_REFUSED && strstr(reason, "SHA") != NULL, "SHA-1: %s", reason);
    crl = base();
    X509_CRL_set_version(crl, 0);
    e = sign_and_read(crl, EVP_sha256(), &reason);
    ok(e == OC_SHAPE && strstr(reason, "version") != NULL, "version 1: %s", reason);
    ok(x509_crl_new(&out, BYTES(""), &reason) == OC_SHAPE && out == NULL, "nothing: %s", reason);
    ok(x509_reason_word(X509_KEY_COMPROMISE) != NULL && x509_reason_word(7) == NULL &&
       x509_reason_word(-1) == NULL && x509_reason_word(11) == NULL, "words of reasons");
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    new_pkey();
    test_extensions();
    test_form();
    EVP_PKEY_free(key);
    fixture_cleanup(&f);
    return done();
}
