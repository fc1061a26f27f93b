#include "mdoc/engagement.h"

#include "core/text.h"
#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

/* A fixed key on P-256, in its tag-24 bytes: the base point. */
#define KEY_BYTES "\xd8\x18\x58\x4b\xa4\x01\x02\x20\x01\x21\x58\x20" \
    "\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2" \
    "\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\x22\x58\x20" \
    "\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16" \
    "\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5"
#define VERSION_1_0 "\x00\x63" "1.0"
#define SECURITY "\x01\x82\x01" KEY_BYTES
#define ED25519_KEY "\xd8\x18\x58\x28\xa3\x01\x01\x20\x06\x21\x58\x20" \
    "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a" \
    "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a"
enum { BODY_AT = 1 + 5, BODY_N = 3 + 79 };     /* SECURITY within a map that has the version */

static const struct mdoc_engagement none;

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_engagement g;
    enum oc_err e = mdoc_engagement_init(&g, src, fault);

    if (e == OC_OK && (!bytes_eq(g.source, src) || !bytes_within(g.device_key_bytes, src)))
        return OC_BUG;
    if (e != OC_OK && memcmp(&g, &none, sizeof g) != 0)
        return OC_BUG;
    mdoc_engagement_cleanup(&g);
    return memcmp(&g, &none, sizeof g) == 0 ? e : OC_BUG;
}

static void test_faults(void)
{
    const struct parser_row row[] = {
        { "the least there can be", BYTES("\xa2" VERSION_1_0 SECURITY), OC_OK, 0 },
        { "a later minor version", BYTES("\xa2\x00\x63" "1.7" SECURITY), OC_OK, 0 },
        { "keys of the first edition and of none",
          BYTES("\xa5" VERSION_1_0 SECURITY "\x03\xa0\x04\xa0\x61x\x80"), OC_OK, 0 },
        { "no map", BYTES("\x80"), OC_SHAPE, 0 },
        { "another major version", BYTES("\xa2\x00\x63" "2.0" SECURITY), OC_SHAPE, 2 },
        { "no version", BYTES("\xa1" SECURITY), OC_SHAPE, 6 },
        { "no key", BYTES("\xa1" VERSION_1_0), OC_SHAPE, 2 },
        { "a key twice", BYTES("\xa3" VERSION_1_0 VERSION_1_0 SECURITY), OC_SHAPE, 6 },
        { "another cipher suite", BYTES("\xa2" VERSION_1_0 "\x01\x82\x02" KEY_BYTES), OC_SHAPE,
          BODY_AT + 2 },
        { "Security of three", BYTES("\xa2" VERSION_1_0 "\x01\x83\x01" KEY_BYTES "\x00"), OC_SHAPE,
          BODY_AT + 1 },
        { "a key without its tag", BYTES("\xa2" VERSION_1_0 "\x01\x82\x01\xa0"), OC_SHAPE,
          BODY_AT + 3 },
        { "a key that signs alone", BYTES("\xa2" VERSION_1_0 "\x01\x82\x01" ED25519_KEY), OC_SHAPE,
          BODY_AT + 3 + 10 },
        { "no retrieval method in their list", BYTES("\xa3" VERSION_1_0 SECURITY "\x02\x80"),
          OC_SHAPE, BODY_AT + BODY_N + 1 },
        { "a retrieval method of two",
          BYTES("\xa3" VERSION_1_0 SECURITY "\x02\x81\x82\x02\x01"), OC_SHAPE,
          BODY_AT + BODY_N + 2 },
        { "seventeen", BYTES("\xa3" VERSION_1_0 SECURITY
          "\x02\x91\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), OC_LIMIT, BODY_AT + BODY_N + 1 },
        { "NFC without the response's length",
          BYTES("\xa3" VERSION_1_0 SECURITY "\x02\x81\x83\x01\x01\xa1\x00\x18\xff"), OC_SHAPE,
          BODY_AT + BODY_N + 7 },
        { "NFC with 254 bytes of command",
          BYTES("\xa3" VERSION_1_0 SECURITY "\x02\x81\x83\x01\x01\xa2\x00\x18\xfe\x01\x19\x01\x00"),
          OC_SHAPE, BODY_AT + BODY_N + 7 },
        { "NFC with 65,537 bytes of response",
          BYTES("\xa3" VERSION_1_0 SECURITY
                "\x02\x81\x83\x01\x01\xa2\x00\x18\xff\x01\x1a\x00\x01\x00\x01"),
          OC_SHAPE, BODY_AT + BODY_N + 10 },
        { "NFC of a version to come", BYTES("\xa3" VERSION_1_0 SECURITY "\x02\x81\x83\x01\x02\xa0"),
          OC_OK, 0 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

static void test_large(void)
{
    struct buf large = new_buf();
    struct oc_fault fault = { 0 };

    buf_add(&large, BYTES("\xa3" VERSION_1_0 SECURITY "\x05"));
    cbw_bstr_head(&large, MDOC_ENGAGEMENT_MAX);
    buf_extend(&large, MDOC_ENGAGEMENT_MAX);
    ok(parse(buf_view(&large), &fault) == OC_LIMIT, "%s", fault.reason);
    buf_cleanup(&large);
}

/* What is written is read back as it was, on every curve that agrees. */
static void test_round_trip(void)
{
    const struct mdoc_retrieval retrievals[] = {
        { .type = MDOC_RETRIEVAL_NFC, .version = 1, .max_command = 255, .max_response = 65536 },
        { .type = MDOC_RETRIEVAL_BLE, .version = 1, .options = BYTES("\xa2\x00\xf4\x01\xf5") },
        { .type = 77, .version = 3, .options = BYTES("\xf6") },
    };

    for (size_t i = 0; curve_at(i) != NULL; i++) {
        const struct curve_info *info = curve_at(i);
        struct private_key *key = new_key(info->curve);
        struct buf out = new_buf();
        struct mdoc_engagement g;

        mdoc_engagement_write(&out, &(struct mdoc_engagement_spec){
            .device_key = private_key_public(key), .retrievals = retrievals, .retrievals_n = 3,
            .origin_infos = BYTES("\x80"), .capabilities = BYTES("\xa1\x04\xf5") });
        if (!info->agrees) {
            ok(buf_err(&out) == OC_USAGE, "%s has no place here", info->name);
        } else {
            parser_bounds(parse, buf_view(&out), info->name);
            ok(mdoc_engagement_init(&g, buf_view(&out), NULL) == OC_OK &&
               bytes_is(g.version, "1.1") && g.retrievals_n == 3 &&
               public_key_equal(g.device_key, private_key_public(key)) &&
               g.retrievals[0].max_command == 255 && g.retrievals[0].max_response == 65536 &&
               bytes_eq(g.retrievals[1].options, retrievals[1].options) &&
               g.retrievals[1].max_command == 0 && g.retrievals[2].type == 77 &&
               g.retrievals[2].version == 3 && bytes_eq(g.origin_infos, BYTES("\x80")) &&
               bytes_eq(g.capabilities, BYTES("\xa1\x04\xf5")), "%s: reads back", info->name);
            mdoc_engagement_cleanup(&g);
        }
        private_key_free(&key);
        buf_cleanup(&out);
    }
}

static void test_misuse(void)
{
    const struct mdoc_retrieval no_options = { .type = MDOC_RETRIEVAL_BLE, .version = 1 };
    const struct mdoc_retrieval short_nfc = { .type = MDOC_RETRIEVAL_NFC, .version = 1,
                                              .max_command = 254, .max_response = 256 };
    const struct { const char *name; struct mdoc_engagement_spec spec; } row[] = {
        { "capabilities without origins", { .capabilities = BYTES("\xa0") } },
        { "options missing", { .retrievals = &no_options, .retrievals_n = 1 } },
        { "lengths out of bounds", { .retrievals = &short_nfc, .retrievals_n = 1 } },
    };
    struct private_key *key = new_key(CURVE_P256);

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_engagement_spec spec = row[i].spec;
        struct buf out = new_buf();

        spec.device_key = private_key_public(key);
        mdoc_engagement_write(&out, &spec);
        ok(buf_err(&out) == OC_USAGE && out.n == 0, "%s", row[i].name);
        buf_cleanup(&out);
    }
    private_key_free(&key);
}

static void test_uri(void)
{
    const struct { const char *name; struct bytes text; enum oc_err want; size_t at; } row[] = {
        { "two bytes", BYTES("mdoc:oQA"), OC_OK, 0 },
        { "padding", BYTES("mdoc:oQA="), OC_SYNTAX, 5 },
        { "base64 of the other alphabet", BYTES("mdoc:+/A"), OC_SYNTAX, 5 },
        { "spare bits", BYTES("mdoc:oQB"), OC_SYNTAX, 5 },
        { "a line end", BYTES("mdoc:oQA\n"), OC_SYNTAX, 5 },
        { "nothing after it", BYTES("mdoc:"), OC_SYNTAX, 5 },
        { "a reader's", BYTES("mdoc://oQA"), OC_SYNTAX, 5 },
        { "a scheme in capitals", BYTES("MDOC:oQA"), OC_SYNTAX, 0 },
        { "another scheme", BYTES("https://example.com"), OC_SYNTAX, 0 },
        { "cut within the scheme", BYTES("mdo"), OC_SYNTAX, 0 },
        { "nothing at all", { 0 }, OC_SYNTAX, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        struct buf out = new_buf(), text = new_buf();
        enum oc_err e = mdoc_engagement_uri_read(&out, row[i].text, &fault);

        ok(e == row[i].want && fault.offset == row[i].at &&
           (e == OC_OK ? out.n > 0 : out.n == 0 && fault.reason != NULL), "%s: %s, %s",
           row[i].name, oc_err_name(e), fault.reason != NULL ? fault.reason : "");
        if (e == OC_OK) {
            mdoc_engagement_uri_write(&text, buf_view(&out));
            ok(bytes_eq(buf_view(&text), row[i].text), "and is written the same");
        }
        buf_cleanup(&out);
        buf_cleanup(&text);
    }
}

/* Annex D: the engagement of a QR code, with Bluetooth LE. */
static void test_vector(void)
{
    struct mdoc_engagement g;
    struct buf message, uri = new_buf(), again = new_buf(), out = new_buf();

    if (!ok(vector_hex("annex-d/D.3.1_device_engagement_qr.hex", &message), "Annex D"))
        return;
    parser_bounds(parse, buf_view(&message), "D.3.1");
    ok(mdoc_engagement_init(&g, buf_view(&message), NULL) == OC_OK && bytes_is(g.version, "1.0") &&
       g.retrievals_n == 1 && g.retrievals[0].type == MDOC_RETRIEVAL_BLE &&
       g.retrievals[0].version == 1 && g.origin_infos.p == NULL && g.capabilities.p == NULL &&
       public_key_curve(g.device_key) == CURVE_P256, "one retrieval method, by Bluetooth LE");
    mdoc_engagement_write(&out, &(struct mdoc_engagement_spec){
        .device_key = g.device_key, .retrievals = g.retrievals, .retrievals_n = 1 });
    ok(bytes_eq(buf_view(&out), buf_view(&message)), "written byte for byte the same");
    mdoc_engagement_uri_write(&uri, buf_view(&message));
    ok(mdoc_engagement_uri_read(&again, buf_view(&uri), NULL) == OC_OK &&
       bytes_eq(buf_view(&again), buf_view(&message)), "and as text of %zu characters", uri.n);
    mdoc_engagement_cleanup(&g);
    buf_cleanup(&message);
    buf_cleanup(&uri);
    buf_cleanup(&again);
    buf_cleanup(&out);
}

int main(void)
{
    must(secret_pool_init());
    test_faults();
    test_large();
    test_round_trip();
    test_misuse();
    test_uri();
    if (vectors_present())
        test_vector();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
