/* The issuer's signer of status lists, status.pem and status.key. What fails has been said. */
#ifndef OWNCARD_ISSUER_STATUS_SIGNER_H
#define OWNCARD_ISSUER_STATUS_SIGNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/**
 * Make the signer under the IACA where there is none, as in folders that an earlier version made.
 * It needs iaca.key then.
 * @param made  whether it was missing
 */
enum oc_err status_signer_ensure(bool *made, const char *dir, int64_t now) OC_MUST_CHECK;

#endif
