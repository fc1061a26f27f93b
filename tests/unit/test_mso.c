#include "mdoc/authorizations.h"

#include "tests/unit/parser.h"

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_mso m;
    struct cbr r;
    enum oc_err e;

    cbr_init(&r, src);
    mdoc_mso_read(&r, &m);
    e = cbr_end(&r, fault);
    if (e != OC_OK && e != OC_TRAILING &&
        (m.device_key != NULL || m.digests != NULL || m.spaces != NULL || m.version.p != NULL))
        ok(false, "all zero after a failure");
    mdoc_mso_cleanup(&m);
    mdoc_mso_cleanup(&m);
    return e;
}

/* Read an MSO that the test holds on to. */
static void read_mso(struct mdoc_mso *m, struct bytes src)
{
    struct cbr r;

    cbr_init(&r, src);
    mdoc_mso_read(&r, m);
    must(cbr_end(&r, NULL));
}

static struct buf mso_of(const struct fixture *f, struct odd_card c)
{
    static const struct odd_item items[] = {
        { "a", "x", BYTES("\xf5"), 4294967295u, false, false },
        { "a", "y", BYTES("\xf5"), 0, false, false },
        { "b", "x", BYTES("\xf5"), 4294967296u, false, false },
    };
    struct buf out = new_buf();

    c.items = items;
    c.items_n = 3;
    c.doc_type = c.doc_type != NULL ? c.doc_type : "t";
    c.version = c.version != NULL ? c.version : "1.0";
    c.algorithm = c.algorithm != NULL ? c.algorithm : "SHA-256";
    c.digest = DIGEST_SHA256;
    c.signed_at = c.valid_from = f->now;
    c.valid_until = f->now + 1;
    c.device_key = private_key_public(f->device_key);
    odd_mso(&out, &c);
    must(buf_err(&out));
    return out;
}

static void test_read(const struct fixture *f)
{
    struct buf bytes = mso_of(f, (struct odd_card){ .map16 = true });
    struct mdoc_mso m;
    bool known = true;

    read_mso(&m, buf_view(&bytes));
    ok(bytes_is(m.version, "1.0") && m.digest == DIGEST_SHA256 && bytes_is(m.doc_type, "t") &&
       m.signed_at == f->now && m.valid_from == f->now && m.valid_until == f->now + 1 &&
       !m.has_expected_update && m.status.p == NULL && m.key_authorizations.p == NULL,
       "any order of keys, two-byte map heads");
    ok(public_key_equal(m.device_key, private_key_public(f->device_key)), "the device key");
    ok(m.spaces_n == 2 && m.digests_n == 3 &&
       mdoc_mso_digest(&m, BYTES("a"), 4294967295u, NULL).n == 32 &&
       mdoc_mso_digest(&m, BYTES("b"), 4294967296u, &known).n == 32 && known, "large digestIDs");
    ok(mdoc_mso_digest(&m, BYTES("a"), 1, &known).p == NULL && known, "no digest of that number");
    ok(mdoc_mso_digest(&m, BYTES("b"), 0, &known).p == NULL && known, "none in that namespace");
    ok(mdoc_mso_digest(&m, BYTES("c"), 0, &known).p == NULL && !known, "no such namespace");
    ok(!bytes_eq(mdoc_mso_digest(&m, BYTES("a"), 0, NULL),
                 mdoc_mso_digest(&m, BYTES("a"), 4294967295u, NULL)), "each its own");
    mdoc_mso_cleanup(&m);
    parser_bounds(parse, buf_view(&bytes), "an MSO");
    buf_cleanup(&bytes);
}

static void test_optional(const struct fixture *f)
{
    struct buf bytes = mso_of(f, (struct odd_card){
        .mso_extra = BYTES("\x66" "status\xf7\x63" "new\xa0"), .mso_extra_n = 2 });
    struct mdoc_mso m;

    read_mso(&m, buf_view(&bytes));
    ok(m.status.p == NULL, "an undefined status is none; unknown keys are skipped");
    mdoc_mso_cleanup(&m);
    buf_cleanup(&bytes);
    bytes = mso_of(f, (struct odd_card){ .mso_extra = BYTES("\x66" "status\xa0"),
                                         .mso_extra_n = 1 });
    read_mso(&m, buf_view(&bytes));
    ok(bytes_eq(m.status, BYTES("\xa0")), "a status, as received");
    mdoc_mso_cleanup(&m);
    buf_cleanup(&bytes);
    bytes = mso_of(f, (struct odd_card){ .algorithm = "SHA-1" });
    read_mso(&m, buf_view(&bytes));
    ok(m.digest == DIGEST_NONE, "an algorithm we do not know is told as none");
    mdoc_mso_cleanup(&m);
    buf_cleanup(&bytes);
}

static void test_authorizations(const struct fixture *f)
{
    const struct {
        const char *name;
        struct bytes cbor;
        bool a_x, a_y, b_x;
        const char *twice;
    } row[] = {
        { "absent", { NULL, 0 }, false, false, false, NULL },
        { "undefined", BYTES("\xf7"), false, false, false, NULL },
        { "empty", BYTES("\xa0"), false, false, false, NULL },
        { "a namespace", BYTES("\xa1\x6a" "nameSpaces\x81\x61" "a"), true, true, false, NULL },
        { "an element", BYTES("\xa1\x6c" "dataElements\xa1\x61" "a\x81\x61" "x"), true, false,
          false, NULL },
        { "an element of another namespace",
          BYTES("\xa1\x6c" "dataElements\xa1\x61" "b\x81\x61" "x"),
          false, false, true, NULL },
        { "both",
          BYTES("\xa2\x6a" "nameSpaces\x81\x61" "b\x6c" "dataElements\xa1\x61" "a\x81\x61" "y"),
          false, true, true, NULL },
        { "a namespace both ways",
          BYTES("\xa2\x6c" "dataElements\xa2\x61" "a\x81\x61" "x\x61" "b\x81\x61" "x"
                "\x6a" "nameSpaces\x83\x61" "a\x61" "b\x61" "b"), true, true, true, "a" },
        { "the same where the lists are in order",
          BYTES("\xa2\x6a" "nameSpaces\x81\x61" "b\x6c" "dataElements\xa1\x61" "b\x81\x61" "x"),
          false, false, true, "b" },
        { "an element without a name is no whole namespace",
          BYTES("\xa1\x6c" "dataElements\xa1\x61" "a\x81\x60"), false, false, false, NULL },
        { "empty lists", BYTES("\xa2\x6a" "nameSpaces\x80\x6c" "dataElements\xa0"), false, false,
          false, NULL },
        { "broken behind the match",
          BYTES("\xa2\x6a" "nameSpaces\x81\x61" "a\x6c" "dataElements\x01"), false, false, false,
          NULL },
        { "no map", BYTES("\x81\x61" "a"), false, false, false, NULL },
    };
    struct bytes a = BYTES("a"), b = BYTES("b"), x = BYTES("x"), y = BYTES("y");

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf bytes = mso_of(f, (struct odd_card){ .key_authorizations = row[i].cbor });
        struct mdoc_authorizations have;
        struct mdoc_mso m;

        read_mso(&m, buf_view(&bytes));
        must(mdoc_authorizations_init(&have, &m));
        ok(mdoc_authorizations_have(&have, a, x) == row[i].a_x &&
           mdoc_authorizations_have(&have, a, y) == row[i].a_y &&
           mdoc_authorizations_have(&have, b, x) == row[i].b_x &&
           bytes_eq(have.twice, bytes_str(row[i].twice)), "keyAuthorizations %s",
           row[i].name);
        mdoc_authorizations_cleanup(&have);
        mdoc_mso_cleanup(&m);
        buf_cleanup(&bytes);
    }
}

#define VERSION "\x67" "version" "\x63" "1.0"
#define TIME "\xc0\x74" "2026-11-24T00:00:00Z"

static void test_faults(void)
{
    const struct parser_row row[] = {
        { "empty", BYTES("\xa0"), OC_SHAPE, 0 },
        { "one key", BYTES("\xa1" VERSION), OC_SHAPE, 9 },
        { "a digest no byte string",
          BYTES("\xa1\x6c" "valueDigests" "\xa1\x61" "a\xa1\x00\x61" "d"), OC_SHAPE, 19 },
        { "a digestID no integer",
          BYTES("\xa1\x6c" "valueDigests" "\xa1\x61" "a\xa1\x61" "d\x40"), OC_SHAPE, 18 },
        { "no deviceKey", BYTES("\xa1\x6d" "deviceKeyInfo" "\xa0"), OC_SHAPE, 15 },
        { "an RSA device key",
          BYTES("\xa1\x6d" "deviceKeyInfo" "\xa1\x69" "deviceKey" "\xa3\x01\x03\x20\x41x\x21\x41x"),
          OC_SHAPE, 30 },
        { "a device key off its curve",
          BYTES("\xa1\x6d" "deviceKeyInfo" "\xa1\x69" "deviceKey" "\xa4\x01\x02\x20\x01\x21\x58\x20"
                "00000000000000000000000000000000" "\x22\x58\x20"
                "00000000000000000000000000000000"), OC_SHAPE, 34 },
        { "a time missing", BYTES("\xa1\x6c" "validityInfo" "\xa2\x66" "signed" TIME "\x69"
                                  "validFrom" TIME), OC_SHAPE, 55 },
        { "a time that is none",
          BYTES("\xa1\x6c" "validityInfo" "\xa1\x66" "signed" "\xc0\x61" "x"),
          OC_SHAPE, 23 },
        { "a time without its tag", BYTES("\xa1\x6c" "validityInfo" "\xa1\x66" "signed" "\x61" "x"),
          OC_SHAPE, 22 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

/* A digestID written in two ways is one key, and stands twice. */
static void test_digest_twice(void)
{
    const struct parser_row row = {
        "a digestID twice, written in two ways",
        BYTES("\xa1\x6c" "valueDigests" "\xa1\x61" "a\xa2\x05\x40\x18\x05\x40"), OC_SHAPE, 20 };

    parser_table(parse, &row, 1);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_read(&f);
    test_optional(&f);
    test_authorizations(&f);
    fixture_cleanup(&f);
    test_faults();
    test_digest_twice();
    return done();
}
