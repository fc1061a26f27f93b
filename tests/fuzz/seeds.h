/* What the files of the seeds share. */
#ifndef OWNCARD_TESTS_FUZZ_SEEDS_H
#define OWNCARD_TESTS_FUZZ_SEEDS_H

#include "core/bytes.h"

/* Write a seed of a target. */
void put(const char *target, const char *name, struct bytes content);

void trust_seeds(void);
void session_seeds(void);
void nfc_seeds(void);
void picture_seeds(void);

#endif
