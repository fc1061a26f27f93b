/* Elements of a card in words, for whoever holds it. */
#ifndef OWNCARD_HOLDER_WORDS_H
#define OWNCARD_HOLDER_WORDS_H

#include "cli/catalog.h"
#include "core/buf.h"

/** Append an element's value (one CBOR item) on one line, by its type in the catalogue, which may
 *  be NULL; escaped. Errors go to out->err. */
void words_value(struct buf *out, struct bytes cbor, const struct element *type, bool chinese);

#endif
