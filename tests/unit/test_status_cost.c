/*
 * Status lists as long as we take them, 16 MiB compressed: what they cost in memory is bounded as
 * trust/status_list.h states it, whether they are honest or made to cost much.
 */
#include <string.h>
#include <zlib.h>

#include "codec/zip.h"
#include "tests/unit/measured.h"
#include "tests/unit/status_world.h"
#include "tests/unit/tap.h"

enum {
    MEMORY_KIB_MAX = TRUST_STATUS_MEMORY_MAX / 1024,
    TIME_MS_MAX = 10000,        /* so that what hangs is seen */
    SEGMENT = 1 << 20,          /* bytes of zeros between two flushes */
};

static struct status_world w;

static struct buf large_buf(void)
{
    struct buf b;

    buf_init(&b, TRUST_STATUS_ARRAY_MAX);
    return b;
}

static enum oc_err verify(struct bytes token)
{
    struct trust_status_list_in in = status_in(&w, token);
    struct trust_status_list *list;
    enum oc_err e = trust_status_list_verify(&list, &in, NULL);
    unsigned value;

    if (e == OC_OK)
        e = trust_status_list_entry(list, trust_status_list_facts(list)->entries - 1, &value);
    trust_status_list_free(&list);
    return e;
}

/* { 2: "u", 6: 1, 65533: { "bits": 1, "lst": packed } }, signed. */
static void measure(const char *name, const struct buf *packed, enum oc_err want)
{
    struct buf claims = large_buf(), token = large_buf();
    struct cost cost;

    buf_add(&claims, BYTES("\xa3\x02\x61u\x06\x01\x19\xff\xfd\xa2\x64" "bits\x01\x63lst"));
    cbw_bstr(&claims, buf_view(packed));
    must(buf_err(&claims));
    status_sign(&token, &w, buf_view(&claims), "application/statuslist+cwt");
    buf_cleanup(&claims);
    cost = cost_of(verify, buf_view(&token));
    if (ok(cost.returned && cost.err == want, "%s: %s", name, oc_err_name(cost.err)))
        ok(!MEASURED || (cost.peak_kib - cost.before_kib < MEMORY_KIB_MAX &&
                         cost.ms < TIME_MS_MAX),
           "%s: %zu bytes, %ld ms, %ld KiB more", name, token.n, cost.ms,
           cost.peak_kib - cost.before_kib);
    buf_cleanup(&token);
}

/* So random that it compresses to its own length. */
static void test_honest(void)
{
    enum { N = TRUST_STATUS_PACKED_MAX - 16 * 1024 };
    struct buf array = large_buf(), packed = large_buf();
    uint8_t *p = buf_extend(&array, N);
    uint64_t x = 1;

    must(p != NULL ? OC_OK : OC_MEMORY);
    for (size_t i = 0; i < N; i++) {
        x = x * UINT64_C(6364136223846793005) + 1;
        p[i] = (uint8_t)(x >> 56);
    }
    must(zip_deflate(&packed, buf_view(&array)));
    ok(packed.n > N && packed.n <= TRUST_STATUS_PACKED_MAX, "an array of %zu bytes in %zu",
       array.n, packed.n);
    buf_cleanup(&array);
    measure("16 MiB of random entries", &packed, OC_OK);
    buf_cleanup(&packed);
}

/* Zeros, at an end of byte; without an end of the stream. */
static struct bytes zeros(uint8_t out[8192])
{
    static uint8_t from[SEGMENT];
    z_stream z = { .next_in = from, .avail_in = sizeof from, .next_out = out, .avail_out = 8192 };

    must(deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK &&
         deflate(&z, Z_FULL_FLUSH) == Z_OK && z.avail_in == 0 ? OC_OK : OC_BUG);
    deflateEnd(&z);
    return (struct bytes){ out, 8192 - z.avail_out };
}

/* It would be a thousand times its length. */
static void test_bomb(void)
{
    uint8_t out[8192];
    struct bytes segment = zeros(out);
    struct buf packed = large_buf();

    buf_add(&packed, BYTES("\x78\xda"));
    while (packed.n + segment.n <= TRUST_STATUS_PACKED_MAX)
        buf_add(&packed, segment);
    note("it would inflate to %zu MiB", (packed.n - 2) / segment.n);
    measure("a bomb of 16 MiB", &packed, OC_LIMIT);
    buf_cleanup(&packed);
}

/* The largest array, and after it blocks of nothing, each to be read. */
static void test_slow(void)
{
    static const struct bytes nothing = BYTES("\x00\x00\x00\xff\xff");
    static const uint8_t from[SEGMENT];
    uint8_t out[8192], sum[4];
    struct bytes segment = zeros(out);
    struct buf packed = large_buf();
    uLong adler = adler32(0, NULL, 0);

    buf_add(&packed, BYTES("\x78\xda"));
    for (int i = 0; i < TRUST_STATUS_ARRAY_MAX / SEGMENT; i++) {
        buf_add(&packed, segment);
        adler = adler32(adler, from, sizeof from);
    }
    while (packed.n + 16 <= TRUST_STATUS_PACKED_MAX)
        buf_add(&packed, nothing);
    buf_add(&packed, BYTES("\x01\x00\x00\xff\xff"));
    for (int i = 0; i < 4; i++)
        sum[i] = (uint8_t)(adler >> (24 - 8 * i));
    buf_add(&packed, BYTES_OF(sum));
    measure("64 MiB of zeros, then nothing three million times", &packed, OC_OK);
    buf_cleanup(&packed);
}

int main(void)
{
    must(secret_pool_init());
    status_world_init(&w);
    test_honest();
    test_bomb();
    test_slow();
    status_world_cleanup(&w);
    return done();
}
