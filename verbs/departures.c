#include "verbs/departures.h"

#include "cli/exit.h"

static const char *const titles[TRUST_ROLES_N] = {
    [TRUST_IACA] = "an issuing authority", [TRUST_DOCUMENT_SIGNER] = "a document signer",
    [TRUST_READER_CA] = "a reader CA", [TRUST_READER] = "a reader",
    [TRUST_STATUS_SIGNER] = "a signer of status lists",
    [TRUST_VICAL_SIGNER] = "a signer of lists of authorities",
    [TRUST_IACA_LINK] = "a link certificate",
};

void departures_warn(const char *name, enum trust_role role, const struct x509_cert *certificate,
                     const struct x509_cert *issuer)
{
    struct trust_finding findings[TRUST_FINDINGS_MAX];
    struct x509_facts facts, above;
    size_t n;

    x509_describe(certificate, &facts);
    if (issuer == NULL && facts.self_issued)
        issuer = certificate;
    if (issuer != NULL)
        x509_describe(issuer, &above);
    n = trust_profile_check(findings, role, &facts, issuer != NULL ? &above : NULL);
    for (size_t i = 0; i < n; i++)
        warn_print("%s: departs from the profile of %s: %s is not kept: %s", name, titles[role],
                   findings[i].rule, findings[i].text);
}
