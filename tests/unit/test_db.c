/* What db/db.h promises, held by SQLite and by PostgreSQL. */
#include "db/db.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/db_number.h"
#include "tests/unit/fixture.h"
#include "tests/unit/postgres.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static const struct db_schema schema = {
    .name = "test",
    .version = 1,
    .sqlite = "CREATE TABLE t (a INTEGER UNIQUE, b TEXT, c BLOB)",
    .postgres = "CREATE TABLE t (a BIGINT UNIQUE, b TEXT, c BYTEA)",
    .missing = "make it",
};
static char path[64];           /* of the file */
static const char *where;       /* which of the two is tested */

static struct db *open_db(void)
{
    struct db *db;

    must(db_open(&db, where, &schema, true));
    return db;
}

static enum oc_err put(struct db *db, int64_t a, const char *b, struct bytes c)
{
    struct db_query q;

    db_query_begin(&q, db, "INSERT INTO t VALUES ($1, $2, $3)");
    db_put_int(&q, a);
    db_put_text(&q, b);
    db_put_bytes(&q, c);
    db_query_next(&q);
    return db_query_end(&q);
}

static int64_t count(struct db *db)
{
    return number(db, "SELECT count(*) FROM t");
}

static void test_values(void)
{
    struct db *db;
    struct db_query q;

    ok(db_open(&db, where, &schema, false) == OC_IO && strcmp(db_hint(db), "make it") == 0,
       "none is made by looking");
    db_close(&db);
    db = open_db();
    ok(put(db, INT64_MIN, "text", BYTES("\0\1")) == OC_OK, "a row");
    db_query_begin(&q, db, "SELECT a, b, c, NULL FROM t");
    ok(db_query_next(&q) && db_get_int(&q, 0) == INT64_MIN &&
       bytes_is(db_get_bytes(&q, 1), "text") && bytes_eq(db_get_bytes(&q, 2), BYTES("\0\1")) &&
       db_get_bytes(&q, 3).p == NULL && db_get_int(&q, 3) == 0 && !db_query_next(&q) &&
       db_query_end(&q) == OC_OK, "read back, and no other");
    must(put(db, 7, NULL, (struct bytes){ NULL, 0 }));
    must(put(db, 8, "", BYTES("")));
    ok(number(db, "SELECT count(*) FROM t WHERE b IS NULL AND c IS NULL") == 1 &&
       number(db, "SELECT a FROM t WHERE b = '' AND length(c) = 0") == 8, "null, and empty");
    ok(put(db, INT64_MAX, "\xe5\xb9\xbf", BYTES("")) == OC_OK &&
       number(db, "SELECT count(*) FROM t WHERE b = '\xe5\xb9\xbf'") == 1, "text in UTF-8");
    db_close(&db);
    ok(db == NULL, "closed");
    db_close(&db);
}

static void test_statements(void)
{
    struct db *db = open_db();
    struct db_query q, again;

    db_query_begin(&q, db, "SELECT $2 - $1, $1");
    db_put_int(&q, 5);
    db_put_int(&q, 3);
    ok(db_query_next(&q) && db_get_int(&q, 0) == -2 && db_get_int(&q, 1) == 5,
       "parameters go by their numbers");
    db_query_begin(&again, db, "SELECT $2 - $1, $1");
    ok(!db_query_next(&again) && db_query_end(&again) == OC_BUG, "no text twice at a time");
    must(db_query_end(&q));
    ok(put(db, INT64_MIN, NULL, BYTES("")) == OC_REFUSED && db_fault(db)[0] != '\0',
       "what the schema forbids");
    db_query_begin(&q, db, "SELECT nothing FROM t WHERE a = $1");
    db_put_int(&q, 1);
    ok(!db_query_next(&q) && db_query_end(&q) != OC_OK, "no such column");
    ok(number(db, "SELECT b FROM t WHERE b = 'text'") == -1, "text is no number");
    db_close(&db);
}

static void test_transactions(void)
{
    struct db *db = open_db();
    int64_t before = count(db);

    must(db_begin(db));
    must(put(db, 1, NULL, BYTES("")));
    db_close(&db);
    db = open_db();
    ok(count(db) == before, "what was not committed never happened");
    must(db_begin(db));
    must(put(db, 1, NULL, BYTES("")));
    must(db_commit(db));
    db_close(&db);
    db = open_db();
    ok(count(db) == before + 1, "what was committed stays");
    must(db_begin(db));
    must(put(db, 2, NULL, BYTES("")));
    ok(put(db, 1, NULL, BYTES("")) == OC_REFUSED && db_commit(db) == OC_IO,
       "where one statement failed, none is committed");
    db_close(&db);
    db = open_db();
    ok(count(db) == before + 1, "nor does it stay");
    db_close(&db);
}

/* A child that is killed within a transaction, and one after its commit. */
static void test_kill(void)
{
    for (int commits = 0; commits < 2; commits++) {
        struct db *db = open_db();
        int64_t before = count(db);
        int status;
        pid_t child;

        db_close(&db);
        child = fork();
        if (child == 0) {
            db = open_db();
            must(db_begin(db));
            must(put(db, 100 + commits, NULL, BYTES("")));
            if (commits)
                must(db_commit(db));
            raise(SIGKILL);
        }
        ok(child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status), "killed");
        db = open_db();
        ok(count(db) == before + commits, commits ? "after its commit: there"
                                                  : "before its commit: as if it had never run");
        db_close(&db);
    }
}

/* Eight writers at once wait for each other. */
static void test_writers(void)
{
    enum { WRITERS = 8, EACH = 20 };
    struct db *db = open_db();
    int64_t before = count(db);
    size_t well = 0;

    db_close(&db);
    for (int i = 0; i < WRITERS; i++) {
        if (fork() != 0)
            continue;
        for (int j = 0; j < EACH; j++) {
            db = open_db();
            must(db_begin(db));
            must(put(db, 1000 + i * EACH + j, NULL, BYTES("")));
            must(db_commit(db));
            db_close(&db);
        }
        _exit(0);
    }
    for (int i = 0, status; i < WRITERS; i++)
        well += wait(&status) > 0 && status == 0;
    db = open_db();
    ok(well == WRITERS && count(db) == before + (int64_t)WRITERS * EACH,
       "%d writers, none lost a row", WRITERS);
    db_close(&db);
}

/* Eight that open what is not there yet, at once. */
static void test_makers(void)
{
    enum { MAKERS = 8 };
    const struct db_schema other = {
        .name = "other", .version = 3, .sqlite = "CREATE TABLE o (a INTEGER)",
        .postgres = "CREATE TABLE o (a BIGINT)",
    };
    char file[64];
    struct db *db;
    size_t well = 0;

    snprintf(file, sizeof file, "%s/other", scratch_folder);
    for (int i = 0; i < MAKERS; i++) {
        if (fork() != 0)
            continue;
        must(db_open(&db, db_is_url(where) ? where : file, &other, true));
        _exit(number(db, "SELECT count(*) FROM o") == 0 ? 0 : 1);
    }
    for (int i = 0, status; i < MAKERS; i++)
        well += wait(&status) > 0 && status == 0;
    ok(well == MAKERS, "%d make it at once", MAKERS);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/other%s", scratch_folder, (const char *[]){ "", "-wal",
                 "-shm" }[i]);
        unlink(file);
    }
}

static void test_versions(void)
{
    struct db_schema other = schema;
    struct db *db;

    for (other.version = 0; other.version <= 2; other.version += 2) {
        ok(db_open(&db, where, &other, true) == OC_SHAPE && db_fault(db)[0] != '\0',
           "version 1 is not opened for %d", other.version);
        db_close(&db);
    }
}

static void test_file(void)
{
    struct db *db;
    struct stat st;
    FILE *f;

    ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "a new file is its owner's alone");
    ok(db_open(&db, "/no/such/folder/file", &schema, true) == OC_IO && db_fault(db)[0] != '\0',
       "no folder");
    db_close(&db);
    f = fopen(path, "w");
    if (f == NULL || fputs("This is not a database, but it is long enough to be taken for one. It "
                           "goes on for more than the hundred bytes of a header.", f) < 0 ||
        fclose(f) != 0)
        exit(EXIT_FAILURE);
    ok(db_open(&db, path, &schema, true) == OC_SHAPE, "not such a file");
    db_close(&db);
}

static void test_names(void)
{
    static const struct { const char *where, *name; } row[] = {
        { "/var/lib/registry.db", "/var/lib/registry.db" },
        { "postgresql://db.example/owncard", "postgresql://db.example/owncard" },
        { "postgres://role@db.example:5432/owncard?sslmode=require",
          "postgresql://db.example:5432/owncard" },
        { "postgresql:///owncard", "postgresql:///owncard" },
        { "postgresql://role:se@c/r?et#@db.example/owncard", "postgresql://db.example/owncard" },
        { "postgresql://db.example/owncard?password=secret", "postgresql://db.example/owncard" },
    };
    char name[DB_NAME_N];

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        db_name(name, row[i].where);
        ok(strcmp(name, row[i].name) == 0 && db_is_url(row[i].where) == (i > 0), "%s", name);
    }
}

static void test_all(const char *what)
{
    note("%s", what);
    test_values();
    test_statements();
    test_transactions();
    test_kill();
    test_writers();
    test_makers();
    test_versions();
}

int main(void)
{
    if (!scratch_make())
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/db", scratch_folder);
    where = path;
    test_all("SQLite");
    test_file();
    test_names();
    if (postgres_start()) {
        where = postgres_url;
        test_all("PostgreSQL");
        ok(postgres_stop(), "the server is gone");
    }
    ok(scratch_remove("db"), "nothing is left behind");
    return done();
}
