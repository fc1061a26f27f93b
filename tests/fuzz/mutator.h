/* libFuzzer's custom mutator of a CBOR target: half of the time it changes structure, half of the
 * time bytes. Included by one file of each such target. */
#ifndef OWNCARD_TESTS_FUZZ_MUTATOR_H
#define OWNCARD_TESTS_FUZZ_MUTATOR_H

#include "tests/fuzz/mutate.h"

size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    struct rng rng = { seed };
    struct buf out = fuzz_buf();
    struct node *root = rng_one_in(&rng, 2) ? tree_read((struct bytes){ p, n }) : NULL;

    if (root != NULL) {
        tree_mutate(&rng, root);
        tree_write(&out, root);
        node_free(root);
    }
    if (out.n > 0 && out.n <= max && buf_err(&out) == OC_OK) {
        memcpy(p, out.p, out.n);
        n = out.n;
    } else {
        n = LLVMFuzzerMutate(p, n, max);
    }
    buf_cleanup(&out);
    return n;
}

#endif
