/* KeyProofs: a key counts as proven only with a signature by it. */
#include "mdoc/key_proof.h"
#include "tests/fuzz/mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_proven_keys keys;
    enum oc_err e;

    fuzz_pool();
    e = mdoc_key_proofs_check(&keys, src, &fault);
    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(keys);
        return 0;
    }
    hold(keys.n >= 1 && keys.n <= MDOC_PROOFS_MAX);
    hold_inside(keys.challenge, src);
    hold(keys.challenge.n >= MDOC_CHALLENGE_MIN && keys.challenge.n <= MDOC_CHALLENGE_MAX);
    for (size_t i = 0; i < keys.n; i++)
        for (size_t j = 0; j < i; j++)
            hold(!public_key_equal(keys.keys[i], keys.keys[j]));
    mdoc_proven_keys_cleanup(&keys);
    hold_zero(keys);
    return 0;
}
