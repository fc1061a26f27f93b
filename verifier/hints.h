/* What to do about a check that did not pass, in the terms of this tool. */
#ifndef OWNCARD_VERIFIER_HINTS_H
#define OWNCARD_VERIFIER_HINTS_H

#include "mdoc/report.h"

/**
 * The hint for a check's outcome and remedy, in the language of its report. Static; NULL for a
 * check that passed, that was not made because of another one, or that need not be made.
 */
const char *check_hint(const struct mdoc_check *check, enum mdoc_check_id id);

#endif
