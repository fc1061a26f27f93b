#ifndef OWNCARD_CORE_ARRAY_H
#define OWNCARD_CORE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Make room for `more` further elements, zeroed, behind the `n` that *array holds. *array may be
 * NULL; it moves, and is free()d by its owner. False, nothing changed, when memory is out.
 */
bool array_extend(void **array, size_t n, size_t more, size_t element_size);

#endif
