/* What `present --defect` asks for: a response that is wrong on purpose. What fails has been said
 * (cli/exit.h). */
#ifndef OWNCARD_HOLDER_FLAWED_H
#define OWNCARD_HOLDER_FLAWED_H

#include "cli/command.h"
#include "holder/defects/flaws.h"

/** Rows of the option table of a verb that has them. */
#define FLAWED_OPTIONS \
    { "defect", 0, "NAME", "make the answer wrong in one way, to test a reader", false }, \
    { "list-defects", 0, NULL, "print what can be wrong and which check refuses it", false }

/** Read --defect, and warn that the response will be wrong. *out NULL: there is no such option.
 *  @retval OC_USAGE  no such defect */
enum oc_err flawed_init(const struct flaw **out, const struct command_line *cl) OC_MUST_CHECK;

/** flaw_write() to an empty `out`; every error is said. */
enum oc_err flawed_write(struct buf *out, const struct flaw *flaw,
                         const struct flaw_showing *showing) OC_MUST_CHECK;

/** Print every defect, what is wrong, and which check refuses it. @return exit status */
int flawed_list(void);

#endif
