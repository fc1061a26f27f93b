/*
 * As much of a database as a registry needs: statements with parameters, transactions. Where it
 * lies says which it is: a path is a file of SQLite, a URL of postgresql:// a server that speaks
 * PostgreSQL's protocol. What is said to both is one SQL; db/driver.h is what each does for it.
 *
 * What was committed survives a kill or a loss of power, and what was not never happened: a file is
 * in WAL mode and every commit flushed; of a server the same is demanded. Who has to wait for
 * another process waits for DB_WAIT_S at most. Nothing is printed here; db_fault() and db_hint()
 * have the words. They never hold a password.
 */
#ifndef OWNCARD_DB_DB_H
#define OWNCARD_DB_DB_H

#include "core/bytes.h"
#include "core/err.h"

enum { DB_WAIT_S = 10, DB_NAME_N = 256 };

struct db;

/** What a database holds, and how it is made. Static text. */
struct db_schema {
    const char *name;           /* a plain word: a server's schema of that name holds the tables */
    int version;                /* from 1; of another one nothing is opened */
    const char *sqlite;         /* what makes it, run in one transaction */
    const char *postgres;
    const char *missing;        /* what helps where there is none yet */
};

/** Whether `where` is a URL of postgresql:// or postgres://, and not a path. */
bool db_is_url(const char *where);

/** What `where` is called in messages: a path as it is, of a URL hosts and database, without role,
 *  password and settings. Cut to fit. */
void db_name(char out[DB_NAME_N], const char *where);

/**
 * Open a database, with the schema in it. Several processes may do so at once, and make it too.
 *
 * @param out   Set on error too, for db_fault(), unless memory is out. Release with db_close().
 * @param make  Make the schema where it is missing, and a file, mode 0600; else that is an error.
 * @retval OC_USAGE   not a URL that the server's library takes, or one with a password in it
 * @retval OC_SHAPE   not such a file, or of another version
 * @retval OC_IO      missing, cannot be reached, opened, made or written, or is in use for longer
 *                    than DB_WAIT_S; a server that does not flush what is committed
 * @retval OC_MEMORY
 */
enum oc_err db_open(struct db **out, const char *where, const struct db_schema *schema, bool make)
    OC_MUST_CHECK;

/** Close; a transaction that was not committed is undone. */
void db_close(struct db **db);

/** What failed last, one phrase; "" when nothing did. Valid until the next call. */
const char *db_fault(const struct db *db);

/** What may help against it; NULL: nothing that we know of. Static. */
const char *db_hint(const struct db *db);

/** Begin to change things. SQLite has one writer, and others wait here; in PostgreSQL they wait for
 *  a row that another one has changed and not yet committed. Errors as db_query_end(). */
enum oc_err db_begin(struct db *db) OC_MUST_CHECK;

/** Make what was changed last. After a failed statement it is OC_IO, and nothing was changed; the
 *  same when the server is gone, but then all or nothing was. */
enum oc_err db_commit(struct db *db) OC_MUST_CHECK;

/**
 * One statement. Begin, put its parameters, $1 first, read its rows, end. The error is sticky:
 * after a failure nothing more happens, and db_query_end() tells. A statement is carried out by the
 * first call of db_query_next(), which has no row for one that gives none.
 *
 * It stays prepared until db_close(), so its text is best one that comes again. Of one text only
 * one is under way at a time. Numbers are of 64 bits (BIGINT); a server's rows lie in memory.
 */
struct db_query {
    struct db *db;
    struct db_kept *kept;       /* the statement; NULL: none */
    int put;                    /* parameters so far */
    enum oc_err err;
};

void db_query_begin(struct db_query *q, struct db *db, const char *sql);
void db_put_int(struct db_query *q, int64_t value);
/** NULL is SQL's null. */
void db_put_text(struct db_query *q, const char *value);
/** p NULL is SQL's null. */
void db_put_bytes(struct db_query *q, struct bytes value);

/** Go to the next row; false after the last, or after a failure. */
bool db_query_next(struct db_query *q);

/**
 * A column of the row, from 0: 0 for SQL's null, and what is no number is OC_BUG; p NULL for null
 * and what is empty. Views last until the next call of this query.
 */
int64_t db_get_int(struct db_query *q, int column);
struct bytes db_get_bytes(const struct db_query *q, int column);

/**
 * End the statement.
 * @retval OC_IO      in use, changed by another process, full, gone, and the like
 * @retval OC_REFUSED a constraint of the schema does not hold
 * @retval OC_SHAPE   it is damaged
 * @retval OC_MEMORY
 * @retval OC_BUG     the statement is none
 */
enum oc_err db_query_end(struct db_query *q) OC_MUST_CHECK;

#endif
