/* Steps that every parser of this folder takes. Private to lib/mdoc. */
#ifndef OWNCARD_MDOC_PARSE_H
#define OWNCARD_MDOC_PARSE_H

#include "codec/cbr.h"

/** Begin to read a whole message; one longer than MDOC_BYTES_MAX fails with OC_LIMIT, unread. */
void mdoc_parse_begin(struct cbr *r, struct bytes src);

/** Begin to read what the next item, a #6.24(bstr), embeds; `whole` as for cbr_embedded(). Hand
 *  `inner` back with cbr_adopt(). */
void mdoc_parse_embedded(struct cbr *inner, struct cbr *r, struct bytes *whole);

/**
 * Read the head of an array and make room for its items, zeroed, in *array, which is NULL before
 * and free()d by its owner.
 *
 * @return how many items follow; 0 after a failure: more than `max` (OC_LIMIT, `too_many`), or
 *         OC_MEMORY
 */
size_t mdoc_parse_array(struct cbr *r, void **array, size_t element_size, size_t max,
                   const char *too_many);

/** The same for `n` more entries of a map behind the `have` that *array holds; false: OC_MEMORY. */
bool mdoc_parse_room(struct cbr *r, void **array, size_t have, size_t n, size_t element_size);

#endif
