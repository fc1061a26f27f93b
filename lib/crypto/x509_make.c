#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "crypto/internal.h"
#include "crypto/random.h"

enum { SERIAL_N = 20 };

static bool is_given(const char *s)
{
    return s != NULL && s[0] != '\0';
}

/* OpenSSL holds each attribute to its length and picks the string type: PrintableString for the
 * country, UTF8String for the others. */
static bool add_attribute(X509_NAME *name, int nid, const char *value)
{
    return !is_given(value) ||
           X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)value, -1,
                                      -1, 0) == 1;
}

static bool fill_subject(X509_NAME *name, const struct x509_spec *spec)
{
    return add_attribute(name, NID_countryName, spec->country) &&
           add_attribute(name, NID_stateOrProvinceName, spec->state) &&
           add_attribute(name, NID_organizationName, spec->organization) &&
           add_attribute(name, NID_commonName, spec->common_name);
}

static enum oc_err fill_serial(X509 *x)
{
    uint8_t serial[SERIAL_N];
    enum oc_err e = random_bytes(serial, sizeof serial);
    BIGNUM *number;

    if (e != OC_OK)
        return e;
    serial[0] = (serial[0] & 0x3f) | 0x40;      /* positive, and always of 20 octets */
    number = BN_bin2bn(serial, sizeof serial, NULL);
    if (number == NULL || BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) == NULL)
        e = OC_MEMORY;
    BN_free(number);
    return e;
}

static bool add_extension(X509 *x, int nid, void *value, bool critical)
{
    return value != NULL && X509_add1_ext_i2d(x, nid, value, critical, 0) == 1;
}

/* RFC 5280, section 4.2.1.2, method 1: SHA-1 of the key bits of `of`. */
static ASN1_OCTET_STRING *key_identifier(const X509 *of)
{
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    uint8_t sha1[SHA1_N];

    if (id == NULL || !sha1_of_key(sha1, of) || ASN1_OCTET_STRING_set(id, sha1, SHA1_N) != 1) {
        ASN1_OCTET_STRING_free(id);
        return NULL;
    }
    return id;
}

static bool add_key_identifiers(X509 *x, X509 *issuer)
{
    ASN1_OCTET_STRING *own = key_identifier(x);
    bool done = add_extension(x, NID_subject_key_identifier, own, false);
    AUTHORITY_KEYID *authority;

    ASN1_OCTET_STRING_free(own);
    if (!done || issuer == NULL)
        return done;
    authority = AUTHORITY_KEYID_new();
    if (authority != NULL) {
        const ASN1_OCTET_STRING *named = X509_get0_subject_key_id(issuer);

        authority->keyid = named != NULL ? ASN1_OCTET_STRING_dup(named) : key_identifier(issuer);
    }
    done = authority != NULL && authority->keyid != NULL &&
           add_extension(x, NID_authority_key_identifier, authority, false);
    AUTHORITY_KEYID_free(authority);
    return done;
}

static bool add_key_usage(X509 *x, unsigned usage)
{
    ASN1_BIT_STRING *bits = ASN1_BIT_STRING_new();
    bool done = bits != NULL;

    for (int i = 0; i < 9 && done; i++)
        if (usage & 1u << i)
            done = ASN1_BIT_STRING_set_bit(bits, i, 1) == 1;
    done = done && add_extension(x, NID_key_usage, bits, true);
    ASN1_BIT_STRING_free(bits);
    return done;
}

static bool add_ca_constraints(X509 *x)
{
    BASIC_CONSTRAINTS *basic = BASIC_CONSTRAINTS_new();
    bool done = false;

    if (basic != NULL) {
        basic->ca = 0xff;
        basic->pathlen = ASN1_INTEGER_new();
        done = basic->pathlen != NULL && ASN1_INTEGER_set(basic->pathlen, 0) == 1 &&
               add_extension(x, NID_basic_constraints, basic, true);
    }
    BASIC_CONSTRAINTS_free(basic);
    return done;
}

static bool add_eku(X509 *x, const char *const oids[3])
{
    EXTENDED_KEY_USAGE *usage = sk_ASN1_OBJECT_new_null();
    bool done = usage != NULL;

    for (int i = 0; i < 3 && oids[i] != NULL && done; i++) {
        ASN1_OBJECT *oid = OBJ_txt2obj(oids[i], 1);

        done = oid != NULL && sk_ASN1_OBJECT_push(usage, oid) > 0;
        if (!done)
            ASN1_OBJECT_free(oid);
    }
    done = done && add_extension(x, NID_ext_key_usage, usage, true);
    EXTENDED_KEY_USAGE_free(usage);
    return done;
}

static bool is_plain_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

/* A list of one name: a URI, or an e-mail address when `text` has an @ and no colon. */
static GENERAL_NAMES *one_name(const char *text)
{
    bool is_email = strchr(text, '@') != NULL && strchr(text, ':') == NULL;
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *value = ASN1_IA5STRING_new();

    if (names == NULL || name == NULL || value == NULL || !is_plain_ascii(text) ||
        ASN1_STRING_set(value, text, -1) != 1 || sk_GENERAL_NAME_push(names, name) < 1) {
        ASN1_IA5STRING_free(value);
        GENERAL_NAME_free(name);
        sk_GENERAL_NAME_free(names);
        return NULL;
    }
    GENERAL_NAME_set0_value(name, is_email ? GEN_EMAIL : GEN_URI, value);
    return names;
}

static bool add_issuer_alt_name(X509 *x, const char *text)
{
    GENERAL_NAMES *names = one_name(text);
    bool done = add_extension(x, NID_issuer_alt_name, names, false);

    GENERAL_NAMES_free(names);
    return done;
}

static bool add_crl_uri(X509 *x, const char *uri)
{
    CRL_DIST_POINTS *points = sk_DIST_POINT_new_null();
    DIST_POINT *point = DIST_POINT_new();
    bool done = false;

    if (points != NULL && point != NULL && (point->distpoint = DIST_POINT_NAME_new()) != NULL) {
        point->distpoint->type = 0;     /* fullName */
        point->distpoint->name.fullname = one_name(uri);
        done = point->distpoint->name.fullname != NULL && sk_DIST_POINT_push(points, point) > 0;
    }
    if (!done)
        DIST_POINT_free(point);
    done = done && add_extension(x, NID_crl_distribution_points, points, false);
    CRL_DIST_POINTS_free(points);
    return done;
}

static bool add_extensions(X509 *x, const struct x509_spec *spec, X509 *issuer)
{
    return add_key_identifiers(x, issuer) &&
           (spec->key_usage == 0 || add_key_usage(x, spec->key_usage)) &&
           (!spec->is_ca || add_ca_constraints(x)) &&
           (spec->eku[0] == NULL || add_eku(x, spec->eku)) &&
           (!is_given(spec->issuer_alt_uri) || add_issuer_alt_name(x, spec->issuer_alt_uri)) &&
           (!is_given(spec->crl_uri) || add_crl_uri(x, spec->crl_uri));
}

/* The digest to sign with; false for a key that does not sign. EdDSA has none of its own. */
static bool choose_digest(const EVP_MD **md, const struct private_key *signer)
{
    const struct curve_info *info = curve_info(private_key_curve(signer));

    *md = digest_md(algorithm_digest(info->alg));
    return info->alg != COSE_ALG_NONE && (info->is_okp || *md != NULL);
}

static enum oc_err fill(X509 *x, const struct x509_spec *spec, const struct public_key *key,
                        X509 *issuer)
{
    enum oc_err e = fill_serial(x);

    if (e != OC_OK)
        return e;
    if (X509_set_version(x, X509_VERSION_3) != 1 || X509_set_pubkey(x, key->pkey) != 1)
        return OC_MEMORY;
    /* What is left to fail is in the spec: a name too long, a time out of range, an OID. */
    if (ASN1_TIME_set(X509_getm_notBefore(x), (time_t)spec->not_before) == NULL ||
        ASN1_TIME_set(X509_getm_notAfter(x), (time_t)spec->not_after) == NULL ||
        !fill_subject(X509_get_subject_name(x), spec) ||
        X509_set_issuer_name(x, X509_get_subject_name(issuer != NULL ? issuer : x)) != 1 ||
        !add_extensions(x, spec, issuer))
        return openssl_failure(OC_USAGE);
    return OC_OK;
}

enum oc_err x509_make(struct x509_cert **out, const struct x509_spec *spec,
                      const struct public_key *key, const struct x509_cert *issuer,
                      const struct private_key *signer)
{
    const struct public_key *signed_by = issuer == NULL ? key : issuer->key;
    const EVP_MD *md;
    unsigned char *der = NULL;
    enum oc_err e;
    X509 *x;
    int n;

    *out = NULL;
    if (signed_by == NULL || !public_key_equal(signed_by, signer->public) ||
        !choose_digest(&md, signer))
        return OC_USAGE;
    x = X509_new();
    if (x == NULL)
        return OC_MEMORY;
    ERR_clear_error();
    e = fill(x, spec, key, issuer == NULL ? NULL : issuer->x);
    if (e == OC_OK) {
        n = X509_sign(x, signer->pkey, md) > 0 ? i2d_X509(x, &der) : -1;
        e = n > 0 ? x509_new(out, (struct bytes){ der, (size_t)n }) : OC_MEMORY;
    }
    OPENSSL_free(der);
    X509_free(x);
    ERR_clear_error();
    return e;
}

enum oc_err x509_request_make(struct buf *pem, const struct x509_spec *spec,
                              const struct private_key *key)
{
    unsigned char *der = NULL;
    const EVP_MD *md;
    enum oc_err e = OC_OK;
    X509_REQ *request;
    int n;

    if (!choose_digest(&md, key))
        return OC_USAGE;
    request = X509_REQ_new();
    if (request == NULL || X509_REQ_set_version(request, X509_REQ_VERSION_1) != 1 ||
        X509_REQ_set_pubkey(request, key->public->pkey) != 1)
        e = OC_MEMORY;
    else if (!fill_subject(X509_REQ_get_subject_name(request), spec))
        e = openssl_failure(OC_USAGE);
    if (e == OC_OK) {
        n = X509_REQ_sign(request, key->pkey, md) > 0 ? i2d_X509_REQ(request, &der) : -1;
        if (n > 0)
            pem_write(pem, "CERTIFICATE REQUEST", (struct bytes){ der, (size_t)n });
        e = n > 0 ? buf_err(pem) : OC_MEMORY;
    }
    OPENSSL_free(der);
    X509_REQ_free(request);
    ERR_clear_error();
    return e;
}

static void read_common_name(char out[128], const X509_NAME *name)
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1), n = -1;
    unsigned char *utf8 = NULL;

    if (at >= 0)
        n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (n > 0 && n < 128 && memchr(utf8, '\0', (size_t)n) == NULL)
        memcpy(out, utf8, (size_t)n);
    OPENSSL_free(utf8);
}

enum oc_err x509_request_read(struct public_key **key, char common_name[128], struct bytes pem)
{
    X509_REQ *request = NULL;
    EVP_PKEY *pkey = NULL;
    const unsigned char *p;
    enum oc_err e;
    struct buf der;

    *key = NULL;
    memset(common_name, 0, 128);
    buf_init(&der, X509_DER_MAX);
    e = pem_read(&der, pem, "CERTIFICATE REQUEST", 0);
    if (e == OC_OK) {
        p = der.p;
        request = d2i_X509_REQ(NULL, &p, (long)der.n);
        if (request != NULL && p == der.p + der.n)
            pkey = X509_REQ_get0_pubkey(request);
    }
    if (pkey != NULL)
        e = public_key_from_pkey(key, pkey);
    else if (e == OC_OK && request != NULL && p == der.p + der.n)
        e = x509_why_no_key(X509_REQ_get_X509_PUBKEY(request));
    else if (e != OC_MEMORY)
        e = openssl_failure(OC_SHAPE);
    if (e == OC_OK && *key == NULL)
        e = OC_SHAPE;
    /* Twice, as for a path: memory may have been out without a word. */
    if (e == OC_OK && X509_REQ_verify(request, (*key)->pkey) != 1 &&
        X509_REQ_verify(request, (*key)->pkey) != 1)
        e = openssl_failure(OC_SIGNATURE);
    if (e == OC_OK)
        read_common_name(common_name, X509_REQ_get_subject_name(request));
    else
        public_key_free(key);
    X509_REQ_free(request);
    buf_cleanup(&der);
    ERR_clear_error();
    return e;
}
