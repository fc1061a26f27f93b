/* A file of SQLite. The only user of sqlite3.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/driver.h"

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
    enum oc_err e = category(got);

    if (e == OC_OK)
        return OC_OK;
    return db_fail(db, e, NULL, "%s",
                   (got & 0xff) == SQLITE_BUSY ? "in use by another process"
                                               : sqlite3_errmsg(db->connection));
}

static enum oc_err run(struct db *db, const char *sql)
{
    return fault(db, sqlite3_exec(db->connection, sql, NULL, NULL, NULL));
}

/* Who switches a new file to WAL shuts out others, who are told so at once and do not wait. */
static enum oc_err use_wal(struct db *db)
{
    enum { PAUSE_MS = 10 };
    int got;

    for (int waited = 0;; waited += PAUSE_MS) {
        got = sqlite3_exec(db->connection, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if ((got & 0xff) != SQLITE_BUSY || waited >= DB_WAIT_S * 1000)
            return fault(db, got);
        sqlite3_sleep(PAUSE_MS);
    }
}

/* SQLite would make it as the umask says, and its side files like it. */
static enum oc_err open_file(struct db *db, const char *path, const struct db_schema *schema,
                             bool make)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0600);

    if (fd < 0 && errno == ENOENT && !make)
        return db_fail(db, OC_IO, schema->missing, "there is no such file");
    if (fd < 0)
        return db_fail(db, OC_IO, NULL, "%s", strerror(errno));
    close(fd);
    return OC_OK;
}

static enum oc_err read_version(struct db *db, int64_t *version)
{
    return db_read_int(db, "PRAGMA user_version", version);
}

/* Asked again within the transaction: another process may have been first. */
static enum oc_err make_schema(struct db *db, const struct db_schema *schema)
{
    int64_t found;
    char mark[64];
    enum oc_err e;

    snprintf(mark, sizeof mark, "PRAGMA user_version = %d", schema->version);
    if ((e = db_begin(db)) != OC_OK || (e = read_version(db, &found)) != OC_OK)
        return e;
    if (found == 0 && ((e = run(db, schema->sqlite)) != OC_OK || (e = run(db, mark)) != OC_OK))
        return e;
    return db_commit(db);
}

static enum oc_err ready(struct db *db, const struct db_schema *schema)
{
    int64_t found;
    enum oc_err e = read_version(db, &found);

    if (e == OC_OK && found == 0 && (e = make_schema(db, schema)) == OC_OK)
        e = read_version(db, &found);
    return e == OC_OK ? db_check_version(db, schema, found) : e;
}

static enum oc_err open_sqlite(struct db *db, const char *where, const struct db_schema *schema,
                               bool make)
{
    sqlite3 *handle = NULL;
    enum oc_err e = open_file(db, where, schema, make);

    if (e != OC_OK)
        return e;
    int got = sqlite3_open_v2(where, &handle, SQLITE_OPEN_READWRITE, NULL);

    db->connection = handle;
    if ((e = fault(db, got)) != OC_OK)
        return e;
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, DB_WAIT_S * 1000);
    if ((e = use_wal(db)) != OC_OK ||
        (e = run(db, "PRAGMA synchronous = FULL")) != OC_OK ||
        (e = run(db, "PRAGMA foreign_keys = ON")) != OC_OK)
        return e;
    return ready(db, schema);
}

static void close_sqlite(struct db *db)
{
    sqlite3_close_v2(db->connection);
}

static enum oc_err prepare(void **statement, struct db *db, const char *sql)
{
    sqlite3_stmt *prepared = NULL;
    enum oc_err e = fault(db, sqlite3_prepare_v3(db->connection, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                                 &prepared, NULL));

    *statement = prepared;
    return e;
}

static int bind(sqlite3_stmt *statement, int at, const struct db_value *v)
{
    if (v->kind == DB_INT)
        return sqlite3_bind_int64(statement, at, v->number);
    if (v->bytes.n > INT_MAX)
        return SQLITE_TOOBIG;
    if (v->kind == DB_TEXT)
        return sqlite3_bind_text(statement, at, (const char *)v->bytes.p, (int)v->bytes.n,
                                 SQLITE_TRANSIENT);
    return sqlite3_bind_blob(statement, at, v->bytes.p, (int)v->bytes.n, SQLITE_TRANSIENT);
}

/* To SQLite "$1" is a name, and the first parameter is the one that is read first. */
static enum oc_err put(struct db *db, void *statement, int number, const struct db_value *value)
{
    char name[16];
    int at;

    snprintf(name, sizeof name, "$%d", number);
    at = sqlite3_bind_parameter_index(statement, name);
    return at == 0 ? db_fail(db, OC_BUG, NULL, "the statement has no %s", name)
                   : fault(db, bind(statement, at, value));
}

static enum oc_err next(struct db *db, void *statement, bool *is_row)
{
    int got = sqlite3_step(statement);

    *is_row = got == SQLITE_ROW;
    return fault(db, got);
}

static enum oc_err get_int(struct db *db, void *statement, int column, int64_t *out)
{
    int type = sqlite3_column_type(statement, column);

    *out = sqlite3_column_int64(statement, column);
    return type == SQLITE_INTEGER || type == SQLITE_NULL
               ? OC_OK
               : db_fail(db, OC_BUG, NULL, "column %d is no number", column);
}

static struct bytes get_bytes(void *statement, int column)
{
    const void *p = sqlite3_column_blob(statement, column);

    return (struct bytes){ p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(statement, column) };
}

/* Tells once more what next() told. */
static enum oc_err reset(struct db *db, void *statement)
{
    enum oc_err e = fault(db, sqlite3_reset(statement));

    sqlite3_clear_bindings(statement);
    return e;
}

static void release(void *statement)
{
    sqlite3_finalize(statement);
}

const struct db_driver db_sqlite = {
    .open = open_sqlite, .close = close_sqlite, .begin = "BEGIN IMMEDIATE", .run = run,
    .prepare = prepare, .put = put, .next = next, .get_int = get_int, .get_bytes = get_bytes,
    .reset = reset, .release = release,
};
