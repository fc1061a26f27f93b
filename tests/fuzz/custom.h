/* What libFuzzer's custom mutators have in common. One header of a kind is included by one file of
 * each target that wants it: mutator.h, mutator_signed.h, mutator_token.h. */
#ifndef OWNCARD_TESTS_FUZZ_CUSTOM_H
#define OWNCARD_TESTS_FUZZ_CUSTOM_H

#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);

/* Append a mutant of `src`; false: there is none. */
typedef bool mutation(struct buf *out, struct bytes src, uint64_t seed, size_t max);

/* The input takes the mutation's shape, or, where there is none that fits, libFuzzer's own. */
static inline size_t mutate_with(mutation *mutate, uint8_t *p, size_t n, size_t max, uint64_t seed)
{
    struct buf out = fuzz_buf();

    if (mutate(&out, (struct bytes){ p, n }, seed, max) && buf_err(&out) == OC_OK && out.n > 0 &&
        out.n <= max) {
        memcpy(p, out.p, out.n);
        n = out.n;
    } else {
        n = LLVMFuzzerMutate(p, n, max);
    }
    buf_cleanup(&out);
    return n;
}

#endif
