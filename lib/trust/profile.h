/*
 * The certificate profiles of ISO/IEC 18013-5, Annex B (second edition), as one table that
 * serves both making a certificate and saying which rules one breaks.
 *
 * A profile finding says nothing of signatures or dates, which are x509_chain_check()'s part, nor
 * of whether country and state are the issuer's, which trust_signer_init() says.
 */
#ifndef OWNCARD_TRUST_PROFILE_H
#define OWNCARD_TRUST_PROFILE_H

#include "crypto/x509.h"

enum trust_role {
    TRUST_IACA,                 /* root of an issuing authority: table B.1 */
    TRUST_DOCUMENT_SIGNER,      /* table B.3 */
    TRUST_READER_CA,            /* root of readers: no table of its own, so held to B.1's keys,
                                   usages and lifetime, but not to its country or contact */
    TRUST_READER,               /* table B.4 */
    TRUST_STATUS_SIGNER,        /* of revocation lists: table B.7 */
    TRUST_VICAL_SIGNER,         /* of lists of authorities: C.1.7.2; RICALs too, for which no
                                   profile of their own is given */
    TRUST_IACA_LINK,            /* a new IACA's key, signed by the old one: B.1.3 */
};

enum { TRUST_ROLES_N = TRUST_IACA_LINK + 1 };

enum { TRUST_FINDINGS_MAX = 24 };

struct trust_finding {
    const char *rule;           /* stable id: role, dot, aspect, such as "ds.eku" */
    const char *text;           /* what the rule asks; that it is broken is said by being here */
};

/**
 * The rules of `role` that a certificate breaks, in the order of the certificate's fields.
 *
 * The ids begin with "iaca.", "ds.", "reader_ca.", "reader.", "status.", "vical." or "link."; the
 * aspects are version, serial, lifetime, issuer, country, state, organization, common_name, key,
 * point, named_curve,
 * signature, ski, aki, key_usage, basic_constraints, eku, issuer_alt_name, crl, critical and
 * forbidden. Texts and ids are static.
 *
 * @param issuer  facts of the certificate that issued it; NULL when unknown, and then names,
 *                state and key identifier are not compared with it
 * @return  how many were written to `out`; 0: it conforms
 */
size_t trust_profile_check(struct trust_finding out[TRUST_FINDINGS_MAX], enum trust_role role,
                           const struct x509_facts *facts, const struct x509_facts *issuer);

/** One rule and whether it is kept. */
struct trust_rule {
    const char *rule, *text;    /* as in struct trust_finding */
    bool holds;
};

/** The same, with the rules that are kept. A rule that asks nothing of this certificate, such as
 *  one on its issuer when that is unknown, is left out. */
size_t trust_profile_rules(struct trust_rule out[TRUST_FINDINGS_MAX], enum trust_role role,
                           const struct x509_facts *facts, const struct x509_facts *issuer);

/** How to mend a certificate that breaks `rule`, an id of this role, in the terms of openssl.cnf
 *  and the openssl program. Static, never NULL. */
const char *trust_rule_hint(enum trust_role role, const char *rule);

/** The word for a role, as in the command line: "iaca", "ds", "reader-ca", "reader",
 *  "status-signer", "vical-signer", "iaca-link". Static. */
const char *trust_role_word(enum trust_role role);

/** The role by its word; false, nothing set, for any other text. */
bool trust_role_by_word(const char *word, enum trust_role *role);

/** The role that a certificate seems made for, by its extended key usage, then its basic
 *  constraints and key usage. *why says by what, static text. */
enum trust_role trust_role_guess(const struct x509_facts *facts, const char **why);

/** The dotted object identifier of the extended key usage a role's certificate names; NULL for
 *  a CA and for a signer of status lists, whose own is not assigned yet. Static. */
const char *trust_role_eku(enum trust_role role);

/**
 * Fill what the profile settles in a certificate to be made: key usage, extended key usage,
 * whether it is a CA, and validity. The other fields are left as they are. Validity starts at
 * 00:00 UTC of the day before `now`, so that what is signed today may be dated to its midnight.
 */
void trust_profile_spec(struct x509_spec *spec, enum trust_role role, int64_t now);

#endif
