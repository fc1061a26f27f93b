/* issuer/portrait: a JPEG of the promised size, the same every time, never above the bound. */
#include <string.h>

#include "issuer/portrait.h"
#include "tests/unit/tap.h"

/* Width and height from the frame header, ITU-T T.81 B.2.2; false when it is no baseline JPEG. */
static bool frame(struct bytes jpeg, int *width, int *height)
{
    size_t at = 2;

    if (jpeg.n < 4 || memcmp(jpeg.p, "\xff\xd8", 2) != 0 || memcmp(jpeg.p + jpeg.n - 2, "\xff\xd9", 2) != 0)
        return false;
    while (at + 9 < jpeg.n && jpeg.p[at] == 0xff) {
        if (jpeg.p[at + 1] == 0xc0) {
            *height = jpeg.p[at + 5] << 8 | jpeg.p[at + 6];
            *width = jpeg.p[at + 7] << 8 | jpeg.p[at + 8];
            return true;
        }
        at += 2 + (size_t)(jpeg.p[at + 2] << 8 | jpeg.p[at + 3]);
    }
    return false;
}

static void drawn(void)
{
    int width = 0, height = 0, wrong = 0;
    size_t most = 0;

    for (int i = 0; i < 40; i++) {
        struct portrait_look look = { (uint64_t)i * 0x123456789abcdefU, 1 + i % 2, i * 2 };
        struct buf out;
        buf_init(&out, 10000);
        wrong += portrait_draw(&out, &look, 4096) != OC_OK || !frame(buf_view(&out), &width, &height) ||
                 width != PORTRAIT_WIDTH || height != PORTRAIT_HEIGHT || out.n > 4096 || out.n < 2000;
        most = out.n > most ? out.n : most;
        buf_cleanup(&out);
    }
    ok(wrong == 0, "forty JPEGs of 240 × 300, 2 to 4 KB, the largest %zu bytes", most);
}

static void repeatable(void)
{
    struct portrait_look look = { 42, 1, 30 }, other = { 43, 1, 30 }, older = { 42, 1, 70 }, woman = { 42, 2, 30 };
    struct buf a, b, c, d, e;

    buf_init(&a, 10000);
    buf_init(&b, 10000);
    buf_init(&c, 10000);
    buf_init(&d, 10000);
    buf_init(&e, 10000);
    ok(portrait_draw(&a, &look, 10000) == OC_OK && portrait_draw(&b, &look, 10000) == OC_OK &&
       portrait_draw(&c, &other, 10000) == OC_OK && portrait_draw(&d, &older, 10000) == OC_OK &&
       portrait_draw(&e, &woman, 10000) == OC_OK, "five drawings");
    ok(bytes_eq(buf_view(&a), buf_view(&b)), "the same look, the same bytes");
    ok(!bytes_eq(buf_view(&a), buf_view(&c)), "another seed, another picture");
    ok(!bytes_eq(buf_view(&a), buf_view(&d)) && !bytes_eq(buf_view(&a), buf_view(&e)), "so with age and sex");
    buf_cleanup(&a);
    buf_cleanup(&b);
    buf_cleanup(&c);
    buf_cleanup(&d);
    buf_cleanup(&e);
}

static void bounded(void)
{
    struct portrait_look look = { 42, 2, 30 };
    struct buf out;

    buf_init(&out, 10000);
    buf_add_str(&out, "before");
    enum oc_err e = portrait_draw(&out, &look, 3000);
    ok(e == OC_OK && out.n <= 6 + 3000 && memcmp(out.p, "before\xff\xd8", 8) == 0,
       "%zu bytes for a bound of 3000, after what was there", out.n - 6);
    buf_truncate(&out, 6);
    ok(portrait_draw(&out, &look, 500) == OC_LIMIT && out.n == 6, "nothing fits 500 bytes, and nothing is left behind");
    buf_cleanup(&out);
    buf_init(&out, 1000);
    ok(portrait_draw(&out, &look, 4096) == OC_LIMIT && out.n == 0, "a buffer too small says so");
    buf_cleanup(&out);
}

int main(void)
{
    drawn();
    repeatable();
    bounded();
    return done();
}
