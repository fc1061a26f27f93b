#include "mdoc/verify.h"

#include "tests/unit/showing.h"

static void test_qr(const struct fixture *f)
{
    struct mdoc_verify_in in = fixture_verify_in(f);
    struct mdoc_claims *claims = accept(f, good, &in, "the QR handover");
    const struct mdoc_card *cards;
    struct buf plain = new_buf();
    size_t n = 0;

    if (claims == NULL)
        return;
    cards = mdoc_claims_cards(claims, &n);
    ok(n == 1 && bytes_is(cards[0].doc_type, FIXTURE_TYPE) && cards[0].elements_n == 2 &&
       strstr(cards[0].issuer, "Test document signer") != NULL &&
       cards[0].signed_at == date_floor(f->now, DATE_DAY_S) &&
       cards[0].valid_from == cards[0].signed_at &&
       cards[0].valid_until == date_floor(f->now, DATE_DAY_S) + 30 * DATE_DAY_S,
       "one card, its type, issuer and times");
    ok(says(element(claims, "family_name"), BYTES("\x63" "Lin")) &&
       !element(claims, "family_name")->intent_to_retain &&
       !element(claims, "family_name")->device_signed &&
       element(claims, "family_name")->answered_by.p == NULL &&
       says(element(claims, "age_over_18"), BYTES("\xf5")) &&
       element(claims, "age_over_18")->intent_to_retain, "two elements, and what may be kept");
    mdoc_claims_free(&claims);
    ok(claims == NULL, "free takes the address");
    mdoc_claims_free(&claims);

    mdoc_device_response_write(&plain, buf_view(&f->document), 1);
    in.message = buf_view(&plain);
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_REFUSED,
               "plaintext documents in the QR flow");
    buf_cleanup(&plain);
}

/* The QR flow with another key or nonce, another time, other fields. */
static void test_qr_refusals(const struct fixture *f)
{
    struct mdoc_verify_in in = fixture_verify_in(f);
    struct private_key *other = new_key(CURVE_P256);
    struct buf parameters = new_buf(), transcript = new_buf(), bytes = new_buf();
    struct buf replayed = new_buf();
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    struct mdoc_device_request request;

    mdoc_encryption_parameters_write(&parameters, private_key_public(f->once_key),
                                     BYTES("fedcba9876543210"));
    mdoc_transcript_qr(&transcript, buf_view(&parameters));
    fixture_request(&bytes, f, fixture_asked, 2, buf_view(&parameters), buf_view(&transcript), 0);
    must(mdoc_device_request_init(&request, buf_view(&bytes), NULL));

    in.request = &request;
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_SIGNATURE, "replayed to another nonce");
    fixture_seal(&replayed, f, &request, buf_view(&f->document), 1);
    in.message = buf_view(&replayed);
    refused_by(&in, MDOC_CHECK_DEVICE_AUTH, OC_SIGNATURE,
               "a recorded document, encrypted anew to another request");
    in = fixture_verify_in(f);
    in.recipient = other;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL,
       "a recipient that the request does not name is the caller's mistake");
    in = fixture_verify_in(f);
    in.now = f->now + 5 * 60 + 1;
    refused_by(&in, MDOC_CHECK_REQUEST_EXPIRY, OC_EXPIRED, "the request expired");
    in.now = f->now + 5 * 60;
    accept_only(f, good, &in, "at the very end of the request");

    mdoc_device_request_cleanup(&request);
    private_key_free(&other);
    buf_cleanup(&parameters);
    buf_cleanup(&transcript);
    buf_cleanup(&bytes);
    buf_cleanup(&replayed);
}

/* Not a response, and responses that only look like one. */
static void test_qr_garbage(const struct fixture *f)
{
    struct mdoc_verify_in in = fixture_verify_in(f);
    struct buf odd = new_buf();

    cbw_map(&odd, 2);        /* no version: refused as no such message */
    cbw_str(&odd, "status");
    cbw_uint(&odd, 0);
    cbw_str(&odd, "documents");
    cbw_array(&odd, 0);
    in.message = buf_view(&odd);
    ok(strstr(no_message(&in, OC_SHAPE), "version") != NULL, "no version");
    buf_truncate(&odd, 0);
    cbw_map(&odd, 3);
    cbw_str(&odd, "version");
    cbw_str(&odd, "1.0");
    cbw_str(&odd, "status");
    cbw_uint(&odd, 0);
    cbw_str(&odd, "encryptedDocuments");
    cbw_array(&odd, 1);
    cbw_map(&odd, 3);
    cbw_str(&odd, "enc");
    cbw_bstr(&odd, BYTES("not a point"));
    cbw_str(&odd, "cipherText");
    cbw_bstr(&odd, BYTES("nothing"));
    cbw_str(&odd, "docRequestID");
    cbw_uint(&odd, 0);
    in.message = buf_view(&odd);
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_SIGNATURE, "garbage in place of ciphertext");
    odd.p[odd.n - 1] = 1;
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_REFUSED, "an answer to docRequest 1 of 1");
    buf_cleanup(&odd);
}

static void test_mac(const struct fixture *f)
{
    struct mdoc_verify_in in = plain_in(f);
    struct private_key *reader = new_key(CURVE_P256), *other = new_key(CURVE_P256);
    struct private_key *p384 = new_key(CURVE_P384);
    bool keep[FIXTURE_ELEMENTS_N] = { true, true, true, true, true, true };
    struct buf document = new_buf(), message = new_buf();

    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &f->card, .keep = keep, .transcript = buf_view(&f->transcript),
        .device_key = f->device_key, .reader_key = private_key_public(reader) }));
    mdoc_device_response_write(&message, buf_view(&document), 1);
    in.message = buf_view(&message);
    in.reader_key = reader;
    accept_only(f, good, &in, "a device MAC");
    in.reader_key = other;
    refused_by(&in, MDOC_CHECK_DEVICE_AUTH, OC_SIGNATURE, "a MAC for another reader");
    in.reader_key = p384;
    refused_by(&in, MDOC_CHECK_DEVICE_AUTH, OC_SIGNATURE, "a reader key on another curve");
    in.reader_key = NULL;
    refused_by(&in, MDOC_CHECK_DEVICE_AUTH, OC_REFUSED, "a MAC, and no reader key");
    private_key_free(&reader);
    private_key_free(&other);
    private_key_free(&p384);
    buf_cleanup(&document);
    buf_cleanup(&message);
}

/* Accept a card with one age attestation as an answer to age_over_18, or refuse it. */
static void age(const struct fixture *f, const char *name, bool over, bool answers)
{
    struct odd_item items[2] = { good_items[0], good_items[1] };
    struct showing s = { .card = { .items = items, .items_n = 2 } };
    struct mdoc_claims *claims;
    char text[64];

    items[1].name = name;
    items[1].value = over ? BYTES("\xf5") : BYTES("\xf4");
    snprintf(text, sizeof text, "%s %s as an answer to age_over_18", name, over ? "true" : "false");
    if (!answers) {
        refuse(f, s, MDOC_CHECK_ELEMENTS, OC_REFUSED, text);
        return;
    }
    claims = accept(f, s, NULL, text);
    ok(says(element(claims, "age_over_18"), items[1].value) &&
       bytes_is(element(claims, "age_over_18")->answered_by, name) &&
       element(claims, name) == NULL, "read as age_over_18, by %s", name);
    mdoc_claims_free(&claims);
}

/* What the refusal says when these are asked for and the good card is shown. */
static void missing(const struct fixture *f, const struct mdoc_requested *asked, size_t n,
                    const char *want)
{
    static struct mdoc_report report;
    struct mdoc_device_request request = f->request;
    struct mdoc_doc_request doc = f->request.docs[0];
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_requested elements[40];
    struct mdoc_claims *claims;
    struct buf message = new_buf();
    const char *detail = report.documents[0].checks[MDOC_CHECK_ELEMENTS].detail;

    memcpy(elements, asked, n * sizeof *asked);
    doc.first = 0;
    doc.n = request.elements_n = n;
    request.docs = &doc;
    request.elements = elements;
    put_response(&message, f, good);
    in.request = &request;
    in.message = buf_view(&message);
    ok(mdoc_verify(&claims, &report, &in) == OC_REFUSED && claims == NULL &&
       strcmp(detail, want) == 0, "%s", detail);
    buf_cleanup(&message);
}

static void test_missing(const struct fixture *f)
{
    const struct mdoc_requested few[] = {
        { BYTES(FIXTURE_SPACE), BYTES("family_name"), false },
        { BYTES(FIXTURE_SPACE), BYTES("sex"), false },
        { BYTES(FIXTURE_SPACE), BYTES("portrait"), false },
    };
    struct mdoc_requested many[40];

    missing(f, few, 2, "sex was asked for and not shown");
    missing(f, few, 3, "sex, portrait were asked for and not shown");
    for (size_t i = 0; i < 40; i++)
        many[i] = (struct mdoc_requested){
            BYTES(FIXTURE_SPACE), BYTES("one_of_thirty_character_length"), false
        };
    missing(f, many, 40, "one_of_thirty_character_length, one_of_thirty_character_length, "
            "one_of_thirty_character_length, one_of_thirty_character_length, "
            "one_of_thirty_character_length and 35 more were asked for and not shown");
}

static void test_elements(const struct fixture *f)
{
    const struct odd_item more[] = {
        good_items[0], good_items[1],
        { FIXTURE_SPACE, "resident_address", BYTES("\x61x"), 12, false, false },
    };
    struct odd_item text[2] = { good_items[0], good_items[1] };
    struct mdoc_claims *claims;
    size_t n;

    refuse(f, (struct showing){ .card = { .items = good_items + 1, .items_n = 1 } },
           MDOC_CHECK_ELEMENTS, OC_REFUSED, "an element missing");
    claims = accept(f, (struct showing){ .card = { .items = more, .items_n = 3 } }, NULL,
                    "an element more than asked");
    ok(claims != NULL && mdoc_claims_cards(claims, &n)->elements_n == 2 &&
       element(claims, "resident_address") == NULL, "is left out of the claims");
    mdoc_claims_free(&claims);
    age(f, "age_over_21", true, true);
    age(f, "age_over_16", false, true);
    age(f, "age_over_21", false, false);
    age(f, "age_over_16", true, false);
    age(f, "age_over_1", true, false);
    text[1].name = "age_over_21";
    text[1].value = BYTES("\x63" "yes");
    refuse(f, (struct showing){ .card = { .items = text, .items_n = 2 } }, MDOC_CHECK_ELEMENTS,
           OC_REFUSED, "an age attestation that is no boolean");
}

static void test_response(const struct fixture *f)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = plain_in(f);
    struct buf empty = new_buf(), message = new_buf(), bytes = new_buf();
    struct mdoc_doc_request_spec doc = { .doc_type = "org.iso.18013.5.1.mDL",
                                         .elements = fixture_asked, .elements_n = 2 };
    struct mdoc_device_request request;
    struct mdoc_claims *claims;
    enum oc_err e;

    refuse(f, (struct showing){ .version = "2.0" }, MDOC_CHECK_RESPONSE_VERSION, OC_REFUSED,
           "version 2.0");
    accept_only(f, (struct showing){ .version = "1.1" }, NULL, "version 1.1");
    refuse(f, (struct showing){ .version = "1.x" }, MDOC_CHECK_RESPONSE_VERSION, OC_REFUSED,
           "version 1.x");
    refuse(f, (struct showing){ .version = "1." }, MDOC_CHECK_RESPONSE_VERSION, OC_REFUSED,
           "version 1.");
    refuse(f, (struct showing){ .status = 10 }, MDOC_CHECK_RESPONSE_STATUS, OC_REFUSED,
           "status 10");
    refuse(f, (struct showing){ .zk = true }, MDOC_CHECK_RESPONSE_DOCUMENTS, OC_REFUSED,
           "zkDocuments");
    refuse(f, (struct showing){ .copies = 2 }, MDOC_CHECK_DOCUMENT_REQUESTED, OC_REFUSED,
           "a document more than asked");

    mdoc_device_response_write(&empty, (struct bytes){ 0 }, 0);
    in.message = buf_view(&empty);
    refused_by(&in, MDOC_CHECK_RESPONSE_DOCUMENTS, OC_REFUSED, "no document at all");
    in.request = NULL;
    refused_by(&in, MDOC_CHECK_RESPONSE_DOCUMENTS, OC_REFUSED, "nor without a request");
    in.message = buf_view(&f->response);
    refused_by(&in, MDOC_CHECK_RESPONSE_DOCUMENTS, OC_REFUSED, "encrypted, and no key");

    mdoc_device_request_write(&bytes, &(struct mdoc_request_spec){ .docs = &doc, .docs_n = 1 });
    must(mdoc_device_request_init(&request, buf_view(&bytes), NULL));
    put_response(&message, f, good);
    in.message = buf_view(&message);
    in.request = &request;
    e = mdoc_verify(&claims, &report, &in);
    ok(e == OC_REFUSED && claims == NULL &&
       report.documents[0].checks[MDOC_CHECK_DOCUMENT_REQUESTED].outcome == MDOC_FAIL &&
       report.checks[MDOC_CHECK_RESPONSE_DOCUMENTS].outcome == MDOC_FAIL,
       "a type that was not asked for, in place of the one that was");
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&empty);
    buf_cleanup(&message);
    buf_cleanup(&bytes);
}

/* Two docRequests, of which only the second has an end. */
static void test_expiry_of_any(const struct fixture *f)
{
    struct mdoc_doc_request_spec docs[2] = {
        { .doc_type = FIXTURE_TYPE, .elements = fixture_asked, .elements_n = 2 },
        { .doc_type = FIXTURE_TYPE, .elements = fixture_asked, .elements_n = 2,
          .expires = f->now - 1 },
    };
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_device_request request;
    struct buf bytes = new_buf(), message = new_buf();

    mdoc_device_request_write(&bytes, &(struct mdoc_request_spec){ .docs = docs, .docs_n = 2 });
    must(mdoc_device_request_init(&request, buf_view(&bytes), NULL));
    put_response(&message, f, (struct showing){ .copies = 2 });
    in.request = &request;
    in.message = buf_view(&message);
    refused_by(&in, MDOC_CHECK_REQUEST_EXPIRY, OC_EXPIRED, "the second docRequest expired");
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&bytes);
    buf_cleanup(&message);
}

static void test_issuer(const struct fixture *f)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = { .message = buf_view(&f->card_bytes), .now = f->now,
                                 .anchors = &f->iacas };
    struct mdoc_issuer_claims *claims;
    const struct mdoc_card *cards;
    struct buf card = new_buf(), message = new_buf(), forged = new_buf();
    struct odd_item items[2] = { good_items[0], good_items[1] };
    size_t n;

    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_OK && report.accepted && claims != NULL,
       "an IssuerSigned alone");
    if (claims != NULL) {
        cards = mdoc_issuer_claims_cards(claims, &n);
        ok(n == 1 && cards[0].elements_n == FIXTURE_ELEMENTS_N &&
           bytes_is(cards[0].doc_type, FIXTURE_TYPE), "all its elements");
        ok(report.documents[0].checks[MDOC_CHECK_DEVICE_AUTH].outcome == MDOC_NOT_CHECKED &&
           report.documents[0].checks[MDOC_CHECK_DEVICE_AUTHORIZED].outcome == MDOC_NOT_CHECKED,
           "the device shows as not checked");
    }
    mdoc_issuer_claims_free(&claims);

    mdoc_device_response_write(&message, buf_view(&f->document), 1);
    in.message = buf_view(&message);
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_OK, "a response, its device not looked at");
    mdoc_issuer_claims_free(&claims);
    buf_truncate(&message, 0);
    odd_document_write(&forged, f, (struct odd_document){
        .issuer_signed = buf_view(&f->card_bytes),
        .device_name_spaces = BYTES("\xa1\x61" "n\xa1\x64" "rank\x65" "Queen") });
    mdoc_device_response_write(&message, buf_view(&forged), 1);
    in.message = buf_view(&message);
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_OK &&
       mdoc_issuer_claims_cards(claims, &n)[0].elements_n == FIXTURE_ELEMENTS_N,
       "what the device says of its own is no claim of the issuer's");
    mdoc_issuer_claims_free(&claims);
    buf_cleanup(&forged);

    items[0].changed = true;
    odd_card_write(&card, f, (struct odd_card){ .items = items, .items_n = 2 });
    in.message = buf_view(&card);
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_DIGEST && claims == NULL &&
       report.documents[0].checks[MDOC_CHECK_DIGESTS].outcome == MDOC_FAIL, "a value changed");
    card.p[card.n - 1] ^= 0xff;
    in.message = (struct bytes){ card.p, card.n - 1 };
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_TRUNCATED && claims == NULL &&
       report.fault.reason != NULL, "cut short");
    in.message = BYTES("\xa1\x6a" "issuerAuth" "\x01");
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_SHAPE && claims == NULL &&
       report.fault.offset == 12, "a broken IssuerSigned is told as one");

    in.message = buf_view(&f->card_bytes);
    in.anchors = NULL;
    in.signer = f->signer;
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_OK &&
       report.documents[0].checks[MDOC_CHECK_SIGNER_CHAIN].outcome == MDOC_NOT_CHECKED &&
       report.documents[0].checks[MDOC_CHECK_SIGNER_COUNTRY].outcome == MDOC_NOT_CHECKED,
       "a pinned signer: the chain shows as not checked");
    mdoc_issuer_claims_free(&claims);
    in.now = f->now + 500 * (int64_t)DATE_DAY_S;
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_EXPIRED && claims == NULL &&
       report.documents[0].checks[MDOC_CHECK_SIGNER_CHAIN].outcome == MDOC_FAIL,
       "a pinned signer that has expired");
    in.now = f->now;
    in.signer = f->iaca;
    in.accept_profile = true;
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_REFUSED && claims == NULL &&
       report.documents[0].checks[MDOC_CHECK_SIGNER_PROFILE].outcome == MDOC_FAIL &&
       report.documents[0].checks[MDOC_CHECK_ISSUER_SIGNATURE].outcome == MDOC_FAIL,
       "another pinned signer, and a CA: no option accepts that");
    buf_cleanup(&card);
    buf_cleanup(&message);
}

static void test_usage(const struct fixture *f)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    struct mdoc_verify_in in = fixture_verify_in(f);

    in.recipient = NULL;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL && !report.accepted,
       "neither transcript nor recipient");
    in = fixture_verify_in(f);
    in.request = NULL;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL, "a recipient, no request");
    in = fixture_verify_in(f);
    in.transcript = buf_view(&f->transcript);
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL,
       "a transcript beside the one that follows from the request");
    in = fixture_verify_in(f);
    in.anchors = NULL;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL, "nobody to trust");
}

/* A request that asks for no encryption cannot be answered encrypted: the caller's mistake. */
static void test_no_encryption_asked(const struct fixture *f)
{
    static struct mdoc_report report;
    struct mdoc_doc_request_spec doc = { .doc_type = FIXTURE_TYPE, .elements = fixture_asked,
                                         .elements_n = 2 };
    struct mdoc_verify_in in = fixture_verify_in(f);
    struct mdoc_device_request request;
    struct buf bytes = new_buf();
    struct mdoc_claims *claims;

    mdoc_device_request_write(&bytes, &(struct mdoc_request_spec){ .docs = &doc, .docs_n = 1 });
    must(mdoc_device_request_init(&request, buf_view(&bytes), NULL));
    in.request = &request;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL,
       "a recipient, and a request without encryption");
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&bytes);
}

/* Signers and devices on other curves, through the QR handover. */
static void test_curves(void)
{
    const enum curve curves[][2] = {
        { CURVE_P384, CURVE_P256 }, { CURVE_P521, CURVE_P384 }, { CURVE_ED25519, CURVE_P521 },
        { CURVE_P256, CURVE_ED25519 },
    };

    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        struct fixture f;
        struct mdoc_verify_in in;
        char name[64];

        fixture_init(&f, curves[i][0], curves[i][1]);
        in = fixture_verify_in(&f);
        snprintf(name, sizeof name, "signer on %s, device on %s", curve_info(curves[i][0])->name,
                 curve_info(curves[i][1])->name);
        accept_only(&f, good, &in, name);
        fixture_cleanup(&f);
    }
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_qr(&f);
    test_qr_refusals(&f);
    test_qr_garbage(&f);
    test_mac(&f);
    test_missing(&f);
    test_elements(&f);
    test_response(&f);
    test_expiry_of_any(&f);
    test_issuer(&f);
    test_usage(&f);
    test_no_encryption_asked(&f);
    fixture_cleanup(&f);
    test_curves();
    return done();
}
