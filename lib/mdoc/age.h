/*
 * Age attestations: age_over_NN answered by its nearest neighbour (ISO/IEC 18013-5, second
 * edition, 13.4.6). The same rule serves the holder, who picks an answer, and the verifier, who
 * reads one.
 */
#ifndef OWNCARD_MDOC_AGE_H
#define OWNCARD_MDOC_AGE_H

#include "core/bytes.h"

/** The NN of "age_over_NN" (two digits), or -1 for any other name. */
int mdoc_age_limit(struct bytes name);

struct mdoc_age {
    int limit;          /* the NN */
    bool over;          /* the attested answer */
};

/**
 * Which of `have` answers the question "over `asked`?": that very one; else the smallest larger
 * limit that is true; else the largest smaller limit that is false.
 *
 * @return index into `have`, or -1 when none of them answers it
 */
int mdoc_age_answer(int asked, const struct mdoc_age *have, size_t n);

#endif
