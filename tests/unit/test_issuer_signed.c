#include "mdoc/issuer_signed.h"

#include "tests/unit/parser.h"
#include "tests/unit/vectors.h"

static enum oc_err parse(struct bytes src, struct oc_fault *fault)
{
    struct mdoc_issuer_signed s;
    enum oc_err e = mdoc_issuer_signed_init(&s, src, fault);
    bool zero = s.items == NULL && s.items_n == 0 && s.spaces == NULL && s.auth_cbor.p == NULL &&
                s.mso.device_key == NULL && s.mso.digests == NULL;

    if ((e == OC_OK) == zero)
        ok(false, "all zero on error, and only then");
    mdoc_issuer_signed_cleanup(&s);
    mdoc_issuer_signed_cleanup(&s);
    return e;
}

static void test_own(const struct fixture *f)
{
    const struct mdoc_issuer_signed *s = &f->card;
    const struct mdoc_item *item;
    bool well = true;

    ok(s->spaces_n == 2 && s->items_n == FIXTURE_ELEMENTS_N &&
       bytes_is(s->spaces[0].name, FIXTURE_SPACE) && s->spaces[0].first == 0 &&
       s->spaces[0].n == 5 && s->spaces[1].first == 5 && s->spaces[1].n == 1, "two namespaces");
    for (size_t i = 0; i < s->items_n; i++)
        well &= bytes_is(s->items[i].name, fixture_elements[i].name) &&
                bytes_eq(s->items[i].value, fixture_elements[i].value) &&
                bytes_within(s->items[i].tagged, buf_view(&f->card_bytes)) &&
                bytes_within(s->items[i].value, s->items[i].tagged) &&
                s->items[i].tagged.p[0] == 0xd8 && s->items[i].random.n == 16;
    ok(well, "every item, as views into the message");
    item = mdoc_issuer_signed_item(s, BYTES(FIXTURE_SPACE), BYTES("birth_date"));
    ok(item != NULL && item == &s->items[2], "an item by name");
    ok(mdoc_issuer_signed_item(s, BYTES(FIXTURE_SPACE), BYTES("ethnicity")) == NULL &&
       mdoc_issuer_signed_item(s, BYTES("other"), BYTES("birth_date")) == NULL,
       "none of another namespace");
}

/* What is kept stands as received, what is not is gone. */
static void test_write(const struct fixture *f)
{
    const struct mdoc_issuer_signed *s = &f->card;
    bool all[FIXTURE_ELEMENTS_N] = { true, true, true, true, true, true };
    bool some[FIXTURE_ELEMENTS_N] = { false, true, false, true, false, false };
    bool none[FIXTURE_ELEMENTS_N] = { false };
    struct mdoc_issuer_signed again;
    struct buf out = new_buf();

    mdoc_issuer_signed_write(&out, s, all);
    ok(bytes_eq(buf_view(&out), buf_view(&f->card_bytes)), "all: the very same bytes");
    buf_truncate(&out, 0);
    mdoc_issuer_signed_write(&out, s, some);
    ok(mdoc_issuer_signed_init(&again, buf_view(&out), NULL) == OC_OK && again.spaces_n == 1 &&
       again.items_n == 2 && bytes_eq(again.items[0].tagged, s->items[1].tagged) &&
       bytes_eq(again.items[1].tagged, s->items[3].tagged) &&
       bytes_eq(again.auth_cbor, s->auth_cbor), "two of them: a namespace less");
    mdoc_issuer_signed_cleanup(&again);
    buf_truncate(&out, 0);
    mdoc_issuer_signed_write(&out, s, none);
    ok(mdoc_issuer_signed_init(&again, buf_view(&out), NULL) == OC_OK && again.items_n == 0 &&
       again.spaces_n == 0 && out.p[1 + 11] == 0xa0, "none: nameSpaces is there, and empty");
    mdoc_issuer_signed_cleanup(&again);
    buf_cleanup(&out);
}

/* An IssuerSigned of our own making around the given nameSpaces. */
static struct buf around(const struct fixture *f, struct bytes name_spaces)
{
    struct buf out = new_buf();

    cbw_map(&out, 2);
    cbw_str(&out, "nameSpaces");
    cbw_raw(&out, name_spaces);
    cbw_str(&out, "issuerAuth");
    cbw_raw(&out, f->card.auth_cbor);
    must(buf_err(&out));
    return out;
}

#define SALT "\x66" "random" "\x50" "0123456789abcdef"
#define ID "\x68" "digestID" "\x01"
#define NAME "\x71" "elementIdentifier" "\x61" "n"
#define VALUE "\x6c" "elementValue" "\xf6"
#define SPACE "\xa1\x61" "a\x81\xd8\x18\x58"

static void test_items(const struct fixture *f)
{
    const struct {
        const char *name;
        struct bytes name_spaces;
        enum oc_err want;
        size_t at;              /* from the start of nameSpaces' value */
    } row[] = {
        { "an item", BYTES(SPACE "\x45\xa4" ID SALT NAME VALUE), OC_OK, 0 },
        { "another order, an unknown key", BYTES(SPACE "\x48\xa5" VALUE "\x61x\x00" NAME SALT ID),
          OC_OK, 0 },
        { "a two-byte map head", BYTES(SPACE "\x47\xb9\x00\x04" ID SALT NAME VALUE), OC_OK, 0 },
        { "a namespace without items", BYTES("\xa1\x61" "a\x80"), OC_OK, 0 },
        { "no namespaces", BYTES("\xa0"), OC_OK, 0 },
        { "undefined", BYTES("\xf7"), OC_OK, 0 },
        { "no elementValue", BYTES(SPACE "\x37\xa3" ID SALT NAME), OC_SHAPE, 61 },
        { "random of 15 bytes", BYTES(SPACE "\x44\xa4" ID "\x66" "random" "\x4f" "0123456789abcde"
                                      NAME VALUE), OC_SHAPE, 26 },
        { "a key twice", BYTES(SPACE "\x45\xa4" ID SALT ID SALT), OC_SHAPE, 43 },
        { "digestID negative", BYTES(SPACE "\x45\xa4" "\x68" "digestID" "\x20" SALT NAME VALUE),
          OC_SHAPE, 18 },
        { "not embedded", BYTES("\xa1\x61" "a\x81\xa0"), OC_SHAPE, 4 },
        { "an array of namespaces", BYTES("\x80"), OC_SHAPE, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf message = around(f, row[i].name_spaces);
        struct oc_fault fault = { 0 };
        enum oc_err e = parse(buf_view(&message), &fault);

        ok(e == row[i].want && (e == OC_OK || (fault.offset == row[i].at + 12 &&
                                               fault.reason != NULL)),
           "%s: %s at %zu, %s", row[i].name, oc_err_name(e), fault.offset,
           fault.reason != NULL ? fault.reason : "");
        buf_cleanup(&message);
    }
}

/* issuerAuth around any payload; the signature is never looked at. */
static void test_issuer_auth(void)
{
#define AUTH(payload) BYTES("\xa1\x6a" "issuerAuth" "\x84\x43\xa1\x01\x26\xa0" payload "\x41x")
    const struct parser_row row[] = {
        { "no issuerAuth", BYTES("\xa0"), OC_SHAPE, 0 },
        { "issuerAuth undefined", BYTES("\xa1\x6a" "issuerAuth" "\xf7"), OC_SHAPE, 12 },
        { "no payload", AUTH("\xf6"), OC_SHAPE, 12 },
        { "a payload without its tag", AUTH("\x41\xa0"), OC_SHAPE, 19 },
        { "a payload with more behind", AUTH("\x45\xd8\x18\x41\xa0\x00"), OC_TRAILING, 23 },
        { "an empty MSO", AUTH("\x44\xd8\x18\x41\xa0"), OC_SHAPE, 22 },
        { "tagged 18", BYTES("\xa1\x6a" "issuerAuth" "\xd2\x84\x43\xa1\x01\x26\xa0\xf6\x41x"),
          OC_SHAPE, 12 },
    };

    parser_table(parse, row, sizeof row / sizeof row[0]);
}

/* Five certificates, 4,097 entries: too many, whoever signed them. */
static void test_limits(const struct fixture *f)
{
    struct buf message = new_buf(), spaces = new_buf(), odd;
    struct oc_fault fault = { 0 };
    struct bytes der = x509_der(f->signer);

    cbw_map(&message, 1);
    cbw_str(&message, "issuerAuth");
    cbw_array(&message, 4);
    cbw_bstr(&message, BYTES("\xa1\x01\x26"));
    cbw_map(&message, 1);
    cbw_uint(&message, 33);
    cbw_array(&message, 5);
    for (int i = 0; i < 5; i++)
        cbw_bstr(&message, der);
    cbw_bstr(&message, BYTES("\xd8\x18\x41\xa0"));
    cbw_bstr(&message, BYTES("x"));
    ok(parse(buf_view(&message), &fault) == OC_LIMIT, "five certificates in x5chain");
    cbw_map(&spaces, CBR_ENTRIES_MAX + 1);
    for (int i = 0; i <= CBR_ENTRIES_MAX; i++) {
        char name[16];

        snprintf(name, sizeof name, "n%d", i);
        cbw_str(&spaces, name);
        cbw_array(&spaces, 0);
    }
    odd = around(f, buf_view(&spaces));
    ok(parse(buf_view(&odd), &fault) == OC_LIMIT && fault.offset == 12, "4,097 namespaces");
    buf_cleanup(&odd);
    buf_cleanup(&message);
    buf_cleanup(&spaces);
}

static void test_annex_d(void)
{
    struct mdoc_device_response p;
    const struct mdoc_issuer_signed *s;
    struct buf bytes, auth, iaca;
    struct x509_cert *signer = NULL, *root = NULL;
    size_t holding = 0;

    ok(vector_hex("annex-d/D.4.1.2_device_response.hex", &bytes) &&
       vector_hex("annex-d/D.5.2_issuer_auth.hex", &auth) &&
       vector_hex("annex-d/D.5.2_iaca_cert_der.hex", &iaca), "the files of Annex D");
    must(mdoc_device_response_init(&p, buf_view(&bytes), NULL));
    s = &p.documents[0].issuer_signed;
    ok(bytes_eq(s->auth_cbor, buf_view(&auth)), "issuerAuth");
    for (size_t i = 0; i < s->items_n; i++) {
        uint8_t digest[DIGEST_MAX];
        bool known;

        must(digest_of(s->mso.digest, s->items[i].tagged, digest));
        holding += bytes_eq(mdoc_mso_digest(&s->mso, s->spaces[0].name, s->items[i].digest_id,
                                            &known), (struct bytes){ digest, 32 }) && known;
    }
    ok(holding == 6 && s->items_n == 6, "six digests of six items");
    must(x509_new(&signer, s->auth.x5chain[0]));
    must(x509_new(&root, buf_view(&iaca)));
    ok(cose_sign1_verify(&s->auth, x509_public_key(signer), s->auth.payload,
                         (struct bytes){ 0 }) == OC_OK, "its signature");
    ok(x509_signed_by(signer, root) == OC_OK, "and that of the IACA on its signer");
    x509_free(&signer);
    x509_free(&root);
    mdoc_device_response_cleanup(&p);
    buf_cleanup(&bytes);
    buf_cleanup(&auth);
    buf_cleanup(&iaca);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_own(&f);
    parser_bounds(parse, buf_view(&f.card_bytes), "a card");
    test_write(&f);
    test_items(&f);
    test_issuer_auth();
    test_limits(&f);
    fixture_cleanup(&f);
    if (vectors_present())
        test_annex_d();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
