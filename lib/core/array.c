#include "core/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool array_extend(void **array, size_t n, size_t more, size_t element_size)
{
    void *p;

    if (more > SIZE_MAX / element_size - n)
        return false;
    if (more == 0)
        return true;
    p = realloc(*array, (n + more) * element_size);
    if (p == NULL)
        return false;
    memset((char *)p + n * element_size, 0, more * element_size);
    *array = p;
    return true;
}
