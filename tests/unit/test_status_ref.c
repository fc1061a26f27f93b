#include "trust/status_ref.h"

#include "tests/unit/parser.h"

/* Given { "status_list": { "idx": 7, "uri": "u" } } and the like, as CBOR. */
#define LIST "\x6bstatus_list"
#define IDENTIFIERS "\x6fidentifier_list"

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    static const struct trust_status_refs zero;
    struct trust_status_refs refs;
    enum oc_err e = trust_status_refs_read(&refs, src, fault);

    if (e != OC_OK && memcmp(&refs, &zero, sizeof zero) != 0)
        ok(false, "all zero on error");
    for (size_t i = 0; i < refs.n; i++)
        if (!bytes_within(refs.ref[i].uri, src) ||
            (refs.ref[i].id.n > 0 && !bytes_within(refs.ref[i].id, src)))
            ok(false, "views lie inside the input");
    return e;
}

static void test_both(void)
{
    static const struct bytes both =
        BYTES("\xa3" LIST "\xa3\x63idx\x19\x01\x9c\x63uri\x61u\x6b" "certificate\x42\x30\x00"
              IDENTIFIERS "\xa2\x62id\x42\x01\x02\x63uri\x61v" "\x61x\x01");
    struct trust_status_refs refs;

    parser_bounds(parse, both, "both mechanisms and an unknown one");
    ok(trust_status_refs_read(&refs, both, NULL) == OC_OK && refs.n == 2 && refs.has_unknown,
       "two places, and one that we cannot look up");
    ok(refs.ref[0].mechanism == TRUST_STATUS_LIST && refs.ref[0].index == 412 &&
       bytes_is(refs.ref[0].uri, "u") && refs.ref[0].certificate.n == 2, "the list's");
    ok(refs.ref[1].mechanism == TRUST_IDENTIFIER_LIST &&
       bytes_eq(refs.ref[1].id, BYTES("\x01\x02")) && bytes_is(refs.ref[1].uri, "v") &&
       refs.ref[1].certificate.p == NULL, "the identifier's");
}

static void test_faults(void)
{
    static const struct parser_row row[] = {
        { "not a map", BYTES("\x80"), OC_SHAPE, 0 },
        { "none", BYTES("\xa0"), OC_OK, 0 },
        { "undefined in a mechanism's place", BYTES("\xa1" LIST "\xf7"), OC_OK, 0 },
        { "undefined in the certificate's", BYTES("\xa1" LIST "\xa3\x63idx\x07\x63uri\x61u"
                                                  "\x6b" "certificate\xf7"), OC_OK, 0 },
        { "a mechanism that is no map", BYTES("\xa1" LIST "\x07"), OC_SHAPE, 13 },
        { "no index", BYTES("\xa1" LIST "\xa1\x63uri\x61u"), OC_SHAPE, 18 },
        { "no URI", BYTES("\xa1" LIST "\xa1\x63idx\x07"), OC_SHAPE, 18 },
        { "a negative index", BYTES("\xa1" LIST "\xa2\x63idx\x20\x63uri\x61u"), OC_SHAPE, 18 },
        { "an identifier where an index should be",
          BYTES("\xa1" LIST "\xa2\x62id\x41\x07\x63uri\x61u"), OC_SHAPE, 23 },
        { "an empty URI", BYTES("\xa1" LIST "\xa2\x63idx\x07\x63uri\x60"), OC_SHAPE, 23 },
        { "an empty identifier", BYTES("\xa1" IDENTIFIERS "\xa2\x62id\x40\x63uri\x61u"), OC_SHAPE,
          26 },
        { "a mechanism twice", BYTES("\xa2" LIST "\xa0" LIST "\xa0"), OC_SHAPE, 14 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

static void test_long_uri(void)
{
    struct trust_status_ref ref = { .mechanism = TRUST_STATUS_LIST, .index = 1 };
    struct buf uri = new_buf(), out = new_buf();

    memset(buf_extend(&uri, TRUST_STATUS_URI_MAX + 1), 'u', TRUST_STATUS_URI_MAX + 1);
    for (size_t more = 0; more < 2; more++) {
        ref.uri = (struct bytes){ uri.p, TRUST_STATUS_URI_MAX + more };
        trust_status_ref_write(&out, &ref);
        ok(parse(buf_view(&out), NULL) == (more == 0 ? OC_OK : OC_LIMIT), "a URI of %zu bytes",
           ref.uri.n);
        buf_truncate(&out, 0);
    }
    buf_cleanup(&uri);
    buf_cleanup(&out);
}

static void test_round_trip(void)
{
    static const struct trust_status_ref row[] = {
        { .mechanism = TRUST_STATUS_LIST, .uri = BYTES("https://issuer.example/1"),
          .index = UINT64_MAX },
        { .mechanism = TRUST_IDENTIFIER_LIST, .uri = BYTES("https://issuer.example/2"),
          .id = BYTES("\x01"), .certificate = BYTES("\x30\x00") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct trust_status_refs refs;
        struct buf out = new_buf();

        trust_status_ref_write(&out, &row[i]);
        ok(trust_status_refs_read(&refs, buf_view(&out), NULL) == OC_OK && refs.n == 1 &&
           refs.ref[0].mechanism == row[i].mechanism && refs.ref[0].index == row[i].index &&
           bytes_eq(refs.ref[0].uri, row[i].uri) && bytes_eq(refs.ref[0].id, row[i].id) &&
           bytes_eq(refs.ref[0].certificate, row[i].certificate), "written and read back");
        buf_cleanup(&out);
    }
}

int main(void)
{
    test_both();
    test_faults();
    test_long_uri();
    test_round_trip();
    return done();
}
