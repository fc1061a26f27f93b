#include "verifier/policy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/date.h"
#include "tests/unit/tap.h"

static enum oc_err read_text(struct verifier_policy *p, const char *json)
{
    struct catalog_fault fault = { "" };
    enum oc_err e = verifier_policy_read(p, bytes_str(json), &fault);

    if (e != OC_OK && fault.text[0] == '\0')
        ok(false, "%s: refused without a reason", json);
    return e;
}

static void whole(void)
{
    struct verifier_policy p;
    const struct mdoc_policy *d = mdoc_policy_default();

    ok(read_text(&p, "{}") == OC_OK && memcmp(&p.policy, d, sizeof *d) == 0,
       "an empty policy is the default");
    verifier_policy_cleanup(&p);
    ok(d->status_stale == MDOC_REFUSE && d->status_unknown == MDOC_REFUSE &&
       d->crl_stale == MDOC_REFUSE && d->issuing_country == MDOC_WARN &&
       d->doc_types_n + d->issuers_n + d->algorithms_n == 0,
       "which is strict about what is stale or unknown");
    ok(read_text(&p, "{ \"docTypes\": [\"a\", \"b\"], \"issuers\": [\"CN\"], \"algorithms\": [\"ES256\"],"
                     "\"status\": { \"maxAgeHours\": 48, \"stale\": \"warn\", \"unknown\": \"warn\","
                     " \"none\": \"refuse\" }, \"revocationLists\": { \"maxAgeHours\": 1,"
                     " \"stale\": \"warn\", \"unknown\": \"refuse\" },"
                     "\"cardOutlivesSigner\": \"refuse\", \"issuingCountry\": \"refuse\","
                     "\"clockSkewSeconds\": 0 }") == OC_OK,
       "every member");
    ok(p.policy.doc_types_n == 2 && strcmp(p.policy.doc_types[1], "b") == 0 &&
       p.policy.issuers_n == 1 && p.policy.algorithms_n == 1 &&
       p.policy.status_max_age_s == 48 * DATE_HOUR_S && p.policy.status_stale == MDOC_WARN &&
       p.policy.status_unknown == MDOC_WARN && p.policy.status_none == MDOC_REFUSE &&
       p.policy.crl_max_age_s == DATE_HOUR_S && p.policy.crl_stale == MDOC_WARN &&
       p.policy.crl_unknown == MDOC_REFUSE && p.policy.outlives_signer == MDOC_REFUSE &&
       p.policy.issuing_country == MDOC_REFUSE && p.policy.skew_s == 0, "is where it belongs");
    verifier_policy_cleanup(&p);
}

/* A slip must not weaken what is demanded. */
static void faults(void)
{
    static const char *const row[] = {
        "", "[]", "{", "{ \"doctypes\": [\"a\"] }", "{ \"docTypes\": [] }", "{ \"docTypes\": \"a\" }",
        "{ \"docTypes\": [1] }", "{ \"status\": { \"stale\": \"ignore\" } }",
        "{ \"status\": { \"stale\": true } }", "{ \"status\": { \"maxAge\": 1 } }",
        "{ \"status\": { \"maxAgeHours\": 0 } }", "{ \"status\": { \"maxAgeHours\": -1 } }",
        "{ \"status\": { \"maxAgeHours\": 1.5 } }", "{ \"status\": [] }",
        "{ \"revocationLists\": { \"none\": \"warn\" } }", "{ \"clockSkewSeconds\": 86401 }",
        "{ \"docTypes\": [\"\"] }", "{ \"issuers\": [\"China\"] }", "{ \"issuers\": [\"cn\"] }",
        "{ \"issuers\": [\"0123\"] }", "{ \"algorithms\": [\"ES257\"] }",
        "{ \"algorithms\": [\"es256\"] }", "{ \"clockSkewSeconds\": 1, \"clockSkewSeconds\": 2 }", "{} {}",
    };
    struct verifier_policy p;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(read_text(&p, row[i]) != OC_OK && p.source == NULL && p.policy.skew_s == 0,
           "refused: %s", row[i]);
}

int main(void)
{
    whole();
    faults();
    return done();
}
