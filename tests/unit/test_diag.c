/* codec/diag: RFC 8949's own notation, what is opened, shortened and escaped, and JSON. */
#include "codec/cbr.h"
#include "codec/cbw.h"
#include "codec/diag.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* The notation of `cbor`, from memory that ends where it does, as text; "" on failure. */
static const char *diag(struct buf *out, struct bytes cbor, size_t bstr_max)
{
    struct guard g;
    enum oc_err e;

    buf_init(out, 1 << 20);
    e = diag_write(out, guard_copy(&g, cbor), bstr_max, NULL);
    guard_free(&g);
    return e == OC_OK ? buf_text(out) : "";
}

static void notation(void)
{
    const struct {
        struct bytes in;
        const char *want;
    } row[] = {
        { BYTES("\x00"), "0" },
        { BYTES("\x3b\xff\xff\xff\xff\xff\xff\xff\xff"), "-18446744073709551616" },
        { BYTES("\x3b\xff\xff\xff\xff\xff\xff\xff\xfe"), "-18446744073709551615" },
        { BYTES("\x80"), "[]" },
        { BYTES("\xa0"), "{}" },
        { BYTES("\x40"), "h''" },
        { BYTES("\x44\1\2\3\4"), "h'01020304'" },
        { BYTES("\x45\1\2\3\4\5"), "h'01020304...' / 5 bytes /" },
        { BYTES("\xf5"), "true" },
        { BYTES("\xf6"), "null" },
        { BYTES("\xf7"), "undefined" },
        { BYTES("\xf9\x3c\x00"), "1.0" },
        { BYTES("\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"), "1.1" },
        { BYTES("\xfb\x7e\x37\xe4\x3c\x88\x00\x75\x9c"), "1e+300" },
        { BYTES("\xf9\x80\x00"), "-0.0" },
        { BYTES("\xf9\x7e\x00"), "NaN" },
        { BYTES("\xf9\xfc\x00"), "-Infinity" },
        { BYTES("\xc0\x74" "2013-03-21T20:04:00Z"), "0(\"2013-03-21T20:04:00Z\")" },
        { BYTES("\xd2\x80"), "18([])" },
        { BYTES("\x83\x01\x81\x02\xa0"), "[\n  1,\n  [\n    2\n  ],\n  {}\n]" },
        { BYTES("\xa2\x61" "a\x01\x20\xa1\x41\x07\xf4"),
          "{\n  \"a\": 1,\n  -1: {\n    h'07': false\n  }\n}" },
        { BYTES("\xd8\x18\x43\x82\x01\x02"), "24(<<[\n  1,\n  2\n]>>)" },
        { BYTES("\xd8\x18\x44\xd8\x18\x41\x00"), "24(<<24(<<0>>)>>)" },
        { BYTES("\xd8\x18\x42\x01\x02"), "24(h'0102')" },
        { BYTES("\xd8\x18\x40"), "24(h'')" },
        { BYTES("\xd8\x18\x00"), "24(0)" },
        { BYTES("\x82\xd8\x18\x41\x05\x06"), "[\n  24(<<5>>),\n  6\n]" },
        { BYTES("\x65" "\"\\\n\x1b\x7f"), "\"\\\"\\\\\\u{000A}\\u{001B}\\u{007F}\"" },
        { BYTES("\x68" "a\xe2\x80\xae" "b\xd8\x9c" "c"), "\"a\\u{202E}b\\u{061C}c\"" },
        { BYTES("\x65" "\xc2\x9f\xe2\x81\xa7"), "\"\\u{009F}\\u{2067}\"" },
        { BYTES("\x6a" "\xe5\xb9\xbf\xe5\xb7\x9e\xf0\x9f\x82\xa1"),
          "\"\xe5\xb9\xbf\xe5\xb7\x9e\xf0\x9f\x82\xa1\"" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf out;
        const char *got = diag(&out, row[i].in, 4);
        ok(strcmp(got, row[i].want) == 0, "notation %zu: %s", i,
           strchr(got, '\n') != NULL ? "…" : got);
        buf_cleanup(&out);
    }
}

static void json(void)
{
    const struct {
        struct bytes in;
        const char *want;
    } row[] = {
        { BYTES("\x84\x01\x20\xf5\xf7"), "[1,-1,true,null]" },
        { BYTES("\x82\x43\xfb\xef\xff\x40"), "[\"--__\",\"\"]" },
        { BYTES("\xa4\x01\x02\x21\x80\x61" "a\xa0\x41\xff\xf6"),
          "{\"1\":2,\"-2\":[],\"a\":{},\"_w\":null}" },
        { BYTES("\xd9\x03\xec\x6a" "1971-09-01"), "\"1971-09-01\"" },
        { BYTES("\xd8\x18\x41\x00"), "\"AA\"" },
        { BYTES("\x1b\x00\x20\x00\x00\x00\x00\x00\x00"), "9007199254740992" },
        { BYTES("\x1b\x00\x20\x00\x00\x00\x00\x00\x01"), "\"9007199254740993\"" },
        { BYTES("\x3b\x00\x1f\xff\xff\xff\xff\xff\xff"), "-9007199254740992" },
        { BYTES("\x3b\x00\x20\x00\x00\x00\x00\x00\x00"), "\"-9007199254740993\"" },
        { BYTES("\x82\xf9\x3c\x00\xf9\x7e\x00"), "[1.0,null]" },
        { BYTES("\x64" "\"\\\n\x1f"), "\"\\\"\\\\\\u000a\\u001f\"" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf out;
        buf_init(&out, 1000);
        enum oc_err e = diag_json(&out, row[i].in);
        ok(e == OC_OK && bytes_is(buf_view(&out), row[i].want), "JSON %zu: %s", i, buf_text(&out));
        json_t *back = json_read(buf_view(&out), NULL);
        ok(back != NULL, "which is JSON");
        json_decref(back);
        buf_cleanup(&out);
    }
}

static void refused(void)
{
    struct oc_fault f = { 0 };
    struct buf out;

    buf_init(&out, 100);
    ok(diag_write(&out, BYTES("\x82\0"), 4, &f) == OC_LIMIT && f.offset == 0 && out.n == 0,
       "input that the reader refuses");
    ok(diag_json(&out, BYTES("\0\0")) == OC_TRAILING && out.n == 0, "in JSON too");
    buf_cleanup(&out);
    buf_init(&out, 10);
    ok(diag_write(&out, BYTES("\x83\0\0\0"), 4, NULL) == OC_LIMIT, "more than there is room for");
    buf_cleanup(&out);
}

/* CBOR in CBOR in CBOR …: what is too deep to open is shown as the byte string it is. */
static void embedded_deep(void)
{
    struct buf in, next, out;

    buf_init(&in, 1 << 20);
    cbw_uint(&in, 7);
    for (int i = 0; i < 1000; i++) {
        buf_init(&next, 1 << 20);
        cbw_embedded(&next, buf_view(&in));
        buf_take(&in, &next);
    }
    const char *got = diag(&out, buf_view(&in), 2);
    ok(strncmp(got, "24(<<24(<<24(<<", 15) == 0 && strstr(got, "bytes /") != NULL,
       "1000 levels of embedded CBOR are shown in part");
    buf_cleanup(&out);
    buf_cleanup(&in);

    /* Each opened level is as deep as the reader lets it be. */
    buf_init(&in, 1 << 20);
    cbw_uint(&in, 7);
    for (int i = 0; i < 10; i++) {
        buf_init(&next, 1 << 20);
        for (int depth = 0; depth < CBR_DEPTH_MAX - 1; depth++)
            cbw_array(&next, 1);
        cbw_embedded(&next, buf_view(&in));
        buf_take(&in, &next);
    }
    got = diag(&out, buf_view(&in), 2);
    ok(strstr(got, "<<") != NULL && strstr(got, "bytes /") != NULL, "so are deep ones");
    buf_cleanup(&out);
    buf_cleanup(&in);
}

/* RFC 8949, Appendix A, where its own notation stays on one line and opens nothing. */
static void standard_vectors(void)
{
    json_t *rows = vector_json("cbor/rfc8949_appendix_a.json");
    size_t i, same = 0, wrong = 0;
    json_t *row;

    json_array_foreach(rows, i, row) {
        const char *want = json_get_text(row, "diagnostic");
        const json_t *decoded = json_object_get(row, "decoded");
        struct buf in, out;

        unhex(json_get_text(row, "hex"), &in);
        buf_init(&out, 10000);
        if (want != NULL && diag_write(&out, buf_view(&in), 1000, NULL) == OC_OK &&
            strpbrk(want, "[{") == NULL && strncmp(want, "24(", 3) != 0) {
            wrong += strcmp(buf_text(&out), want) != 0;
            if (strcmp(buf_text(&out), want) != 0)
                note("%s, ours %s", want, buf_text(&out));
            same++;
        }
        buf_truncate(&out, 0);
        if (decoded != NULL && diag_json(&out, buf_view(&in)) == OC_OK && !json_is_real(decoded)) {
            json_t *ours = json_loadb(buf_text(&out), out.n, JSON_DECODE_ANY | JSON_ALLOW_NUL |
                                      JSON_DECODE_INT_AS_REAL, NULL);
            wrong += !json_equal(ours, decoded);
            if (!json_equal(ours, decoded))
                note("JSON %s", buf_text(&out));
            json_decref(ours);
            same++;
        }
        buf_cleanup(&in);
        buf_cleanup(&out);
    }
    ok(wrong == 0 && same > 20, "%zu examples of RFC 8949, Appendix A, shown as there", same);
    json_decref(rows);
}

int main(void)
{
    notation();
    json();
    refused();
    embedded_deep();
    if (vectors_present())
        standard_vectors();
    else
        skip("no vectors here");
    return done();
}
