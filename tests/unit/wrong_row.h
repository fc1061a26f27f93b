/* What a row of either table of defects, the issuer's or the holder's, must be. */
#ifndef OWNCARD_TESTS_WRONG_ROW_H
#define OWNCARD_TESTS_WRONG_ROW_H

#include <string.h>

#include "mdoc/report.h"
#include "wrong/table.h"

static inline bool is_check(struct bytes id)
{
    for (int i = 0; i < MDOC_CHECKS_N; i++)
        if (bytes_is(id, mdoc_check_info((enum mdoc_check_id)i)->id))
            return true;
    return false;
}

/* "a.b c.d": all of them checks that there are; NULL is none. */
static inline bool are_checks(const char *ids)
{
    bool all = true;

    while (ids != NULL && *ids != '\0') {
        size_t n = strcspn(ids, " ");

        all = all && is_check((struct bytes){ (const uint8_t *)ids, n });
        ids += n + strspn(ids + n, " ");
    }
    return all;
}

static inline bool is_good_row(const char *name, const char *check, const char *also,
                               const char *text, enum wrong_verdict verdict)
{
    bool is_plain = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
    bool has_check = is_check(bytes_str(check)) ||
                     strcmp(check, verdict == WRONG_TAKEN ? "none" : "message") == 0;

    return is_plain && has_check && are_checks(also) && text[strlen(text) - 1] != '.';
}

#endif
