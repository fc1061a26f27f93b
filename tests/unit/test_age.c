#include "mdoc/age.h"

#include "tests/unit/tap.h"

static void test_names(void)
{
    const struct {
        struct bytes name;
        int limit;
    } row[] = {
        { BYTES("age_over_18"), 18 }, { BYTES("age_over_00"), 0 }, { BYTES("age_over_99"), 99 },
        { BYTES("age_over_1"), -1 }, { BYTES("age_over_180"), -1 }, { BYTES("age_over_1x"), -1 },
        { BYTES("age_over_"), -1 }, { BYTES("Age_over_18"), -1 }, { BYTES("age_in_years"), -1 },
        { { NULL, 0 }, -1 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(mdoc_age_limit(row[i].name) == row[i].limit, "%.*s: %d", (int)row[i].name.n,
           row[i].name.n > 0 ? (const char *)row[i].name.p : "", row[i].limit);
}

static void test_answers(void)
{
    const struct {
        const char *name;
        int asked;
        struct mdoc_age have[4];
        size_t n;
        int answer;
    } row[] = {
        { "nothing to choose from", 18, { { 0 } }, 0, -1 },
        { "that very one, true", 18, { { 21, true }, { 18, true } }, 2, 1 },
        { "that very one, false, before a neighbour", 18, { { 16, false }, { 18, false } }, 2, 1 },
        { "the smallest larger true", 18, { { 25, true }, { 21, true }, { 65, false } }, 3, 1 },
        { "the largest smaller false", 18, { { 14, false }, { 16, false }, { 12, true } }, 3, 1 },
        { "a true below says nothing", 18, { { 16, true } }, 1, -1 },
        { "a false above says nothing", 18, { { 21, false } }, 1, -1 },
        { "both sides silent", 18, { { 16, true }, { 21, false } }, 2, -1 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(mdoc_age_answer(row[i].asked, row[i].have, row[i].n) == row[i].answer, "%s",
           row[i].name);
}

int main(void)
{
    test_names();
    test_answers();
    return done();
}
