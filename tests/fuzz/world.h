/* The fixture that fuzz targets share with the seeds made for them: its keys are the same in every
 * process, so that a message which was genuine in one is in all. */
#ifndef OWNCARD_TESTS_FUZZ_WORLD_H
#define OWNCARD_TESTS_FUZZ_WORLD_H

#include "tests/fuzz/fuzz.h"
#include "tests/unit/fixture.h"

static inline const struct fixture *fuzz_world(void)
{
    static struct fixture world;

    if (world.now == 0) {
        fuzz_pool();
        fixture_keys_are_fixed = true;
        fixture_init(&world, CURVE_P256, CURVE_P256);
    }
    return &world;
}

#endif
