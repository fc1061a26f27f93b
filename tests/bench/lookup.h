/* Looking up one entry in a status list that a verifier keeps, of ten million. */
#ifndef OWNCARD_TESTS_LOOKUP_H
#define OWNCARD_TESTS_LOOKUP_H

#include "tests/bench/measure.h"

enum { LOOKUP_ENTRIES = 10000000, LOOKUP_LIMIT_US = 20 };

struct lookup {
    double us;                  /* of CPU, one lookup */
    size_t held_bytes;          /* memory that the list keeps */
};

/** False when a lookup gave a wrong answer or left memory behind. Ends the program where the list
 *  cannot be made. */
bool lookup_measure(struct lookup *out, struct turns turns);

#endif
