#include "db/sqlite.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static const char schema[] = "CREATE TABLE t (a INTEGER UNIQUE, b TEXT, c BLOB)";
static char path[64];

static struct db *open_db(void)
{
    struct db *db;

    must(db_open(&db, path, 1, schema));
    return db;
}

static enum oc_err put(struct db *db, int64_t a, const char *b, struct bytes c)
{
    struct db_query q;

    db_query_begin(&q, db, "INSERT INTO t VALUES (?, ?, ?)");
    db_put_int(&q, a);
    db_put_text(&q, b);
    db_put_bytes(&q, c);
    db_query_next(&q);
    return db_query_end(&q);
}

static int64_t count(struct db *db)
{
    struct db_query q;
    int64_t n = -1;

    db_query_begin(&q, db, "SELECT count(*) FROM t");
    if (db_query_next(&q))
        n = db_get_int(&q, 0);
    must(db_query_end(&q));
    return n;
}

static void test_values(void)
{
    struct db *db = open_db();
    struct db_query q;
    struct stat st;

    ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "a new file is its owner's alone");
    ok(put(db, INT64_MIN, "text", BYTES("\0\1")) == OC_OK && db_last_id(db) == 1, "a row");
    db_query_begin(&q, db, "SELECT a, b, c, NULL FROM t");
    ok(db_query_next(&q) && db_get_int(&q, 0) == INT64_MIN &&
       bytes_is(db_get_bytes(&q, 1), "text") && bytes_eq(db_get_bytes(&q, 2), BYTES("\0\1")) &&
       db_get_bytes(&q, 3).p == NULL && !db_query_next(&q) && db_query_end(&q) == OC_OK,
       "read back, and no other");
    ok(put(db, INT64_MIN, NULL, BYTES("")) == OC_REFUSED && db_fault(db)[0] != '\0',
       "what the schema forbids");
    db_query_begin(&q, db, "SELECT nothing FROM nowhere");
    db_put_int(&q, 1);
    ok(!db_query_next(&q) && db_query_end(&q) == OC_BUG, "no statement at all");
    db_close(&db);
    ok(db == NULL, "closed");
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

static void test_refusals(void)
{
    struct db *db;
    FILE *f;

    ok(db_open(&db, path, 2, schema) == OC_SHAPE && db_fault(db)[0] != '\0', "another version");
    db_close(&db);
    ok(db_open(&db, "/no/such/folder/file", 1, schema) == OC_IO && db_fault(db)[0] != '\0',
       "no folder");
    db_close(&db);
    f = fopen(path, "w");
    if (f == NULL || fputs("This is not a database, but it is long enough to be taken for one. It "
                           "goes on for more than the hundred bytes of a header.", f) < 0 ||
        fclose(f) != 0)
        exit(EXIT_FAILURE);
    ok(db_open(&db, path, 1, schema) == OC_SHAPE, "not such a file");
    db_close(&db);
}

int main(void)
{
    if (!scratch_make())
        return EXIT_FAILURE;
    snprintf(path, sizeof path, "%s/db", scratch_folder);
    test_values();
    test_transactions();
    test_kill();
    test_writers();
    test_refusals();
    ok(scratch_remove("db"), "nothing is left behind");
    return done();
}
