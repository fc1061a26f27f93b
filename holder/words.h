/* Elements of a card in words, for whoever holds it. */
#ifndef OWNCARD_HOLDER_WORDS_H
#define OWNCARD_HOLDER_WORDS_H

#include "cli/catalog.h"
#include "core/buf.h"
#include "wallet/wallet.h"

/** Append an element's value (one CBOR item) on one line, by its type in the catalogue, which may
 *  be NULL; escaped. Errors go to out->err. */
void words_value(struct buf *out, struct bytes cbor, const struct element *type, bool chinese);

/** Append the line that names a card: its number, title and docType. Errors go to out->err. */
void words_card(struct buf *out, const struct catalog *catalog, bool chinese,
                const struct wallet_card *card);

#endif
