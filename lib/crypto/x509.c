#include "crypto/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/escape.h"
#include "crypto/internal.h"

/* OpenSSL notes extensions that it cannot read, and for want of memory once would note the same:
 * what is broken is so twice. */
static X509 *decode(const unsigned char **p, size_t n)
{
    const unsigned char *start = *p;
    X509 *x = d2i_X509(NULL, p, (long)n);

    if (x == NULL || (X509_get_extension_flags(x) & EXFLAG_INVALID) == 0)
        return x;
    X509_free(x);
    *p = start;
    x = d2i_X509(NULL, p, (long)n);
    if (x != NULL)
        (void)X509_get_extension_flags(x);
    return x;
}

enum oc_err x509_new(struct x509_cert **out, struct bytes der)
{
    const unsigned char *p = der.p;
    struct x509_cert *cert;
    EVP_PKEY *pkey;
    enum oc_err e;

    *out = NULL;
    if (der.n == 0)
        return OC_SHAPE;
    if (der.n > X509_DER_MAX)
        return OC_LIMIT;
    cert = calloc(1, sizeof *cert + der.n);
    if (cert == NULL)
        return OC_MEMORY;
    memcpy(cert->der, der.p, der.n);
    cert->n = der.n;
    ERR_clear_error();                      /* what others left there is not why this fails */
    cert->x = decode(&p, der.n);
    if (cert->x == NULL || p != der.p + der.n) {
        e = openssl_failure(OC_SHAPE);
        goto out;
    }
    pkey = X509_get0_pubkey(cert->x);
    e = pkey == NULL ? OC_SHAPE : public_key_from_pkey(&cert->key, pkey);
    if (e == OC_SHAPE)
        e = x509_why_no_key(X509_get_X509_PUBKEY(cert->x));
    ERR_clear_error();
    if (e == OC_SHAPE || e == OC_UNAVAILABLE)
        e = OC_OK;                          /* a certificate still, of a key we do not take */
    if (e == OC_OK) {
        x509_examine(cert);
        e = openssl_failure(OC_OK);         /* facts that are missing for want of memory */
    }
    if (e == OC_OK) {
        *out = cert;
        cert = NULL;
    }
out:
    x509_free(&cert);
    ERR_clear_error();
    return e;
}

enum oc_err x509_from_pem(struct x509_cert **out, struct bytes pem, size_t index)
{
    struct buf der;
    enum oc_err e;

    *out = NULL;
    buf_init(&der, X509_DER_MAX);
    e = pem_read(&der, pem, "CERTIFICATE", index);
    if (e == OC_OK)
        e = x509_new(out, buf_view(&der));
    buf_cleanup(&der);
    return e;
}

struct x509_cert *x509_copy(const struct x509_cert *cert)
{
    struct x509_cert *copy = calloc(1, sizeof *copy + cert->n);

    if (copy == NULL)
        return NULL;
    memcpy(copy->der, cert->der, cert->n);
    copy->n = cert->n;
    copy->facts = cert->facts;              /* its views are of what both own from here on */
    if (X509_up_ref(cert->x) == 1)
        copy->x = cert->x;
    if (cert->key != NULL)
        copy->key = public_key_share(cert->key);
    if (copy->x == NULL || (cert->key != NULL && copy->key == NULL))
        x509_free(&copy);
    return copy;
}

void x509_free(struct x509_cert **cert)
{
    if (*cert == NULL)
        return;
    X509_free((*cert)->x);
    public_key_free(&(*cert)->key);
    free(*cert);
    *cert = NULL;
}

struct bytes x509_der(const struct x509_cert *cert)
{
    return (struct bytes){ cert->der, cert->n };
}

void x509_to_pem(struct buf *out, const struct x509_cert *cert)
{
    pem_write(out, "CERTIFICATE", x509_der(cert));
}

enum oc_err x509_fingerprint(const struct x509_cert *cert, uint8_t out[32])
{
    uint8_t digest[DIGEST_MAX];
    enum oc_err e = digest_of(DIGEST_SHA256, x509_der(cert), digest);

    if (e == OC_OK)
        memcpy(out, digest, 32);
    return e;
}

enum oc_err x509_fingerprint_text(const struct x509_cert *cert, char out[X509_FINGERPRINT_TEXT_N])
{
    uint8_t digest[32];
    enum oc_err e = x509_fingerprint(cert, digest);

    out[0] = '\0';
    for (size_t i = 0; e == OC_OK && i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return e;
}

const struct public_key *x509_public_key(const struct x509_cert *cert)
{
    return cert->key;
}

/* Escaped but for line ends. One inside a value stays too, and can look like a line of its own. */
static void add_lines(struct buf *out, struct bytes text)
{
    char room[ESCAPE_ROOM];

    while (text.n > 0) {
        bool is_line_end = text.p[0] == '\n';
        struct bytes piece = escape_next(&text, room);

        buf_add(out, is_line_end ? BYTES("\n") : piece);
    }
}

enum oc_err x509_text(struct buf *out, const struct x509_cert *cert)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long n;

    if (bio == NULL ||
        X509_print_ex(bio, cert->x, XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB,
                      0) != 1) {
        BIO_free(bio);
        return OC_MEMORY;
    }
    n = BIO_get_mem_data(bio, &text);
    add_lines(out, (struct bytes){ (const uint8_t *)text, (size_t)n });
    BIO_free(bio);
    return buf_err(out);
}

enum oc_err x509_signed_by(const struct x509_cert *cert, const struct x509_cert *issuer)
{
    bool holds;

    ERR_clear_error();
    holds = issuer->key != NULL && X509_verify(cert->x, issuer->key->pkey) == 1;
    return holds ? OC_OK : openssl_failure(OC_SIGNATURE);
}
