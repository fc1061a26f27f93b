/* A folder for one test, and a database in it. */
#ifndef OWNCARD_TESTS_SCRATCH_H
#define OWNCARD_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char scratch_folder[] = "/tmp/owncard-test-XXXXXX";

static inline bool scratch_make(void)
{
    return mkdtemp(scratch_folder) != NULL;
}

/* Remove a database with its side files, and the folder; false when something else is in it. */
static inline bool scratch_remove(const char *database)
{
    static const char *const sides[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < 3; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s/%s%s", scratch_folder, database, sides[i]);
        unlink(path);
    }
    return rmdir(scratch_folder) == 0;
}

#endif
