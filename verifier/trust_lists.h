/* What the trust folder holds beside certificates, for trust list and trust remove. Every function
 * that returns an error has said it. */
#ifndef OWNCARD_VERIFIER_TRUST_LISTS_H
#define OWNCARD_VERIFIER_TRUST_LISTS_H

#include "verifier/trusted.h"

/** Print roots, VICALs, links and revocation lists, with age and staleness at `now`; *n grows by
 *  how many there are. */
enum oc_err trust_lists_print(const struct command_line *cl, int64_t now, size_t *n) OC_MUST_CHECK;

/** Append to `path` that of the one file whose name begins with `prefix`, when there is one.
 *  @retval OC_USAGE  several */
enum oc_err trust_lists_find(struct buf *path, const struct command_line *cl,
                             const char *prefix) OC_MUST_CHECK;

#endif
