/* How a server's errors are told, for db/postgres.c and the statements of db/postgres_query.c. */
#ifndef OWNCARD_DB_POSTGRES_H
#define OWNCARD_DB_POSTGRES_H

#include <postgresql/libpq-fe.h>

#include "db/driver.h"

/** Note why a connection could not be made. */
enum oc_err postgres_no_connection(struct db *db) OC_MUST_CHECK;

/**
 * What a result says; NULL is one that could not be made.
 * @param is_commit  whether the statement was a COMMIT: whether it was carried out is not known
 *                   then when the server is gone
 */
enum oc_err postgres_result(struct db *db, const PGresult *result, bool is_commit) OC_MUST_CHECK;

/* Statements, as struct db_driver has them. */
enum oc_err postgres_prepare(void **statement, struct db *db, const char *sql) OC_MUST_CHECK;
enum oc_err postgres_put(struct db *db, void *statement, int number,
                         const struct db_value *value) OC_MUST_CHECK;
enum oc_err postgres_next(struct db *db, void *statement, bool *is_row) OC_MUST_CHECK;
enum oc_err postgres_get_int(struct db *db, void *statement, int column,
                             int64_t *out) OC_MUST_CHECK;
struct bytes postgres_get_bytes(void *statement, int column);
enum oc_err postgres_reset(struct db *db, void *statement) OC_MUST_CHECK;
void postgres_release(void *statement);

#endif
