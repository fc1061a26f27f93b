#include "crypto/x509_crl.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "crypto/internal.h"

enum { SERIAL_MAX = 20 };       /* octets: RFC 5280, section 4.1.2.2 */

struct x509_crl {
    X509_CRL *crl;
    int64_t this_update, next_update;
    bool has_next_update;
    ASN1_INTEGER *number;       /* NULL: none */
    struct buf der;             /* as received */
};

static const char *const reason_words[X509_REASONS_N] = {
    "unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
    "cessationOfOperation", "certificateHold", NULL, NULL, "privilegeWithdrawn", "aACompromise",
};

const char *x509_reason_word(int reason)
{
    return reason >= 0 && reason < X509_REASONS_N ? reason_words[reason] : NULL;
}

static const char *shape_fault(struct x509_crl *c)
{
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(c->crl);

    if (X509_CRL_get_version(c->crl) != X509_CRL_VERSION_2)
        return "the revocation list is not of version 2";
    if (!x509_seconds(X509_CRL_get0_lastUpdate(c->crl), &c->this_update))
        return "the revocation list's date cannot be read";
    c->has_next_update = next != NULL;
    if (next != NULL && !x509_seconds(next, &c->next_update))
        return "the revocation list's next update cannot be read";
    return NULL;
}

static const char *algorithm_fault(const X509_CRL *crl)
{
    int md = NID_undef, key = NID_undef;

    if (OBJ_find_sigid_algs(X509_CRL_get_signature_nid(crl), &md, &key) == 1 &&
        key == NID_X9_62_id_ecPublicKey &&
        (md == NID_sha256 || md == NID_sha384 || md == NID_sha512))
        return NULL;
    return "the revocation list is not signed by ECDSA with SHA-256, SHA-384 or SHA-512";
}

static const char *scope_fault(const X509_CRL *crl)
{
    ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL,
                                                     NULL);
    bool is_indirect = scope != NULL && scope->indirectCRL > 0;

    ISSUING_DIST_POINT_free(scope);
    return is_indirect ? "an indirect revocation list: it speaks for other issuers"
                       : "a partial revocation list: it covers some certificates only";
}

static const char *extension_fault(const X509_CRL *crl)
{
    for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
        X509_EXTENSION *extension = X509_CRL_get_ext(crl, i);

        switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
        case NID_authority_key_identifier:
        case NID_crl_number:
            break;
        case NID_delta_crl:
            return "a delta revocation list: it is not whole";
        case NID_issuing_distribution_point:
            return scope_fault(crl);
        default:
            if (X509_EXTENSION_get_critical(extension))
                return "the revocation list has a critical extension that we do not know";
        }
    }
    return NULL;
}

static const char *entry_fault(const X509_REVOKED *entry)
{
    for (int i = 0; i < X509_REVOKED_get_ext_count(entry); i++) {
        X509_EXTENSION *extension = X509_REVOKED_get_ext(entry, i);

        switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
        case NID_crl_reason:
        case NID_invalidity_date:
            break;
        case NID_certificate_issuer:
            return "an indirect revocation list: it speaks for other issuers";
        default:
            if (X509_EXTENSION_get_critical(extension))
                return "an entry of the revocation list has a critical extension that we do not "
                       "know";
        }
    }
    return NULL;
}

static const char *policy_fault(X509_CRL *crl)
{
    STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);
    const char *fault = algorithm_fault(crl);

    if (fault == NULL)
        fault = extension_fault(crl);
    for (int i = 0; fault == NULL && i < sk_X509_REVOKED_num(entries); i++)
        fault = entry_fault(sk_X509_REVOKED_value(entries, i));
    return fault;
}

/* DER as it is, or out of the first PEM block. */
static enum oc_err read_der(struct buf *der, struct bytes src)
{
    enum oc_err e;

    buf_init(der, X509_CRL_BYTES_MAX);
    if (src.n > 0 && src.p[0] == 0x30) {
        buf_add(der, src);
        return buf_err(der);
    }
    e = pem_read(der, src, "X509 CRL", 0);
    return e == OC_TRUNCATED ? OC_SHAPE : e;
}

static const char *number_fault(struct x509_crl *c)
{
    int critical;

    c->number = X509_CRL_get_ext_d2i(c->crl, NID_crl_number, &critical, NULL);
    if (c->number != NULL || critical == -1)    /* -1: it is not there, and is not missed */
        return NULL;
    return "the revocation list's number cannot be read";
}

/* What `der` says and whether we take it; want of memory looks like any of the faults. */
static enum oc_err examine(struct x509_crl *c, const char **fault)
{
    const unsigned char *p = c->der.p;

    c->crl = d2i_X509_CRL(NULL, &p, (long)c->der.n);
    if (c->crl == NULL || p != c->der.p + c->der.n) {
        *fault = "not a revocation list";
        return openssl_failure(OC_SHAPE);
    }
    if ((*fault = shape_fault(c)) != NULL || (*fault = number_fault(c)) != NULL)
        return openssl_failure(OC_SHAPE);
    *fault = policy_fault(c->crl);
    return openssl_failure(*fault != NULL ? OC_REFUSED : OC_OK);
}

enum oc_err x509_crl_new(struct x509_crl **out, struct bytes src, const char **reason)
{
    struct x509_crl *c = calloc(1, sizeof *c);
    const char *fault = "not a revocation list";
    enum oc_err e = OC_MEMORY;

    *out = NULL;
    ERR_clear_error();                  /* what others left there is not why this fails */
    if (c != NULL && (e = read_der(&c->der, src)) == OC_OK)
        e = examine(c, &fault);
    if (reason != NULL)
        *reason = e == OC_MEMORY || e == OC_LIMIT ? oc_err_text(e) : fault;
    if (e == OC_OK) {
        *out = c;
        c = NULL;
    }
    x509_crl_free(&c);
    ERR_clear_error();
    return e;
}

void x509_crl_free(struct x509_crl **crl)
{
    if (*crl == NULL)
        return;
    X509_CRL_free((*crl)->crl);
    ASN1_INTEGER_free((*crl)->number);
    buf_cleanup(&(*crl)->der);
    free(*crl);
    *crl = NULL;
}

struct bytes x509_crl_der(const struct x509_crl *crl)
{
    return buf_view(&crl->der);
}

static struct bytes magnitude(const ASN1_INTEGER *number)
{
    struct bytes view = { ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number) };

    while (view.n > 0 && view.p[0] == 0)
        view = (struct bytes){ view.p + 1, view.n - 1 };
    return view;
}

void x509_crl_describe(const struct x509_crl *crl, struct x509_crl_facts *out)
{
    const X509_NAME *issuer = X509_CRL_get_issuer(crl->crl);

    *out = (struct x509_crl_facts){
        .issuer_der = x509_name_der(issuer), .this_update = crl->this_update,
        .has_next_update = crl->has_next_update, .next_update = crl->next_update,
        .has_number = crl->number != NULL,
    };
    if (crl->number != NULL)
        out->number = magnitude(crl->number);
    out->revoked_n = X509_CRL_get_REVOKED(crl->crl) == NULL
                         ? 0 : (size_t)sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl->crl));
    x509_name_text(out->issuer, sizeof out->issuer, issuer);
}

enum oc_err x509_crl_signed_by(const struct x509_crl *crl, const struct x509_cert *issuer)
{
    ERR_clear_error();
    /* For want of memory OpenSSL may fail without a word, but once: what is wrong is so twice. */
    for (int tries = 0; issuer->key != NULL && tries < 2; tries++)
        if (X509_CRL_verify(crl->crl, issuer->key->pkey) == 1)
            return OC_OK;
    return openssl_failure(OC_SIGNATURE);
}

bool x509_crl_find(const struct x509_crl *crl, const struct x509_cert *cert,
                   struct x509_revoked *out)
{
    X509_REVOKED *entry = NULL;
    ASN1_ENUMERATED *reason;

    *out = (struct x509_revoked){ .reason = X509_UNSPECIFIED };
    if (X509_CRL_get0_by_serial(crl->crl, &entry, X509_get0_serialNumber(cert->x)) == 0)
        return false;
    x509_seconds(X509_REVOKED_get0_revocationDate(entry), &out->at);
    reason = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    if (reason != NULL)
        out->reason = (int)ASN1_ENUMERATED_get(reason);
    ASN1_ENUMERATED_free(reason);
    return true;
}

static bool add_reason(X509_REVOKED *entry, int reason)
{
    ASN1_ENUMERATED *value;
    bool done;

    if (reason == X509_UNSPECIFIED)
        return true;            /* RFC 5280, section 5.3.1: absent rather than unspecified */
    value = ASN1_ENUMERATED_new();
    done = value != NULL && ASN1_ENUMERATED_set(value, reason) == 1 &&
           X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) == 1;
    ASN1_ENUMERATED_free(value);
    return done;
}

static bool set_number(ASN1_INTEGER *to, struct bytes number)
{
    BIGNUM *value = BN_bin2bn(number.p, (int)number.n, NULL);
    bool done = value != NULL && BN_to_ASN1_INTEGER(value, to) != NULL;

    BN_free(value);
    return done;
}

static bool add_entry(X509_CRL *crl, const struct x509_revoked *revoked)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)revoked->at);
    bool done = entry != NULL && serial != NULL && at != NULL &&
                set_number(serial, revoked->serial) &&
                X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
                X509_REVOKED_set_revocationDate(entry, at) == 1 &&
                add_reason(entry, revoked->reason) && X509_CRL_add0_revoked(crl, entry) == 1;

    if (!done)
        X509_REVOKED_free(entry);
    ASN1_INTEGER_free(serial);
    ASN1_TIME_free(at);
    return done;
}

static bool add_number(X509_CRL *crl, uint64_t number)
{
    ASN1_INTEGER *value = ASN1_INTEGER_new();
    bool done = value != NULL && ASN1_INTEGER_set_uint64(value, number) == 1 &&
                X509_CRL_add1_ext_i2d(crl, NID_crl_number, value, 0, 0) == 1;

    ASN1_INTEGER_free(value);
    return done;
}

static bool add_authority(X509_CRL *crl, X509 *issuer)
{
    const ASN1_OCTET_STRING *named = X509_get0_subject_key_id(issuer);
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    bool done = authority != NULL;

    if (done && named != NULL) {
        authority->keyid = ASN1_OCTET_STRING_dup(named);
        done = authority->keyid != NULL &&
               X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, authority, 0, 0) == 1;
    }
    AUTHORITY_KEYID_free(authority);
    return done;
}

static bool is_usable(const struct x509_crl_spec *spec)
{
    for (size_t i = 0; i < spec->revoked_n; i++)
        if (spec->revoked[i].serial.n == 0 || spec->revoked[i].serial.n > SERIAL_MAX ||
            x509_reason_word(spec->revoked[i].reason) == NULL)
            return false;
    return spec->next_update > spec->this_update;
}

static bool fill(X509_CRL *crl, const struct x509_crl_spec *spec, X509 *issuer)
{
    ASN1_TIME *this = ASN1_TIME_set(NULL, (time_t)spec->this_update);
    ASN1_TIME *next = ASN1_TIME_set(NULL, (time_t)spec->next_update);
    bool done = this != NULL && next != NULL &&
                X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
                X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1 &&
                X509_CRL_set1_lastUpdate(crl, this) == 1 &&
                X509_CRL_set1_nextUpdate(crl, next) == 1 && add_authority(crl, issuer) &&
                add_number(crl, spec->number);

    for (size_t i = 0; done && i < spec->revoked_n; i++)
        done = add_entry(crl, &spec->revoked[i]);
    ASN1_TIME_free(this);
    ASN1_TIME_free(next);
    return done;
}

enum oc_err x509_crl_make(struct buf *out, const struct x509_crl_spec *spec,
                          const struct x509_cert *issuer, const struct private_key *signer)
{
    const struct curve_info *info = curve_info(private_key_curve(signer));
    enum digest digest = algorithm_digest(info->alg);
    unsigned char *der = NULL;
    X509_CRL *crl;
    enum oc_err e;
    int n;

    if (issuer->key == NULL || !public_key_equal(issuer->key, signer->public) ||
        digest == DIGEST_NONE || !is_usable(spec))
        return OC_USAGE;
    if (digest_md(digest) == NULL)
        return OC_UNAVAILABLE;
    ERR_clear_error();
    crl = X509_CRL_new();
    if (crl == NULL || !fill(crl, spec, issuer->x)) {
        e = openssl_failure(OC_USAGE);      /* all that is left to fail: a time out of range */
    } else {
        X509_CRL_sort(crl);
        n = X509_CRL_sign(crl, signer->pkey, digest_md(digest)) > 0 ? i2d_X509_CRL(crl, &der) : -1;
        if (n > 0)
            buf_add(out, (struct bytes){ der, (size_t)n });
        e = n > 0 ? buf_err(out) : openssl_failure(OC_UNAVAILABLE);
    }
    OPENSSL_free(der);
    X509_CRL_free(crl);
    ERR_clear_error();
    return e;
}
