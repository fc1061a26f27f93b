#include "mdoc/nfc_handover.h"

#include "mdoc/engagement.h"
#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

#define ENGAGEMENT "iso.org:18013:deviceengagement"
#define AC_NFC "\x02\x0b" "ac\x01\x03nfc\x01\x04mdoc"       /* its head's flags stand in front */
#define NFC_RECORD(payload_n, payload) \
    "\x1c\x11" payload_n "\x03" "iso.org:18013:nfc" "nfc" payload
#define NFC_GOOD NFC_RECORD("\x09", "\x01\x03\x01\xff\xff\x03\x02\xff\xff")
#define MDOC_LAST "\x5c\x1e\x01\x04" ENGAGEMENT "mdoc\xa0"
#define SELECT "\x91\x02\x11" "Hs\x15\xd1" AC_NFC

static const struct mdoc_nfc_select none;

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_nfc_select s;
    enum oc_err e = mdoc_nfc_select_read(&s, src, fault);

    if (e != OC_OK)
        return memcmp(&s, &none, sizeof s) == 0 ? e : OC_BUG;
    for (size_t i = 0; i < s.carriers_n; i++)
        if (!bytes_within(s.carriers[i].id, src) || !bytes_within(s.carriers[i].data, src))
            return OC_BUG;
    return bytes_within(s.engagement, src) && s.carriers_n > 0 ? OC_OK : OC_BUG;
}

static void test_faults(void)
{
    enum { NFC_AT = 22, NFC_N = 4 + 17 + 3 };
    const struct parser_row row[] = {
        { "by NFC alone", BYTES(SELECT NFC_GOOD MDOC_LAST), OC_OK, 0 },
        { "a Handover Request", BYTES("\x91\x02\x11" "Hr\x15\xd1" AC_NFC NFC_GOOD MDOC_LAST),
          OC_SHAPE, 0 },
        { "version 2.0", BYTES("\x91\x02\x11" "Hs\x20\xd1" AC_NFC NFC_GOOD MDOC_LAST),
          OC_SHAPE, 5 },
        { "no carrier", BYTES("\x91\x02\x01" "Hs\x15" NFC_GOOD MDOC_LAST), OC_SHAPE, 5 },
        { "no record of a carrier", BYTES("\x91\x02\x05" "Hs\x15\xd1\x01\x00X" NFC_GOOD MDOC_LAST),
          OC_SHAPE, 5 },
        { "a carrier's record that never ends",
          BYTES("\x91\x02\x11" "Hs\x15\x91" AC_NFC NFC_GOOD MDOC_LAST), OC_SHAPE, NFC_AT },
        { "no configuration", BYTES(SELECT MDOC_LAST), OC_SHAPE, 13 },
        { "two of them", BYTES(SELECT NFC_GOOD NFC_GOOD MDOC_LAST), OC_SHAPE, 13 },
        { "no engagement", BYTES(SELECT "\x5c\x11\x09\x03" "iso.org:18013:nfc" "nfc"
                                 "\x01\x03\x01\xff\xff\x03\x02\xff\xff"), OC_SHAPE, 0 },
        { "two engagements", BYTES(SELECT NFC_GOOD "\x1c\x1e\x01\x04" ENGAGEMENT "mdoc\xa0"
                                   MDOC_LAST), OC_SHAPE, NFC_AT + NFC_N + 9 + 4 + 30 + 5 + 4 },
        { "NFC of another version", BYTES(SELECT NFC_RECORD("\x01", "\x02") MDOC_LAST), OC_SHAPE,
          NFC_AT + NFC_N },
        { "NFC without lengths", BYTES(SELECT NFC_RECORD("\x01", "\x01") MDOC_LAST), OC_SHAPE,
          NFC_AT + NFC_N + 1 },
        { "NFC with its lengths the wrong way round",
          BYTES(SELECT NFC_RECORD("\x09", "\x01\x03\x02\xff\xff\x03\x01\xff\xff") MDOC_LAST),
          OC_SHAPE, NFC_AT + NFC_N + 5 },
        { "NFC with 254 bytes of command",
          BYTES(SELECT NFC_RECORD("\x08", "\x01\x02\x01\xfe\x03\x02\xff\xff") MDOC_LAST), OC_SHAPE,
          NFC_AT + NFC_N + 2 },
        { "NFC with more after it",
          BYTES(SELECT NFC_RECORD("\x0a", "\x01\x03\x01\xff\xff\x03\x02\xff\xff\x00") MDOC_LAST),
          OC_SHAPE, NFC_AT + NFC_N + 9 },
        { "a carrier's name beyond its record",
          BYTES("\x91\x02\x08" "Hs\x15\xd1\x02\x02" "ac\x01\x09" NFC_GOOD MDOC_LAST), OC_SHAPE,
          13 },
        { "a message that begins in its middle", BYTES("\x11\x00\x00\x51\x00\x00"), OC_SYNTAX, 0 },
        { "one that begins twice", BYTES("\x91\x00\x00\xd1\x00\x00"), OC_SYNTAX, 3 },
        { "a record in chunks", BYTES("\xb1\x00\x00"), OC_SHAPE, 0 },
        { "an unchanged type", BYTES("\xd6\x00\x00"), OC_SYNTAX, 0 },
        { "a reserved format", BYTES("\xd7\x00\x00"), OC_SYNTAX, 0 },
        { "an empty record with a type", BYTES("\xd0\x01\x00X"), OC_SYNTAX, 0 },
        { "4 GiB claimed in 7 bytes", BYTES("\xc1\x01\xff\xff\xff\xffX"), OC_TRUNCATED, 7 },
        { "nothing", { 0 }, OC_TRUNCATED, 0 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

static const struct mdoc_nfc_carrier nfc = {
    .power = MDOC_NFC_ACTIVE, .is_for_mdoc = true, .max_command = 255, .max_response = 65536,
};
static const struct mdoc_nfc_carrier other = {
    .power = MDOC_NFC_INACTIVE, .id = BYTES("0"), .format = 2,
    .type = BYTES("application/vnd.bluetooth.le.oob"), .data = BYTES("\x02\x1c\x01"),
};

static void test_round_trip(void)
{
    const struct mdoc_nfc_carrier carriers[] = { nfc, other };
    static uint8_t engagement[300];
    struct mdoc_nfc_select s;
    struct buf out = new_buf();

    memset(engagement, 7, sizeof engagement);
    mdoc_nfc_select_write(&out, BYTES_OF(engagement), carriers, 2);
    parser_bounds(parse, buf_view(&out), "two carriers, and a long record");
    ok(mdoc_nfc_select_read(&s, buf_view(&out), NULL) == OC_OK && s.version == 0x15 &&
       bytes_eq(s.engagement, BYTES_OF(engagement)) && s.carriers_n == 2, "reads back");
    ok(s.carriers[0].is_for_mdoc && s.carriers[0].power == MDOC_NFC_ACTIVE &&
       bytes_is(s.carriers[0].id, "nfc") && s.carriers[0].max_command == 255 &&
       s.carriers[0].max_response == 65536, "NFC, with its lengths");
    ok(!s.carriers[1].is_for_mdoc && s.carriers[1].power == MDOC_NFC_INACTIVE &&
       bytes_eq(s.carriers[1].type, other.type) && bytes_eq(s.carriers[1].data, other.data) &&
       s.carriers[1].format == 2 && s.carriers[1].max_command == 0, "another, as it is");
    buf_cleanup(&out);
}

static void test_misuse(void)
{
    struct mdoc_nfc_carrier many[MDOC_NFC_CARRIERS_MAX + 1], wrong[] = { nfc, nfc, nfc, other };
    struct buf out = new_buf();
    size_t refused = 0;

    for (size_t i = 0; i <= MDOC_NFC_CARRIERS_MAX; i++)
        many[i] = other;
    wrong[0].max_command = 254;
    wrong[1].max_response = 255;
    wrong[2].max_response = 65537;
    wrong[3].id = (struct bytes){ 0 };
    mdoc_nfc_select_write(&out, BYTES("\xa0"), many, MDOC_NFC_CARRIERS_MAX + 1);
    ok(buf_err(&out) == OC_USAGE && out.n == 0, "nine carriers");
    buf_cleanup(&out);
    out = new_buf();
    mdoc_nfc_select_write(&out, (struct bytes){ 0 }, &nfc, 1);
    ok(buf_err(&out) == OC_USAGE && out.n == 0, "no engagement");
    buf_cleanup(&out);
    for (size_t i = 0; i < 4; i++) {
        out = new_buf();
        mdoc_nfc_select_write(&out, BYTES("\xa0"), &wrong[i], 1);
        refused += buf_err(&out) == OC_USAGE && out.n == 0;
        buf_cleanup(&out);
    }
    ok(refused == 4, "lengths out of bounds, and a carrier without an id");
}

static void test_limits(void)
{
    struct buf out = new_buf(), alternatives = new_buf(), large = new_buf();
    struct oc_fault fault = { 0 };

    for (int i = 0; i <= MDOC_NFC_CARRIERS_MAX; i++) {
        buf_add_byte(&alternatives, i == 0 ? 0x91 : i == MDOC_NFC_CARRIERS_MAX ? 0x51 : 0x11);
        buf_add(&alternatives, BYTES(AC_NFC));
    }
    buf_add(&out, BYTES("\x91\x02"));
    buf_add_byte(&out, (uint8_t)(alternatives.n + 1));
    buf_add(&out, BYTES("Hs\x15"));
    buf_add(&out, buf_view(&alternatives));
    buf_add(&out, BYTES(NFC_GOOD MDOC_LAST));
    ok(parse(buf_view(&out), &fault) == OC_LIMIT, "nine carriers: %s", fault.reason);
    buf_extend(&large, MDOC_ENGAGEMENT_MAX + 1);
    ok(parse(buf_view(&large), &fault) == OC_LIMIT, "%s", fault.reason);
    buf_cleanup(&out);
    buf_cleanup(&alternatives);
    buf_cleanup(&large);
}

static void test_vector(void)
{
    struct mdoc_nfc_select s;
    struct mdoc_engagement g;
    struct buf message, request, out = new_buf();
    bool read = vector_hex("annex-d/D.3.3_nfc_handover_select.hex", &message);

    read = vector_hex("annex-d/D.3.2_nfc_handover_request.hex", &request) && read;
    if (ok(read, "Annex D")) {
        parser_bounds(parse, buf_view(&message), "D.3.3");
        ok(mdoc_nfc_select_read(&s, buf_view(&message), NULL) == OC_OK && s.carriers_n == 1 &&
           s.carriers[0].power == MDOC_NFC_ACTIVE && s.carriers[0].is_for_mdoc &&
           bytes_is(s.carriers[0].type, "application/vnd.bluetooth.le.oob"), "by Bluetooth LE");
        ok(mdoc_engagement_init(&g, s.engagement, NULL) == OC_OK && g.retrievals_n == 0,
           "the engagement within names no way of its own");
        mdoc_engagement_cleanup(&g);
        mdoc_nfc_select_write(&out, s.engagement, s.carriers, s.carriers_n);
        ok(bytes_eq(buf_view(&out), buf_view(&message)), "written byte for byte the same");
        ok(parse(buf_view(&request), NULL) == OC_SHAPE, "a Handover Request is none");
    }
    buf_cleanup(&message);
    buf_cleanup(&request);
    buf_cleanup(&out);
}

int main(void)
{
    must(secret_pool_init());
    test_faults();
    test_round_trip();
    test_misuse();
    test_limits();
    if (vectors_present())
        test_vector();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
