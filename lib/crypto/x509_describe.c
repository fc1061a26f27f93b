#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "core/date.h"
#include "crypto/internal.h"

/* Copy as much as fits, never half a character. */
static void put_text(char *out, size_t out_n, struct bytes text)
{
    size_t n = text.n < out_n ? text.n : out_n - 1;

    while (n > 0 && n < text.n && (text.p[n] & 0xc0) == 0x80)
        n--;
    if (n > 0)
        memcpy(out, text.p, n);
    out[n] = '\0';
}

void x509_name_text(char *out, size_t out_n, const X509_NAME *name)
{
    unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long n;

    out[0] = '\0';
    if (bio != NULL && X509_NAME_print_ex(bio, name, 0, flags) >= 0) {
        n = BIO_get_mem_data(bio, &text);
        put_text(out, out_n, (struct bytes){ (const uint8_t *)text, (size_t)n });
    }
    BIO_free(bio);
}

/* The one attribute of this kind; NULL when it is absent or there twice. */
static const ASN1_STRING *attribute(const X509_NAME *name, int nid)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);

    if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0)
        return NULL;
    return X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
}

/* As UTF-8. A value with a NUL inside counts as absent, since C text would hide the rest. */
static bool describe_attribute(char *out, size_t out_n, const X509_NAME *name, int nid)
{
    const ASN1_STRING *value = attribute(name, nid);
    unsigned char *utf8 = NULL;
    int n = value == NULL ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
    bool found = n > 0 && memchr(utf8, '\0', (size_t)n) == NULL;

    out[0] = '\0';
    if (found)
        put_text(out, out_n, (struct bytes){ utf8, (size_t)n });
    OPENSSL_free(utf8);
    return found;
}

static bool country_is_printable(const X509_NAME *name)
{
    const ASN1_STRING *value = attribute(name, NID_countryName);
    const unsigned char *p;

    if (value == NULL || ASN1_STRING_type(value) != V_ASN1_PRINTABLESTRING ||
        ASN1_STRING_length(value) != 2)
        return false;
    p = ASN1_STRING_get0_data(value);
    return p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' && p[1] <= 'Z';
}

struct bytes x509_name_der(const X509_NAME *name)
{
    const unsigned char *p = NULL;
    size_t n = 0;

    if (X509_NAME_get0_der(name, &p, &n) != 1)
        return (struct bytes){ NULL, 0 };
    return (struct bytes){ p, n };
}

static void describe_names(struct x509_facts *out, X509 *x)
{
    const X509_NAME *subject = X509_get_subject_name(x), *issuer = X509_get_issuer_name(x);

    x509_name_text(out->subject, sizeof out->subject, subject);
    describe_attribute(out->country, sizeof out->country, subject, NID_countryName);
    describe_attribute(out->state, sizeof out->state, subject, NID_stateOrProvinceName);
    out->has_common_name = describe_attribute(out->common_name, sizeof out->common_name, subject,
                                              NID_commonName);
    out->has_organization = describe_attribute(out->organization, sizeof out->organization,
                                               subject, NID_organizationName);
    out->country_is_printable = country_is_printable(subject);
    out->subject_der = x509_name_der(subject);
    out->issuer_der = x509_name_der(issuer);
    out->self_issued = bytes_eq(out->subject_der, out->issuer_der);
}

bool x509_seconds(const ASN1_TIME *time, int64_t *out)
{
    struct tm tm;

    if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
        return false;
    *out = date_start((struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday }) +
           (int64_t)tm.tm_hour * DATE_HOUR_S + (int64_t)tm.tm_min * 60 + tm.tm_sec;
    return true;
}

static void describe_serial(struct x509_facts *out, const ASN1_INTEGER *serial)
{
    const unsigned char *p = ASN1_STRING_get0_data(serial);

    out->serial = (struct bytes){ p, (size_t)ASN1_STRING_length(serial) };
    for (size_t i = 0; i < out->serial.n; i++)
        if (p[i] != 0)
            out->serial_positive = ASN1_STRING_type(serial) == V_ASN1_INTEGER;
}

/* The curve that a key's object identifiers name; CURVE_NONE when it is not ours. */
static enum curve named_curve(const ASN1_OBJECT *type, const ASN1_OBJECT *group)
{
    bool is_ec = OBJ_obj2nid(type) == NID_X9_62_id_ecPublicKey;
    int nid = OBJ_obj2nid(is_ec ? group : type);
    const struct curve_info *info;

    for (size_t i = 0; nid != NID_undef && (info = curve_at(i)) != NULL; i++)
        if (info->is_okp != is_ec && OBJ_sn2nid(info->openssl_name) == nid)
            return info->curve;
    return CURVE_NONE;
}

static void describe_key(struct x509_facts *out, const struct x509_cert *cert)
{
    const unsigned char *bits = NULL;
    X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *type = NULL;
    const void *parameter = NULL;
    int n = 0, kind = V_ASN1_UNDEF;
    enum curve named;

    out->curve = cert->key == NULL ? CURVE_NONE : public_key_curve(cert->key);
    if (X509_PUBKEY_get0_param(NULL, &bits, &n, &algorithm, X509_get_X509_PUBKEY(cert->x)) != 1)
        return;
    X509_ALGOR_get0(&type, &kind, &parameter, algorithm);
    out->point_is_uncompressed = n > 0 && bits[0] == 4;
    out->curve_is_named = kind == V_ASN1_OBJECT;
    named = named_curve(type, out->curve_is_named ? parameter : NULL);
    /* A key that cannot be read on a curve that is offered is no key. */
    out->key_unavailable = cert->key == NULL && named != CURVE_NONE && !curve_is_offered(named);
}

enum oc_err x509_why_no_key(X509_PUBKEY *from)
{
    const unsigned char *bits = NULL;
    X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *type = NULL;
    const void *parameter = NULL;
    int n = 0, kind = V_ASN1_UNDEF;
    enum curve curve;
    struct public_key *key;
    enum oc_err e;

    if (X509_PUBKEY_get0_param(NULL, &bits, &n, &algorithm, from) != 1)
        return OC_SHAPE;
    X509_ALGOR_get0(&type, &kind, &parameter, algorithm);
    curve = named_curve(type, kind == V_ASN1_OBJECT ? parameter : NULL);
    if (curve == CURVE_NONE || !curve_is_offered(curve))
        return OC_SHAPE;
    e = public_key_from_encoded(&key, curve, (struct bytes){ bits, (size_t)n });
    public_key_free(&key);
    return e == OC_OK ? OC_MEMORY : e;
}

static void describe_signature(struct x509_facts *out, X509 *x)
{
    int md = NID_undef, key = NID_undef;

    if (X509_get_signature_info(x, &md, &key, NULL, NULL) != 1)
        return;
    out->signature_is_ecdsa = key == NID_X9_62_id_ecPublicKey;
    switch (md) {
    case NID_sha256: out->signature_digest = DIGEST_SHA256; break;
    case NID_sha384: out->signature_digest = DIGEST_SHA384; break;
    case NID_sha512: out->signature_digest = DIGEST_SHA512; break;
    default:         out->signature_digest = DIGEST_NONE;   break;
    }
}

static struct bytes octets(const ASN1_OCTET_STRING *string)
{
    if (string == NULL)
        return (struct bytes){ NULL, 0 };
    return (struct bytes){ ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string) };
}

bool sha1_of_key(uint8_t out[SHA1_N], const X509 *x)
{
    unsigned n = 0;

    if (sha1_md() == NULL)
        return false;
    if (X509_pubkey_digest(x, sha1_md(), out, &n) == 1 && n == SHA1_N)
        return true;
    /* Nothing else can fail in there, and it fails without a word. */
    ERR_raise(ERR_LIB_X509, ERR_R_MALLOC_FAILURE);
    return false;
}

/* SHA-1 names a key here, as RFC 5280, section 4.2.1.2 has it; it protects nothing. */
static void describe_key_identifiers(struct x509_facts *out, X509 *x)
{
    uint8_t sha1[SHA1_N];

    out->ski = octets(X509_get0_subject_key_id(x));
    out->aki = octets(X509_get0_authority_key_id(x));
    out->has_ski = out->ski.n > 0;
    out->has_aki = out->aki.n > 0;
    out->ski_is_sha1 = sha1_of_key(sha1, x) && bytes_eq(out->ski, BYTES_OF(sha1));
}

static void describe_key_usage(struct x509_facts *out, X509 *x)
{
    int critical;
    ASN1_BIT_STRING *bits = X509_get_ext_d2i(x, NID_key_usage, &critical, NULL);

    out->has_key_usage = bits != NULL;
    out->key_usage_critical = critical == 1;
    for (int i = 0; bits != NULL && i < 9; i++)
        if (ASN1_BIT_STRING_get_bit(bits, i))
            out->key_usage |= 1u << i;
    ASN1_BIT_STRING_free(bits);
}

static void describe_basic_constraints(struct x509_facts *out, X509 *x)
{
    int critical;
    BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(x, NID_basic_constraints, &critical, NULL);

    out->has_basic_constraints = basic != NULL;
    out->basic_constraints_critical = critical == 1;
    out->path_length = -1;
    if (basic != NULL) {
        out->is_ca = basic->ca != 0;
        if (basic->pathlen != NULL)
            out->path_length = (int)ASN1_INTEGER_get(basic->pathlen);
    }
    BASIC_CONSTRAINTS_free(basic);
}

static void describe_eku(struct x509_facts *out, X509 *x)
{
    int critical;
    EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);

    out->has_eku = usage != NULL;
    out->eku_critical = critical == 1;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usage) && out->eku_n < X509_OIDS_MAX; i++)
        OBJ_obj2txt(out->eku[out->eku_n++], sizeof out->eku[0], sk_ASN1_OBJECT_value(usage, i), 1);
    EXTENDED_KEY_USAGE_free(usage);
}

static void describe_issuer_alt_name(struct x509_facts *out, X509 *x)
{
    int critical;
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_issuer_alt_name, &critical, NULL);

    out->has_issuer_alt_name = names != NULL;
    out->issuer_alt_name_critical = critical == 1;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_EMAIL || name->type == GEN_URI)
            out->issuer_alt_name_usable = true;
    }
    GENERAL_NAMES_free(names);
}

static void describe_crl_dp(struct x509_facts *out, X509 *x)
{
    int critical;
    CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, &critical, NULL);

    out->has_crl_dp = points != NULL;
    out->crl_dp_critical = critical == 1;
    for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
        const DIST_POINT *point = sk_DIST_POINT_value(points, i);

        if (point->reasons != NULL || point->CRLissuer != NULL)
            out->crl_dp_odd = true;
    }
    CRL_DIST_POINTS_free(points);
}

static bool is_among(int nid, const int *nids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (nids[i] == nid)
            return true;
    return false;
}

static void describe_other_extensions(struct x509_facts *out, X509 *x)
{
    static const int known[] = {
        NID_subject_key_identifier, NID_authority_key_identifier, NID_key_usage,
        NID_basic_constraints, NID_ext_key_usage, NID_issuer_alt_name,
        NID_crl_distribution_points,
    };
    static const int forbidden[] = {
        NID_policy_mappings, NID_name_constraints, NID_policy_constraints, NID_inhibit_any_policy,
        NID_freshest_crl,
    };

    for (int i = 0; i < X509_get_ext_count(x); i++) {
        X509_EXTENSION *extension = X509_get_ext(x, i);
        const ASN1_OBJECT *oid = X509_EXTENSION_get_object(extension);
        int nid = OBJ_obj2nid(oid);

        if (is_among(nid, forbidden, sizeof forbidden / sizeof forbidden[0]))
            OBJ_obj2txt(out->forbidden, sizeof out->forbidden, oid, 1);
        else if (X509_EXTENSION_get_critical(extension) &&
                 !is_among(nid, known, sizeof known / sizeof known[0]))
            OBJ_obj2txt(out->unknown_critical, sizeof out->unknown_critical, oid, 1);
    }
}

void x509_examine(struct x509_cert *cert)
{
    struct x509_facts *out = &cert->facts;
    X509 *x = cert->x;

    /* Unreadable times make a certificate that was never valid. */
    *out = (struct x509_facts){ .version = (int)X509_get_version(x) + 1,
                                .not_before = INT64_MAX, .not_after = INT64_MIN };
    x509_seconds(X509_get0_notBefore(x), &out->not_before);
    x509_seconds(X509_get0_notAfter(x), &out->not_after);
    describe_serial(out, X509_get0_serialNumber(x));
    describe_names(out, x);
    describe_key(out, cert);
    describe_signature(out, x);
    describe_key_identifiers(out, x);
    describe_key_usage(out, x);
    describe_basic_constraints(out, x);
    describe_eku(out, x);
    describe_issuer_alt_name(out, x);
    describe_crl_dp(out, x);
    describe_other_extensions(out, x);
}

void x509_describe(const struct x509_cert *cert, struct x509_facts *out)
{
    *out = cert->facts;
}

void x509_validity(const struct x509_cert *cert, int64_t *from, int64_t *until)
{
    *from = cert->facts.not_before;
    *until = cert->facts.not_after;
}
