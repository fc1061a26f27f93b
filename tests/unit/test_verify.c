#include "mdoc/verify.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct odd_item good_items[] = {
    { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 7, false, false },
    { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 3, false, false },
};
enum { GOOD_N = sizeof good_items / sizeof good_items[0] };

/* One response in plain: everything wrong is in the pieces that a case gives. */
struct showing {
    struct odd_card card;
    struct odd_document document;
    const char *version;
    uint64_t status;
    size_t copies;              /* of the document; 0: one */
    bool zk;
};

static const struct showing good;

static void put_response(struct buf *out, const struct fixture *f, struct showing s)
{
    struct buf card = new_buf(), document = new_buf();

    if (s.card.items == NULL) {
        s.card.items = good_items;
        s.card.items_n = GOOD_N;
    }
    odd_card_write(&card, f, s.card);
    s.document.issuer_signed = buf_view(&card);
    if (s.copies == 0)
        s.copies = 1;
    for (size_t i = 0; i < s.copies; i++)
        odd_document_write(&document, f, s.document);
    cbw_map(out, s.zk ? 4 : 3);
    cbw_str(out, "version");
    cbw_str(out, s.version != NULL ? s.version : "1.0");
    cbw_str(out, "documents");
    cbw_array(out, s.copies);
    cbw_raw(out, buf_view(&document));
    cbw_str(out, "status");
    cbw_uint(out, s.status);
    if (s.zk) {
        cbw_str(out, "zkDocuments");
        cbw_array(out, 0);
    }
    must(buf_err(out));
    buf_cleanup(&document);
    buf_cleanup(&card);
}

static struct mdoc_verify_in plain_in(const struct fixture *f)
{
    return (struct mdoc_verify_in){
        .now = f->now, .anchors = &f->iacas, .request = &f->request,
        .transcript = buf_view(&f->transcript),
    };
}

static void count(const struct mdoc_report *report, size_t *fails, size_t *blocks)
{
    *fails = *blocks = 0;
    for (int i = 0; i < MDOC_CHECKS_N; i++)
        for (size_t doc = 0; doc < (i < MDOC_FIRST_DOCUMENT_CHECK ? 1 : report->documents_n); doc++) {
            const struct mdoc_check *c = i < MDOC_FIRST_DOCUMENT_CHECK
                                             ? &report->checks[i]
                                             : &report->documents[doc].checks[i];

            *fails += c->outcome == MDOC_FAIL;
            *blocks += c->blocks;
        }
}

/* Refused by exactly this check, for this reason, with no claims. */
static const char *refused_by(const struct mdoc_verify_in *in, enum mdoc_check_id want,
                              enum oc_err why, const char *name)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims = (struct mdoc_claims *)&report;
    const struct mdoc_check *block;
    enum mdoc_check_id id = MDOC_CHECKS_N;
    enum oc_err e = mdoc_verify(&claims, &report, in);
    size_t fails, blocks;

    block = mdoc_report_first_block(&report, &id, NULL);
    count(&report, &fails, &blocks);
    ok(e == why && report.why == why && !report.accepted && claims == NULL && block != NULL &&
       id == want && fails <= 1, "%s: %s, %s: %s", name, oc_err_name(e),
       block != NULL ? mdoc_check_info(id)->id : "nothing",
       block != NULL ? block->detail : report.fault.reason);
    if (fails > 1 || id != want)
        for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++)
            note("%s %s %s", mdoc_check_info(i)->id,
                 mdoc_outcome_name(report.documents[0].checks[i].outcome),
                 report.documents[0].checks[i].detail);
    mdoc_claims_free(&claims);
    return block != NULL ? block->detail : "";
}

static void refuse(const struct fixture *f, struct showing s, enum mdoc_check_id want,
                   enum oc_err why, const char *name)
{
    struct mdoc_verify_in in = plain_in(f);
    struct buf message = new_buf();

    put_response(&message, f, s);
    in.message = buf_view(&message);
    refused_by(&in, want, why, name);
    buf_cleanup(&message);
}

/* Accepted; the claims are the caller's. */
static struct mdoc_claims *accept(const struct fixture *f, struct showing s,
                                  const struct mdoc_verify_in *given, const char *name)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = given != NULL ? *given : plain_in(f);
    struct mdoc_claims *claims;
    const struct mdoc_check *block;
    struct buf message = new_buf();
    enum oc_err e;

    put_response(&message, f, s);
    if (in.message.p == NULL)
        in.message = buf_view(&message);
    e = mdoc_verify(&claims, &report, &in);
    buf_cleanup(&message);
    block = mdoc_report_first_block(&report, NULL, NULL);
    ok(e == OC_OK && report.accepted && claims != NULL, "%s: %s %s", name, oc_err_name(e),
       block != NULL ? block->detail : report.fault.reason != NULL ? report.fault.reason : "");
    return claims;
}

static void accept_only(const struct fixture *f, struct showing s, const struct mdoc_verify_in *given,
                        const char *name)
{
    struct mdoc_claims *claims = accept(f, s, given, name);

    mdoc_claims_free(&claims);
}

/* Not such a message; the fault's reason. */
static const char *no_message(const struct mdoc_verify_in *in, enum oc_err want)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, in);
    bool as_promised = e == want && report.why == want && !report.accepted && claims == NULL;

    mdoc_claims_free(&claims);
    return as_promised && report.fault.reason != NULL ? report.fault.reason : "";
}

static const struct mdoc_element *element(const struct mdoc_claims *claims, const char *name)
{
    size_t n;
    const struct mdoc_card *cards;

    if (claims == NULL)
        return NULL;
    cards = mdoc_claims_cards(claims, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < cards[i].elements_n; j++)
            if (bytes_is(cards[i].elements[j].name, name))
                return &cards[i].elements[j];
    return NULL;
}

static bool says(const struct mdoc_element *e, struct bytes value)
{
    return e != NULL && bytes_eq(e->value, value);
}

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
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_REFUSED, "plaintext documents in the QR flow");
    buf_cleanup(&plain);
}

/* The QR flow with another key or nonce, another time, other fields. */
static void test_qr_refusals(const struct fixture *f)
{
    struct mdoc_verify_in in = fixture_verify_in(f);
    struct private_key *other = new_key(CURVE_P256);
    struct buf parameters = new_buf(), transcript = new_buf(), bytes = new_buf(), odd = new_buf();
    struct mdoc_device_request request;
    struct buf sealed = new_buf(), replayed = new_buf();

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
    refused_by(&in, MDOC_CHECK_RESPONSE_DECRYPTION, OC_SIGNATURE, "replayed to another key");
    in = fixture_verify_in(f);
    in.now = f->now + 5 * 60 + 1;
    refused_by(&in, MDOC_CHECK_REQUEST_EXPIRY, OC_EXPIRED, "the request expired");
    in.now = f->now + 5 * 60;
    accept_only(f, good, &in, "at the very end of the request");

    cbw_map(&sealed, 2);        /* no version: refused as no such message */
    cbw_str(&sealed, "status");
    cbw_uint(&sealed, 0);
    cbw_str(&sealed, "documents");
    cbw_array(&sealed, 0);
    in = fixture_verify_in(f);
    in.message = buf_view(&sealed);
    ok(strstr(no_message(&in, OC_SHAPE), "version") != NULL, "no version");
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

    mdoc_device_request_cleanup(&request);
    private_key_free(&other);
    buf_cleanup(&parameters);
    buf_cleanup(&transcript);
    buf_cleanup(&bytes);
    buf_cleanup(&sealed);
    buf_cleanup(&replayed);
    buf_cleanup(&odd);
}

/* A document signer that is the fixture's but for what `spec` changes, and a card under it. */
static void refuse_signer(const struct fixture *f, const struct x509_spec *spec,
                          enum mdoc_check_id want, enum oc_err why, const char *name)
{
    struct x509_cert *signer = new_certificate(spec, f->signer_key, f->iaca, f->iaca_key);

    refuse(f, (struct showing){ .card = { .chain = &signer, .chain_n = 1 } }, want, why, name);
    x509_free(&signer);
}

static void test_signer(const struct fixture *f)
{
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    struct mdoc_verify_in in = plain_in(f);
    struct private_key *other_key = new_key(CURVE_P256);
    struct x509_spec iaca = certificate_spec(TRUST_IACA, f->now);
    struct x509_cert *other = new_certificate(&iaca, other_key, NULL, NULL), *signer;
    struct trust_anchors others = { 0 };
    struct buf message = new_buf();

    put_response(&message, f, good);
    in.message = buf_view(&message);
    must(trust_anchors_add(&others, other));
    in.anchors = &others;
    refused_by(&in, MDOC_CHECK_SIGNER_CHAIN, OC_UNTRUSTED, "the IACA of another, of the same name");
    in.anchors = &(struct trust_anchors){ 0 };
    refused_by(&in, MDOC_CHECK_SIGNER_CHAIN, OC_UNTRUSTED, "no anchors");

    spec.eku[0] = "1.0.18013.5.1.6";
    refuse_signer(f, &spec, MDOC_CHECK_SIGNER_PROFILE, OC_UNTRUSTED, "a reader's certificate signs");
    spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    spec.country = "FR";
    signer = new_certificate(&spec, f->signer_key, f->iaca, f->iaca_key);
    buf_truncate(&message, 0);
    put_response(&message, f, (struct showing){ .card = { .chain = &signer, .chain_n = 1 } });
    x509_free(&signer);
    in = plain_in(f);
    in.message = buf_view(&message);
    in.accept_profile = true;
    refused_by(&in, MDOC_CHECK_SIGNER_COUNTRY, OC_UNTRUSTED, "the signer's country is another");
    spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    spec.not_before = f->now - 20 * DATE_DAY_S;
    spec.not_after = f->now - 1;
    refuse_signer(f, &spec, MDOC_CHECK_SIGNER_CHAIN, OC_EXPIRED, "the signer expired");
    spec.not_before = f->now - DATE_HOUR_S;     /* the card was signed at midnight */
    spec.not_after = f->now + DATE_DAY_S * 40;
    refuse_signer(f, &spec, MDOC_CHECK_SIGNED_IN_SIGNER, OC_REFUSED,
                  "signed before the signer's time");
    refuse(f, (struct showing){ .card = { .chain = &f->iaca, .chain_n = 1, .signer = f->iaca_key } },
           MDOC_CHECK_SIGNER_PROFILE, OC_UNTRUSTED, "the IACA itself signs the card");
    refuse(f, (struct showing){ .card = { .chain = NULL, .signer = other_key } },
           MDOC_CHECK_ISSUER_SIGNATURE, OC_SIGNATURE, "another key than the certificate's signs");

    x509_free(&other);
    private_key_free(&other_key);
    trust_anchors_cleanup(&others);
    buf_cleanup(&message);
}

static void test_card(const struct fixture *f)
{
    int64_t today = date_floor(f->now, DATE_DAY_S);
    struct odd_item items[3] = { good_items[0], good_items[1],
                                 { FIXTURE_SPACE, "family_name", BYTES("\x62" "Li"), 9, false,
                                   false } };
    const struct odd_item apart[] = {
        { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 0, false, false },
        { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 1, false, false },
        { "org.example", "other", BYTES("\xf5"), 0, false, false },
    };

    accept_only(f, good, NULL, "as it should be");
    items[1].changed = true;
    refuse(f, (struct showing){ .card = { .items = items, .items_n = 2 } }, MDOC_CHECK_DIGESTS,
           OC_DIGEST, "a value changed");
    items[1] = good_items[1];
    items[1].unsigned_ = true;
    refuse(f, (struct showing){ .card = { .items = items, .items_n = 2 } }, MDOC_CHECK_DIGESTS,
           OC_DIGEST, "an unknown digestID");
    items[1] = good_items[1];
    refuse(f, (struct showing){ .card = { .items = apart, .items_n = 3,
                                          .unsigned_space = "org.example" } },
           MDOC_CHECK_DIGESTS, OC_DIGEST, "a namespace that is not in the MSO");
    refuse(f, (struct showing){ .card = { .items = items, .items_n = 3 } }, MDOC_CHECK_DUPLICATES,
           OC_REFUSED, "an element twice, both of the issuer");
    refuse(f, (struct showing){ .card = { .doc_type = "org.iso.18013.5.1.mDL" } },
           MDOC_CHECK_DOC_TYPE, OC_REFUSED, "shown as another type than was signed");
    refuse(f, (struct showing){ .card = { .version = "2.0" } }, MDOC_CHECK_MSO_VERSION, OC_REFUSED,
           "version 2.0 of the MSO");
    refuse(f, (struct showing){ .card = { .algorithm = "MD5" } }, MDOC_CHECK_DIGESTS, OC_REFUSED,
           "a digest algorithm that is not ours");
    refuse(f, (struct showing){ .card = { .signed_at = today - 3 * DATE_DAY_S } },
           MDOC_CHECK_SIGNED_IN_SIGNER, OC_REFUSED, "signed before its signer's time");
    refuse(f, (struct showing){ .card = { .valid_from = f->now + 1 } }, MDOC_CHECK_VALIDITY,
           OC_EXPIRED, "not valid yet");
    refuse(f, (struct showing){ .card = { .valid_until = f->now - 1 } }, MDOC_CHECK_VALIDITY,
           OC_EXPIRED, "expired");
    refuse(f, (struct showing){ .card = { .valid_from = today - 1 } }, MDOC_CHECK_VALIDITY,
           OC_REFUSED, "valid before it was signed");
    accept_only(f, (struct showing){ .card = { .valid_from = f->now, .valid_until = f->now + 1 } }, NULL, "valid from this second on");
    for (enum digest d = DIGEST_SHA384; d <= DIGEST_SHA512; d++)
        accept_only(f, (struct showing){ .card = { .digest = d, .algorithm = digest_name(d) } }, NULL, digest_name(d));
    refuse(f, (struct showing){ .card = { .digest = DIGEST_SHA384 } }, MDOC_CHECK_DIGESTS, OC_DIGEST,
           "digests of another length than the algorithm's");
}

/* What other implementers write, all at once, through the whole of a verification. */
static void test_habits(const struct fixture *f)
{
    const struct odd_item items[] = {
        { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 4294967295u, false, false },
        { FIXTURE_SPACE, "family_name", BYTES("\x78\x03" "Lin"), 4294967296u, false, false },
    };
    struct mdoc_claims *claims = accept(f, (struct showing){
        .card = { .items = items, .items_n = 2, .map16 = true,
                  .mso_extra = BYTES("\x66" "status\xf7\x68" "whatever\x80"), .mso_extra_n = 2 } },
        NULL, "two-byte map heads, undefined, large digestIDs, another order, longer heads");

    ok(says(element(claims, "family_name"), BYTES("\x78\x03" "Lin")), "a value stays as it was signed");
    mdoc_claims_free(&claims);
}

static void test_signature_flipped(const struct fixture *f)
{
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_device_response p;
    struct buf message = new_buf();
    size_t at;

    put_response(&message, f, good);
    must(mdoc_device_response_init(&p, buf_view(&message), NULL));
    at = (size_t)(p.documents[0].issuer_signed.auth.signature.p - message.p);
    mdoc_device_response_cleanup(&p);
    message.p[at + 5] ^= 1;
    in.message = buf_view(&message);
    refused_by(&in, MDOC_CHECK_ISSUER_SIGNATURE, OC_SIGNATURE, "a bit of the issuer's signature");
    buf_cleanup(&message);
}

static void test_status(const struct fixture *f)
{
    struct showing s = { .card = {
        .mso_extra = BYTES("\x66" "status" "\xa1\x6b" "status_list" "\xa2\x63" "idx\x05\x63" "uri\x61x"),
        .mso_extra_n = 1 } };
    struct mdoc_verify_in in = plain_in(f);

    refuse(f, s, MDOC_CHECK_STATUS, OC_REFUSED, "a status list that nobody looked up");
    in.accept_unchecked_status = true;
    accept_only(f, s, &in, "accepted by option");
}

static void test_device(const struct fixture *f)
{
    struct private_key *other = new_key(CURVE_P256);
    struct bytes says_18 = BYTES("\xa1\x6f" "org.iso.23220.1" "\xa1\x6b" "age_over_18" "\xf5");
    struct bytes says_name = BYTES("\xa1\x6f" "org.iso.23220.1" "\xa1\x6b" "family_name" "\x63" "Lin");
    struct bytes all = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" "org.iso.23220.1");
    struct bytes one = BYTES("\xa1\x6c" "dataElements" "\xa1\x6f" "org.iso.23220.1" "\x81\x6b"
                             "age_over_18");
    struct mdoc_claims *claims;
    struct mdoc_verify_in in = plain_in(f);
    struct buf message = new_buf();

    refuse(f, (struct showing){ .document = { .device_key = other } }, MDOC_CHECK_DEVICE_AUTH,
           OC_SIGNATURE, "another person's device");
    refuse(f, (struct showing){ .document = { .transcript = BYTES("\x83\xf6\xf6\xf6") } },
           MDOC_CHECK_DEVICE_AUTH, OC_SIGNATURE, "replayed from another session");
    refuse(f, (struct showing){ .card = { .items_n = 1, .items = good_items },
                                .document = { .device_name_spaces = says_18 } },
           MDOC_CHECK_DEVICE_AUTHORIZED, OC_REFUSED, "the device speaks without authority");
    claims = accept(f, (struct showing){ .card = { .items_n = 1, .items = good_items,
                                                   .key_authorizations = all },
                                         .document = { .device_name_spaces = says_18 } },
                    NULL, "the device speaks for a namespace it was given");
    ok(claims != NULL && element(claims, "age_over_18") != NULL &&
       element(claims, "age_over_18")->device_signed, "and its claim says so");
    mdoc_claims_free(&claims);
    accept_only(f, (struct showing){ .card = { .items_n = 1, .items = good_items, .key_authorizations = one }, .document = { .device_name_spaces = says_18 } }, NULL, "the device says the one element it may");
    refuse(f, (struct showing){ .card = { .items_n = 1, .items = good_items + 1,
                                          .key_authorizations = one },
                                .document = { .device_name_spaces = says_name } },
           MDOC_CHECK_DEVICE_AUTHORIZED, OC_REFUSED, "the device says another element than it may");
    refuse(f, (struct showing){ .card = { .key_authorizations = all },
                                .document = { .device_name_spaces = says_18 } },
           MDOC_CHECK_DUPLICATES, OC_REFUSED, "an element twice, of issuer and device");

    put_response(&message, f, (struct showing){ .document = { .attached = true } });
    in.message = buf_view(&message);
    ok(strstr(no_message(&in, OC_SHAPE), "payload") != NULL, "an attached device payload");
    buf_cleanup(&message);
    private_key_free(&other);
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
    refuse(f, (struct showing){ .status = 10 }, MDOC_CHECK_RESPONSE_STATUS, OC_REFUSED, "status 10");
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
    struct buf card = new_buf(), message = new_buf();
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
    in.signer = f->iaca;
    in.accept_profile = true;
    ok(mdoc_verify_issuer(&claims, &report, &in) == OC_SIGNATURE && claims == NULL,
       "another pinned signer");
    buf_cleanup(&card);
    buf_cleanup(&message);
}

static void test_signer_end(const struct fixture *f)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_claims *claims;
    struct buf message = new_buf();

    put_response(&message, f, (struct showing){
        .card = { .valid_until = f->now + 500 * DATE_DAY_S } });
    in.message = buf_view(&message);
    ok(mdoc_verify(&claims, &report, &in) == OC_OK &&
       report.documents[0].checks[MDOC_CHECK_SIGNER_END].outcome == MDOC_WARNING,
       "a card that outlives its signer's certificate is reported");
    mdoc_claims_free(&claims);
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
    in.anchors = NULL;
    ok(mdoc_verify(&claims, &report, &in) == OC_USAGE && claims == NULL, "nobody to trust");
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
    test_signer(&f);
    test_card(&f);
    test_habits(&f);
    test_signature_flipped(&f);
    test_status(&f);
    test_device(&f);
    test_mac(&f);
    test_elements(&f);
    test_response(&f);
    test_expiry_of_any(&f);
    test_issuer(&f);
    test_signer_end(&f);
    test_usage(&f);
    fixture_cleanup(&f);
    test_curves();
    return done();
}
