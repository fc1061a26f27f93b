/* What only a server can do: be gone, say no, be in another's hands, or not keep what it has. */
#include "tests/unit/postgres.h"

#include "db/db.h"
#include "tests/unit/db_number.h"
#include "tests/unit/fixture.h"

static const struct db_schema schema = {
    .name = "test", .version = 1, .sqlite = "", .missing = "make it",
    .postgres = "CREATE TABLE t (a BIGINT UNIQUE, b BIGINT)",
};

static struct db *open_db(void)
{
    struct db *db;

    must(db_open(&db, postgres_url, &schema, true));
    return db;
}

static enum oc_err run(struct db *db, const char *sql)
{
    struct db_query q;

    db_query_begin(&q, db, sql);
    db_query_next(&q);
    return db_query_end(&q);
}

static bool says(const struct db *db, const char *words)
{
    if (strstr(db_fault(db), words) == NULL)
        note("it says: %s", db_fault(db));
    return strstr(db_fault(db), words) != NULL;
}

/* Opening it fails, with these words and with a hint. */
static void refused(const char *url, enum oc_err want, const char *words, const char *hint)
{
    struct db *db;
    enum oc_err e = db_open(&db, url, &schema, true);

    ok(e == want && says(db, words) && strchr(db_fault(db), '\n') == NULL && db_hint(db) != NULL &&
       strstr(db_hint(db), hint) != NULL, "%s", words);
    ok(strstr(db_fault(db), "secret") == NULL, "and no password");
    db_close(&db);
}

static void test_urls(void)
{
    char url[256];

    refused("postgresql://role:secret@db.example/owncard", OC_USAGE, "a password in", "PGPASSFILE");
    refused("postgresql://db.example/owncard?password=secret", OC_USAGE, "a password", ".pgpass");
    refused("postgresql://db.example/owncard?sslpassword=secret", OC_USAGE, "a password", "libpq");
    refused("postgresql://role:secret@[db.example/owncard", OC_USAGE, "not a URL", "such as");
    refused("postgresql://role:sec/secret@db.example/owncard", OC_USAGE, "not a URL", "such as");
    refused("postgresql://db.example/?nothing=1", OC_USAGE, "\"nothing\"", "such as");
    refused("postgresql://db.example:port/", OC_USAGE, "the port is no", "such as");
    refused("postgresql://owner@127.0.0.1:1/owncard", OC_IO, "refused", "the server must run");
    refused("postgresql://owner@/owncard?host=/no/such/folder", OC_IO, "No such file", "must run");
    postgres_url_of(url, "owner", "nowhere");
    refused(url, OC_IO, "\"nowhere\" does not exist", "the same URL");
    postgres_url_of(url, "nobody", "postgres");
    refused(url, OC_IO, "\"nobody\" does not exist", "the same URL");
}

static void test_password(void)
{
    char path[128];

    setenv("PGPASSFILE", "/no/such/file", 1);
    refused(postgres_url, OC_IO, "no password supplied", "PGPASSFILE");
    postgres_path(path, "pass");
    setenv("PGPASSFILE", path, 1);
}

static void test_roles(void)
{
    struct db *db = open_db(), *other;
    char url[256];

    must(run(db, "CREATE ROLE nothing LOGIN"));
    must(run(db, "CREATE ROLE reader LOGIN"));
    must(run(db, "GRANT USAGE ON SCHEMA test TO reader"));
    must(run(db, "GRANT SELECT ON ALL TABLES IN SCHEMA test TO reader"));
    must(run(db, "CREATE ROLE quiet LOGIN SUPERUSER"));
    must(run(db, "ALTER ROLE quiet SET default_transaction_read_only = on"));
    must(run(db, "CREATE DATABASE other"));
    postgres_url_of(url, "nothing", "postgres");
    refused(url, OC_IO, "permission denied for schema test", "the role must own");
    postgres_url_of(url, "reader", "other");
    refused(url, OC_IO, "permission denied for database", "the role must own");

    postgres_url_of(url, "reader", "postgres");
    must(db_open(&other, url, &schema, false));
    ok(number(other, "SELECT count(*) FROM t") == 0, "who may read reads");
    ok(run(other, "INSERT INTO t VALUES (1, 1)") == OC_IO && says(other, "permission denied for") &&
       db_hint(other) != NULL, "and writes nothing");
    db_close(&other);
    postgres_url_of(url, "quiet", "postgres");
    must(db_open(&other, url, &schema, false));
    ok(run(other, "INSERT INTO t VALUES (1, 1)") == OC_IO && says(other, "read-only") &&
       db_hint(other) != NULL, "nor where nothing may be written");
    db_close(&other);
    db_close(&db);
}

static void test_others(void)
{
    struct db *db = open_db(), *other = open_db();

    must(run(db, "INSERT INTO t VALUES (1, 0)"));
    must(db_begin(db));
    must(run(db, "UPDATE t SET b = 1 WHERE a = 1"));
    must(run(other, "SET lock_timeout = 100"));
    ok(run(other, "UPDATE t SET b = 2 WHERE a = 1") == OC_IO && says(other, "in use by another"),
       "a row that another one has in hands");
    must(db_begin(other));
    must(run(other, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"));
    must(run(other, "SELECT a FROM t"));
    must(db_commit(db));
    ok(run(other, "UPDATE t SET b = 2 WHERE a = 1") == OC_IO &&
       says(other, "another process changed the same") && db_hint(other) != NULL,
       "and one that it has changed meanwhile");
    ok(db_commit(other) == OC_IO, "which is not committed");
    db_close(&other);
    ok(number(db, "SELECT b FROM t") == 1, "nor done");
    must(run(db, "DELETE FROM t"));
    db_close(&db);
}

/* The power goes, in the middle of a transaction and at its end. */
static void test_gone(void)
{
    struct db *db, *other = open_db();

    for (int at_commit = 0; at_commit < 2; at_commit++) {
        db = open_db();
        must(db_begin(db));
        must(run(db, "INSERT INTO t VALUES (1, 1)"));
        postgres_kill();
        if (!at_commit)
            ok(run(db, "INSERT INTO t VALUES (2, 2)") == OC_IO && db_hint(db) != NULL &&
               says(db, "the connection to the server was lost"), "gone in between");
        ok(db_commit(db) == OC_IO && strchr(db_fault(db), '\n') == NULL &&
           says(db, at_commit ? "all of them, or none" : "was lost"), "gone before the commit");
        db_close(&db);
        refused(postgres_url, OC_IO, "refused", "the server must run");
        postgres_restart();
        db = open_db();
        ok(number(db, "SELECT count(*) FROM t") == 0, "nothing is half done");
        must(db_begin(db));
        must(run(db, "INSERT INTO t VALUES (1, 1)"));
        must(db_commit(db));
        must(run(db, "DELETE FROM t"));
        db_close(&db);
    }
    ok(run(other, "SELECT 1") == OC_IO, "an older connection does not come back");
    db_close(&other);
}

/* What is committed must be kept, whatever the database would do by itself. */
static void test_durable(void)
{
    const struct timespec moment = { .tv_nsec = 50000000 };
    struct db *db = open_db(), *other;
    enum oc_err e = OC_OK;

    must(run(db, "ALTER ROLE owner SET synchronous_commit = off"));
    must(run(db, "ALTER ROLE owner SET search_path = public"));
    other = open_db();
    ok(number(other, "SELECT count(*) WHERE current_setting('synchronous_commit') = 'on'") == 1,
       "commits are waited for");
    ok(number(other, "SELECT count(*) FROM t") == 0, "and tables are ours");
    db_close(&other);
    must(run(db, "ALTER SYSTEM SET fsync = off"));
    must(run(db, "SELECT pg_reload_conf()"));
    for (int i = 0; i < 200 && e == OC_OK; i++) {
        nanosleep(&moment, NULL);
        e = db_open(&other, postgres_url, &schema, false);
        if (e != OC_OK)
            ok(e == OC_IO && says(other, "fsync = off"), "a server that may forget is refused");
        db_close(&other);
    }
    ok(e != OC_OK, "before long");
    db_close(&db);
}

int main(void)
{
    if (postgres_start()) {
        test_urls();
        test_password();
        test_roles();
        test_others();
        test_gone();
        test_durable();
        ok(postgres_stop(), "the server is gone");
    }
    return done();
}
