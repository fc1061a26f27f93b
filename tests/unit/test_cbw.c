/* codec/cbw: the shortest head at every boundary, and nothing but well-formed CBOR. */
#include "codec/cbr.h"
#include "codec/cbw.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static void heads(void)
{
    static const struct {
        uint64_t value;
        const char *hex;        /* of the unsigned integer */
    } row[] = {
        { 0, "00" }, { 23, "17" }, { 24, "1818" }, { 255, "18ff" }, { 256, "190100" },
        { 65535, "19ffff" }, { 65536, "1a00010000" }, { UINT32_MAX, "1affffffff" },
        { UINT64_C(1) << 32, "1b0000000100000000" }, { INT64_MAX, "1b7fffffffffffffff" },
        { UINT64_MAX, "1bffffffffffffffff" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf want, out;
        size_t n = row[i].value;

        unhex(row[i].hex, &want);
        buf_init(&out, 100);
        cbw_uint(&out, row[i].value);
        ok(bytes_eq(buf_view(&out), buf_view(&want)), "unsigned %s", row[i].hex);

        /* The same argument under another major type. */
        want.p[0] = (uint8_t)(want.p[0] + 0x80);
        buf_truncate(&out, 0);
        cbw_array(&out, n);
        ok(bytes_eq(buf_view(&out), buf_view(&want)), "array of %zu", n);
        want.p[0] = (uint8_t)(want.p[0] + 0x20);
        buf_truncate(&out, 0);
        cbw_map(&out, n);
        ok(bytes_eq(buf_view(&out), buf_view(&want)), "map of %zu", n);
        want.p[0] = (uint8_t)(want.p[0] + 0x20);
        buf_truncate(&out, 0);
        cbw_tag(&out, n);
        ok(bytes_eq(buf_view(&out), buf_view(&want)), "tag %zu", n);

        if (row[i].value <= INT64_MAX) {
            want.p[0] = (uint8_t)(want.p[0] - 0xa0);
            buf_truncate(&out, 0);
            cbw_int(&out, -1 - (int64_t)row[i].value);
            ok(bytes_eq(buf_view(&out), buf_view(&want)), "negative -1 - %zu", n);
        }
        buf_cleanup(&want);
        buf_cleanup(&out);
    }
}

static void strings(void)
{
    static const struct {
        size_t n, head_n;
    } row[] = {
        { 0, 1 }, { 23, 1 }, { 24, 2 }, { 255, 2 }, { 256, 3 }, { 65535, 3 }, { 65536, 5 },
    };
    static uint8_t content[65536];

    memset(content, 'x', sizeof content);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct bytes value = { content, row[i].n };
        struct buf out;
        struct cbr r;

        buf_init(&out, 200000);
        cbw_bstr(&out, value);
        size_t bstr_n = out.n;
        cbr_init(&r, buf_view(&out));
        bool same = bytes_eq(cbr_bstr(&r), value) && cbr_end(&r, NULL) == OC_OK;
        buf_truncate(&out, 0);
        cbw_tstr(&out, value);
        cbr_init(&r, buf_view(&out));
        same = same && bytes_eq(cbr_tstr(&r), value) && cbr_end(&r, NULL) == OC_OK;
        ok(same && out.n == bstr_n && out.n == row[i].head_n + row[i].n,
           "strings of %zu bytes have a head of %zu and read back", row[i].n, row[i].head_n);
        buf_cleanup(&out);
    }
}

static void others(void)
{
    struct buf want, out;

    buf_init(&out, 200);
    cbw_array(&out, 10);
    cbw_bool(&out, true);
    cbw_bool(&out, false);
    cbw_null(&out);
    cbw_str(&out, "\xe5\xb9\xbf\xe5\xb7\x9e");
    cbw_raw(&out, BYTES("\xf7"));
    cbw_embedded(&out, BYTES("\x81\x01"));
    cbw_tdate(&out, 1769860800);
    cbw_full_date(&out, 52531200);
    cbw_int(&out, 24);
    cbw_int(&out, INT64_MIN);
    unhex("8a f5 f4 f6 66e5b9bfe5b79e f7 d818428101 c074323032362d30312d33315431323a30303a30305a"
          "d903ec6a313937312d30392d3031 1818 3b7fffffffffffffff", &want);
    ok(buf_err(&out) == OC_OK && bytes_eq(buf_view(&out), buf_view(&want)), "one of each");
    buf_cleanup(&out);
    buf_cleanup(&want);
}

/* Lengths on both sides of every head: the same as with a copy. */
static void embedded_in_place(void)
{
    static const size_t lengths[] = { 0, 1, 23, 24, 255, 256, 65535, 65536 };
    static uint8_t content[65536];
    size_t same = 0;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct bytes c = { content, lengths[i] };
        struct buf copied, in_place;
        size_t start;

        buf_init(&copied, 100000);
        buf_init(&in_place, 100000);
        cbw_uint(&copied, 7);
        cbw_embedded(&copied, c);
        cbw_uint(&in_place, 7);
        start = in_place.n;
        buf_add(&in_place, c);
        cbw_embed(&in_place, start);
        same += buf_err(&in_place) == OC_OK && bytes_eq(buf_view(&copied), buf_view(&in_place));
        buf_cleanup(&copied);
        buf_cleanup(&in_place);
    }
    ok(same == sizeof lengths / sizeof lengths[0], "embedded without a copy");
}

static void refused(void)
{
    static const int64_t past = INT64_C(253402300800);     /* 10000-01-01 */
    struct buf out;

    buf_init(&out, 100);
    cbw_tstr(&out, BYTES("\xff"));
    cbw_uint(&out, 1);
    ok(buf_err(&out) == OC_SHAPE && out.n == 0, "text that is not UTF-8 stops the writer");
    buf_truncate(&out, 0);
    cbw_tdate(&out, past);
    ok(buf_err(&out) == OC_SHAPE && out.n == 0, "a moment after the year 9999");
    buf_truncate(&out, 0);
    cbw_full_date(&out, past);
    ok(buf_err(&out) == OC_SHAPE && out.n == 0, "a day after the year 9999");
    buf_cleanup(&out);

    buf_init(&out, 4);
    cbw_bstr(&out, BYTES("four"));
    ok(buf_err(&out) == OC_LIMIT, "a full buffer is told");
    buf_cleanup(&out);
}

int main(void)
{
    heads();
    strings();
    others();
    embedded_in_place();
    refused();
    return done();
}
