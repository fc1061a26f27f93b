/* Who signs lists in the fuzzer's world: the worlds of the unit tests around its fixture, with keys
 * that it has already. What fuzz_world()->once_key signs is genuine in both. */
#ifndef OWNCARD_TESTS_FUZZ_TRUST_WORLD_H
#define OWNCARD_TESTS_FUZZ_TRUST_WORLD_H

#include "tests/fuzz/world.h"
#include "tests/unit/list_world.h"
#include "tests/unit/status_world.h"

static inline const struct list_world *fuzz_list_world(void)
{
    static struct list_world world;

    if (world.root == NULL) {
        world.f = *fuzz_world();
        world.root_key = world.f.reader_ca_key;
        world.key = world.f.once_key;
        list_world_certify(&world);
    }
    return &world;
}

static inline const struct status_world *fuzz_status_world(void)
{
    static struct status_world world;

    if (world.certificate == NULL) {
        world.f = *fuzz_world();
        world.key = world.f.once_key;
        status_world_certify(&world);
    }
    return &world;
}

/* Whether `message` is a COSE_Sign1 that the signer of both worlds has signed. */
static inline bool is_genuine(struct bytes message)
{
    struct cose_sign1 m;
    struct cbr r;

    cbr_init(&r, message);
    cose_sign1_read(&r, &m, COSE_EITHER);
    return cbr_end(&r, NULL) == OC_OK &&
           cose_sign1_verify(&m, private_key_public(fuzz_world()->once_key), m.payload,
                             BYTES("")) == OC_OK;
}

#endif
