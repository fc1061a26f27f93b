/* What the Wycheproof files of standard vectors have in common. */
#ifndef OWNCARD_TESTS_WYCHEPROOF_H
#define OWNCARD_TESTS_WYCHEPROOF_H

#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* Whether a case must succeed. What its authors call acceptable, neither right nor wrong, must do
 * as `acceptable` says. */
static inline bool wycheproof_valid(const json_t *test, bool acceptable)
{
    const char *result = json_get_text(test, "result");

    if (result != NULL && strcmp(result, "acceptable") == 0)
        return acceptable;
    return result != NULL && strcmp(result, "valid") == 0;
}

/* Every case of every group was tried, and none came out wrong. */
static inline void wycheproof_done(const json_t *file, const char *name, size_t tried, size_t wrong)
{
    int64_t all = 0;
    bool counted = json_get_int(file, "numberOfTests", &all) && all > 0;

    ok(counted && tried == (size_t)all && wrong == 0,
       "%s: %zu of %lld vectors tried, %zu came out wrong", name, tried, (long long)all, wrong);
}

#endif
