/* What `issue --defect` asks for: copies that are wrong on purpose. What fails has been said
 * (cli/exit.h). */
#ifndef OWNCARD_ISSUER_WRONG_H
#define OWNCARD_ISSUER_WRONG_H

#include "cli/command.h"
#include "issuer/authority.h"
#include "issuer/defects/defects.h"
#include "mdoc/issue.h"

/* All zero: nothing is wrong. */
struct wrong {
    const struct defect *defect;        /* NULL: none */
    struct authority iaca;              /* where the defect needs it */
};

/**
 * Read --defect, and warn that the card will be wrong. The verb must have the options --defect,
 * --dir and --signer-key.
 *
 * @param out  all zero on error; release with wrong_cleanup()
 * @retval OC_USAGE  no such defect, or one that is not to be had with --signer-key
 * @retval the errors of authority_init()
 */
enum oc_err wrong_init(struct wrong *out, const struct command_line *cl) OC_MUST_CHECK;
void wrong_cleanup(struct wrong *wrong);

/** mdoc_issue(), and then the defect, if any. Only `reason` is said. */
enum oc_err wrong_issue(struct buf *out, const struct wrong *wrong,
                        const struct mdoc_issue_spec *spec, const char **reason) OC_MUST_CHECK;

/** Print every defect, what is wrong, and which check refuses it. @return exit status */
int wrong_list(void);

#endif
