/* Opening a vault of a thousand copies: what it takes beyond Argon2. */
#ifndef OWNCARD_TESTS_BENCH_VAULT_H
#define OWNCARD_TESTS_BENCH_VAULT_H

#include <stdbool.h>

#include "tests/bench/measure.h"
#include "tests/bench/world.h"

enum { VAULT_OPEN_LIMIT_MS = 50 };

struct vault_times {
    double argon2_ms;           /* at the cost of a new vault */
    double unseal_ms;           /* what goes before and after it: decrypting */
    double read_ms;             /* all of reading what was decrypted, */
    double parse_ms;            /* … of which the copies take this */
    double save_ms;             /* writing and sealing, nothing of files */
    size_t bytes;               /* of the sealed file */
};

/** False when a step failed. */
bool vault_measure(struct vault_times *out, const struct world *world, struct turns turns);

#endif
