/* The registry's status lists, and what is published of them. */
#include "cli/exit.h"
#include "crypto/ff1.h"
#include "crypto/random.h"
#include "issuer/registry_query.h"
#include "trust/status_list.h"

enum { KEY_N = 32 };

void registry_list_cleanup(struct registry_list *list)
{
    secret_free(&list->key);
    *list = (struct registry_list){ 0 };
}

enum oc_err registry_list_make(struct registry *r, const char *uri, unsigned bits, uint64_t size)
{
    uint8_t key[KEY_N];
    struct db_query q;
    bool is_made;
    enum oc_err e = random_bytes(key, sizeof key);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    db_query_begin(&q, r->db, "INSERT INTO list (uri, bits, size, key) VALUES ($1, $2, $3, $4) "
                              "ON CONFLICT (uri) DO NOTHING RETURNING id");
    db_put_text(&q, uri);
    db_put_int(&q, bits);
    db_put_int(&q, (int64_t)size);
    db_put_bytes(&q, BYTES_OF(key));
    secret_wipe(key, sizeof key);
    is_made = db_query_next(&q);
    if ((e = registry_end(r, &q)) != OC_OK || is_made)
        return e;
    return fail_print(OC_REFUSED, "%s: there is a status list of that URI", uri);
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
        registry_text(out->uri, sizeof out->uri, db_get_bytes(q, 1));
        out->bits = (unsigned)db_get_int(q, 2);
        out->size = (uint64_t)db_get_int(q, 3);
        out->used = (uint64_t)db_get_int(q, 4);
        out->key = secret_copy(db_get_bytes(q, 5));
        no_memory = out->key == NULL;
    }
    if (no_memory)
        fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    enum oc_err e = registry_end(r, q);

    return no_memory ? OC_MEMORY : e;
}

enum oc_err registry_list_next(struct registry_list *out, struct registry *r)
{
    int64_t id = out->id;
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE id > $1 "
                              "ORDER BY id LIMIT 1");
    db_put_int(&q, id);
    return read_list(out, r, &q);
}

enum oc_err registry_list_find(struct registry_list *out, struct registry *r, const char *uri)
{
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE uri = $1");
    db_put_text(&q, uri);
    return read_list(out, r, &q);
}

static enum oc_err newest_list(struct registry_list *out, struct registry *r, unsigned bits_max)
{
    struct db_query q;

    db_query_begin(&q, r->db, "SELECT " LIST_COLUMNS " FROM list WHERE bits <= $1 "
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
        if ((e = registry_list_find(out, r, uri)) != OC_OK)
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
    db_query_begin(&q, r->db, "SELECT state, CAST(sum(copies) AS BIGINT) FROM batch "
                              "WHERE list = $1 GROUP BY state");
    db_put_int(&q, list->id);
    while (db_query_next(&q)) {
        if (db_get_int(&q, 0) == REGISTRY_REVOKED)
            *revoked = (uint64_t)db_get_int(&q, 1);
        else if (db_get_int(&q, 0) == REGISTRY_SUSPENDED)
            *suspended = (uint64_t)db_get_int(&q, 1);
    }
    return registry_end(r, &q);
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
                              "WHERE list = $1 AND state <> 0");
    db_put_int(&q, list->id);
    while (e == OC_OK && db_query_next(&q)) {
        uint64_t first = (uint64_t)db_get_int(&q, 0), n = (uint64_t)db_get_int(&q, 1), index;

        for (uint64_t i = 0; i < n && e == OC_OK; i++)
            if ((e = registry_index(list, first + i, &index)) == OC_OK)
                trust_status_put(p, list->bits, index, (unsigned)db_get_int(&q, 2));
    }
    ended = registry_end(r, &q);
    return e != OC_OK ? e : ended;
}
