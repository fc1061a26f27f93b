/* No check that fails leaves its reader without a hint, in either language. */
#include "verifier/hints.h"

#include <string.h>

#include "core/bytes.h"
#include "tap.h"

static const char *hint(enum mdoc_check_id id, enum mdoc_outcome outcome, enum oc_err why,
                        enum mdoc_language language)
{
    struct mdoc_check check = { .outcome = outcome, .why = why, .language = language };

    return check_hint(&check, id);
}

static bool is_chinese(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0xe3)
            return bytes_are_utf8(bytes_str(text));
    return false;
}

static void test_every_check(void)
{
    static const enum oc_err whys[] = { OC_REFUSED, OC_EXPIRED };

    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        enum mdoc_check_id id = (enum mdoc_check_id)i;
        bool well = true;

        for (int j = 0; j < 2; j++) {
            const char *english = hint(id, MDOC_FAIL, whys[j], MDOC_ENGLISH);
            const char *chinese = hint(id, MDOC_FAIL, whys[j], MDOC_CHINESE);

            well = well && english != NULL && !is_chinese(english) && chinese != NULL &&
                   is_chinese(chinese) && english == hint(id, MDOC_WARNING, whys[j], MDOC_ENGLISH);
        }
        ok(well, "%s: a hint in both languages", mdoc_check_info(id)->id);
        ok(hint(id, MDOC_PASS, OC_OK, MDOC_ENGLISH) == NULL, "and none where it passed");
    }
}

static void test_not_checked(void)
{
    struct mdoc_check moot = { .outcome = MDOC_NOT_CHECKED, .remedy = MDOC_REMEDY_NONE };
    struct mdoc_check stale = { .outcome = MDOC_FAIL, .remedy = MDOC_REMEDY_LIST };
    struct mdoc_check policy = { .outcome = MDOC_NOT_CHECKED, .remedy = MDOC_REMEDY_POLICY };
    const char *missing = hint(MDOC_CHECK_STATUS, MDOC_NOT_CHECKED, OC_REFUSED, MDOC_ENGLISH);

    ok(missing != NULL && strstr(missing, "trust update") != NULL, "what to fetch: %s", missing);
    ok(check_hint(&moot, MDOC_CHECK_STATUS) == NULL, "nothing, where nothing is to be done");
    ok(check_hint(&stale, MDOC_CHECK_STATUS) == missing &&
       check_hint(&stale, MDOC_CHECK_SIGNER_REVOCATION) != NULL, "an old list wants a newer one");
    ok(strstr(check_hint(&policy, MDOC_CHECK_STATUS), "policy") != NULL, "or another policy");
    ok(strcmp(hint(MDOC_CHECK_SIGNER_CHAIN, MDOC_FAIL, OC_EXPIRED, MDOC_ENGLISH),
              hint(MDOC_CHECK_SIGNER_CHAIN, MDOC_FAIL, OC_UNTRUSTED, MDOC_ENGLISH)) != 0,
       "an expired chain asks for something else than an unknown one");
}

int main(void)
{
    test_every_check();
    test_not_checked();
    return done();
}
