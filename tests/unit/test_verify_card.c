/* Cards and documents wrong in one place: which check refuses them, and why. */
#include "mdoc/verify.h"

#include "tests/unit/showing.h"

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
    refuse_signer(f, &spec, MDOC_CHECK_SIGNER_PROFILE, OC_REFUSED,
                  "a reader's certificate signs");
    signer = new_certificate(&spec, f->signer_key, f->iaca, f->iaca_key);
    buf_truncate(&message, 0);
    put_response(&message, f, (struct showing){ .card = { .chain = &signer, .chain_n = 1 } });
    x509_free(&signer);
    in = plain_in(f);
    in.message = buf_view(&message);
    in.accept_profile = true;
    refused_by(&in, MDOC_CHECK_SIGNER_PROFILE, OC_REFUSED,
               "a reader's certificate signs, whatever the option");
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
    refuse(f, (struct showing){ .card = { .chain = &f->iaca, .chain_n = 1,
                                          .signer = f->iaca_key } },
           MDOC_CHECK_SIGNER_PROFILE, OC_REFUSED, "the IACA itself signs the card");
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
    accept_only(f, (struct showing){ .card = { .valid_from = f->now, .valid_until = f->now + 1 } },
                NULL, "valid from this second on");
    for (enum digest d = DIGEST_SHA384; d <= DIGEST_SHA512; d++)
        accept_only(f, (struct showing){ .card = { .digest = d, .algorithm = digest_name(d) } },
                    NULL, digest_name(d));
    refuse(f, (struct showing){ .card = { .digest = DIGEST_SHA384 } }, MDOC_CHECK_DIGESTS,
           OC_DIGEST, "digests of another length than the algorithm's");
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

    ok(says(element(claims, "family_name"), BYTES("\x78\x03" "Lin")),
       "a value stays as it was signed");
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
        .mso_extra = BYTES("\x66" "status" "\xa1\x6b" "status_list"
                           "\xa2\x63" "idx\x05\x63" "uri\x61x"),
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
    struct bytes says_name = BYTES("\xa1\x6f" "org.iso.23220.1" "\xa1\x6b" "family_name"
                                   "\x63" "Lin");
    struct bytes all = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" "org.iso.23220.1");
    struct bytes one = BYTES("\xa1\x6c" "dataElements" "\xa1\x6f" "org.iso.23220.1" "\x81\x6b"
                             "age_over_18");
    struct bytes both = BYTES("\xa2\x6a" "nameSpaces" "\x81\x6f" "org.iso.23220.1"
                              "\x6c" "dataElements" "\xa1\x6f" "org.iso.23220.1" "\x81\x6b"
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
    accept_only(f, (struct showing){ .card = { .items_n = 1, .items = good_items,
                                               .key_authorizations = one },
                                     .document = { .device_name_spaces = says_18 } },
                NULL, "the device says the one element it may");
    refuse(f, (struct showing){ .card = { .items_n = 1, .items = good_items + 1,
                                          .key_authorizations = one },
                                .document = { .device_name_spaces = says_name } },
           MDOC_CHECK_DEVICE_AUTHORIZED, OC_REFUSED, "the device says another element than it may");
    refuse(f, (struct showing){ .card = { .key_authorizations = all },
                                .document = { .device_name_spaces = says_18 } },
           MDOC_CHECK_DUPLICATES, OC_REFUSED, "an element twice, of issuer and device");
    refuse(f, (struct showing){ .card = { .key_authorizations = both } },
           MDOC_CHECK_DEVICE_AUTHORIZED, OC_REFUSED,
           "a namespace authorised both ways, of which the device says nothing");
    refuse(f, (struct showing){ .card = { .items_n = 1, .items = good_items,
                                          .key_authorizations = both },
                                .document = { .device_name_spaces = says_18 } },
           MDOC_CHECK_DEVICE_AUTHORIZED, OC_REFUSED, "and of which it says what it may");

    put_response(&message, f, (struct showing){ .document = { .attached = true } });
    in.message = buf_view(&message);
    ok(strstr(no_message(&in, OC_SHAPE), "payload") != NULL, "an attached device payload");
    buf_cleanup(&message);
    private_key_free(&other);
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

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_signer(&f);
    test_signer_end(&f);
    test_card(&f);
    test_habits(&f);
    test_signature_flipped(&f);
    test_status(&f);
    test_device(&f);
    fixture_cleanup(&f);
    return done();
}
