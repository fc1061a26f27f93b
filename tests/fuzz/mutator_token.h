/* The same of what is one COSE_Sign1 around its claims: lists of authorities and status lists. */
#ifndef OWNCARD_TESTS_FUZZ_MUTATOR_TOKEN_H
#define OWNCARD_TESTS_FUZZ_MUTATOR_TOKEN_H

#include "tests/fuzz/custom.h"
#include "tests/fuzz/resign.h"
#include "tests/fuzz/world.h"

static bool mutate_token(struct buf *out, struct bytes src, uint64_t seed, size_t max)
{
    return seed % 16 != 0 && mutate_and_sign(out, src, fuzz_world()->once_key, seed, max);
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    return mutate_with(mutate_token, p, n, max, seed);
}

#endif
