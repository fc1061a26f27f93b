/*
 * A server of PostgreSQL, or one that speaks its protocol; with postgres_*.c the only user of
 * libpq. The tables lie in a schema of their own, and nothing is looked for in another.
 */
#include "db/postgres.h"

#include <stdio.h>
#include <string.h>

/* Of the lock that is held while the schema is made: "owncard". */
#define MAKING "31375038412321380"

static void silence(void *with, const PGresult *notice)
{
    (void)with;
    (void)notice;
}

static enum oc_err run(struct db *db, const char *sql)
{
    bool is_commit = strcmp(sql, "COMMIT") == 0;
    PGresult *result = PQexec(db->connection, sql);
    enum oc_err e = postgres_result(db, result, is_commit);

    /* A server that undoes instead says so, as its success. */
    if (e == OC_OK && is_commit && strcmp(PQcmdStatus(result), "COMMIT") != 0)
        e = db_fail(db, OC_IO, NULL, "nothing was changed: a statement had failed");
    PQclear(result);
    return e;
}

/* libpq's words may quote the URL, so they are said only where no password can be in it. */
static enum oc_err refuse_url(struct db *db, const char *url, const char *words)
{
    bool is_open = strchr(url, '@') == NULL && strstr(url, "pass") == NULL && words != NULL;

    return db_fail(db, OC_USAGE, "such as postgresql://registry@db.example/owncard",
                   is_open ? "not a URL of PostgreSQL: %.*s" : "not a URL of PostgreSQL",
                   is_open ? (int)strcspn(words, "\n") : 0, is_open ? words : "");
}

static bool is_secret(const PQconninfoOption *option)
{
    return option->val != NULL && (strcmp(option->keyword, "password") == 0 ||
                                   strcmp(option->keyword, "sslpassword") == 0);
}

/* libpq looks at it only when it connects, and quotes it: it may be the start of a password that a
 * slash has cut off. */
static bool is_no_port(const PQconninfoOption *option)
{
    return option->val != NULL && strcmp(option->keyword, "port") == 0 &&
           strspn(option->val, "0123456789,") != strlen(option->val);
}

static enum oc_err check_url(struct db *db, const char *url)
{
    char *words = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &words);
    enum oc_err e = options != NULL ? OC_OK : refuse_url(db, url, words);

    for (const PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (is_secret(o))
            e = db_fail(db, OC_USAGE,
                        "libpq takes it from ~/.pgpass, the file that PGPASSFILE names, or a "
                        "service file",
                        "a URL with a password in it, which everybody on this machine could read");
        else if (is_no_port(o))
            e = refuse_url(db, url, "the port is no number");
    PQconninfoFree(options);
    PQfreemem(words);
    return e;
}

/* What stands after the URL overrules it. */
static enum oc_err connect_to(struct db *db, const char *url)
{
    static const char *const names[] = {
        "connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL,
    };
    const char *const values[] = { "10", "owncard", url, "UTF8", NULL };
    enum oc_err e = check_url(db, url);

    if (e != OC_OK)
        return e;
    db->connection = PQconnectdbParams(names, values, 1);
    if (db->connection == NULL)
        return db_fail(db, OC_MEMORY, NULL, "%s", oc_err_text(OC_MEMORY));
    PQsetNoticeReceiver(db->connection, silence, NULL);
    return PQstatus(db->connection) == CONNECTION_OK ? OC_OK : postgres_no_connection(db);
}

/* What a database or role may have set otherwise. */
static enum oc_err settle(struct db *db, const char *name)
{
    int64_t is_off;
    char sql[160];
    enum oc_err e;

    snprintf(sql, sizeof sql, "SET search_path = %s, pg_temp; SET lock_timeout = %d", name,
             DB_WAIT_S * 1000);
    if ((e = run(db, sql)) != OC_OK ||
        (e = run(db, "SELECT set_config('synchronous_commit', 'on', false) "
                     "WHERE current_setting('synchronous_commit', true) = 'off'")) != OC_OK ||
        (e = db_read_int(db, "SELECT count(*) WHERE current_setting('fsync', true) = 'off'",
                         &is_off)) != OC_OK)
        return e;
    return is_off == 0 ? OC_OK
                       : db_fail(db, OC_IO, "a place that is given twice would be two persons'",
                                 "the server runs with fsync = off, and may lose what it has done");
}

/* The number that a statement gives that has a schema's name in it. */
static enum oc_err ask(struct db *db, int64_t *out, const char *before, const char *name,
                       const char *after)
{
    char sql[160];

    snprintf(sql, sizeof sql, "%s%s%s", before, name, after);
    return db_read_int(db, sql, out);
}

/* 0: there is no schema yet; -1: one that says nothing of its version. Read as rows of tables: what
 * the server itself knows of its schemas it does not look up anew after it had to wait. */
static enum oc_err read_version(struct db *db, const char *name, int64_t *version)
{
    enum oc_err e = ask(db, version,
                        "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = '", name,
                        "' AND tablename = 'version'");

    if (e == OC_OK && *version != 0)
        e = ask(db, version, "SELECT coalesce(nullif(max(version), 0), -1) FROM ", name,
                ".version");
    return e;
}

/* A role that was given a schema need not be one that may make some. */
static enum oc_err make_tables(struct db *db, const struct db_schema *schema)
{
    int64_t is_there;
    char sql[160];
    enum oc_err e = ask(db, &is_there,
                        "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = '",
                        schema->name, "'");

    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", schema->name);
    if (e == OC_OK && !is_there)
        e = run(db, sql);
    snprintf(sql, sizeof sql, "CREATE TABLE version (version BIGINT NOT NULL);"
                              "INSERT INTO version VALUES (%d)", schema->version);
    if (e != OC_OK || (e = run(db, schema->postgres)) != OC_OK)
        return e;
    return run(db, sql);
}

/* Asked again under the lock: another process may have been first. */
static enum oc_err make_schema(struct db *db, const struct db_schema *schema)
{
    int64_t found;
    enum oc_err e;

    if ((e = db_begin(db)) != OC_OK ||
        (e = run(db, "SELECT pg_advisory_xact_lock(" MAKING ")")) != OC_OK ||
        (e = read_version(db, schema->name, &found)) != OC_OK ||
        (found == 0 && (e = make_tables(db, schema)) != OC_OK))
        return e;
    return db_commit(db);
}

static enum oc_err open_postgres(struct db *db, const char *where, const struct db_schema *schema,
                                 bool make)
{
    int64_t found;
    enum oc_err e;

    if ((e = connect_to(db, where)) != OC_OK || (e = settle(db, schema->name)) != OC_OK ||
        (e = read_version(db, schema->name, &found)) != OC_OK)
        return e;
    if (found == 0 && !make)
        return db_fail(db, OC_IO, schema->missing, "there is no schema %s in this database",
                       schema->name);
    if (found == 0 && ((e = make_schema(db, schema)) != OC_OK ||
                       (e = read_version(db, schema->name, &found)) != OC_OK))
        return e;
    return db_check_version(db, schema, found);
}

static void close_postgres(struct db *db)
{
    PQfinish(db->connection);
}

const struct db_driver db_postgres = {
    .open = open_postgres, .close = close_postgres,
    .begin = "BEGIN ISOLATION LEVEL READ COMMITTED", .run = run,
    .prepare = postgres_prepare, .put = postgres_put, .next = postgres_next,
    .get_int = postgres_get_int, .get_bytes = postgres_get_bytes, .reset = postgres_reset,
    .release = postgres_release,
};
