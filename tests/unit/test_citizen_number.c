/* issuer/citizen_number: the standard's own example, every single change of it, and the rules. */
#include <string.h>

#include "core/date.h"
#include "issuer/citizen_number.h"
#include "tests/unit/tap.h"

static void examples(void)
{
    struct citizen_number n;
    const char *reason = "";
    char day[DATE_TEXT_N];

    ok(citizen_number_check("11010519491231002") == 'X', "check character X");
    ok(citizen_number_check("44052418800101001") == '4', "check character 4");
    ok(citizen_number_read(BYTES("11010519491231002X"), &n, &reason) == OC_OK && reason == NULL &&
       n.address_code == 110105 && n.sex == 2 && date_write(n.born, day) && strcmp(day, "1949-12-31") == 0,
       "110105, 1949-12-31, female");
    ok(citizen_number_read(BYTES("440524188001010014"), &n, NULL) == OC_OK && n.address_code == 440524 &&
       n.sex == 1 && date_write(n.born, day) && strcmp(day, "1880-01-01") == 0, "440524, 1880-01-01, male");
}

/* MOD 11-2 finds every single wrong character and every swap of neighbours. */
static void changes(void)
{
    const char *right = "440155200002290013";
    char text[CITIZEN_NUMBER_N + 1];
    struct citizen_number n;
    int accepted = 0, tried = 0;

    for (size_t i = 0; i < CITIZEN_NUMBER_N; i++) {
        for (int c = 0; c < 256; c++) {
            memcpy(text, right, sizeof text);
            if (c == (unsigned char)right[i])
                continue;
            text[i] = (char)c;
            tried++;
            accepted += citizen_number_read((struct bytes){ (uint8_t *)text, CITIZEN_NUMBER_N }, &n, NULL) == OC_OK;
        }
        memcpy(text, right, sizeof text);
        if (i + 1 < CITIZEN_NUMBER_N && right[i] != right[i + 1]) {
            text[i] = right[i + 1];
            text[i + 1] = right[i];
            tried++;
            accepted += citizen_number_read(bytes_str(text), &n, NULL) == OC_OK;
        }
    }
    ok(citizen_number_read(bytes_str(right), &n, NULL) == OC_OK, "the number itself is right");
    ok(tried > 18 * 255 && accepted == 0, "%d changes of it are all refused", tried);
}

static void rules(void)
{
    const struct {
        const char *text, *rule;
    } row[] = {
        { "", "18 characters" },
        { "11010519491231002", "18 characters" },
        { "11010519491231002X1", "18 characters" },
        { "110105491231002", "18 characters" },
        { "11010519491231002x", "check character" },
        { "110105194912310021", "check character" },
        { "1101051949123100X2", "digits" },
        { "11010519490229002X", "does not exist" },
        { "110105194913310021", "does not exist" },
        { "110105000001010021", "does not exist" },
        { "010105194912310021", "begin with 0" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct citizen_number n = { .sex = 1 };
        const char *reason = NULL;
        enum oc_err e = citizen_number_read(bytes_str(row[i].text), &n, &reason);
        ok(e == OC_SHAPE && reason != NULL && strstr(reason, row[i].rule) != NULL && n.sex == 0 && n.born == 0,
           "\"%s\": %s", row[i].text, reason);
    }
}

static void blocks(void)
{
    static const int districts[] = { 440103, 440104, 440105, 440106, 440111, 440112, 440113, 440114, 440115, 440117, 440118 };
    static const int provinces[] = { 11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46,
                                     50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91 };

    for (size_t i = 0; i < sizeof districts / sizeof districts[0]; i++)
        ok(!address_code_is_unassigned(districts[i]) && address_code_is_unassigned(districts[i] + 40),
           "%d is real, %d is not", districts[i], districts[i] + 40);
    int real = 0;
    for (size_t i = 0; i < sizeof provinces / sizeof provinces[0]; i++)
        for (int rest = 0; rest < 10000; rest++) {
            int code = provinces[i] * 10000 + rest;
            real += address_code_is_unassigned(code) && (code < 440143 || code > 440158);
        }
    ok(real == 0, "no other code of a real province counts as unassigned");
    ok(!address_code_is_unassigned(440116) && !address_code_is_unassigned(440142) && !address_code_is_unassigned(440159) &&
       !address_code_is_unassigned(440183), "codes that were once in use, and the edges");
    ok(address_code_is_unassigned(470101) && address_code_is_unassigned(562028) && !address_code_is_unassigned(460101),
       "elsewhere");
}

int main(void)
{
    examples();
    changes();
    rules();
    blocks();
    return done();
}
