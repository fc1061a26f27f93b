#include "issuer/citizen_number.h"

#include <stdio.h>

#include "core/date.h"

char citizen_number_check(const char digits[CITIZEN_NUMBER_N - 1])
{
    int p = 0;

    /* ISO/IEC 7064, pure system, recursive method: radix 2, modulus 11, 10 is written X. */
    for (int i = 0; i < CITIZEN_NUMBER_N - 1; i++)
        p = (p + (digits[i] - '0')) * 2 % 11;
    return "0123456789X"[(12 - p) % 11];
}

static int number_at(struct bytes text, size_t at, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++)
        value = 10 * value + (text.p[at + i] - '0');
    return value;
}

static const char *broken_rule(struct bytes text, struct citizen_number *out)
{
    char day[DATE_TEXT_N];

    if (text.n != CITIZEN_NUMBER_N)
        return "a citizen number has 18 characters";
    for (size_t i = 0; i < CITIZEN_NUMBER_N - 1; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return "the first 17 characters of a citizen number are digits";
    if (text.p[0] == '0')
        return "an address code does not begin with 0";

    snprintf(day, sizeof day, "%.4s-%.2s-%.2s", (const char *)text.p + 6, (const char *)text.p + 10,
             (const char *)text.p + 12);
    if (!date_read(bytes_str(day), &out->born))
        return "the citizen number's birth date does not exist";
    if ((char)text.p[17] != citizen_number_check((const char *)text.p))
        return "the citizen number's check character is wrong";

    out->address_code = number_at(text, 0, 6);
    out->sex = number_at(text, 14, 3) % 2 == 1 ? 1 : 2;
    return NULL;
}

enum oc_err citizen_number_read(struct bytes text, struct citizen_number *out, const char **reason)
{
    *out = (struct citizen_number){ 0 };
    const char *broken = broken_rule(text, out);

    if (reason != NULL)
        *reason = broken;
    if (broken == NULL)
        return OC_OK;
    *out = (struct citizen_number){ 0 };
    return OC_SHAPE;
}

bool address_code_is_unassigned(int address_code)
{
    int province = address_code / 10000;

    if (address_code >= 440143 && address_code <= 440158)
        return true;
    return (province >= 47 && province <= 49) || province == 55 || province == 56;
}
