/* What came out of a verification, for people and for programs. */
#ifndef OWNCARD_VERIFIER_REPORT_H
#define OWNCARD_VERIFIER_REPORT_H

#include "cli/catalog.h"
#include "mdoc/claims.h"
#include "mdoc/verify.h"

enum { REPORT_BYTES_MAX = 8 << 20 };

struct verdict {
    const struct mdoc_report *report;
    const struct mdoc_card *cards;      /* as verified; none unless accepted */
    size_t cards_n;
    bool issuer_only;                   /* the device was not asked about */
    bool pinned;                        /* the signer was given, so no chain was checked */
    bool brief;                         /* as text: without the checks */
    const struct catalog *catalog;      /* labels, which are in the report's language */
};

/**
 * Append the verdict as text. The first line is "ACCEPTED" or "REFUSED: " and the first reason, in
 * Chinese if so wanted; then the claims if accepted, then every check, with a hint where it did not
 * pass, unless brief. Text from the message is escaped.
 * Errors go to out->err.
 *
 * @param columns  where lines are wrapped
 */
void verdict_text(struct buf *out, const struct verdict *v, bool colour, size_t columns);

/**
 * Append the verdict as one JSON object. Members are only ever added:
 *
 *   verdict         "accepted", "refused"
 *   accepted        true, false
 *   at              the moment verified at
 *   device_checked  false: the issuer's part alone
 *   refused_by      id of the first check that refuses; null when accepted
 *   reason          its detail; null when accepted
 *   language        "en", "zh": of title, detail, hint and reason; all else is the same in both
 *   checks          of the response: [ { id, outcome, blocks, error, title, detail, source, hint } ];
 *                   error the word of oc_err_name() when it blocks, else null; hint null where
 *                   nothing is to be done
 *   documents       [ { doc_type, status, checks, and when accepted: issuer, signed, valid_from,
 *                       valid_until, claims } ]
 *   status          { verdict, age_s, limit_s }: verdict "valid", "revoked", "suspended", "stale",
 *                   "unknown"; seconds null where there is no list or no limit; null when none
 *                   was looked for
 *   claims          [ { namespace, element, value, answered_by, device_signed,
 *                       intent_to_retain } ]; answered_by null unless a neighbour by the age
 *                   rule; in a value, bytes are base64url
 *
 * @retval OC_MEMORY, OC_LIMIT
 */
enum oc_err verdict_json(struct buf *out, const struct verdict *v) OC_MUST_CHECK;

/**
 * Append the object for a run that came to no verdict of the above:
 *
 *   verdict   "not_a_message" for bytes that are none (status 3), else "unfinished"
 *   language  "en", "zh": of the reason; one that is not of the message is English
 *   accepted  false
 *   at, error (the word of oc_err_name()), reason (text)
 *   offset    in bytes; null when not known
 *
 * @param reason  what was said on standard error; used when `fault` has none
 */
enum oc_err verdict_json_fault(struct buf *out, const struct mdoc_verify_in *in, enum oc_err e,
                               const struct oc_fault *fault, const char *reason) OC_MUST_CHECK;

#endif
