/* verify --diagnose: which session a wallet signed. See mdoc/diagnose.h. */
#ifndef OWNCARD_VERIFIER_DIAGNOSE_H
#define OWNCARD_VERIFIER_DIAGNOSE_H

#include "cli/command.h"
#include "mdoc/diagnose.h"

/** What is reported, in words or as JSON. */
struct diagnosis_report {
    const struct mdoc_diagnose_in *in;
    const struct mdoc_diagnosis *diagnosis;
    bool differs;                   /* a transcript was given, and another one fits */
    size_t difference;              /* the first byte that differs */
    const char *part;               /* and the element it lies in */
};

/** The stable word for what became of a form, such as "verifies" or "not_tried". */
const char *diagnosis_outcome(const struct mdoc_diagnosis *diagnosis, enum mdoc_handover form);

/** Append one JSON object. @retval OC_MEMORY, OC_LIMIT */
enum oc_err diagnosis_json(struct buf *out, const struct diagnosis_report *report) OC_MUST_CHECK;

/** Run it for the command line of verify. */
enum oc_err verifier_diagnose(const struct command_line *cl) OC_MUST_CHECK;

#endif
