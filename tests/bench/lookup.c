#include "tests/bench/lookup.h"

#include <malloc.h>

#include "tests/unit/status_world.h"

struct kept {
    const struct status_world *world;
    struct trust_status_lists lists;
};

/* Every thousandth is revoked; the places are far from one another. */
static bool lookup_op(void *with, size_t i)
{
    const struct kept *k = with;
    const uint64_t index = (uint64_t)i * 7368787 % LOOKUP_ENTRIES;
    const struct trust_status_refs refs = {
        .ref[0] = { .mechanism = TRUST_STATUS_LIST, .uri = BYTES(STATUS_URI), .index = index },
        .n = 1,
    };
    const struct trust_status_limits limits = { .max_age_s = DATE_DAY_S, .skew_s = 300 };
    struct trust_status s = trust_status_lookup_all(&k->lists, &refs, k->world->f.iaca,
                                                    k->world->f.now, limits);

    return s.verdict == (index % 1000 == 0 ? TRUST_STATUS_REVOKED : TRUST_STATUS_VALID);
}

static size_t memory_in_use(void)
{
    struct mallinfo2 m = mallinfo2();

    return m.uordblks + m.hblkhd;
}

static void keep_list(struct kept *k)
{
    struct buf array = new_buf();

    must(buf_extend(&array, LOOKUP_ENTRIES / 8) != NULL ? OC_OK : OC_MEMORY);
    memset(array.p, 0, array.n);
    for (uint64_t i = 0; i < LOOKUP_ENTRIES; i += 1000)
        trust_status_put(array.p, 1, i, TRUST_ENTRY_INVALID);
    status_keep(&k->lists, k->world, buf_view(&array));
    buf_cleanup(&array);
}

bool lookup_measure(struct lookup *out, struct turns turns)
{
    struct status_world world;
    struct kept kept = { .world = &world };
    size_t before, with_list;

    status_world_init(&world);
    before = memory_in_use();
    keep_list(&kept);
    with_list = memory_in_use();
    out->held_bytes = with_list - before;
    out->us = measure_us(turns, lookup_op, &kept);
    bool is_same = memory_in_use() == with_list;
    trust_status_lists_cleanup(&kept.lists);
    status_world_cleanup(&world);
    return is_same && out->us > 0;
}
