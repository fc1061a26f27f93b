#include "trust/profile.h"

#include <string.h>

#include "core/date.h"

struct profile {
    bool is_ca;
    bool names_country;         /* country mandatory, and for a leaf the issuer's */
    bool names_organization;
    bool is_self_issued;
    bool allows_eddsa;
    bool needs_issuer_alt_name, needs_crl;
    unsigned key_usage;
    const char *eku;            /* mandatory; NULL: none */
    const char *eku_too;        /* recommended beside it */
    int days_max;               /* longest lifetime allowed */
    int days;                   /* lifetime of those we make */
};

/* 20 years hold five leap days, 9 years at least two. */
static const struct profile profiles[] = {
    [TRUST_IACA] = {
        .is_ca = true, .is_self_issued = true, .names_country = true,
        .needs_issuer_alt_name = true,
        .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN,
        .days_max = 20 * 365 + 5, .days = 9 * 365 + 2,
    },
    [TRUST_DOCUMENT_SIGNER] = {
        .names_country = true, .allows_eddsa = true, .needs_issuer_alt_name = true,
        .needs_crl = true, .key_usage = X509_DIGITAL_SIGNATURE,
        .eku = "1.0.18013.5.1.2", .eku_too = "1.0.23220.4.1.2",
        .days_max = 457, .days = 456,
    },
    [TRUST_READER_CA] = {
        .is_ca = true, .is_self_issued = true, .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN,
        .days_max = 20 * 365 + 5, .days = 9 * 365 + 2,
    },
    [TRUST_READER] = {
        .allows_eddsa = true, .key_usage = X509_DIGITAL_SIGNATURE,
        .eku = "1.0.18013.5.1.6", .eku_too = "1.0.23220.4.1.6",
        .days_max = 1187, .days = 1095,
    },
    [TRUST_STATUS_SIGNER] = {
        .names_country = true, .key_usage = X509_NON_REPUDIATION,
        .days_max = 1187, .days = 1095,
    },
    [TRUST_VICAL_SIGNER] = {
        .names_country = true, .names_organization = true, .needs_crl = true,
        .key_usage = X509_NON_REPUDIATION,
        .eku = "1.0.18013.5.1.8", .eku_too = "1.0.23220.4.1.8",
        .days_max = 1187, .days = 1095,
    },
    [TRUST_IACA_LINK] = {
        .is_ca = true, .names_country = true, .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN,
        .eku = "1.0.18013.5.1.4",
        .days_max = 20 * 365 + 5, .days = 9 * 365 + 2,
    },
};

struct check {
    struct trust_rule *out;
    size_t n;
    enum trust_role role;
    const struct profile *profile;
    const struct x509_facts *facts, *issuer;
};

static void require(struct check *c, bool holds, const char *const rules[TRUST_ROLES_N],
                    const char *text)
{
    if (c->n < TRUST_FINDINGS_MAX)
        c->out[c->n++] = (struct trust_rule){ rules[c->role], text, holds };
}

/* The ids of one aspect, in the order of enum trust_role. */
#define RULES(aspect) \
    (const char *const[]){ "iaca." aspect, "ds." aspect, "reader_ca." aspect, "reader." aspect, \
                           "status." aspect, "vical." aspect, "link." aspect }

static bool lifetime_holds(const struct check *c)
{
    int64_t start = c->facts->not_before, end = c->facts->not_after;

    return start < end && end <= start + c->profile->days_max * (int64_t)DATE_DAY_S;
}

static const char *lifetime_text(enum trust_role role)
{
    switch (role) {
    case TRUST_IACA:
    case TRUST_READER_CA:
    case TRUST_IACA_LINK:       return "a CA certificate is valid for at most 20 years";
    case TRUST_DOCUMENT_SIGNER: return "a document signer is valid for at most 457 days";
    case TRUST_READER:          return "a reader certificate is valid for at most 1187 days";
    case TRUST_STATUS_SIGNER:   return "a signer of status lists is valid for at most 1187 days";
    case TRUST_VICAL_SIGNER:    return "a signer of VICALs is valid for at most 1187 days";
    }
    return "";
}

static void check_basics(struct check *c)
{
    const struct x509_facts *f = c->facts;

    require(c, f->version == 3, RULES("version"), "the certificate is X.509 version 3");
    require(c, f->serial_positive && f->serial.n <= 20, RULES("serial"),
            "the serial number is positive and has at most 20 octets");
    require(c, lifetime_holds(c), RULES("lifetime"), lifetime_text(c->role));
}

static void check_names(struct check *c)
{
    const struct x509_facts *f = c->facts, *issuer = c->issuer;
    bool needs_country = c->profile->names_country || f->country[0] != '\0';

    if (c->profile->is_self_issued)
        require(c, f->self_issued, RULES("issuer"), "the issuer is the subject, byte for byte");
    else if (issuer != NULL)
        require(c, bytes_eq(f->issuer_der, issuer->subject_der), RULES("issuer"),
                "the issuer is the subject of the issuing certificate, byte for byte");
    require(c, !needs_country || f->country_is_printable, RULES("country"),
            "the country is two upper-case letters in a PrintableString");
    if (c->profile->names_country && issuer != NULL && issuer->state[0] != '\0')
        require(c, f->state[0] != '\0', RULES("state"),
                "a state or province is named, as the issuer names one");
    if (c->profile->names_organization)
        require(c, f->has_organization, RULES("organization"), "the subject has one organisation");
    require(c, f->has_common_name, RULES("common_name"), "the subject has one common name");
}

static void check_key(struct check *c)
{
    const struct x509_facts *f = c->facts;
    const struct curve_info *info = curve_info(f->curve);
    bool is_ec = info != NULL && !info->is_okp;
    bool is_eddsa = info != NULL && info->alg == COSE_EDDSA;

    require(c, is_ec || (is_eddsa && c->profile->allows_eddsa), RULES("key"),
            c->profile->allows_eddsa
                ? "the key is on P-256, P-384, P-521, a brainpool r1 curve, Ed25519 or Ed448"
                : "the key is on P-256, P-384, P-521 or a brainpool r1 curve");
    if (is_ec) {
        require(c, f->point_is_uncompressed, RULES("point"), "the public point is uncompressed");
        require(c, f->curve_is_named, RULES("named_curve"),
                "the curve is named, not spelt out in parameters");
    }
    require(c, f->signature_is_ecdsa && f->signature_digest != DIGEST_NONE, RULES("signature"),
            "the signature is ECDSA with SHA-256, SHA-384 or SHA-512");
}

static void check_key_identifiers(struct check *c)
{
    const struct x509_facts *f = c->facts, *issuer = c->issuer;

    require(c, f->has_ski && f->ski_is_sha1, RULES("ski"),
            "the subject key identifier is the SHA-1 of the key");
    if (!c->profile->is_self_issued)
        require(c, f->has_aki && (issuer == NULL || bytes_eq(f->aki, issuer->ski)), RULES("aki"),
                issuer == NULL
                    ? "there is an authority key identifier"
                    : "the authority key identifier is the issuer's subject key identifier");
}

static bool has_eku(const struct x509_facts *f, const char *oid)
{
    for (size_t i = 0; i < f->eku_n; i++)
        if (strcmp(f->eku[i], oid) == 0)
            return true;
    return false;
}

static const char *eku_text(enum trust_role role)
{
    switch (role) {
    case TRUST_IACA:
    case TRUST_READER_CA:       return "a CA certificate has no critical extended key usage";
    case TRUST_DOCUMENT_SIGNER: return "extended key usage is critical and names 1.0.18013.5.1.2";
    case TRUST_READER:          return "extended key usage is critical and names 1.0.18013.5.1.6";
    case TRUST_STATUS_SIGNER:   return "an extended key usage, if any, is not critical";
    case TRUST_VICAL_SIGNER:    return "extended key usage is critical and names 1.0.18013.5.1.8";
    case TRUST_IACA_LINK:       return "extended key usage names 1.0.18013.5.1.4";
    }
    return "";
}

static const char *key_usage_text(const struct profile *p)
{
    if (p->is_ca)
        return "key usage is critical and exactly keyCertSign and cRLSign";
    return p->key_usage == X509_NON_REPUDIATION
               ? "key usage is critical and exactly nonRepudiation"
               : "key usage is critical and exactly digitalSignature";
}

static void check_usages(struct check *c)
{
    const struct profile *p = c->profile;
    const struct x509_facts *f = c->facts;

    require(c, f->has_key_usage && f->key_usage_critical && f->key_usage == p->key_usage,
            RULES("key_usage"), key_usage_text(p));
    if (p->is_ca) {
        require(c, f->is_ca && f->basic_constraints_critical && f->path_length == 0,
                RULES("basic_constraints"),
                "basic constraints are critical: a CA, with path length 0");
        require(c, p->eku == NULL ? !f->eku_critical : f->has_eku && has_eku(f, p->eku),
                RULES("eku"), eku_text(c->role));
    } else {
        require(c, !f->is_ca, RULES("basic_constraints"), "the certificate is not a CA's");
        require(c, p->eku == NULL ? !f->eku_critical
                                  : f->has_eku && f->eku_critical && has_eku(f, p->eku),
                RULES("eku"), eku_text(c->role));
    }
}

static void check_extensions(struct check *c)
{
    const struct profile *p = c->profile;
    const struct x509_facts *f = c->facts;

    require(c, f->has_issuer_alt_name
                   ? f->issuer_alt_name_usable && !f->issuer_alt_name_critical
                   : !p->needs_issuer_alt_name,
            RULES("issuer_alt_name"),
            p->needs_issuer_alt_name
                ? "an issuer alternative name is there, not critical, with an e-mail or URI"
                : "an issuer alternative name, if any, is not critical and has an e-mail or URI");
    require(c, f->has_crl_dp ? !f->crl_dp_critical && !f->crl_dp_odd : !p->needs_crl, RULES("crl"),
            p->needs_crl
                ? "a CRL distribution point is there, not critical, without reasons or cRLIssuer"
                : "a CRL distribution point, if any, is not critical, and has no reasons or "
                  "cRLIssuer");
    require(c, f->unknown_critical[0] == '\0', RULES("critical"),
            "an extension that the profile does not list is not critical");
    require(c, f->forbidden[0] == '\0', RULES("forbidden"),
            "there are no policy mappings, name or policy constraints, inhibitAnyPolicy or "
            "freshest CRL");
}

size_t trust_profile_rules(struct trust_rule out[TRUST_FINDINGS_MAX], enum trust_role role,
                           const struct x509_facts *facts, const struct x509_facts *issuer)
{
    struct check c = {
        .out = out, .role = role, .profile = &profiles[role], .facts = facts, .issuer = issuer,
    };

    check_basics(&c);
    check_names(&c);
    check_key(&c);
    check_key_identifiers(&c);
    check_usages(&c);
    check_extensions(&c);
    return c.n;
}

size_t trust_profile_check(struct trust_finding out[TRUST_FINDINGS_MAX], enum trust_role role,
                           const struct x509_facts *facts, const struct x509_facts *issuer)
{
    struct trust_rule rules[TRUST_FINDINGS_MAX];
    size_t n = trust_profile_rules(rules, role, facts, issuer), broken = 0;

    for (size_t i = 0; i < n; i++)
        if (!rules[i].holds)
            out[broken++] = (struct trust_finding){ rules[i].rule, rules[i].text };
    return broken;
}

const char *trust_role_eku(enum trust_role role)
{
    return profiles[role].eku;
}

void trust_profile_spec(struct x509_spec *spec, enum trust_role role, int64_t now)
{
    const struct profile *p = &profiles[role];

    spec->is_ca = p->is_ca;
    spec->key_usage = p->key_usage;
    spec->eku[0] = p->eku;
    spec->eku[1] = p->eku_too;
    spec->eku[2] = NULL;
    spec->not_before = date_floor(now, DATE_DAY_S) - DATE_DAY_S;
    spec->not_after = spec->not_before + p->days * (int64_t)DATE_DAY_S;
}
