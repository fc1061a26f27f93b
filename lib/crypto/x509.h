/*
 * Certificates as the card needs them: read, described as plain facts, checked against
 * anchors, made. Which facts a role must show is trust/profile's business.
 */
#ifndef OWNCARD_CRYPTO_X509_H
#define OWNCARD_CRYPTO_X509_H

#include "crypto/keys.h"

enum { X509_CHAIN_MAX = 4, X509_DER_MAX = 16384, X509_OIDS_MAX = 8 };

struct x509_cert;

/** Parse one DER certificate; the bytes are copied.
 *  @retval OC_SHAPE   it is not exactly one
 *  @retval OC_LIMIT   longer than X509_DER_MAX
 *  @retval OC_MEMORY */
enum oc_err x509_new(struct x509_cert **out, struct bytes der) OC_MUST_CHECK;
/** Parse the `index`-th certificate of a PEM text.
 *  @retval OC_TRUNCATED  there are not that many
 *  @retval OC_SHAPE      that block is not a certificate */
enum oc_err x509_from_pem(struct x509_cert **out, struct bytes pem, size_t index) OC_MUST_CHECK;
/** A second owner of the same certificate; cheap. NULL: no memory. */
struct x509_cert *x509_copy(const struct x509_cert *cert) OC_MUST_CHECK;
void x509_free(struct x509_cert **cert);

/** The DER bytes, as received; valid as long as `cert`. */
struct bytes x509_der(const struct x509_cert *cert);
void x509_to_pem(struct buf *out, const struct x509_cert *cert);
/** SHA-256 of the DER: the name of a certificate in our files. */
enum oc_err x509_fingerprint(const struct x509_cert *cert, uint8_t out[32]) OC_MUST_CHECK;
/** The same in lower-case hexadecimal. */
enum { X509_FINGERPRINT_TEXT_N = 2 * 32 + 1 };
enum oc_err x509_fingerprint_text(const struct x509_cert *cert,
                                  char out[X509_FINGERPRINT_TEXT_N]) OC_MUST_CHECK;
/** The subject's key, owned by `cert`; NULL when its kind or curve is not ours (RSA, …), or not
 *  offered by this OpenSSL. */
const struct public_key *x509_public_key(const struct x509_cert *cert);

/** Key usage bits, as RFC 5280, section 4.2.1.3 numbers them. */
enum {
    X509_DIGITAL_SIGNATURE = 1 << 0, X509_NON_REPUDIATION = 1 << 1,
    X509_KEY_CERT_SIGN = 1 << 5, X509_CRL_SIGN = 1 << 6,
};

/** What stands in a certificate, with no opinion. Text is UTF-8 and cut to fit. */
struct x509_facts {
    int version;                        /* 3 for X.509v3 */
    struct bytes serial;                /* big-endian, its sign left out; a view */
    bool serial_positive;
    int64_t not_before, not_after;      /* seconds since 1970 */

    char subject[256];                  /* one line, as RFC 4514 */
    char country[3], state[128];        /* of the subject; "" when absent or there twice */
    bool country_is_printable;          /* PrintableString, two upper-case letters */
    bool has_common_name, has_organization;
    char common_name[128], organization[128];
    struct bytes subject_der, issuer_der;   /* as encoded; views into the certificate */
    bool self_issued;                   /* subject equals issuer, byte for byte */

    enum curve curve;                   /* CURVE_NONE: a key we do not accept */
    bool key_unavailable;               /* on a curve we know and this OpenSSL does not offer */
    bool point_is_uncompressed, curve_is_named;
    enum digest signature_digest;       /* of the signature upon it; NONE: EdDSA or else */
    bool signature_is_ecdsa;

    bool has_ski, ski_is_sha1;          /* … of the key bits */
    bool has_aki;
    struct bytes ski, aki;              /* key identifiers; views into the certificate */

    bool has_key_usage, key_usage_critical;
    unsigned key_usage;
    bool has_basic_constraints, basic_constraints_critical, is_ca;
    int path_length;                    /* -1: none given */

    bool has_eku, eku_critical;
    size_t eku_n;
    char eku[X509_OIDS_MAX][32];        /* dotted */

    bool has_issuer_alt_name, issuer_alt_name_critical, issuer_alt_name_usable; /* URI, e-mail */
    bool has_crl_dp, crl_dp_critical, crl_dp_odd;       /* odd: with reasons or cRLIssuer */

    char unknown_critical[32];          /* dotted OID of a critical extension we do not know; "" */
    char forbidden[32];                 /* PolicyMappings, NameConstraints, …: its OID; "" */
};

/** The facts of `cert`; the views live as long as it. */
void x509_describe(const struct x509_cert *cert, struct x509_facts *out);

/** The two dates alone, both of them still inside; as facts have them. */
void x509_validity(const struct x509_cert *cert, int64_t *from, int64_t *until);

enum { X509_ADDRESS_N = 512 };

/** The first URI or e-mail address of issuerAltName, the first URI of cRLDistributionPoints; ""
 *  where there is none that fits. @retval OC_MEMORY */
enum oc_err x509_addresses(const struct x509_cert *cert, char issuer_alt[X509_ADDRESS_N],
                           char crl[X509_ADDRESS_N]) OC_MUST_CHECK;

/** Human-readable dump, as `openssl x509 -text`, control characters escaped. */
enum oc_err x509_text(struct buf *out, const struct x509_cert *cert) OC_MUST_CHECK;

/** `issuer` signed `cert`: the signature alone, no names, no dates. OC_SIGNATURE when not. */
enum oc_err x509_signed_by(const struct x509_cert *cert,
                           const struct x509_cert *issuer) OC_MUST_CHECK;

/**
 * Find a path from chain[0] over the other `chain_n - 1` certificates to one of `anchors`, after
 * RFC 5280, section 6.1, at the moment `now`. An anchor need not be self-signed.
 *
 * @param anchor  on OC_OK the index of the anchor found; else of one that may have issued it and did
 *                not lead there, and untouched when there is none
 * @param reason  on failure, static text
 * @retval OC_UNTRUSTED  no path (unknown issuer, bad signature, path too long, …)
 * @retval OC_UNAVAILABLE  none that can be checked: an anchor's key is on a curve that this OpenSSL
 *                       does not offer
 * @retval OC_EXPIRED    there is a path, but a certificate on it is not valid at `now`
 * @retval OC_LIMIT      more than X509_CHAIN_MAX certificates
 * @retval OC_USAGE      none at all
 * @retval OC_MEMORY
 */
enum oc_err x509_chain_check(struct x509_cert *const *chain, size_t chain_n,
                             struct x509_cert *const *anchors, size_t anchors_n, int64_t now,
                             size_t *anchor, const char **reason) OC_MUST_CHECK;

/** A certificate to be made. Strings are UTF-8; NULL or "" leaves a field out. */
struct x509_spec {
    const char *country, *state, *organization, *common_name;
    int64_t not_before, not_after;
    unsigned key_usage;                 /* critical */
    bool is_ca;                         /* basicConstraints critical, pathLen 0 */
    const char *eku[3];                 /* dotted OIDs; extension critical; NULL ends */
    const char *issuer_alt_uri;         /* issuerAltName, a URI or an e-mail address */
    const char *crl_uri;                /* cRLDistributionPoints */
};

/** Make and sign a certificate for `key`: random positive 20-octet serial, SKI and AKI as RFC 5280
 *  method 1, ECDSA with the digest of the signer's curve.
 *  @param issuer  NULL: self-signed, `signer` being the subject's own key
 *  @retval OC_USAGE   a spec that makes no certificate, or a signer that is not the issuer's key
 *  @retval OC_MEMORY, OC_UNAVAILABLE */
enum oc_err x509_make(struct x509_cert **out, const struct x509_spec *spec,
                      const struct public_key *key, const struct x509_cert *issuer,
                      const struct private_key *signer) OC_MUST_CHECK;

/** A PKCS #10 request for `key`, subject from `spec`; PEM text appended. */
enum oc_err x509_request_make(struct buf *pem, const struct x509_spec *spec,
                              const struct private_key *key) OC_MUST_CHECK;

/**
 * Read a PKCS #10 request: its signature (proof of possession) is checked.
 * @param common_name  filled from the subject, "" when absent
 * @retval OC_SHAPE      not a request, or a key that is not ours
 * @retval OC_SIGNATURE  not signed by the key it names
 */
enum oc_err x509_request_read(struct public_key **key, char common_name[128],
                              struct bytes pem) OC_MUST_CHECK;

#endif
