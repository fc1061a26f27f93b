/* core/text: the standards' own examples, and everything that is almost right refused. */
#include "core/text.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

typedef void writer(struct buf *out, struct bytes from);
typedef enum oc_err reader(struct buf *out, struct bytes text);

static void both_ways(const char *what, writer *write, reader *read, struct bytes bytes,
                      struct bytes text)
{
    struct buf out;
    struct guard g;

    buf_init(&out, 100);
    buf_add_str(&out, "<");
    write(&out, bytes);
    ok(bytes_eq((struct bytes){ out.p + 1, out.n - 1 }, text), "%s: %.*s written", what,
       (int)text.n, (const char *)text.p);
    buf_truncate(&out, 1);
    enum oc_err e = read(&out, guard_copy(&g, text));
    ok(e == OC_OK && bytes_eq((struct bytes){ out.p + 1, out.n - 1 }, bytes), "and read");
    guard_free(&g);
    buf_cleanup(&out);
}

static void standard_examples(void)
{
    both_ways("hex", hex_write, hex_read, BYTES("\0\x01\x7f\x80\xab\xff"), BYTES("00017f80abff"));
    both_ways("hex", hex_write, hex_read, BYTES(""), BYTES(""));

    /* RFC 4648, section 10, and two for the characters of its section 5. */
    both_ways("base64url", base64url_write, base64url_read, BYTES(""), BYTES(""));
    both_ways("base64url", base64url_write, base64url_read, BYTES("f"), BYTES("Zg"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("fo"), BYTES("Zm8"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("foo"), BYTES("Zm9v"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("foob"), BYTES("Zm9vYg"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("fooba"), BYTES("Zm9vYmE"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("foobar"), BYTES("Zm9vYmFy"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("\xfb\xef\xff"), BYTES("--__"));
    both_ways("base64url", base64url_write, base64url_read, BYTES("\0\0\0\0"), BYTES("AAAAAA"));

    /* RFC 9285, section 4.3 and 4.4. */
    both_ways("base45", base45_write, base45_read, BYTES(""), BYTES(""));
    both_ways("base45", base45_write, base45_read, BYTES("AB"), BYTES("BB8"));
    both_ways("base45", base45_write, base45_read, BYTES("Hello!!"), BYTES("%69 VD92EX0"));
    both_ways("base45", base45_write, base45_read, BYTES("base-45"), BYTES("UJCLQE7W581"));
    both_ways("base45", base45_write, base45_read, BYTES("ietf!"), BYTES("QED8WEX0"));
    both_ways("base45", base45_write, base45_read, BYTES("\xff\xff"), BYTES("FGW"));
    both_ways("base45", base45_write, base45_read, BYTES("\xff"), BYTES("U5"));
    both_ways("base45", base45_write, base45_read, BYTES("\0"), BYTES("00"));
}

static void into_secrets(void)
{
    static const struct {
        const char *name;
        enum oc_err (*read)(struct secret **out, struct bytes text);
        struct bytes text, want;
    } row[] = {
        { "hex", hex_read_secret, BYTES("00 fF\n10\r\n"), BYTES("\0\xff\x10") },
        { "hex, nothing", hex_read_secret, BYTES(" "), BYTES("") },
        { "base64url", base64url_read_secret, BYTES("Zm9vYg"), BYTES("foob") },
        { "base64url, nothing", base64url_read_secret, BYTES(""), BYTES("") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct secret *s = NULL;
        struct guard g;
        enum oc_err e = row[i].read(&s, guard_copy(&g, row[i].text));

        ok(e == OC_OK && s != NULL && secret_equal(s, row[i].want), "%s, into a secret",
           row[i].name);
        secret_free(&s);
        guard_free(&g);
    }
}

/* What the reader into a buf refuses, its sibling does. */
static enum oc_err read_secret(reader *read, struct bytes text, struct secret **out)
{
    return read == hex_read ? hex_read_secret(out, text) : base64url_read_secret(out, text);
}

static void refused(void)
{
    const struct {
        reader *read;
        const char *name;
        struct bytes text;
    } row[] = {
        { hex_read, "hex, an odd digit", BYTES("abc") },
        { hex_read, "hex, a letter too far", BYTES("0g") },
        { hex_read, "hex, a space inside a byte", BYTES("a b") },
        { hex_read, "hex, a NUL", BYTES("00\0") },
        { hex_read, "hex, a prefix", BYTES("0x00") },
        { hex_read, "hex, a byte beyond ASCII", BYTES("\xe1\x61") },
        { base64url_read, "base64url, padding", BYTES("Zg==") },
        { base64url_read, "base64url, one character", BYTES("Z") },
        { base64url_read, "base64url, five characters", BYTES("Zm9vY") },
        { base64url_read, "base64url, spare bits after one byte", BYTES("Zh") },
        { base64url_read, "base64url, spare bits after two bytes", BYTES("Zm9") },
        { base64url_read, "base64url, the other alphabet", BYTES("++//") },
        { base64url_read, "base64url, a line end", BYTES("Zm9v\n") },
        { base64url_read, "base64url, a NUL", BYTES("Zm9\0") },
        { base45_read, "base45, one character", BYTES("A") },
        { base45_read, "base45, four characters", BYTES("BB8A") },
        { base45_read, "base45, GGW is 65536 (RFC 9285, section 6)", BYTES("GGW") },
        { base45_read, "base45, three colons", BYTES(":::") },
        { base45_read, "base45, 256 in two characters", BYTES("V5") },
        { base45_read, "base45, lower case", BYTES("bb8") },
        { base45_read, "base45, a NUL", BYTES("BB\0") },
        { base45_read, "base45, a line end", BYTES("BB8\n\n\n") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct secret *none = NULL;
        struct buf out;
        bool has_sibling = row[i].read != base45_read;

        buf_init(&out, 100);
        buf_add_str(&out, "kept");
        ok(row[i].read(&out, row[i].text) == OC_SYNTAX && bytes_is(buf_view(&out), "kept") &&
           buf_err(&out) == OC_OK, "%s: refused, and nothing appended", row[i].name);
        if (has_sibling)
            ok(read_secret(row[i].read, row[i].text, &none) == OC_SYNTAX && none == NULL,
               "and no secret made of it");
        buf_cleanup(&out);
    }
}

static void every_value(void)
{
    uint8_t all[512];
    const struct {
        const char *name;
        writer *write;
        reader *read;
    } row[] = {
        { "hex", hex_write, hex_read },
        { "base64url", base64url_write, base64url_read },
        { "base45", base45_write, base45_read },
    };

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i < 256 ? i : 511 - i);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        size_t wrong = 0;
        for (size_t n = 0; n <= sizeof all; n++) {
            struct buf text, back;
            buf_init(&text, 2000);
            buf_init(&back, n);
            row[i].write(&text, (struct bytes){ all, n });
            if (row[i].read(&back, buf_view(&text)) != OC_OK ||
                !bytes_eq(buf_view(&back), (struct bytes){ all, n }))
                wrong++;
            buf_cleanup(&text);
            buf_cleanup(&back);
        }
        ok(wrong == 0, "%s: all lengths to %zu there and back, into just enough room",
           row[i].name, sizeof all);
    }
}

static void spaces_and_limits(void)
{
    struct buf out;

    buf_init(&out, 4);
    ok(hex_read(&out, BYTES(" 00 FF\r\nab\n")) == OC_OK && bytes_eq(buf_view(&out),
       BYTES("\0\xff\xab")), "hex: white space between bytes, either case");
    buf_truncate(&out, 0);
    ok(hex_read(&out, BYTES("0000000000")) == OC_LIMIT, "hex: no room");
    buf_truncate(&out, 0);
    ok(base64url_read(&out, BYTES("AAAAAAAA")) == OC_LIMIT, "base64url: no room");
    buf_truncate(&out, 0);
    ok(base45_read(&out, BYTES("000000000")) == OC_LIMIT, "base45: no room");
    ok(base45_read(&out, BYTES("?")) == OC_LIMIT && hex_read(&out, BYTES("?")) == OC_LIMIT &&
       base64url_read(&out, BYTES("?")) == OC_LIMIT, "an earlier failure stays");
    buf_cleanup(&out);
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    standard_examples();
    into_secrets();
    refused();
    every_value();
    spaces_and_limits();
    return done();
}
