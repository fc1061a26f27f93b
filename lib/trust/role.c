/* What is said of roles beside the profile's rules: their words, a guess, and how to mend. */
#include <string.h>

#include "trust/profile.h"

static const char *const words[TRUST_ROLES_N] = {
    [TRUST_IACA] = "iaca",
    [TRUST_DOCUMENT_SIGNER] = "ds",
    [TRUST_READER_CA] = "reader-ca",
    [TRUST_READER] = "reader",
    [TRUST_STATUS_SIGNER] = "status-signer",
    [TRUST_VICAL_SIGNER] = "vical-signer",
    [TRUST_IACA_LINK] = "iaca-link",
};

const char *trust_role_word(enum trust_role role)
{
    return words[role];
}

bool trust_role_by_word(const char *word, enum trust_role *role)
{
    for (size_t i = 0; i < TRUST_ROLES_N; i++)
        if (strcmp(words[i], word) == 0) {
            *role = (enum trust_role)i;
            return true;
        }
    return false;
}

static bool names_eku(const struct x509_facts *facts, const char *oid)
{
    for (size_t i = 0; oid != NULL && i < facts->eku_n; i++)
        if (strcmp(facts->eku[i], oid) == 0)
            return true;
    return false;
}

static bool says_reader(const char *name)
{
    return strstr(name, "reader") != NULL || strstr(name, "Reader") != NULL ||
           strstr(name, "READER") != NULL;
}

enum trust_role trust_role_guess(const struct x509_facts *facts, const char **why)
{
    for (size_t i = 0; i < TRUST_ROLES_N; i++)
        if (names_eku(facts, trust_role_eku((enum trust_role)i))) {
            *why = "its extended key usage names that role";
            return (enum trust_role)i;
        }
    if (facts->is_ca && !facts->has_issuer_alt_name && says_reader(facts->common_name)) {
        *why = "it is a CA certificate whose name says so, without the alternative name of an IACA";
        return TRUST_READER_CA;
    }
    if (facts->is_ca) {
        *why = facts->country[0] != '\0' ? "it is a CA certificate that names a country, "
                                           "as one of readers may, too"
                                         : "it is a CA certificate that names no country";
        return facts->country[0] != '\0' ? TRUST_IACA : TRUST_READER_CA;
    }
    if (facts->key_usage == X509_NON_REPUDIATION) {
        *why = "its key usage is nonRepudiation, and no extended key usage tells more";
        return TRUST_STATUS_SIGNER;
    }
    *why = "it is no CA certificate, and no extended key usage tells more";
    return TRUST_DOCUMENT_SIGNER;
}

/* Hints that are the same for every role. */
static const struct {
    const char *aspect, *hint;
} hints[] = {
    { "version", "extensions make it version 3: openssl x509 -extfile FILE -extensions SECTION" },
    { "serial", "openssl rand -hex 19, then openssl x509 -set_serial 0x…, first digit below 8" },
    { "country", "countryName = two capital letters; string_mask = default, so that it becomes "
                 "a PrintableString" },
    { "state", "stateOrProvinceName as in the issuing certificate" },
    { "organization", "organizationName, once" },
    { "common_name", "commonName, once" },
    { "key", "openssl ecparam -name prime256v1 -genkey (or secp384r1, secp521r1, a brainpool r1)" },
    { "point", "openssl ec -conv_form uncompressed" },
    { "named_curve", "openssl ecparam -param_enc named_curve" },
    { "signature", "the issuer signs with an EC key: openssl x509 -sha256, -sha384 or -sha512" },
    { "ski", "subjectKeyIdentifier = hash" },
    { "aki", "authorityKeyIdentifier = keyid:always" },
    { "issuer_alt_name", "issuerAltName = URI:https://… or email:…, without critical" },
    { "crl", "crlDistributionPoints = URI:https://…, without critical, reasons or CRLissuer" },
    { "critical", "take the word critical from extensions that the profile does not list" },
    { "forbidden", "leave out nameConstraints, policyConstraints, policyMappings, "
                   "inhibitAnyPolicy and freshestCRL" },
};

static const char *key_usage_hint(enum trust_role role)
{
    switch (role) {
    case TRUST_IACA:
    case TRUST_READER_CA:
    case TRUST_IACA_LINK:       return "keyUsage = critical, keyCertSign, cRLSign";
    case TRUST_DOCUMENT_SIGNER:
    case TRUST_READER:          return "keyUsage = critical, digitalSignature";
    case TRUST_STATUS_SIGNER:
    case TRUST_VICAL_SIGNER:    return "keyUsage = critical, nonRepudiation";
    }
    return "";
}

static const char *eku_hint(enum trust_role role)
{
    switch (role) {
    case TRUST_IACA:
    case TRUST_READER_CA:
    case TRUST_STATUS_SIGNER:   return "leave extendedKeyUsage out";
    case TRUST_DOCUMENT_SIGNER:
        return "extendedKeyUsage = critical, 1.0.18013.5.1.2, 1.0.23220.4.1.2";
    case TRUST_READER:
        return "extendedKeyUsage = critical, 1.0.18013.5.1.6, 1.0.23220.4.1.6";
    case TRUST_VICAL_SIGNER:
        return "extendedKeyUsage = critical, 1.0.18013.5.1.8, 1.0.23220.4.1.8";
    case TRUST_IACA_LINK:       return "extendedKeyUsage = critical, 1.0.18013.5.1.4";
    }
    return "";
}

static const char *lifetime_hint(enum trust_role role)
{
    switch (role) {
    case TRUST_IACA:
    case TRUST_READER_CA:
    case TRUST_IACA_LINK:       return "openssl x509 -days 3287, at most 7305";
    case TRUST_DOCUMENT_SIGNER: return "openssl x509 -days 456, at most 457";
    case TRUST_READER:
    case TRUST_STATUS_SIGNER:
    case TRUST_VICAL_SIGNER:    return "openssl x509 -days 1095, at most 1187";
    }
    return "";
}

static bool is_ca_role(enum trust_role role)
{
    return role == TRUST_IACA || role == TRUST_READER_CA || role == TRUST_IACA_LINK;
}

const char *trust_rule_hint(enum trust_role role, const char *rule)
{
    const char *dot = strchr(rule, '.'), *aspect = dot == NULL ? rule : dot + 1;

    if (strcmp(aspect, "key_usage") == 0)
        return key_usage_hint(role);
    if (strcmp(aspect, "eku") == 0)
        return eku_hint(role);
    if (strcmp(aspect, "lifetime") == 0)
        return lifetime_hint(role);
    if (strcmp(aspect, "basic_constraints") == 0)
        return is_ca_role(role) ? "basicConstraints = critical, CA:TRUE, pathlen:0"
                                : "basicConstraints = CA:FALSE, or leave it out";
    if (strcmp(aspect, "issuer") == 0)
        return role == TRUST_IACA || role == TRUST_READER_CA
                   ? "self-signed: openssl req -x509"
                   : "openssl x509 -CA ISSUER.pem copies the issuer's name as it is encoded";
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (strcmp(hints[i].aspect, aspect) == 0)
            return hints[i].hint;
    return "";
}
