#include "issuer/registry.h"

#include "tests/unit/fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

#define URI "https://issuer.example/status/1"

static void open_registry(struct registry *r, bool make)
{
    must(registry_init(r, scratch_folder, make));
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
    ok(registry_init(&r, scratch_folder, false) == OC_IO && r.db == NULL,
       "and none is made by looking");
    open_registry(&r, true);
    ok(registry_list_choose(&list, &r, NULL, 2) == OC_OK && list.id == 0, "no list yet");
    must(registry_list_make(&r, URI, 1, REGISTRY_SIZE_MIN));
    must(registry_list_make(&r, URI "0", 2, REGISTRY_SIZE));
    close_registry(&r);
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
    must(registry_set(&r, 1, REGISTRY_REVOKED));
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
    must(registry_set(&r, 1, REGISTRY_VALID));
    ok(registry_list_count(&r, &list, &revoked, &suspended) == OC_OK && revoked == 10 &&
       suspended == 0, "revoked is for good");
    registry_list_cleanup(&list);
    buf_cleanup(&array);
    close_registry(&r);
}

int main(void)
{
    must(secret_pool_init());
    if (!scratch_make())
        return EXIT_FAILURE;
    test_lists();
    test_batches();
    test_full();
    test_array();
    ok(scratch_remove("registry.db"), "nothing is left behind");
    return done();
}
