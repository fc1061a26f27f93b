/* What an issuer keeps of its cards, in a file and at a server. */
#include "issuer/registry.h"

#include <sys/wait.h>
#include <time.h>

#include "tests/unit/fixture.h"
#include "tests/unit/postgres.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

static const char *url;         /* NULL: the file is tested */

#define URI "https://issuer.example/status/1"

static void open_registry(struct registry *r, bool make)
{
    must(registry_init(r, scratch_folder, url, make));
    must(registry_begin(r));
}

static void close_registry(struct registry *r)
{
    must(registry_commit(r));
    registry_cleanup(r);
}

static enum oc_err add(struct registry *r, int64_t list, uint64_t copies, const char *holder,
                       struct registry_batch *b)
{
    *b = (struct registry_batch){ .list = list, .copies = copies, .valid_from = 1,
                                  .valid_until = 2 };
    snprintf(b->holder, sizeof b->holder, "%s", holder);
    snprintf(b->doc_type, sizeof b->doc_type, "type");
    return registry_add(r, b);
}

static void test_lists(void)
{
    struct registry_list list = { 0 };
    struct registry r;
    bool there = true;

    ok(registry_exists(&there, scratch_folder) == OC_OK && !there, "no registry yet");
    ok(registry_init(&r, scratch_folder, url, false) == OC_IO && r.db == NULL,
       "and none is made by looking");
    open_registry(&r, true);
    ok(registry_list_choose(&list, &r, NULL, 2) == OC_OK && list.id == 0, "no list yet");
    must(registry_list_make(&r, URI, 1, REGISTRY_SIZE_MIN));
    must(registry_list_make(&r, URI "0", 2, REGISTRY_SIZE));
    close_registry(&r);
    if (url != NULL)
        must(registry_remember(scratch_folder, url));
    ok(registry_exists(&there, scratch_folder) == OC_OK && there, "now there is one");

    open_registry(&r, false);
    ok(registry_list_choose(&list, &r, NULL, 2) == OC_OK && list.bits == 2 &&
       list.size == REGISTRY_SIZE, "the newest list");
    registry_list_cleanup(&list);
    ok(registry_list_choose(&list, &r, NULL, 1) == OC_OK && list.bits == 1 &&
       strcmp(list.uri, URI) == 0, "the newest of one bit");
    registry_list_cleanup(&list);
    ok(registry_list_choose(&list, &r, URI "0", 1) == OC_USAGE && list.key == NULL,
       "one named, of too many bits");
    ok(registry_list_choose(&list, &r, URI "1", 2) == OC_USAGE, "one named that is none");
    ok(registry_list_make(&r, URI, 1, REGISTRY_SIZE) == OC_REFUSED, "a URI twice");
    close_registry(&r);
}

/* Positions follow one another; what a withdrawn batch had is not given again. */
static void test_batches(void)
{
    struct registry_batches found;
    struct registry_batch b;
    struct registry r;

    open_registry(&r, false);
    ok(add(&r, 1, 10, "a", &b) == OC_OK && b.id == 1 && b.first == 0, "ten positions");
    ok(add(&r, 1, 5, "a", &b) == OC_OK && b.id == 2 && b.first == 10, "five more");
    ok(add(&r, 2, 7, "b", &b) == OC_OK && b.first == 0, "seven in the other list");
    ok(add(&r, 0, 3, "a", &b) == OC_OK, "three without a status");
    must(registry_withdraw(&r, 2));
    ok(add(&r, 1, 1, "c", &b) == OC_OK && b.first == 15, "after a withdrawal, behind it");
    close_registry(&r);

    open_registry(&r, false);
    ok(registry_find(&found, &r, "a", 0) == OC_OK && found.n == 2 && found.batch[0].id == 1 &&
       found.batch[0].bits == 1 && found.batch[0].copies == 10 && found.batch[1].list == 0 &&
       strcmp(found.batch[1].doc_type, "type") == 0 && found.batch[1].valid_until == 2,
       "what a holder has");
    registry_batches_cleanup(&found);
    ok(registry_find(&found, &r, "A", 0) == OC_REFUSED && found.n == 0, "nobody by that name");
    ok(registry_find(&found, &r, NULL, 2) == OC_REFUSED, "withdrawn");
    ok(registry_find(&found, &r, "' OR 1 = 1 --", 0) == OC_REFUSED, "a holder is no SQL");
    close_registry(&r);
}

static void test_full(void)
{
    struct registry_batch b;
    struct registry r;

    open_registry(&r, false);
    ok(add(&r, 1, REGISTRY_SIZE_MIN - 16, "full", &b) == OC_OK && b.first == 16,
       "all that is left");
    ok(add(&r, 1, 1, "full", &b) == OC_LIMIT, "one more");
    registry_cleanup(&r);       /* not committed */
    open_registry(&r, false);
    ok(add(&r, 1, REGISTRY_SIZE_MIN - 15, "full", &b) == OC_LIMIT, "one too many at once");
    ok(add(&r, 1, 2, "d", &b) == OC_OK && b.first == 16, "two, after all");
    close_registry(&r);
}

/* Set the state of a batch as it is found. */
static enum oc_err set_state(struct registry *r, int64_t id, enum registry_state state)
{
    struct registry_batches found;
    enum oc_err e = registry_find(&found, r, NULL, id);

    if (e == OC_OK)
        e = registry_set(r, &found.batch[0], state);
    registry_batches_cleanup(&found);
    return e;
}

/* The array that is published: each copy's entry, found again by its index. */
static void test_array(void)
{
    struct registry_list list = { 0 };
    struct registry_batches found;
    struct registry r;
    struct buf array = new_buf();
    uint64_t index, revoked, suspended;
    size_t set = 0, hit = 0, back = 0;

    open_registry(&r, false);
    must(set_state(&r, 1, REGISTRY_REVOKED));
    must(registry_list_choose(&list, &r, URI, 2));
    must(registry_array(&array, &r, &list));
    for (size_t i = 0; i < array.n; i++)
        for (unsigned bits = array.p[i]; bits != 0; bits &= bits - 1)
            set++;
    for (uint64_t i = 0; i < 10; i++) {
        must(registry_index(&list, i, &index));
        hit += array.p[index / 8] >> index % 8 & 1;
        back += registry_find_index(&found, &r, URI, index) == OC_OK && found.n == 1 &&
                found.batch[0].id == 1;
        registry_batches_cleanup(&found);
    }
    ok(array.n == REGISTRY_SIZE_MIN / 8 && set == 10 && hit == 10, "ten entries set, the copies'");
    ok(back == 10, "each index leads back to the batch");
    must(registry_index(&list, 10, &index));
    ok(registry_find_index(&found, &r, URI, index) == OC_REFUSED, "a withdrawn one's to none");
    ok(registry_find_index(&found, &r, URI, REGISTRY_SIZE_MIN) == OC_REFUSED,
       "nor one past the end");
    ok(registry_find_index(&found, &r, "https://other.example/", 1) == OC_REFUSED,
       "nor another list's");
    ok(set_state(&r, 1, REGISTRY_VALID) == OC_BUG &&
       registry_list_count(&r, &list, &revoked, &suspended) == OC_OK && revoked == 10 &&
       suspended == 0, "revoked is for good");
    registry_list_cleanup(&list);
    buf_cleanup(&array);
    close_registry(&r);
}

/* Who found a batch before another one changed it does not change it back. */
static void test_changed_between(void)
{
    struct registry_batches found;
    struct registry_batch b;
    struct registry r;

    open_registry(&r, false);
    must(add(&r, 2, 2, "between", &b));
    must(registry_find(&found, &r, "between", 0));
    must(registry_set(&r, &found.batch[0], REGISTRY_SUSPENDED));
    ok(registry_set(&r, &found.batch[0], REGISTRY_REVOKED) == OC_IO, "no longer as it was found");
    registry_batches_cleanup(&found);
    must(set_state(&r, b.id, REGISTRY_VALID));
    must(set_state(&r, b.id, REGISTRY_REVOKED));
    close_registry(&r);
}

/* As many as issuing for many takes; each is found by the number it was given. */
static void test_many(void)
{
    enum { MANY = 1000, COPIES = 3 };
    struct registry_batch *b = calloc(MANY, sizeof *b);
    struct registry r;
    size_t well = 0;

    must(b != NULL ? OC_OK : OC_MEMORY);
    for (size_t i = 0; i < MANY; i++) {
        b[i] = (struct registry_batch){ .list = 2, .copies = COPIES, .valid_until = (int64_t)i };
        snprintf(b[i].holder, sizeof b[i].holder, "many-%zu", i);
    }
    open_registry(&r, false);
    must(registry_add_all(&r, b, MANY));
    close_registry(&r);
    open_registry(&r, false);
    for (size_t i = 0; i < MANY; i++) {
        struct registry_batches found;

        must(registry_find(&found, &r, NULL, b[i].id));
        well += strcmp(found.batch[0].holder, b[i].holder) == 0 &&
                found.batch[0].first == b[0].first + i * COPIES &&
                found.batch[0].valid_until == (int64_t)i;
        registry_batches_cleanup(&found);
    }
    ok(well == MANY, "%d batches at once, each with its own number and range", MANY);
    b[1].list = 1;
    ok(registry_add_all(&r, b, 2) == OC_BUG && registry_add_all(&r, b, 0) == OC_OK,
       "of one list only, and none");
    close_registry(&r);
    free(b);
}

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* No test of how fast: that depends on the machine. */
static void tell_rate(size_t each)
{
    enum { TRANSACTIONS = 20, EACH_MAX = 500 };
    struct registry_batch *b = calloc(EACH_MAX, sizeof *b);
    struct registry r;
    double begin = now_s();

    must(b != NULL ? OC_OK : OC_MEMORY);
    for (size_t i = 0; i < each; i++) {
        b[i] = (struct registry_batch){ .list = 2, .copies = 10 };
        snprintf(b[i].holder, sizeof b[i].holder, "%032zu", i);
    }
    must(registry_init(&r, scratch_folder, url, false));
    for (size_t i = 0; i < TRANSACTIONS; i++) {
        must(registry_begin(&r));
        must(registry_add_all(&r, b, each));
        must(registry_commit(&r));
    }
    registry_cleanup(&r);
    note("%s, %zu in a transaction: %.0f batches a second", url != NULL ? "PostgreSQL" : "SQLite",
         each, (double)(TRANSACTIONS * each) / (now_s() - begin));
    free(b);
}

enum { ISSUERS = 4, RUNS = 25, ISSUED = ISSUERS * RUNS, TAKEN = 7 };

static void issue_some(int fd)
{
    for (int i = 0; i < RUNS; i++) {
        struct registry_batch b;
        struct registry r;

        open_registry(&r, false);
        must(add(&r, 2, TAKEN, "at once", &b));
        close_registry(&r);
        if (write(fd, &b.first, sizeof b.first) != sizeof b.first)
            _exit(1);
    }
    _exit(0);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Issuers at once: no position twice, none left out, and nobody waits for ever. */
static void test_at_once(void)
{
    uint64_t first[ISSUED];
    size_t n = 0, apart = 0, well = 0;
    int fds[2];

    must(pipe(fds) == 0 ? OC_OK : OC_IO);
    for (int i = 0; i < ISSUERS; i++)
        if (fork() == 0)
            issue_some(fds[1]);
    close(fds[1]);
    while (n < ISSUED && read(fds[0], &first[n], sizeof first[n]) == sizeof first[n])
        n++;
    close(fds[0]);
    for (int i = 0, status; i < ISSUERS; i++)
        well += wait(&status) > 0 && status == 0;
    qsort(first, n, sizeof first[0], compare);
    for (size_t i = 1; i < n; i++)
        apart += first[i] == first[i - 1] + TAKEN;
    ok(well == ISSUERS && n == ISSUED && apart == n - 1,
       "%d issuers at once: ranges that neither overlap nor leave out", ISSUERS);
}

/*
 * All that is kept. There is no column for a place, a time or a verifier of a showing, and a new
 * one must be explained here before it can be.
 */
static const struct { const char *table, *column, *why; } columns[] = {
    { "batch", "copies", "how many positions from `first` on are its" },
    { "batch", "doc_type", "which card, so that an mDL is not suspended" },
    { "batch", "first", "its first position in the list" },
    { "batch", "holder", "an opaque word, so that all of a person's cards can be revoked" },
    { "batch", "id", "the number that issue printed" },
    { "batch", "list", "which list its positions are in" },
    { "batch", "state", "valid, revoked or suspended: all copies alike" },
    { "batch", "valid_from", "of the cards, decided when they were issued" },
    { "batch", "valid_until", "of the cards: what has ended need not be revoked" },
    { "list", "bits", "of an entry" },
    { "list", "id", "a number for batches to name it by" },
    { "list", "key", "of the permutation that makes indices of positions" },
    { "list", "size", "how many positions" },
    { "list", "uri", "where it is published" },
    { "list", "used", "how many are taken" },
    { "version", "version", "of this schema" },
};

static void test_columns(void)
{
    static const char sqlite[] =
        "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    static const char postgres[] =
        "SELECT table_name::text, column_name::text FROM information_schema.columns "
        "WHERE table_schema = 'owncard' ORDER BY 1, 2";
    /* SQLite keeps the version in its header */
    const size_t want = sizeof columns / sizeof columns[0] - (url == NULL ? 1 : 0);
    struct db_query q;
    struct registry r;
    size_t n = 0, known = 0;

    open_registry(&r, false);
    db_query_begin(&q, r.db, url != NULL ? postgres : sqlite);
    for (; db_query_next(&q); n++)
        known += n < want && bytes_is(db_get_bytes(&q, 0), columns[n].table) &&
                 bytes_is(db_get_bytes(&q, 1), columns[n].column) && *columns[n].why != '\0';
    must(db_query_end(&q));
    ok(n == want && known == want, "%zu columns, each with its reason, and no other", n);
    close_registry(&r);
}

static void test_all(const char *what)
{
    note("%s", what);
    test_lists();
    test_batches();
    test_full();
    test_array();
    test_changed_between();
    test_many();
    test_at_once();
    test_columns();
    tell_rate(1);
    tell_rate(100);
    tell_rate(500);
}

static void in_folder(char out[128], const char *name)
{
    snprintf(out, 128, "%s/%s", scratch_folder, name);
}

/* One registry an issuer; its URL is kept, for the owner alone. */
static void test_url(void)
{
    char path[128], line[256] = "";
    struct registry r;
    FILE *f;

    in_folder(path, "registry.url");
    f = fopen(path, "r");
    ok(f != NULL && fgets(line, sizeof line, f) != NULL && strstr(line, url) == line &&
       line[strlen(url)] == '\n' && fgets(line, sizeof line, f) == NULL, "its URL, a line");
    if (f != NULL)
        fclose(f);
    ok(registry_init(&r, scratch_folder, NULL, false) == OC_OK && strstr(r.name, "owner") == NULL,
       "which need not be given again");
    registry_cleanup(&r);
    ok(registry_remember(scratch_folder, url) == OC_OK, "the same may be");
    ok(registry_remember(scratch_folder, "postgresql://other.example/owncard") == OC_USAGE,
       "but no other");
    must(chmod(path, 0640) == 0 ? OC_OK : OC_IO);
    ok(registry_init(&r, scratch_folder, NULL, false) == OC_IO, "others may read it");
    must(chmod(path, 0600) == 0 ? OC_OK : OC_IO);
    f = fopen(path, "w");
    must(f != NULL && fputs("registry.db\n", f) >= 0 && fclose(f) == 0 ? OC_OK : OC_IO);
    ok(registry_init(&r, scratch_folder, NULL, true) == OC_SHAPE, "no URL is kept in it");
    unlink(path);
    ok(registry_init(&r, scratch_folder, "registry.db", true) == OC_USAGE &&
       registry_init(&r, scratch_folder, "mysql://db.example/owncard", true) == OC_USAGE &&
       registry_init(&r, scratch_folder, "postgresql://a b", true) == OC_USAGE,
       "nor does the option take another thing");
    must(registry_init(&r, scratch_folder, NULL, true));
    registry_cleanup(&r);
    ok(registry_init(&r, scratch_folder, url, true) == OC_USAGE, "a file, and a server");
}

int main(void)
{
    must(secret_pool_init());
    if (!scratch_make())
        return EXIT_FAILURE;
    test_all("SQLite");
    if (postgres_start()) {
        char path[128];

        for (size_t i = 0; i < 3; i++) {
            in_folder(path, (const char *[]){ "registry.db", "registry.db-wal",
                                              "registry.db-shm" }[i]);
            unlink(path);
        }
        url = postgres_url;
        test_all("PostgreSQL");
        test_url();
        ok(postgres_stop(), "the server is gone");
    }
    ok(scratch_remove("registry.db"), "nothing is left behind");
    return done();
}
