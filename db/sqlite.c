#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct db {
    sqlite3 *handle;
    char fault[256];
};

static enum oc_err category(int got)
{
    switch (got & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:       return OC_OK;
    case SQLITE_NOMEM:      return OC_MEMORY;
    case SQLITE_CONSTRAINT: return OC_REFUSED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:     return OC_SHAPE;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:      return OC_BUG;
    default:                return OC_IO;
    }
}

static enum oc_err fault(struct db *db, int got)
{
    if (category(got) != OC_OK)
        snprintf(db->fault, sizeof db->fault, "%s",
                 (got & 0xff) == SQLITE_BUSY ? "in use by another process"
                                             : sqlite3_errmsg(db->handle));
    return category(got);
}

static enum oc_err run(struct db *db, const char *sql)
{
    return fault(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

/* SQLite would make it as the umask says, and its side files like it. */
static enum oc_err make_file(struct db *db, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        snprintf(db->fault, sizeof db->fault, "%s", strerror(errno));
        return OC_IO;
    }
    close(fd);
    return OC_OK;
}

static enum oc_err read_version(struct db *db, int64_t *version)
{
    struct db_query q;

    *version = 0;
    db_query_begin(&q, db, "PRAGMA user_version");
    if (db_query_next(&q))
        *version = db_get_int(&q, 0);
    return db_query_end(&q);
}

/* Asked again within the transaction: another process may have been first. */
static enum oc_err ready(struct db *db, int version, const char *schema)
{
    int64_t found;
    char mark[64];
    enum oc_err e;

    if ((e = read_version(db, &found)) != OC_OK)
        return e;
    if (found == 0) {
        snprintf(mark, sizeof mark, "PRAGMA user_version = %d", version);
        if ((e = db_begin(db)) != OC_OK || (e = read_version(db, &found)) != OC_OK)
            return e;
        if (found == 0 && ((e = run(db, schema)) != OC_OK || (e = run(db, mark)) != OC_OK))
            return e;
        if ((e = db_commit(db)) != OC_OK || (e = read_version(db, &found)) != OC_OK)
            return e;
    }
    if (found == version)
        return OC_OK;
    snprintf(db->fault, sizeof db->fault, "made by another version of this program");
    return OC_SHAPE;
}

enum oc_err db_open(struct db **out, const char *path, int version, const char *schema)
{
    struct db *db = calloc(1, sizeof *db);
    enum oc_err e;

    *out = db;
    if (db == NULL)
        return OC_MEMORY;
    if ((e = make_file(db, path)) != OC_OK)
        return e;
    e = fault(db, sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE, NULL));
    if (e != OC_OK)
        return e;
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, DB_WAIT_S * 1000);
    if ((e = run(db, "PRAGMA journal_mode = WAL")) != OC_OK ||
        (e = run(db, "PRAGMA synchronous = FULL")) != OC_OK ||
        (e = run(db, "PRAGMA foreign_keys = ON")) != OC_OK)
        return e;
    return ready(db, version, schema);
}

void db_close(struct db **db)
{
    if (*db == NULL)
        return;
    sqlite3_close_v2((*db)->handle);
    free(*db);
    *db = NULL;
}

const char *db_fault(const struct db *db)
{
    return db == NULL ? oc_err_text(OC_MEMORY) : db->fault;
}

enum oc_err db_begin(struct db *db)
{
    return run(db, "BEGIN IMMEDIATE");
}

enum oc_err db_commit(struct db *db)
{
    return run(db, "COMMIT");
}

static void note(struct db_query *q, int got)
{
    if (q->err == OC_OK)
        q->err = fault(q->db, got);
}

void db_query_begin(struct db_query *q, struct db *db, const char *sql)
{
    *q = (struct db_query){ .db = db };
    note(q, sqlite3_prepare_v2(db->handle, sql, -1, &q->statement, NULL));
}

void db_put_int(struct db_query *q, int64_t value)
{
    if (q->err == OC_OK)
        note(q, sqlite3_bind_int64(q->statement, ++q->put, value));
}

void db_put_text(struct db_query *q, const char *value)
{
    if (q->err == OC_OK)
        note(q, sqlite3_bind_text(q->statement, ++q->put, value, -1, SQLITE_TRANSIENT));
}

void db_put_bytes(struct db_query *q, struct bytes value)
{
    if (q->err == OC_OK)
        note(q, value.n > INT_MAX ? SQLITE_TOOBIG
                                  : sqlite3_bind_blob(q->statement, ++q->put, value.p,
                                                      (int)value.n, SQLITE_TRANSIENT));
}

bool db_query_next(struct db_query *q)
{
    int got;

    if (q->err != OC_OK)
        return false;
    got = sqlite3_step(q->statement);
    note(q, got);
    return got == SQLITE_ROW;
}

int64_t db_get_int(const struct db_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

struct bytes db_get_bytes(const struct db_query *q, int column)
{
    const void *p = sqlite3_column_blob(q->statement, column);

    return (struct bytes){ p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(q->statement, column) };
}

enum oc_err db_query_end(struct db_query *q)
{
    enum oc_err e = q->err;

    sqlite3_finalize(q->statement);
    *q = (struct db_query){ 0 };
    return e;
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changed(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}
