#include "wrong/table.h"

#include <stdio.h>
#include <string.h>

#include "mdoc/report.h"

/* " [the clause that the check is made after]"; nothing where there is no check. */
static void print_source(const char *check)
{
    if (strcmp(check, "message") == 0)
        fputs(" [ISO/IEC 18013-5, 8.3 and its CDDL]", stdout);
    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check_info *info = mdoc_check_info((enum mdoc_check_id)i);

        if (strcmp(info->id, check) == 0)
            printf(" [%s]", info->source);
    }
}

void wrong_print(const char *name, const char *check, const char *also, const char *text,
                 enum wrong_verdict verdict)
{
    static const char *const notes[] = {
        [WRONG_REFUSED] = "",
        [WRONG_REPORTED] = " (our verifier reports it, and accepts)",
        [WRONG_TAKEN] = " (our verifier accepts it)",
    };

    printf("%-30s %-23s %s%s", name, check, text, notes[verdict]);
    if (also != NULL)
        printf(" (may fail with it: %s)", also);
    print_source(check);
    putchar('\n');
}
