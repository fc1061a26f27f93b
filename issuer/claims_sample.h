/* Claims to begin with: what a card type asks for, filled with values that it takes. */
#ifndef OWNCARD_ISSUER_CLAIMS_SAMPLE_H
#define OWNCARD_ISSUER_CLAIMS_SAMPLE_H

#include "cli/catalog.h"

/**
 * Claims that claims_init() takes for this card type when it is issued on the day of `issued`. Text
 * says what belongs there, dates are of a man born on 1 January 1990, whose citizen number nobody
 * has; portraits begin as one does and are none.
 *
 * @param all  what may be left out is there too
 * @return a new reference; NULL: no memory
 */
json_t *claims_sample(const struct card_type *card, int64_t issued, bool all) OC_MUST_CHECK;

#endif
