/* The issuer's signer of status lists, status.pem and status.key. What fails has been said. */
#ifndef OWNCARD_ISSUER_STATUS_SIGNER_H
#define OWNCARD_ISSUER_STATUS_SIGNER_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"

/**
 * Make the signer under the IACA where there is none, as in folders that an earlier version made.
 * It needs iaca.key then; the verb has the options of authority_init().
 * @param made  whether it was missing
 */
enum oc_err status_signer_ensure(bool *made, const struct command_line *cl,
                                 int64_t now) OC_MUST_CHECK;

#endif
