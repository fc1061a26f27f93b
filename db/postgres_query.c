#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "core/buf.h"
#include "db/postgres.h"

enum { VALUES_BYTES_MAX = 64 << 20, PARAMETERS_MAX = 65535 };

/* Types as the server numbers them in pg_type; they never change. */
enum { BOOL = 16, BYTEA = 17, INT8 = 20, INT2 = 21, INT4 = 23, TEXT = 25, BINARY = 1 };

struct parameter {
    Oid type;
    bool is_null;
    size_t at, n;               /* in `values` */
};

/* Prepared when it is carried out first: only then are its parameters' types known. */
struct statement {
    const char *sql;            /* borrowed for its life */
    char name[24];              /* at the server */
    bool is_prepared;
    struct parameter *parameters;
    size_t n;
    struct buf values;
    PGresult *result;           /* NULL: not carried out */
    int row;                    /* from 0 */
};

static enum oc_err no_memory(struct db *db)
{
    return db_fail(db, OC_MEMORY, NULL, "%s", oc_err_text(OC_MEMORY));
}

enum oc_err postgres_prepare(void **statement, struct db *db, const char *sql)
{
    struct statement *s = calloc(1, sizeof *s);

    *statement = s;
    if (s == NULL)
        return no_memory(db);
    s->sql = sql;
    snprintf(s->name, sizeof s->name, "s%p", (void *)s);
    buf_init(&s->values, VALUES_BYTES_MAX);
    return OC_OK;
}

static void add_number(struct buf *out, int64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        buf_add_byte(out, (uint8_t)((uint64_t)number >> shift));
}

enum oc_err postgres_put(struct db *db, void *statement, int number, const struct db_value *value)
{
    static const Oid types[] = { [DB_INT] = INT8, [DB_TEXT] = TEXT, [DB_BYTES] = BYTEA };
    struct statement *s = statement;
    struct parameter *p;

    if (number > PARAMETERS_MAX)
        return db_fail(db, OC_BUG, NULL, "too many parameters");
    if (!array_extend((void **)&s->parameters, s->n, 1, sizeof *s->parameters))
        return no_memory(db);
    p = &s->parameters[s->n++];
    *p = (struct parameter){
        .type = types[value->kind], .at = s->values.n,
        .is_null = value->kind != DB_INT && value->bytes.p == NULL,
    };
    if (value->kind == DB_INT)
        add_number(&s->values, value->number);
    else
        buf_add(&s->values, value->bytes);
    p->n = s->values.n - p->at;
    if (buf_err(&s->values) == OC_LIMIT)
        return db_fail(db, OC_IO, NULL, "too much for one statement");
    return buf_err(&s->values) == OC_OK ? OC_OK : no_memory(db);
}

/* What libpq takes: arrays of each side of the parameters. */
struct arrays {
    Oid *types;
    const char **values;
    int *lengths, *formats;
};

static void arrays_cleanup(struct arrays *a)
{
    free(a->types);
    free(a->values);
    free(a->lengths);
    free(a->formats);
}

static bool arrays_init(struct arrays *a, const struct statement *s)
{
    *a = (struct arrays){
        .types = calloc(s->n + 1, sizeof *a->types),
        .values = calloc(s->n + 1, sizeof *a->values),
        .lengths = calloc(s->n + 1, sizeof *a->lengths),
        .formats = calloc(s->n + 1, sizeof *a->formats),
    };
    if (a->types == NULL || a->values == NULL || a->lengths == NULL || a->formats == NULL) {
        arrays_cleanup(a);
        return false;
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct parameter *p = &s->parameters[i];

        a->types[i] = p->type;
        a->formats[i] = BINARY;
        a->lengths[i] = (int)p->n;
        /* an empty one must not be NULL, which is null */
        a->values[i] = p->is_null ? NULL : p->n == 0 ? "" : (const char *)s->values.p + p->at;
    }
    return true;
}

static enum oc_err carry_out(struct db *db, struct statement *s)
{
    struct arrays a;
    PGresult *made;
    enum oc_err e = OC_OK;

    if (!arrays_init(&a, s))
        return no_memory(db);
    if (!s->is_prepared) {
        made = PQprepare(db->connection, s->name, s->sql, (int)s->n, a.types);
        e = postgres_result(db, made, false);
        PQclear(made);
        s->is_prepared = e == OC_OK;
    }
    if (e == OC_OK) {
        s->result = PQexecPrepared(db->connection, s->name, (int)s->n, a.values, a.lengths,
                                   a.formats, BINARY);
        e = postgres_result(db, s->result, false);
    }
    arrays_cleanup(&a);
    return e;
}

enum oc_err postgres_next(struct db *db, void *statement, bool *is_row)
{
    struct statement *s = statement;
    enum oc_err e;

    if (s->result != NULL)
        s->row++;
    else if ((e = carry_out(db, s)) != OC_OK)
        return e;
    *is_row = s->row < PQntuples(s->result);
    return OC_OK;
}

/* A sum is none: PostgreSQL gives it as many digits as it takes. */
static bool is_number(const struct statement *s, int column)
{
    const Oid type = PQftype(s->result, column);

    return type == BOOL || type == INT2 || type == INT4 || type == INT8 ||
           PQgetisnull(s->result, s->row, column);
}

enum oc_err postgres_get_int(struct db *db, void *statement, int column, int64_t *out)
{
    const struct bytes b = postgres_get_bytes(statement, column);
    uint64_t number = b.n > 1 && b.p[0] >= 0x80 ? UINT64_MAX : 0;

    *out = 0;
    if (!is_number(statement, column))
        return db_fail(db, OC_BUG, NULL, "column %d is no number", column);
    for (size_t i = 0; i < b.n; i++)
        number = number << 8 | b.p[i];
    *out = (int64_t)number;
    return OC_OK;
}

struct bytes postgres_get_bytes(void *statement, int column)
{
    const struct statement *s = statement;
    int n = PQgetlength(s->result, s->row, column);

    if (n <= 0)
        return (struct bytes){ NULL, 0 };
    return (struct bytes){ (const uint8_t *)PQgetvalue(s->result, s->row, column), (size_t)n };
}

enum oc_err postgres_reset(struct db *db, void *statement)
{
    struct statement *s = statement;

    (void)db;
    PQclear(s->result);
    s->result = NULL;
    s->row = 0;
    s->n = 0;
    buf_truncate(&s->values, 0);
    return OC_OK;
}

/* At the server it ends with the connection. */
void postgres_release(void *statement)
{
    struct statement *s = statement;

    PQclear(s->result);
    buf_cleanup(&s->values);
    free(s->parameters);
    free(s);
}
