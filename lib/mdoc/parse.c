#include "mdoc/parse.h"

#include "core/array.h"
#include "mdoc/limits.h"

void mdoc_parse_begin(struct cbr *r, struct bytes src)
{
    if (src.n <= MDOC_BYTES_MAX) {
        cbr_init(r, src);
        return;
    }
    *r = (struct cbr){ .base = src.p, .err = OC_LIMIT,
                       .fault = { MDOC_BYTES_MAX, "the message is longer than 1 MiB" } };
}

void mdoc_parse_embedded(struct cbr *inner, struct cbr *r, struct bytes *whole)
{
    struct bytes content = cbr_embedded(r, whole);

    cbr_init_inside(inner, content, r);
}

bool mdoc_parse_room(struct cbr *r, void **array, size_t have, size_t n, size_t element_size)
{
    if (!cbr_ok(r))
        return false;
    if (!array_extend(array, have, n, element_size))
        cbr_fail(r, OC_MEMORY, "out of memory");
    return cbr_ok(r);
}

size_t mdoc_parse_array(struct cbr *r, void **array, size_t element_size, size_t max,
                   const char *too_many)
{
    size_t n = cbr_array(r);

    if (n > max)
        cbr_fail(r, OC_LIMIT, too_many);
    return mdoc_parse_room(r, array, 0, n, element_size) ? n : 0;
}
