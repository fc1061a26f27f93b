#include "transport/erasure.h"

#include <isa-l/erasure_code.h>
#include <limits.h>
#include <stdlib.h>

/* ISA-L keeps 32 bytes for each coefficient. */
enum { TABLE_BYTES = 32 };

static bool is_possible(size_t k, size_t n, size_t size)
{
    return k >= 1 && k <= ERASURE_DATA_MAX && n >= k && n <= ERASURE_ALL_MAX && size >= 1 &&
           size <= INT_MAX;
}

/* `rows` blocks, each a sum of the k blocks of `from` with the coefficients of one row. */
static enum oc_err combine(uint8_t *to, size_t rows, uint8_t *coefficients, uint8_t *from,
                           size_t k, size_t size)
{
    uint8_t *sources[ERASURE_DATA_MAX], *targets[ERASURE_ALL_MAX];
    uint8_t *tables = malloc(TABLE_BYTES * k * rows);

    if (tables == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < k; i++)
        sources[i] = from + i * size;
    for (size_t i = 0; i < rows; i++)
        targets[i] = to + i * size;
    ec_init_tables((int)k, (int)rows, coefficients, tables);
    ec_encode_data((int)size, (int)k, (int)rows, tables, sources, targets);
    free(tables);
    return OC_OK;
}

enum oc_err erasure_protect(uint8_t *parity, uint8_t *data, size_t k, size_t n, size_t size)
{
    uint8_t *matrix;
    enum oc_err e;

    if (!is_possible(k, n, size))
        return OC_USAGE;
    if (n == k)
        return OC_OK;
    matrix = malloc(n * k);
    if (matrix == NULL)
        return OC_MEMORY;
    gf_gen_cauchy1_matrix(matrix, (int)n, (int)k);
    e = combine(parity, n - k, matrix + k * k, data, k, size);
    free(matrix);
    return e;
}

/* The matrix that made the blocks at hand of the data; OC_USAGE: not of k different blocks. */
static enum oc_err choose_rows(uint8_t *chosen, const uint8_t *number, size_t k)
{
    bool seen[ERASURE_ALL_MAX] = { false };
    uint8_t *matrix = malloc((size_t)ERASURE_ALL_MAX * k);

    if (matrix == NULL)
        return OC_MEMORY;
    gf_gen_cauchy1_matrix(matrix, ERASURE_ALL_MAX, (int)k);
    for (size_t i = 0; i < k; i++) {
        if (number[i] >= ERASURE_ALL_MAX || seen[number[i]]) {
            free(matrix);
            return OC_USAGE;
        }
        seen[number[i]] = true;
        memcpy(chosen + i * k, matrix + number[i] * k, k);
    }
    free(matrix);
    return OC_OK;
}

enum oc_err erasure_recover(uint8_t *data, uint8_t *blocks, const uint8_t *number, size_t k,
                            size_t size)
{
    uint8_t *made, *inverse;
    enum oc_err e;

    if (!is_possible(k, k, size))
        return OC_USAGE;
    made = malloc(k * k);
    inverse = malloc(k * k);
    e = made == NULL || inverse == NULL ? OC_MEMORY : choose_rows(made, number, k);
    /* Any k rows of this matrix are independent, so that an inverse exists. */
    if (e == OC_OK && gf_invert_matrix(made, inverse, (int)k) != 0)
        e = OC_BUG;
    if (e == OC_OK)
        e = combine(data, k, inverse, blocks, k, size);
    free(made);
    free(inverse);
    return e;
}
