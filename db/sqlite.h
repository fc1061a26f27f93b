/*
 * SQLite, as much of it as a registry needs: one file, statements with parameters, transactions.
 * The only user of sqlite3.h.
 *
 * A file is in WAL mode and every commit is flushed to the disk, so that what was committed
 * survives a kill or a loss of power, and what was not never happened. A writer waits for
 * another one, DB_WAIT_S at most. Nothing is printed here; db_fault() has the words.
 */
#ifndef OWNCARD_DB_SQLITE_H
#define OWNCARD_DB_SQLITE_H

#include "core/bytes.h"
#include "core/err.h"

enum { DB_WAIT_S = 10 };

struct db;

/**
 * Open a file, or make it, mode 0600, with `schema` in it.
 *
 * @param out      Set on error too, for db_fault(), unless memory is out. Release with db_close().
 * @param version  of the schema, from 1; a file of another one is refused
 * @param schema   SQL, run in one transaction on a new file
 * @retval OC_SHAPE   not such a file, or of another version
 * @retval OC_IO      cannot be opened, made or written, or is in use for longer than DB_WAIT_S
 * @retval OC_MEMORY
 */
enum oc_err db_open(struct db **out, const char *path, int version, const char *schema)
    OC_MUST_CHECK;

/** Close; a transaction that was not committed is undone. */
void db_close(struct db **db);

/** What failed last, one phrase; "" when nothing did. Valid until the next call. */
const char *db_fault(const struct db *db);

/** Begin to change things, alone; others go on reading. Errors as db_query_end(). */
enum oc_err db_begin(struct db *db) OC_MUST_CHECK;
enum oc_err db_commit(struct db *db) OC_MUST_CHECK;

/**
 * One statement. Begin, put its parameters in order, read its rows, end. The error is sticky: after
 * a failure nothing more happens, and db_query_end() tells. A statement without rows is carried out
 * by one call of db_query_next().
 */
struct db_query {
    struct db *db;
    struct sqlite3_stmt *statement;
    int put;                    /* parameters so far */
    enum oc_err err;
};

void db_query_begin(struct db_query *q, struct db *db, const char *sql);
void db_put_int(struct db_query *q, int64_t value);
/** NULL is SQL's null. */
void db_put_text(struct db_query *q, const char *value);
void db_put_bytes(struct db_query *q, struct bytes value);

/** Go to the next row; false after the last, or after a failure. */
bool db_query_next(struct db_query *q);

/** A column of the row, from 0. Views last until the next call of this query. */
int64_t db_get_int(const struct db_query *q, int column);
struct bytes db_get_bytes(const struct db_query *q, int column);

/**
 * Release the statement.
 * @retval OC_IO      in use, full disk, and the like
 * @retval OC_REFUSED a constraint of the schema does not hold
 * @retval OC_SHAPE   the file is damaged
 * @retval OC_MEMORY
 * @retval OC_BUG     the statement is none
 */
enum oc_err db_query_end(struct db_query *q) OC_MUST_CHECK;

/** Of the row that was inserted last. */
int64_t db_last_id(const struct db *db);
/** Rows that the last statement changed. */
int64_t db_changed(const struct db *db);

#endif
