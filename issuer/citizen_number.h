/*
 * China's citizen number, GB 11643-1999: 6 digits of address code, 8 of birth date, 3 of
 * sequence (odd for men, even for women) and a check character over them.
 */
#ifndef OWNCARD_ISSUER_CITIZEN_NUMBER_H
#define OWNCARD_ISSUER_CITIZEN_NUMBER_H

#include "core/bytes.h"
#include "core/err.h"

enum { CITIZEN_NUMBER_N = 18 };

struct citizen_number {
    int address_code;       /* six digits, GB/T 2260 when the number was given */
    int64_t born;           /* the moment the birth date begins, core/date.h */
    int sex;                /* 1 male, 2 female: GB/T 2261.1 and ISO/IEC 5218 */
};

/** The check character of 17 digits, '0' to '9' or 'X': ISO/IEC 7064 MOD 11-2. */
char citizen_number_check(const char digits[CITIZEN_NUMBER_N - 1]);

/**
 * Take a number apart. Whether its address code was ever assigned is not looked at, since the
 * codes change from year to year.
 *
 * @param reason  Optional; on error the broken rule, static text.
 * @retval OC_SHAPE  not such a number; *out is all zero
 */
enum oc_err citizen_number_read(struct bytes text, struct citizen_number *out, const char **reason) OC_MUST_CHECK;

/**
 * Whether an address code lies in the blocks kept for synthetic people, which no real person's
 * number can begin with:
 *
 *   440143 … 440158   Guangzhou's districts (440103 … 440118) plus 40. A city's districts are
 *                     numbered from 01, its counties from 21, its county-level cities from 81,
 *                     and Guangzhou never had enough of any to come here
 *   47, 48, 49, 55, 56 and four digits   for a registration elsewhere; GB/T 2260 has no
 *                     province of these numbers
 */
bool address_code_is_unassigned(int address_code);

#endif
