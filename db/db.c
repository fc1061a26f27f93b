#include "db/db.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/driver.h"

struct db_kept {
    struct db_kept *next;
    void *statement;            /* the driver's */
    bool is_under_way;
    char sql[];
};

static bool starts_with(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool db_is_url(const char *where)
{
    return starts_with(where, "postgresql://") || starts_with(where, "postgres://");
}

/* A password may hold any of "/?", so what stands before the last "@" is not looked at. */
void db_name(char out[DB_NAME_N], const char *where)
{
    const char *at = strrchr(where, '@');

    if (!db_is_url(where)) {
        snprintf(out, DB_NAME_N, "%s", where);
        return;
    }
    at = at != NULL ? at + 1 : strstr(where, "://") + 3;
    snprintf(out, DB_NAME_N, "postgresql://%.*s", (int)strcspn(at, "?#"), at);
}

enum oc_err db_fail(struct db *db, enum oc_err e, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(db->fault, sizeof db->fault, format, args);
    va_end(args);
    db->hint = hint;
    db->has_failed = true;
    return e;
}

enum oc_err db_read_int(struct db *db, const char *sql, int64_t *out)
{
    struct db_query q;

    *out = 0;
    db_query_begin(&q, db, sql);
    if (db_query_next(&q))
        *out = db_get_int(&q, 0);
    return db_query_end(&q);
}

enum oc_err db_check_version(struct db *db, const struct db_schema *schema, int64_t found)
{
    return found == schema->version
               ? OC_OK
               : db_fail(db, OC_SHAPE, NULL, "made by another version of this program");
}

enum oc_err db_open(struct db **out, const char *where, const struct db_schema *schema, bool make)
{
    struct db *db = calloc(1, sizeof *db);

    *out = db;
    if (db == NULL)
        return OC_MEMORY;
    db->driver = db_is_url(where) ? &db_postgres : &db_sqlite;
    return db->driver->open(db, where, schema, make);
}

void db_close(struct db **db)
{
    struct db_kept *next;

    if (*db == NULL)
        return;
    for (struct db_kept *k = (*db)->kept; k != NULL; k = next) {
        next = k->next;
        (*db)->driver->release(k->statement);
        free(k);
    }
    (*db)->driver->close(*db);
    free(*db);
    *db = NULL;
}

const char *db_fault(const struct db *db)
{
    return db == NULL ? oc_err_text(OC_MEMORY) : db->fault;
}

const char *db_hint(const struct db *db)
{
    return db == NULL ? NULL : db->hint;
}

enum oc_err db_begin(struct db *db)
{
    db->has_failed = false;
    return db->driver->run(db, db->driver->begin);
}

enum oc_err db_commit(struct db *db)
{
    if (db->has_failed)
        return OC_IO;
    return db->driver->run(db, "COMMIT");
}

static struct db_kept *find_kept(const struct db *db, const char *sql)
{
    struct db_kept *k = db->kept;

    while (k != NULL && strcmp(k->sql, sql) != 0)
        k = k->next;
    return k;
}

static struct db_kept *keep(struct db *db, const char *sql, enum oc_err *e)
{
    size_t n = strlen(sql) + 1;
    struct db_kept *k = calloc(1, sizeof *k + n);

    if (k == NULL) {
        *e = OC_MEMORY;
        db_fail(db, *e, NULL, "%s", oc_err_text(*e));
        return NULL;
    }
    memcpy(k->sql, sql, n);
    if ((*e = db->driver->prepare(&k->statement, db, k->sql)) != OC_OK) {
        free(k);
        return NULL;
    }
    k->next = db->kept;
    db->kept = k;
    return k;
}

void db_query_begin(struct db_query *q, struct db *db, const char *sql)
{
    struct db_kept *k = find_kept(db, sql);

    *q = (struct db_query){ .db = db };
    if (k != NULL && k->is_under_way) {
        q->err = OC_BUG;
        db_fail(db, q->err, NULL, "a statement begun twice");
    } else if (k != NULL || (k = keep(db, sql, &q->err)) != NULL) {
        q->kept = k;
        k->is_under_way = true;
    }
}

static void put(struct db_query *q, const struct db_value *value)
{
    if (q->err == OC_OK)
        q->err = q->db->driver->put(q->db, q->kept->statement, ++q->put, value);
}

void db_put_int(struct db_query *q, int64_t value)
{
    put(q, &(struct db_value){ .kind = DB_INT, .number = value });
}

void db_put_text(struct db_query *q, const char *value)
{
    put(q, &(struct db_value){ .kind = DB_TEXT, .bytes = bytes_str(value) });
}

void db_put_bytes(struct db_query *q, struct bytes value)
{
    put(q, &(struct db_value){ .kind = DB_BYTES, .bytes = value });
}

bool db_query_next(struct db_query *q)
{
    bool is_row = false;

    if (q->err == OC_OK)
        q->err = q->db->driver->next(q->db, q->kept->statement, &is_row);
    return q->err == OC_OK && is_row;
}

int64_t db_get_int(struct db_query *q, int column)
{
    int64_t number = 0;

    if (q->err == OC_OK)
        q->err = q->db->driver->get_int(q->db, q->kept->statement, column, &number);
    return number;
}

struct bytes db_get_bytes(const struct db_query *q, int column)
{
    return q->err == OC_OK ? q->db->driver->get_bytes(q->kept->statement, column)
                           : (struct bytes){ 0 };
}

enum oc_err db_query_end(struct db_query *q)
{
    enum oc_err e = q->err, reset = OC_OK;

    if (q->kept != NULL) {
        reset = q->db->driver->reset(q->db, q->kept->statement);
        q->kept->is_under_way = false;
    }
    *q = (struct db_query){ 0 };
    return e != OC_OK ? e : reset;
}
