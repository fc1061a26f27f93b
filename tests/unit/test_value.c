#include "mdoc/value.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static struct buf encoded(void (*put)(struct buf *out))
{
    struct buf b = new_buf();

    put(&b);
    must(buf_err(&b));
    return b;
}

static void put_text(struct buf *out)       { mdoc_put_text(out, BYTES("Lin")); }
static void put_bytes(struct buf *out)      { mdoc_put_bytes(out, BYTES("\xff\xd8")); }
static void put_integer(struct buf *out)    { mdoc_put_integer(out, -176); }
static void put_boolean(struct buf *out)    { mdoc_put_boolean(out, true); }
static void put_date(struct buf *out)       { mdoc_put_full_date(out, 641520000 + 3600); }
static void put_tdate(struct buf *out)      { mdoc_put_tdate(out, 641520000 + 3600); }
static void put_array(struct buf *out)      { mdoc_put_array(out, 1); mdoc_put_integer(out, 7); }
static void put_map(struct buf *out)
{
    mdoc_put_map(out, 1);
    mdoc_put_text(out, BYTES("sex"));
    mdoc_put_integer(out, 2);
}

/* What is written, and read back: the bytes, the kind, and both notations. */
static void test_kinds(void)
{
    const struct {
        const char *name;
        void (*put)(struct buf *out);
        struct bytes cbor;
        enum mdoc_kind kind;
        const char *text, *json;
    } row[] = {
        { "text", put_text, BYTES("\x63" "Lin"), MDOC_TEXT, "Lin", "\"Lin\"" },
        { "bytes", put_bytes, BYTES("\x42\xff\xd8"), MDOC_BYTES, "(2 bytes)", "\"_9g\"" },
        { "integer", put_integer, BYTES("\x38\xaf"), MDOC_INTEGER, "-176", "-176" },
        { "boolean", put_boolean, BYTES("\xf5"), MDOC_BOOLEAN, "true", "true" },
        { "full-date", put_date, BYTES("\xd9\x03\xec\x6a" "1990-05-01"), MDOC_FULL_DATE,
          "1990-05-01", "\"1990-05-01\"" },
        { "tdate", put_tdate, BYTES("\xc0\x74" "1990-05-01T01:00:00Z"), MDOC_TDATE,
          "1990-05-01T01:00:00Z", "\"1990-05-01T01:00:00Z\"" },
        { "array", put_array, BYTES("\x81\x07"), MDOC_ARRAY, "[7]", "[7]" },
        { "map", put_map, BYTES("\xa1\x63" "sex\x02"), MDOC_MAP, "{\"sex\":2}", "{\"sex\":2}" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf b = encoded(row[i].put), text = new_buf(), json = new_buf();
        struct mdoc_value v;

        ok(bytes_eq(buf_view(&b), row[i].cbor), "%s: written", row[i].name);
        ok(mdoc_value_read(&v, buf_view(&b)) == OC_OK && v.kind == row[i].kind &&
           bytes_eq(v.cbor, row[i].cbor), "%s: read", row[i].name);
        ok(mdoc_value_text(&text, row[i].cbor) == OC_OK &&
           strcmp(buf_text(&text), row[i].text) == 0, "%s: %s", row[i].name, buf_text(&text));
        ok(mdoc_value_json(&json, row[i].cbor) == OC_OK &&
           strcmp(buf_text(&json), row[i].json) == 0, "%s: %s", row[i].name, buf_text(&json));
        buf_cleanup(&b);
        buf_cleanup(&text);
        buf_cleanup(&json);
    }
}

static void test_contents(void)
{
    struct mdoc_value v;
    struct bytes text = BYTES("\x63" "Lin");

    ok(mdoc_value_read(&v, text) == OC_OK && v.bytes.p == text.p + 1 && v.bytes.n == 3,
       "text is a view into the value");
    ok(mdoc_value_read(&v, BYTES("\xd9\x03\xec\x6a" "1990-05-01")) == OC_OK &&
       v.number == 641520000, "a full-date as the moment it begins");
    ok(mdoc_value_read(&v, BYTES("\xc0\x78\x19" "1990-05-01T02:00:00+02:00")) == OC_OK &&
       v.kind == MDOC_TDATE && v.number == 641520000, "a tdate with an offset");
    ok(mdoc_value_read(&v, BYTES("\xf4")) == OC_OK && v.kind == MDOC_BOOLEAN && !v.yes, "false");
}

/* Shown as they are: the issuer signed them, whatever they are. */
static void test_others(void)
{
    const struct {
        const char *name;
        struct bytes cbor;
    } row[] = {
        { "null", BYTES("\xf6") }, { "undefined", BYTES("\xf7") },
        { "a half float", BYTES("\xf9\x3c\x00") }, { "another tag", BYTES("\xc1\x01") },
        { "2^63", BYTES("\x1b\x80\0\0\0\0\0\0\0") },
        { "a full-date that is none", BYTES("\xd9\x03\xec\x62" "no") },
        { "a full-date that is a number", BYTES("\xd9\x03\xec\x01") },
        { "a tdate that is none", BYTES("\xc0\x62" "no") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_value v;
        struct buf text = new_buf();

        ok(mdoc_value_read(&v, row[i].cbor) == OC_OK && v.kind == MDOC_OTHER &&
           bytes_eq(v.cbor, row[i].cbor) && v.number == 0, "%s: other", row[i].name);
        ok(mdoc_value_text(&text, row[i].cbor) == OC_OK && text.n > 0, "shown as %s",
           buf_text(&text));
        buf_cleanup(&text);
    }
}

static void test_broken(void)
{
    const struct {
        const char *name;
        struct bytes cbor;
        enum oc_err want;
    } row[] = {
        { "nothing", { NULL, 0 }, OC_TRUNCATED }, { "cut", BYTES("\x63" "Li"), OC_TRUNCATED },
        { "two items", BYTES("\x01\x02"), OC_TRAILING },
        { "not UTF-8", BYTES("\x61\xff"), OC_SYNTAX },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_value v;
        struct buf text = new_buf();

        ok(mdoc_value_read(&v, row[i].cbor) == row[i].want && v.cbor.p == NULL, "%s",
           row[i].name);
        ok(mdoc_value_text(&text, row[i].cbor) == row[i].want && text.n == 0, "%s: no text",
           row[i].name);
        buf_cleanup(&text);
    }
}

int main(void)
{
    test_kinds();
    test_contents();
    test_others();
    test_broken();
    return done();
}
