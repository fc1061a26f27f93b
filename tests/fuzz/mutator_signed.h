/*
 * libFuzzer's custom mutator of the verifiers: structure is changed and signed anew, so that most
 * mutants are judged by what they say and not by their signature; now and then bytes are changed.
 */
#ifndef OWNCARD_TESTS_FUZZ_MUTATOR_SIGNED_H
#define OWNCARD_TESTS_FUZZ_MUTATOR_SIGNED_H

#include "tests/fuzz/custom.h"
#include "tests/fuzz/resign.h"
#include "tests/fuzz/world.h"

static bool mutate_response(struct buf *out, struct bytes src, uint64_t seed, size_t max)
{
    return seed % 16 != 0 && mutate_and_resign(out, src, fuzz_world(), seed, max);
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    return mutate_with(mutate_response, p, n, max, seed);
}

#endif
