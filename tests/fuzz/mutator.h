/* libFuzzer's custom mutator of a CBOR target: half of the time it changes structure, half of the
 * time bytes. */
#ifndef OWNCARD_TESTS_FUZZ_MUTATOR_H
#define OWNCARD_TESTS_FUZZ_MUTATOR_H

#include "tests/fuzz/custom.h"

static bool mutate_structure(struct buf *out, struct bytes src, uint64_t seed, size_t max)
{
    struct rng rng = { seed };
    struct node *root = rng_one_in(&rng, 2) ? tree_read(src) : NULL;

    (void)max;
    if (root == NULL)
        return false;
    tree_mutate(&rng, root);
    tree_write(out, root);
    node_free(root);
    return true;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    return mutate_with(mutate_structure, p, n, max, seed);
}

#endif
