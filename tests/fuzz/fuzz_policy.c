/* The policy file: what is read is within its bounds; what is refused leaves nothing behind. */
#include "tests/fuzz/fuzz.h"
#include "verifier/policy.h"

static bool is_reaction(enum mdoc_reaction reaction)
{
    return reaction == MDOC_REFUSE || reaction == MDOC_WARN;
}

static void check_list(const char *const *list, size_t n)
{
    hold(n <= POLICY_LIST_MAX && (list != NULL) == (n > 0));
    for (size_t i = 0; i < n; i++)
        hold(bytes_are_utf8(bytes_str(list[i])));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct catalog_fault fault = { "" };
    struct verifier_policy out;
    const struct mdoc_policy *policy = &out.policy;
    enum oc_err e = verifier_policy_read(&out, (struct bytes){ p, n }, &fault);

    if (e != OC_OK) {
        hold(e == OC_SYNTAX || e == OC_SHAPE || e == OC_LIMIT);
        hold(fault.text[0] != '\0' && memchr(fault.text, '\0', sizeof fault.text) != NULL);
        hold_zero(out);
        return 0;
    }
    check_list(policy->doc_types, policy->doc_types_n);
    check_list(policy->issuers, policy->issuers_n);
    check_list(policy->algorithms, policy->algorithms_n);
    hold(is_reaction(policy->status_stale) && is_reaction(policy->status_unknown) &&
         is_reaction(policy->status_none) && is_reaction(policy->crl_stale) &&
         is_reaction(policy->crl_unknown) && is_reaction(policy->outlives_signer) &&
         is_reaction(policy->issuing_country));
    hold(policy->skew_s >= 0 && policy->skew_s <= 86400);
    hold(policy->status_max_age_s >= 0 && policy->crl_max_age_s >= 0);
    verifier_policy_cleanup(&out);
    hold_zero(out);
    return 0;
}
