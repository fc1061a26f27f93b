#include "issuer/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "core/array.h"
#include "crypto/ff1.h"
#include "crypto/random.h"
#include "db/sqlite.h"
#include "issuer/authority.h"
#include "trust/status_list.h"

#define FILE_NAME "registry.db"

enum { SCHEMA_VERSION = 1, KEY_N = 32 };

static const char schema[] =
    "CREATE TABLE list (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE,"
    "  bits INTEGER NOT NULL CHECK (bits IN (1, 2)), size INTEGER NOT NULL,"
    "  used INTEGER NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND size),"
    "  key BLOB NOT NULL) STRICT;"
    "CREATE TABLE batch (id INTEGER PRIMARY KEY AUTOINCREMENT, holder TEXT NOT NULL,"
    "  doc_type TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL,"
    "  list INTEGER REFERENCES list (id), first INTEGER, copies INTEGER NOT NULL,"
    "  state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),"
    "  CHECK ((list IS NULL) = (first IS NULL))) STRICT;"
    "CREATE INDEX batch_of_holder ON batch (holder);"
    "CREATE UNIQUE INDEX batch_at ON batch (list, first);";

/* Says what the database says, once. */
static enum oc_err said(const struct registry *r, enum oc_err e)
{
    struct buf path = r->path;

    if (e == OC_OK)
        return OC_OK;
    return fail_print(e, "%s: %s", buf_text(&path), db_fault(r->db));
}

static enum oc_err end(const struct registry *r, struct db_query *q)
{
    return said(r, db_query_end(q));
}

enum oc_err registry_exists(bool *there, const char *dir)
{
    struct buf path;
    enum oc_err e = folder_path(&path, dir, FILE_NAME);

    *there = e == OC_OK && state_exists(buf_text(&path));
    buf_cleanup(&path);
    return e;
}

/* It holds the keys that say which copies are one person's. */
static enum oc_err check_mode(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return errno == ENOENT ? OC_OK : fail_errno(path);
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return OC_OK;
    fail_print(OC_IO, "%s: others may use it", path);
    hint_print("chmod 600 %s", path);
    return OC_IO;
}

enum oc_err registry_init(struct registry *out, const char *dir, bool make)
{
    enum oc_err e;

    *out = (struct registry){ 0 };
    if ((e = folder_path(&out->path, dir, FILE_NAME)) != OC_OK)
        return e;
    if (!make && !state_exists(buf_text(&out->path))) {
        e = fail_print(OC_IO, "%s: there is no such file", buf_text(&out->path));
        hint_print("owncard-issuer status init first: it makes a status list and the registry");
    } else if ((e = check_mode(buf_text(&out->path))) == OC_OK) {
        e = said(out, db_open(&out->db, buf_text(&out->path), SCHEMA_VERSION, schema));
    }
    if (e != OC_OK)
        registry_cleanup(out);
    return e;
}

void registry_cleanup(struct registry *r)
{
    db_close(&r->db);
    buf_cleanup(&r->path);
}

enum oc_err registry_begin(struct registry *r)
{
    return said(r, db_begin(r->db));
}

enum oc_err registry_commit(struct registry *r)
{
    return said(r, db_commit(r->db));
}

void registry_list_cleanup(struct registry_list *list)
{
    secret_free(&list->key);
    *list = (struct registry_list){ 0 };
}

enum oc_err registry_list_make(struct registry *r, const char *uri, unsigned bits, uint64_t size)
{
    uint8_t key[KEY_N];
    struct db_query q;
    enum oc_err e = random_bytes(key, sizeof key);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    db_query_begin(&q, r->db, "INSERT INTO list (uri, bits, size, key) VALUES (?, ?, ?, ?)");
    db_put_text(&q, uri);
    db_put_int(&q, bits);
    db_put_int(&q, (int64_t)size);
    db_put_bytes(&q, BYTES_OF(key));
    secret_wipe(key, sizeof key);
    db_query_next(&q);
    e = db_query_end(&q);
    return e == OC_REFUSED ? fail_print(e, "%s: there is a status list of that URI", uri)
                           : said(r, e);
}

static void copy_text(char *out, size_t room, struct bytes text)
{
    snprintf(out, room, "%.*s", (int)text.n, text.n > 0 ? (const char *)text.p : "");
}

#define LIST_COLUMNS "id, uri, bits, size, used, key"

/* The one list that a query of LIST_COLUMNS gives; id 0: none. Ends the query. */
static enum oc_err read_list(struct registry_list *out, const struct registry *r,
                             struct db_query *q)
{
    bool no_memory = false;

    registry_list_cleanup(out);
    if (db_query_next(q)) {
        out->id = db_get_int(q, 0);
        copy_text(out->uri, sizeof out->uri, db_get_bytes(q, 1));
        out->bits = (unsigned)db_get_int(q, 2);
        out->size = (uint64_t)db_get_int(q, 3);
        out->used = (uint64_t)db_get_int(q, 4);
        out->key = secret_copy(db_get_bytes(q, 5));
        no_memory = out->key == NULL;
    }
    if (no_memory)
        fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    enum oc_err e = end(r, q);

    return no_memory ? OC_MEMORY : e;
}

enum oc_err registry_list_next(struct registry_list *out, struct registry *r)
{
    int64_t id = out->id;
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE id > ? ORDER BY id LIMIT 1");
    db_put_int(&q, id);
    return read_list(out, r, &q);
}

static enum oc_err list_of_uri(struct registry_list *out, struct registry *r, const char *uri)
{
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE uri = ?");
    db_put_text(&q, uri);
    return read_list(out, r, &q);
}

static enum oc_err newest_list(struct registry_list *out, struct registry *r, unsigned bits_max)
{
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE bits <= ? "
                              "ORDER BY id DESC LIMIT 1");
    db_put_int(&q, bits_max);
    return read_list(out, r, &q);
}

enum oc_err registry_list_choose(struct registry_list *out, struct registry *r, const char *uri,
                                 unsigned bits_max)
{
    struct registry_list any = { 0 };
    enum oc_err e;

    *out = (struct registry_list){ 0 };
    if (uri != NULL) {
        if ((e = list_of_uri(out, r, uri)) != OC_OK)
            return e;
        if (out->id == 0)
            return fail_print(OC_USAGE, "%s: there is no status list of that URI", uri);
        if (out->bits <= bits_max)
            return OC_OK;
        registry_list_cleanup(out);
        return fail_print(OC_USAGE, "%s: cards of this type need a list of %u bit", uri, bits_max);
    }
    if ((e = newest_list(out, r, bits_max)) != OC_OK || out->id != 0)
        return e;
    if ((e = registry_list_next(&any, r)) == OC_OK && any.id != 0) {
        e = fail_print(OC_USAGE, "cards of this type need a status list of %u bit", bits_max);
        hint_print("owncard-issuer status init --bits %u makes one", bits_max);
    }
    registry_list_cleanup(&any);
    return e;
}

enum oc_err registry_list_count(struct registry *r, const struct registry_list *list,
                                uint64_t *revoked, uint64_t *suspended)
{
    struct db_query q;

    *revoked = *suspended = 0;
    db_query_begin(&q, r->db, "SELECT state, sum(copies) FROM batch WHERE list = ? GROUP BY state");
    db_put_int(&q, list->id);
    while (db_query_next(&q)) {
        if (db_get_int(&q, 0) == REGISTRY_REVOKED)
            *revoked = (uint64_t)db_get_int(&q, 1);
        else if (db_get_int(&q, 0) == REGISTRY_SUSPENDED)
            *suspended = (uint64_t)db_get_int(&q, 1);
    }
    return end(r, &q);
}

enum oc_err registry_index(const struct registry_list *list, uint64_t position, uint64_t *index)
{
    enum oc_err e = ff1_permute(list->key, list->size, position, index);

    return e == OC_OK ? OC_OK : fail_print(e, "%s: %s", list->uri, oc_err_text(e));
}

enum oc_err registry_array(struct buf *array, struct registry *r, const struct registry_list *list)
{
    uint8_t *p = buf_extend(array, (list->size * list->bits + 7) / 8);
    enum oc_err e = OC_OK, ended;
    struct db_query q;

    if (p == NULL)
        return fail_print(buf_err(array), "%s", oc_err_text(buf_err(array)));
    db_query_begin(&q, r->db, "SELECT first, copies, state FROM batch "
                              "WHERE list = ? AND state <> 0");
    db_put_int(&q, list->id);
    while (e == OC_OK && db_query_next(&q)) {
        uint64_t first = (uint64_t)db_get_int(&q, 0), n = (uint64_t)db_get_int(&q, 1), index;

        for (uint64_t i = 0; i < n && e == OC_OK; i++)
            if ((e = registry_index(list, first + i, &index)) == OC_OK)
                trust_status_put(p, list->bits, index, (unsigned)db_get_int(&q, 2));
    }
    ended = end(r, &q);
    return e != OC_OK ? e : ended;
}

/* Positions of a list, for good: those of a batch that is withdrawn are not given again. */
static enum oc_err take_positions(struct registry *r, struct registry_batch *b)
{
    struct db_query q;
    bool taken;
    enum oc_err e;

    db_query_begin(&q, r->db, "UPDATE list SET used = used + ?1 WHERE id = ?2 AND "
                              "used + ?1 <= size RETURNING used");
    db_put_int(&q, (int64_t)b->copies);
    db_put_int(&q, b->list);
    taken = db_query_next(&q);
    if (taken)
        b->first = (uint64_t)db_get_int(&q, 0) - b->copies;
    while (db_query_next(&q))
        ;
    if ((e = end(r, &q)) != OC_OK || taken)
        return e;
    fail_print(OC_LIMIT, "the status list has not enough entries left for %llu %s",
               (unsigned long long)b->copies, b->copies == 1 ? "copy" : "copies");
    hint_print("owncard-issuer status init makes another one, of another URI");
    return OC_LIMIT;
}

enum oc_err registry_add(struct registry *r, struct registry_batch *b)
{
    struct db_query q;
    enum oc_err e;

    if (b->list != 0 && (e = take_positions(r, b)) != OC_OK)
        return e;
    db_query_begin(&q, r->db,
                   "INSERT INTO batch (holder, doc_type, valid_from, valid_until, copies, list, "
                   "first) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, 0), iif(?6 = 0, NULL, ?7))");
    db_put_text(&q, b->holder);
    db_put_text(&q, b->doc_type);
    db_put_int(&q, b->valid_from);
    db_put_int(&q, b->valid_until);
    db_put_int(&q, (int64_t)b->copies);
    db_put_int(&q, b->list);
    db_put_int(&q, (int64_t)b->first);
    db_query_next(&q);
    if ((e = end(r, &q)) == OC_OK)
        b->id = db_last_id(r->db);
    return e;
}

enum oc_err registry_withdraw(struct registry *r, int64_t batch)
{
    struct db_query q;

    db_query_begin(&q, r->db, "DELETE FROM batch WHERE id = ?");
    db_put_int(&q, batch);
    db_query_next(&q);
    return end(r, &q);
}

#define BATCHES \
    "SELECT b.id, holder, doc_type, valid_from, valid_until, ifnull(list, 0), " \
    "ifnull(bits, 0), ifnull(first, 0), copies, state FROM batch b LEFT JOIN list l ON list = l.id "

/* All that a query of BATCHES gives, which it ends. */
static enum oc_err read_batches(struct registry_batches *out, const struct registry *r,
                                struct db_query *q)
{
    enum oc_err e = OC_OK, ended;

    while (e == OC_OK && db_query_next(q)) {
        struct registry_batch *b;

        if (!array_extend((void **)&out->batch, out->n, 1, sizeof *out->batch)) {
            e = fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
            break;
        }
        b = &out->batch[out->n++];
        b->id = db_get_int(q, 0);
        copy_text(b->holder, sizeof b->holder, db_get_bytes(q, 1));
        copy_text(b->doc_type, sizeof b->doc_type, db_get_bytes(q, 2));
        b->valid_from = db_get_int(q, 3);
        b->valid_until = db_get_int(q, 4);
        b->list = db_get_int(q, 5);
        b->bits = (unsigned)db_get_int(q, 6);
        b->first = (uint64_t)db_get_int(q, 7);
        b->copies = (uint64_t)db_get_int(q, 8);
        b->state = (enum registry_state)db_get_int(q, 9);
    }
    ended = end(r, q);
    if (e == OC_OK)
        e = ended;
    if (e != OC_OK)
        registry_batches_cleanup(out);
    return e;
}

enum oc_err registry_find(struct registry_batches *out, struct registry *r, const char *holder,
                          int64_t batch)
{
    struct db_query q;
    enum oc_err e;

    *out = (struct registry_batches){ 0 };
    db_query_begin(&q, r->db, BATCHES "WHERE holder = ?1 OR b.id = ?2 ORDER BY b.id");
    db_put_text(&q, holder);
    db_put_int(&q, batch);
    if ((e = read_batches(out, r, &q)) != OC_OK || out->n > 0)
        return e;
    return holder != NULL ? fail_print(OC_REFUSED, "%s: no card was issued to that holder", holder)
                          : fail_print(OC_REFUSED, "%lld: there is no such batch",
                                       (long long)batch);
}

enum oc_err registry_find_index(struct registry_batches *out, struct registry *r, const char *uri,
                                uint64_t index)
{
    struct registry_list list = { 0 };
    uint64_t position = 0;
    struct db_query q;
    enum oc_err e;

    *out = (struct registry_batches){ 0 };
    if ((e = list_of_uri(&list, r, uri)) != OC_OK)
        return e;
    if (list.id != 0 && index < list.size &&
        (e = ff1_unpermute(list.key, list.size, index, &position)) != OC_OK)
        fail_print(e, "%s: %s", uri, oc_err_text(e));
    if (e == OC_OK && list.id != 0 && index < list.size) {
        db_query_begin(&q, r->db,
                       BATCHES "WHERE list = ?1 AND first <= ?2 AND ?2 < first + copies");
        db_put_int(&q, list.id);
        db_put_int(&q, (int64_t)position);
        e = read_batches(out, r, &q);
    }
    registry_list_cleanup(&list);
    if (e != OC_OK || out->n > 0)
        return e;
    return fail_print(OC_REFUSED, "no batch of ours has a copy at that place");
}

void registry_batches_cleanup(struct registry_batches *batches)
{
    free(batches->batch);
    *batches = (struct registry_batches){ 0 };
}

enum oc_err registry_set(struct registry *r, int64_t batch, enum registry_state state)
{
    struct db_query q;

    db_query_begin(&q, r->db, "UPDATE batch SET state = ?1 WHERE id = ?2 AND state <> 1");
    db_put_int(&q, state);
    db_put_int(&q, batch);
    db_query_next(&q);
    return end(r, &q);
}
