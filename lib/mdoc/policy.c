#include "mdoc/policy.h"

static const struct mdoc_policy strict = {
    .skew_s = 300,
    .status_stale = MDOC_REFUSE, .status_unknown = MDOC_REFUSE, .status_none = MDOC_WARN,
    .crl_stale = MDOC_REFUSE, .crl_unknown = MDOC_WARN, .outlives_signer = MDOC_WARN,
    .issuing_country = MDOC_WARN,
};

const struct mdoc_policy *mdoc_policy_default(void)
{
    return &strict;
}

bool mdoc_policy_allows(const char *const *list, size_t n, struct bytes text)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_is(text, list[i]))
            return true;
    return n == 0;
}
