/* The zlib format: what inflates was measured first, and what is deflated inflates to itself. */
#include "codec/zip.h"
#include "tests/fuzz/fuzz.h"

enum { ROOM = 1 << 20 };

static void check_inflate(struct bytes src)
{
    struct buf out, exact;
    enum oc_err e;

    buf_init(&out, ROOM + 6);
    buf_add(&out, BYTES("before"));
    e = zip_inflate(&out, src);
    hold(buf_err(&out) == OC_OK && out.n >= 6 && memcmp(out.p, "before", 6) == 0);
    if (e != OC_OK) {
        hold(e == OC_LIMIT || e == OC_TRUNCATED || e == OC_TRAILING || e == OC_SYNTAX);
        hold(out.n == 6 && out.capacity < 4096);
    } else {
        buf_init(&exact, out.n - 6);
        hold(zip_inflate(&exact, src) == OC_OK && exact.n == out.n - 6);
        hold(exact.n == 0 || memcmp(exact.p, out.p + 6, exact.n) == 0);
        buf_cleanup(&exact);
        buf_init(&exact, out.n > 6 ? out.n - 7 : 0);
        hold(zip_inflate(&exact, src) == (out.n > 6 ? OC_LIMIT : OC_OK) && exact.n == 0);
        buf_cleanup(&exact);
    }
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct buf packed = fuzz_buf(), back = fuzz_buf();

    check_inflate(src);
    hold(zip_deflate(&packed, src) == OC_OK && zip_inflate(&back, buf_view(&packed)) == OC_OK);
    hold(bytes_eq(buf_view(&back), src));
    buf_cleanup(&packed);
    buf_cleanup(&back);
    return 0;
}
