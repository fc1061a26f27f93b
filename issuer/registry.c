/* The registry's batches: one for each run of issue. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/exit.h"
#include "core/array.h"
#include "crypto/ff1.h"
#include "issuer/registry_query.h"

enum { INSERT_BYTES_MAX = 16384 };

/* Positions of a list, for good: those of a batch that is withdrawn are not given again. One
 * statement, so that whoever else takes some waits and then begins behind them. */
static enum oc_err take_positions(struct registry *r, int64_t list, uint64_t n, uint64_t *first)
{
    struct db_query q;
    bool is_taken;
    enum oc_err e;

    db_query_begin(&q, r->db, "UPDATE list SET used = used + $1 WHERE id = $2 AND "
                              "used + $1 <= size RETURNING used");
    db_put_int(&q, (int64_t)n);
    db_put_int(&q, list);
    is_taken = db_query_next(&q);
    if (is_taken)
        *first = (uint64_t)db_get_int(&q, 0) - n;
    if ((e = registry_end(r, &q)) != OC_OK || is_taken)
        return e;
    fail_print(OC_LIMIT, "the status list has not enough entries left for %llu %s",
               (unsigned long long)n, n == 1 ? "copy" : "copies");
    hint_print("owncard-issuer status init makes another one, of another URI");
    return OC_LIMIT;
}

static void write_insert(struct buf *sql, size_t rows)
{
    buf_add_str(sql, "INSERT INTO batch (holder, doc_type, valid_from, valid_until, copies, list, "
                     "first) VALUES ");
    for (size_t i = 0, at = 1; i < rows; i++, at += 7)
        buf_printf(sql, "%s($%zu, $%zu, $%zu, $%zu, $%zu, nullif($%zu, 0), nullif($%zu, -1))",
                   i > 0 ? ", " : "", at, at + 1, at + 2, at + 3, at + 4, at + 5, at + 6);
    buf_add_str(sql, " RETURNING id");
}

static void put_batch(struct db_query *q, const struct registry_batch *b)
{
    db_put_text(q, b->holder);
    db_put_text(q, b->doc_type);
    db_put_int(q, b->valid_from);
    db_put_int(q, b->valid_until);
    db_put_int(q, (int64_t)b->copies);
    db_put_int(q, b->list);
    db_put_int(q, b->list == 0 ? -1 : (int64_t)b->first);
}

/* So many batches go into one statement: a server takes them far sooner than one by one, and each
 * number of rows is another statement to keep. */
static size_t rows_of(size_t left)
{
    return left >= 64 ? 64 : left >= 8 ? 8 : 1;
}

/* In one statement; the rows' numbers come in their order. */
static enum oc_err insert(struct registry *r, struct registry_batch *batches, size_t n)
{
    struct db_query q;
    struct buf sql;
    size_t got = 0;
    enum oc_err e;

    buf_init(&sql, INSERT_BYTES_MAX);
    write_insert(&sql, n);
    if ((e = buf_err(&sql)) != OC_OK) {
        fail_print(e, "%s", oc_err_text(e));
    } else {
        db_query_begin(&q, r->db, buf_text(&sql));
        for (size_t i = 0; i < n; i++)
            put_batch(&q, &batches[i]);
        while (got < n && db_query_next(&q))
            batches[got++].id = db_get_int(&q, 0);
        e = registry_end(r, &q);
    }
    buf_cleanup(&sql);
    return e;
}

enum oc_err registry_add_all(struct registry *r, struct registry_batch *batches, size_t n)
{
    uint64_t copies = 0, first = 0;
    enum oc_err e;

    for (size_t i = 0; i < n; i++) {
        if (batches[i].list != batches[0].list)
            return fail_print(OC_BUG, "batches of several lists");
        copies += batches[i].copies;
    }
    if (n > 0 && batches[0].list != 0 &&
        (e = take_positions(r, batches[0].list, copies, &first)) != OC_OK)
        return e;
    for (size_t i = 0; i < n; i++) {
        batches[i].first = first;
        first += batches[i].list != 0 ? batches[i].copies : 0;
    }
    for (size_t i = 0, rows; i < n; i += rows) {
        rows = rows_of(n - i);
        if ((e = insert(r, &batches[i], rows)) != OC_OK)
            return e;
    }
    return OC_OK;
}

enum oc_err registry_add(struct registry *r, struct registry_batch *batch)
{
    return registry_add_all(r, batch, 1);
}

enum oc_err registry_withdraw(struct registry *r, int64_t batch)
{
    struct db_query q;

    db_query_begin(&q, r->db, "DELETE FROM batch WHERE id = $1");
    db_put_int(&q, batch);
    db_query_next(&q);
    return registry_end(r, &q);
}

#define BATCHES \
    "SELECT b.id, holder, doc_type, valid_from, valid_until, coalesce(list, 0), " \
    "coalesce(bits, 0), coalesce(first, 0), copies, state " \
    "FROM batch b LEFT JOIN list l ON list = l.id "

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
        registry_text(b->holder, sizeof b->holder, db_get_bytes(q, 1));
        registry_text(b->doc_type, sizeof b->doc_type, db_get_bytes(q, 2));
        b->valid_from = db_get_int(q, 3);
        b->valid_until = db_get_int(q, 4);
        b->list = db_get_int(q, 5);
        b->bits = (unsigned)db_get_int(q, 6);
        b->first = (uint64_t)db_get_int(q, 7);
        b->copies = (uint64_t)db_get_int(q, 8);
        b->state = (enum registry_state)db_get_int(q, 9);
    }
    ended = registry_end(r, q);
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
    db_query_begin(&q, r->db, BATCHES "WHERE holder = $1 OR b.id = $2 ORDER BY b.id");
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
    if ((e = registry_list_find(&list, r, uri)) != OC_OK)
        return e;
    if (list.id != 0 && index < list.size &&
        (e = ff1_unpermute(list.key, list.size, index, &position)) != OC_OK)
        fail_print(e, "%s: %s", uri, oc_err_text(e));
    if (e == OC_OK && list.id != 0 && index < list.size) {
        db_query_begin(&q, r->db,
                       BATCHES "WHERE list = $1 AND first <= $2 AND $2 < first + copies");
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

enum oc_err registry_set(struct registry *r, const struct registry_batch *batch,
                         enum registry_state state)
{
    struct db_query q;
    bool is_set;
    enum oc_err e;

    if (batch->state == REGISTRY_REVOKED && state != REGISTRY_REVOKED)
        return fail_print(OC_BUG, "revoked is for good");
    db_query_begin(&q, r->db, "UPDATE batch SET state = $1 WHERE id = $2 AND state = $3 "
                              "RETURNING id");
    db_put_int(&q, state);
    db_put_int(&q, batch->id);
    db_put_int(&q, batch->state);
    is_set = db_query_next(&q);
    if ((e = registry_end(r, &q)) != OC_OK || is_set)
        return e;
    fail_print(OC_IO, "batch %lld: another process changed it at the same time",
               (long long)batch->id);
    hint_print("nothing was changed by this run: look, and run it again");
    return OC_IO;
}
