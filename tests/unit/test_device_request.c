#include "mdoc/device_request.h"

#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_device_request q;
    enum oc_err e = mdoc_device_request_init(&q, src, fault);
    bool zero = q.docs == NULL && q.docs_n == 0 && q.elements == NULL && q.version.p == NULL;

    if ((e == OC_OK) == zero)
        ok(false, "all zero on error, and only then");
    mdoc_device_request_cleanup(&q);
    mdoc_device_request_cleanup(&q);
    return e;
}

static void test_round_trip(const struct fixture *f)
{
    const struct mdoc_device_request *q = &f->request;
    const struct mdoc_doc_request *doc = &q->docs[0];

    ok(bytes_is(q->version, "1.0") && q->docs_n == 1 && q->reader_auth_all_n == 0 &&
       q->info.p == NULL, "version 1.0, one docRequest");
    ok(bytes_is(doc->doc_type, FIXTURE_TYPE) && doc->n == 2 && doc->first == 0 &&
       bytes_is(q->elements[0].name, "family_name") && !q->elements[0].intent_to_retain &&
       bytes_is(q->elements[1].name, "age_over_18") && q->elements[1].intent_to_retain &&
       bytes_is(q->elements[1].name_space, FIXTURE_SPACE), "two elements");
    ok(doc->has_expires && doc->expires == f->now + 300 &&
       bytes_is(doc->purpose, "to prove your age") &&
       bytes_eq(doc->encryption, buf_view(&f->parameters)), "expiry, purpose, encryption");
    ok(doc->has_reader_auth && doc->reader_auth.is_detached && doc->reader_auth.x5chain_n == 1 &&
       bytes_eq(doc->reader_auth.x5chain[0], x509_der(f->reader)), "signed by the reader");
    ok(bytes_within(doc->items_request, buf_view(&f->request_bytes)) &&
       doc->items_request.p[0] == 0xd8 && doc->items_request.p[1] == 24, "views into the message");
}

/* Elements of two namespaces, nothing optional, unsigned. */
static void test_plain(void)
{
    const struct mdoc_requested asked[] = {
        { BYTES("a"), BYTES("x"), false }, { BYTES("a"), BYTES("y"), true },
        { BYTES("b"), BYTES("x"), false },
    };
    struct mdoc_doc_request_spec docs[2] = {
        { .doc_type = "t", .elements = asked, .elements_n = 3 },
        { .doc_type = "u", .elements = asked, .elements_n = 1 },
    };
    struct buf out = new_buf();
    struct mdoc_device_request q;

    mdoc_device_request_write(&out, &(struct mdoc_request_spec){ .docs = docs, .docs_n = 2 });
    ok(bytes_eq(buf_view(&out), BYTES(
           "\xa2\x67" "version" "\x63" "1.0" "\x6b" "docRequests" "\x82"
           "\xa1\x6c" "itemsRequest" "\xd8\x18\x58\x26"
           "\xa2\x67" "docType" "\x61" "t" "\x6a" "nameSpaces"
           "\xa2\x61" "a" "\xa2\x61" "x\xf4\x61" "y\xf5\x61" "b" "\xa1\x61" "x\xf4"
           "\xa1\x6c" "itemsRequest" "\xd8\x18\x58\x1d"
           "\xa2\x67" "docType" "\x61" "u" "\x6a" "nameSpaces" "\xa1\x61" "a" "\xa1\x61" "x\xf4")),
       "byte for byte");
    ok(mdoc_device_request_init(&q, buf_view(&out), NULL) == OC_OK && q.docs_n == 2 &&
       q.elements_n == 4 && q.docs[1].first == 3 && q.docs[1].n == 1 &&
       !q.docs[0].has_reader_auth && !q.docs[0].has_expires && q.docs[0].purpose.p == NULL &&
       q.docs[0].encryption.p == NULL, "and back");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&out);
}

#define ITEMS "\xa1\x6c" "itemsRequest" "\xd8\x18"
#define HEAD "\xa2\x67" "version" "\x63" "1.0" "\x6b" "docRequests"

static void test_faults(void)
{
    const struct parser_row row[] = {
        { "an empty map", BYTES("\xa0"), OC_SHAPE, 0 },
        { "not a map", BYTES("\x80"), OC_SHAPE, 0 },
        { "no docRequests", BYTES("\xa1\x67" "version" "\x63" "1.0"), OC_SHAPE, 9 },
        { "version 2.0", BYTES("\xa1\x67" "version" "\x63" "2.0"), OC_SHAPE, 9 },
        { "version 1", BYTES("\xa1\x67" "version" "\x61" "1"), OC_SHAPE, 9 },
        { "none", BYTES(HEAD "\x80"), OC_SHAPE, 25 },
        { "undefined", BYTES(HEAD "\xf7"), OC_SHAPE, 25 },
        { "17 of them", BYTES(HEAD "\x91\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), OC_LIMIT, 25 },
        { "without itemsRequest", BYTES(HEAD "\x81\xa0"), OC_SHAPE, 26 },
        { "items not embedded", BYTES(HEAD "\x81\xa1\x6c" "itemsRequest" "\xa0"), OC_SHAPE, 40 },
        { "broken CBOR inside", BYTES(HEAD "\x81" ITEMS "\x41\xff"), OC_SYNTAX, 43 },
        { "no docType inside", BYTES(HEAD "\x81" ITEMS "\x4d\xa1\x6a" "nameSpaces" "\xa0"),
          OC_SHAPE, 55 },
        { "intentToRetain no boolean",
          BYTES(HEAD "\x81" ITEMS "\x58\x1d\xa2\x67" "docType" "\x61" "t" "\x6a" "nameSpaces"
                "\xa1\x61" "a" "\xa1\x61" "x\x01"), OC_SHAPE, 72 },
        { "a key twice", BYTES("\xa2\x67" "version" "\x63" "1.0" "\x78\x07" "version" "\x63" "1.0"),
          OC_SHAPE, 13 },
        { "2^30 items in 9 bytes", BYTES("\x9b\0\0\0\0\x40\0\0\0"), OC_LIMIT, 0 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

/* Longer than any message may be, whatever it holds. */
static void test_too_long(void)
{
    struct buf out = new_buf();
    struct oc_fault fault = { 0 };

    must(buf_extend(&out, MDOC_BYTES_MAX + 1) != NULL ? OC_OK : OC_MEMORY);
    ok(parse(buf_view(&out), &fault) == OC_LIMIT && fault.reason != NULL, "over 1 MiB");
    buf_cleanup(&out);
}

static void test_vectors(void)
{
    struct mdoc_device_request q;
    struct buf bytes;

    ok(vector_hex("annex-d/D.4.1.1_device_request.hex", &bytes) &&
       mdoc_device_request_init(&q, buf_view(&bytes), NULL) == OC_OK && q.docs_n == 1 &&
       bytes_is(q.docs[0].doc_type, "org.iso.18013.5.1.mDL") && q.docs[0].n == 6 &&
       q.docs[0].has_reader_auth, "Annex D: six elements, signed");
    parser_bounds(parse, buf_view(&bytes), "Annex D");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&bytes);

    ok(vector_hex("annex-d-ed2-draft/D.4.1.3_extended_request.hex", &bytes) &&
       mdoc_device_request_init(&q, buf_view(&bytes), NULL) == OC_OK && q.docs_n == 3 &&
       bytes_is(q.version, "1.1") && q.info.p != NULL && q.info.p[0] == 0xd8 &&
       !q.docs[0].has_reader_auth, "second edition: three docRequests, deviceRequestInfo");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&bytes);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_round_trip(&f);
    parser_bounds(parse, buf_view(&f.request_bytes), "our own");
    fixture_cleanup(&f);
    test_plain();
    test_faults();
    test_too_long();
    if (vectors_present())
        test_vectors();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
