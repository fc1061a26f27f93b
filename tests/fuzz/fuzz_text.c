/* hex, base64url and base45: what is read is written, and the other way round. */
#include "core/escape.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

typedef void writer(struct buf *, struct bytes);
typedef enum oc_err reader(struct buf *, struct bytes);

/* Bytes there and back; then text, which has one spelling where `is_unique`. */
static void check(writer *write, reader *read, struct bytes src, bool is_unique)
{
    struct buf text = fuzz_buf(), bytes = fuzz_buf(), again = fuzz_buf();
    enum oc_err e;

    write(&text, src);
    hold(read(&bytes, buf_view(&text)) == OC_OK && bytes_eq(buf_view(&bytes), src));
    buf_truncate(&bytes, 0);
    buf_add(&bytes, BYTES("before"));
    e = read(&bytes, src);
    if (e != OC_OK) {
        hold(e == OC_SYNTAX && bytes_is(buf_view(&bytes), "before"));
    } else if (is_unique) {
        write(&again, (struct bytes){ bytes.p + 6, bytes.n - 6 });
        hold(bytes_eq(buf_view(&again), src));
    }
    buf_cleanup(&text);
    buf_cleanup(&bytes);
    buf_cleanup(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct buf shown = fuzz_buf();

    check(hex_write, hex_read, src, false);
    check(base64url_write, base64url_read, src, true);
    check(base45_write, base45_read, src, true);
    escape_add(&shown, src);
    hold(bytes_are_utf8(buf_view(&shown)));
    for (size_t i = 0; i < shown.n; i++)
        hold(shown.p[i] >= 0x20 && shown.p[i] != 0x7f);
    buf_cleanup(&shown);
    return 0;
}
