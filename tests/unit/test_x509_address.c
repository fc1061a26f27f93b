#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static void test_addresses(void)
{
    const int64_t now = date_start((struct date){ 2026, 11, 24 });
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, now);
    struct private_key *key = new_key(CURVE_P256);
    char issuer[X509_ADDRESS_N], crl[X509_ADDRESS_N], longer[X509_ADDRESS_N + 1];
    struct x509_cert *cert = new_certificate(&spec, key, NULL, NULL);

    ok(x509_addresses(cert, issuer, crl) == OC_OK &&
       strcmp(issuer, "https://issuer.example/") == 0 &&
       strcmp(crl, "https://issuer.example/crl") == 0, "both addresses of a certificate");
    x509_free(&cert);
    memset(longer, 'a', sizeof longer - 1);
    memcpy(longer, "https://", 8);
    longer[sizeof longer - 1] = '\0';
    spec.crl_uri = longer;
    spec.issuer_alt_uri = "issuer@issuer.example";
    cert = new_certificate(&spec, key, NULL, NULL);
    ok(x509_addresses(cert, issuer, crl) == OC_OK && crl[0] == '\0' &&
       strcmp(issuer, "issuer@issuer.example") == 0, "one too long is none; e-mail is one");
    x509_free(&cert);
    spec.crl_uri = spec.issuer_alt_uri = NULL;
    cert = new_certificate(&spec, key, NULL, NULL);
    ok(x509_addresses(cert, issuer, crl) == OC_OK && crl[0] == '\0' && issuer[0] == '\0',
       "and without any there are none");
    x509_free(&cert);
    private_key_free(&key);
}

int main(void)
{
    must(secret_pool_init());
    test_addresses();
    return done();
}
