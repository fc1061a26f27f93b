/* What a database answers to a test, as one number. */
#ifndef OWNCARD_TESTS_DB_NUMBER_H
#define OWNCARD_TESTS_DB_NUMBER_H

#include "db/db.h"

/* -1: it could not be asked, or it has no row or no number. */
static inline int64_t number(struct db *db, const char *sql)
{
    struct db_query q;
    int64_t n = -1;

    db_query_begin(&q, db, sql);
    if (db_query_next(&q))
        n = db_get_int(&q, 0);
    return db_query_end(&q) == OC_OK ? n : -1;
}

#endif
