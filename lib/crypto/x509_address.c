/* Where an issuer and its revocation list are to be found, as a certificate has it. */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "crypto/internal.h"

/* An address that fits and has no NUL inside, or "". */
static void copy_address(char out[X509_ADDRESS_N], const ASN1_IA5STRING *text)
{
    size_t n = (size_t)ASN1_STRING_length(text);

    if (n >= X509_ADDRESS_N || memchr(ASN1_STRING_get0_data(text), '\0', n) != NULL)
        return;
    memcpy(out, ASN1_STRING_get0_data(text), n);
    out[n] = '\0';
}

static void first_address(char out[X509_ADDRESS_N], const GENERAL_NAMES *names, bool email_counts)
{
    for (int i = 0; out[0] == '\0' && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_URI || (email_counts && name->type == GEN_EMAIL))
            copy_address(out, name->d.ia5);
    }
}

static void first_point(char out[X509_ADDRESS_N], const CRL_DIST_POINTS *points)
{
    enum { FULL_NAME = 0 };

    for (int i = 0; out[0] == '\0' && i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;

        if (name != NULL && name->type == FULL_NAME)
            first_address(out, name->name.fullname, false);
    }
}

enum oc_err x509_addresses(const struct x509_cert *cert, char issuer_alt[X509_ADDRESS_N],
                           char crl[X509_ADDRESS_N])
{
    GENERAL_NAMES *names;
    CRL_DIST_POINTS *points;

    issuer_alt[0] = crl[0] = '\0';
    ERR_clear_error();
    names = X509_get_ext_d2i(cert->x, NID_issuer_alt_name, NULL, NULL);
    points = X509_get_ext_d2i(cert->x, NID_crl_distribution_points, NULL, NULL);
    first_address(issuer_alt, names, true);
    first_point(crl, points);
    GENERAL_NAMES_free(names);
    CRL_DIST_POINTS_free(points);
    return openssl_failure(OC_OK);
}
