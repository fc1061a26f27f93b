#include "mdoc/device_response.h"

#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_device_response p;
    enum oc_err e = mdoc_device_response_init(&p, src, fault);
    bool zero = p.documents == NULL && p.documents_n == 0 && p.encrypted == NULL &&
                p.version.p == NULL;

    if ((e == OC_OK) == zero)
        ok(false, "all zero on error, and only then");
    mdoc_device_response_cleanup(&p);
    mdoc_device_response_cleanup(&p);
    return e;
}

static void test_own(const struct fixture *f)
{
    struct buf out = new_buf();
    struct mdoc_device_response p;
    const struct mdoc_document *doc;

    mdoc_device_response_write(&out, buf_view(&f->document), 1);
    must(mdoc_device_response_init(&p, buf_view(&out), NULL));
    doc = &p.documents[0];
    ok(bytes_is(p.version, "1.0") && p.status == 0 && p.documents_n == 1 && p.encrypted_n == 0 &&
       p.errors_n == 0 && !p.has_zk_documents, "one document, status 0");
    ok(bytes_is(doc->doc_type, FIXTURE_TYPE) && doc->issuer_signed.items_n == 2 &&
       doc->device_items_n == 0 && bytes_eq(doc->device_name_spaces, BYTES("\xd8\x18\x41\xa0")) &&
       doc->has_signature && !doc->has_mac && doc->signature.is_detached &&
       bytes_eq(doc->signature.protected_header, BYTES("\xa1\x01\x26")), "signed by its device");
    ok(bytes_eq(doc->issuer_signed.auth_cbor, f->card.auth_cbor), "issuerAuth as it was received");
    mdoc_device_response_cleanup(&p);
    parser_bounds(parse, buf_view(&out), "our own");
    parser_bounds(parse, buf_view(&f->response), "our own, encrypted");

    buf_truncate(&out, 0);
    mdoc_device_response_write(&out, (struct bytes){ 0 }, 0);
    ok(bytes_eq(buf_view(&out), BYTES("\xa2\x67" "version" "\x63" "1.0" "\x66" "status\x00")),
       "no document, no \"documents\"");
    buf_cleanup(&out);
}

#define HEAD "\xa3\x67" "version" "\x63" "1.0" "\x66" "status\x00"

static void test_habits(void)
{
    const struct {
        const char *name;
        struct bytes in;
    } row[] = {
        { "empty arrays", BYTES("\xa4\x66" "status\x00\x69" "documents\x80\x6e" "documentErrors\x80"
                                "\x67" "version" "\x63" "1.0") },
        { "undefined where a value is optional", BYTES(HEAD "\x69" "documents\xf7") },
        { "a two-byte map head",
          BYTES("\xb9\x00\x02\x67" "version" "\x63" "1.0\x66" "status\x00") },
        { "an unknown key", BYTES(HEAD "\x63" "new\x81\xa0") },
        { "an integer key", BYTES(HEAD "\x01\x02") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_device_response p;

        ok(mdoc_device_response_init(&p, row[i].in, NULL) == OC_OK && p.documents_n == 0 &&
           p.status == 0 && bytes_is(p.version, "1.0"), "%s", row[i].name);
        mdoc_device_response_cleanup(&p);
    }
}

static void test_faults(void)
{
    const struct parser_row row[] = {
        { "no status", BYTES("\xa1\x67" "version" "\x63" "1.0"), OC_SHAPE, 9 },
        { "status no integer", BYTES("\xa1\x66" "status" "\x20"), OC_SHAPE, 8 },
        { "documentErrors no array", BYTES(HEAD "\x6e" "documentErrors" "\xa0"), OC_SHAPE, 36 },
        { "documents no array", BYTES(HEAD "\x69" "documents" "\xa0"), OC_SHAPE, 31 },
        { "17 documents", BYTES(HEAD "\x69" "documents" "\x91\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
          OC_LIMIT, 31 },
        { "17 encrypted", BYTES(HEAD "\x72" "encryptedDocuments"
                                "\x91\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), OC_LIMIT, 40 },
        { "an empty document", BYTES(HEAD "\x69" "documents" "\x81\xa0"), OC_SHAPE, 32 },
        { "encrypted, key missing",
          BYTES(HEAD "\x72" "encryptedDocuments" "\x81\xa1\x63" "enc\x40"),
          OC_SHAPE, 46 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

/* One document with this deviceAuth map. */
static struct buf with_device_auth(const struct fixture *f, struct bytes device_auth)
{
    struct buf out = new_buf(), document = new_buf();

    cbw_map(&document, 3);
    cbw_str(&document, "docType");
    cbw_str(&document, FIXTURE_TYPE);
    cbw_str(&document, "issuerSigned");
    cbw_raw(&document, buf_view(&f->card_bytes));
    cbw_str(&document, "deviceSigned");
    cbw_map(&document, 2);
    cbw_str(&document, "deviceAuth");
    cbw_raw(&document, device_auth);
    cbw_str(&document, "nameSpaces");
    cbw_raw(&document, BYTES("\xd8\x18\x41\xa0"));
    mdoc_device_response_write(&out, buf_view(&document), 1);
    must(buf_err(&out));
    buf_cleanup(&document);
    return out;
}

static void test_device_auth(const struct fixture *f)
{
#define SIGN1(payload) "\x6f" "deviceSignature" "\x84\x43\xa1\x01\x26\xa0" payload "\x41x"
#define MAC0(payload) "\x69" "deviceMac" "\x84\x43\xa1\x01\x05\xa0" payload "\x41x"
    const struct {
        const char *name;
        struct bytes auth;
        enum oc_err want;
    } row[] = {
        { "a signature", BYTES("\xa1" SIGN1("\xf6")), OC_OK },
        { "its payload undefined", BYTES("\xa1" SIGN1("\xf7")), OC_OK },
        { "its payload attached", BYTES("\xa1" SIGN1("\x41x")), OC_SHAPE },
        { "its payload attached, and empty", BYTES("\xa1" SIGN1("\x40")), OC_SHAPE },
        { "a MAC", BYTES("\xa1" MAC0("\xf6")), OC_OK },
        { "its payload attached", BYTES("\xa1" MAC0("\x41x")), OC_SHAPE },
        { "both", BYTES("\xa2" SIGN1("\xf6") MAC0("\xf6")), OC_SHAPE },
        { "neither", BYTES("\xa0"), OC_SHAPE },
        { "deviceMac undefined beside a signature",
          BYTES("\xa2" SIGN1("\xf6") "\x69" "deviceMac" "\xf7"), OC_OK },
        { "both undefined", BYTES("\xa2\x6f" "deviceSignature" "\xf7\x69" "deviceMac" "\xf7"),
          OC_SHAPE },
        { "tagged", BYTES("\xa1\x6f" "deviceSignature" "\xd2\x84\x43\xa1\x01\x26\xa0\xf6\x41x"),
          OC_SHAPE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf message = with_device_auth(f, row[i].auth);
        struct oc_fault fault = { 0 };
        enum oc_err e = parse(buf_view(&message), &fault);

        ok(e == row[i].want && (e == OC_OK || fault.reason != NULL), "deviceAuth, %s: %s",
           row[i].name, fault.reason != NULL ? fault.reason : "ok");
        buf_cleanup(&message);
    }
}

static void test_vectors(void)
{
    struct mdoc_device_response p;
    struct buf bytes, device_auth;

    ok(vector_hex("annex-d/D.4.1.2_device_response.hex", &bytes) &&
       vector_hex("annex-d/D.5.3_device_auth.hex", &device_auth) &&
       mdoc_device_response_init(&p, buf_view(&bytes), NULL) == OC_OK && p.documents_n == 1 &&
       p.documents[0].issuer_signed.items_n == 6 && p.documents[0].has_mac, "Annex D");
    if (p.documents_n == 1)
        ok(bytes_eq(p.documents[0].mac.tag,
                    (struct bytes){ device_auth.p + device_auth.n - 32, 32 }), "its MAC");
    parser_bounds(parse, buf_view(&bytes), "Annex D");
    mdoc_device_response_cleanup(&p);
    buf_cleanup(&bytes);
    buf_cleanup(&device_auth);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_own(&f);
    test_habits();
    test_faults();
    test_device_auth(&f);
    fixture_cleanup(&f);
    if (vectors_present())
        test_vectors();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
