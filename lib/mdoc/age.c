#include "mdoc/age.h"

#include <string.h>

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

int mdoc_age_limit(struct bytes name)
{
    static const char prefix[] = "age_over_";
    enum { N = sizeof prefix - 1 };

    if (name.n != N + 2 || memcmp(name.p, prefix, N) != 0 || !is_digit(name.p[N]) ||
        !is_digit(name.p[N + 1]))
        return -1;
    return (name.p[N] - '0') * 10 + (name.p[N + 1] - '0');
}

int mdoc_age_answer(int asked, const struct mdoc_age *have, size_t n)
{
    int above = -1, below = -1;

    for (size_t i = 0; i < n; i++) {
        if (have[i].limit == asked)
            return (int)i;
        if (have[i].over && have[i].limit > asked &&
            (above < 0 || have[i].limit < have[above].limit))
            above = (int)i;
        if (!have[i].over && have[i].limit < asked &&
            (below < 0 || have[i].limit > have[below].limit))
            below = (int)i;
    }
    return above >= 0 ? above : below;
}
