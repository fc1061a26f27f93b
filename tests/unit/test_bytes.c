#include "core/bytes.h"
#include "core/err.h"

#include <string.h>

#include "tests/unit/tap.h"

static void test_utf8(void)
{
    const struct { const char *name; struct bytes in; bool want; } row[] = {
        { "ASCII", BYTES("card"), true },
        { "Chinese", BYTES("\xe5\xb9\xbf\xe5\xb7\x9e"), true },
        { "nothing", BYTES(""), true },
        { "U+10FFFF", BYTES("\xf4\x8f\xbf\xbf"), true },
        { "beyond U+10FFFF", BYTES("\xf4\x90\x80\x80"), false },
        { "surrogate", BYTES("\xed\xa0\x80"), false },
        { "overlong slash", BYTES("\xc0\xaf"), false },
        { "overlong in three", BYTES("\xe0\x80\xaf"), false },
        { "overlong in four", BYTES("\xf0\x8f\xbf\xbf"), false },
        { "cut short", BYTES("\xe5\xb9"), false },
        { "a continuation alone", BYTES("\x80"), false },
        { "a lead inside", BYTES("\xe5\xe5\xb9"), false },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ok(bytes_are_utf8(row[i].in) == row[i].want, "UTF-8: %s", row[i].name);
}

static void test_err(void)
{
    static const enum oc_err all[] = {
        OC_OK, OC_USAGE, OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT, OC_SIGNATURE,
        OC_DIGEST, OC_UNTRUSTED, OC_EXPIRED, OC_REFUSED, OC_IO, OC_MEMORY, OC_UNAVAILABLE, OC_BUG,
    };
    bool distinct = true;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(oc_err_name(all[i]), oc_err_name(all[k])) == 0 ||
                strcmp(oc_err_text(all[i]), oc_err_text(all[k])) == 0)
                distinct = false;
    ok(distinct, "every error has a name and a text of its own");
    ok(strcmp(oc_err_name((enum oc_err)7), "unknown") == 0, "a number that is no error has a name");
}

int main(void)
{
    uint8_t block[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    struct bytes all = BYTES_OF(block), nothing = { NULL, 0 };

    ok(bytes_eq(BYTES("abc"), BYTES("abc")) && !bytes_eq(BYTES("abc"), BYTES("abd")) &&
       !bytes_eq(BYTES("abc"), BYTES("ab")), "equality looks at length and content");
    ok(bytes_eq(nothing, BYTES("")), "nothing equals the empty view");
    ok(bytes_is(BYTES("a"), "a") && !bytes_is(BYTES("a\0"), "a"), "a NUL is a byte like others");
    ok(bytes_str(NULL).n == 0, "no string is no bytes");
    ok(bytes_cmp(BYTES("a"), BYTES("ab")) < 0 && bytes_cmp(BYTES("b"), BYTES("ab")) > 0 &&
       bytes_cmp(BYTES("ab"), BYTES("ab")) == 0 && bytes_cmp(BYTES("\xff"), BYTES("\x01")) > 0,
       "order is by unsigned byte, the shorter first");
    ok(bytes_within(all, all) && bytes_within((struct bytes){ block + 8, 0 }, all),
       "a block lies within itself, and so does its end");
    ok(!bytes_within((struct bytes){ block + 4, 5 }, all), "a view across the end does not");
    ok(!bytes_within(all, (struct bytes){ block + 1, 7 }), "nor one that begins before");
    test_utf8();
    test_err();
    return done();
}
