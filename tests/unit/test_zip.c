#include "codec/zip.h"

#include <limits.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

/* 16 zero bits and their like, from the examples of the Token Status List draft. */
static const struct bytes sample = BYTES("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d");
static const struct bytes content = BYTES("\xb9\xa3");

static enum oc_err inflate_into(struct buf *out, struct bytes stream, size_t max)
{
    buf_init(out, max);
    return zip_inflate(out, stream);
}

static void test_sample(void)
{
    struct buf out, back = new_buf();
    size_t refused = 0;
    struct guard g;

    ok(inflate_into(&out, sample, 2) == OC_OK && bytes_eq(buf_view(&out), content),
       "the draft's sample, into just enough room");
    buf_cleanup(&out);
    ok(inflate_into(&out, sample, 1) == OC_LIMIT && out.p == NULL, "one byte less is too little");
    buf_cleanup(&out);
    for (size_t n = 0; n < sample.n; n++) {
        struct bytes cut = guard_copy(&g, (struct bytes){ sample.p, n });

        refused += inflate_into(&out, cut, 100) == OC_TRUNCATED && out.n == 0;
        buf_cleanup(&out);
        guard_free(&g);
    }
    ok(refused == sample.n, "cut at every byte, it is truncated");
    ok(zip_deflate(&back, content) == OC_OK && bytes_eq(buf_view(&back), sample),
       "and we write the same bytes");
    buf_cleanup(&back);
}

static void test_faults(void)
{
    static const struct {
        const char *name;
        struct bytes in;
        enum oc_err want;
    } row[] = {
        { "nothing", BYTES(""), OC_TRUNCATED },
        { "a byte appended", BYTES("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d\x00"), OC_TRAILING },
        { "a second stream appended", BYTES("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d"
                                            "\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d"),
          OC_TRAILING },
        { "a wrong check sum", BYTES("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5e"), OC_SYNTAX },
        { "gzip instead", BYTES("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"), OC_SYNTAX },
        { "a preset dictionary", BYTES("\x78\xbb\x00\x00\x00\x01\x03\x00\x00\x00\x00\x01"),
          OC_SYNTAX },
        { "a reserved block type", BYTES("\x78\xda\x07\x00\x00\x00\x00\x01"), OC_SYNTAX },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf out = new_buf();
        enum oc_err e;

        buf_add(&out, BYTES("kept"));
        e = zip_inflate(&out, row[i].in);
        ok(e == row[i].want && buf_err(&out) == OC_OK && bytes_is(buf_view(&out), "kept"),
           "%s: %s", row[i].name, oc_err_name(e));
        buf_cleanup(&out);
    }
}

static void test_round_trip(void)
{
    static const size_t size[] = { 0, 1, 16383, 16384, 16385, 1 << 20 };
    bool good = true;

    for (size_t i = 0; i < sizeof size / sizeof size[0]; i++) {
        struct buf data = new_buf(), packed = new_buf(), out = new_buf();
        uint8_t *p = size[i] > 0 ? buf_extend(&data, size[i]) : NULL;

        for (size_t j = 0; j < size[i]; j++)
            p[j] = (uint8_t)(j * j >> 7);
        must(zip_deflate(&packed, buf_view(&data)));
        good = good && zip_inflate(&out, buf_view(&packed)) == OC_OK &&
               bytes_eq(buf_view(&out), buf_view(&data));
        buf_cleanup(&data);
        buf_cleanup(&packed);
        buf_cleanup(&out);
    }
    ok(good, "what was deflated inflates, around the chunks' edges too");
}

static void test_failed(void)
{
    struct buf out = new_buf();

    buf_fail(&out, OC_DIGEST);
    ok(zip_deflate(&out, content) == OC_DIGEST && zip_inflate(&out, sample) == OC_DIGEST &&
       buf_err(&out) == OC_DIGEST, "what has failed before stays failed");
    buf_cleanup(&out);
}

static long peak_kib(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : LONG_MAX;
}

/* Whether inflating, in a process whose peak is yet to come, is refused for less than 1 MiB. */
static bool is_refused_cheaply(struct bytes bomb, size_t max)
{
    struct buf out;
    pid_t child = fork();
    int status = 1;

    if (child == 0) {
        long before = peak_kib();
        bool refused = inflate_into(&out, bomb, max) == OC_LIMIT && out.capacity == 0;

        _exit(refused && peak_kib() - before < 1024 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void test_bomb(void)
{
    struct buf bomb = new_buf(), zeros;

    buf_init(&zeros, 256 << 20);
    must(buf_extend(&zeros, 256 << 20) != NULL ? OC_OK : OC_MEMORY);
    must(zip_deflate(&bomb, buf_view(&zeros)));
    buf_cleanup(&zeros);
    ok(bomb.n < 300000 && is_refused_cheaply(buf_view(&bomb), 64 << 20),
       "a bomb of 256 MiB in %zu kB: refused, for less than 1 MiB of memory", bomb.n / 1000);
    ok(is_refused_cheaply(buf_view(&bomb), (256 << 20) - 1), "and by a ceiling one byte too low");
    buf_cleanup(&bomb);
}

int main(void)
{
    test_sample();
    test_faults();
    test_round_trip();
    test_failed();
    test_bomb();
    return done();
}
