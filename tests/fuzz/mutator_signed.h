/*
 * libFuzzer's custom mutator of the verifiers: structure is changed and signed anew, so that most
 * mutants are judged by what they say and not by their signature; now and then bytes are changed.
 */
#ifndef OWNCARD_TESTS_FUZZ_MUTATOR_SIGNED_H
#define OWNCARD_TESTS_FUZZ_MUTATOR_SIGNED_H

#include "tests/fuzz/resign.h"
#include "tests/fuzz/world.h"

size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    struct buf out = fuzz_buf();

    if (seed % 16 != 0 &&
        mutate_and_resign(&out, (struct bytes){ p, n }, fuzz_world(), seed, max) && out.n > 0) {
        memcpy(p, out.p, out.n);
        n = out.n;
    } else {
        n = LLVMFuzzerMutate(p, n, max);
    }
    buf_cleanup(&out);
    return n;
}

#endif
