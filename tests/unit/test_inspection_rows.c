/*
 * The checks that verifiers of such cards make or leave out, one row each, as README.md compares
 * them: each is broken alone, past the signature, and refused by exactly that check, for its
 * reason; and what others are known to take for wrong or for right comes out as it should.
 */
#include "tests/unit/inspection_lists.h"
#include "tests/unit/inspection_row.h"
#include "tests/unit/page.h"

static void test_chain(void)
{
    static const struct broken broken[] = {
        { "signer-by-another", OC_UNTRUSTED }, { "signer-self-signed", OC_UNTRUSTED },
        { "signer-expired", OC_EXPIRED }, { "signer-aki-wrong", OC_UNTRUSTED },
        { "x5chain-missing", OC_UNTRUSTED }, { "x5chain-not-a-certificate", OC_UNTRUSTED },
    };
    struct mdoc_verify_in in = plain;
    struct trust_anchors none = { 0 }, namesake = { 0 };
    struct x509_spec spec = certificate_spec(TRUST_IACA, w.f.now);
    struct private_key *key = new_key(CURVE_P256);
    struct x509_cert *iaca = new_certificate(&spec, key, NULL, NULL);

    in.anchors = &none;
    refused_with(&in, good, OC_UNTRUSTED, "no authority is believed: no reason to skip it");
    must(trust_anchors_add(&namesake, iaca));
    in.anchors = &namesake;
    refused_with(&in, good, OC_UNTRUSTED, "another authority of the same name");
    REFUSED_DEFECTS(&plain, broken);
    in = plain;
    in.anchors = NULL;
    in.signer = w.f.signer;
    expect(&in, good, row->check, MDOC_NOT_CHECKED, true,
           in_row("a signer that the caller names passes, and its chain does not show as checked"));
    trust_anchors_cleanup(&namesake);
    x509_free(&iaca);
    private_key_free(&key);
}

static void test_profile(void)
{
    static const struct broken broken[] = {
        { "signer-eku-reader", OC_REFUSED }, { "signer-is-ca", OC_REFUSED },
        { "signer-eku-missing", OC_UNTRUSTED }, { "signer-eku-not-critical", OC_UNTRUSTED },
        { "signer-key-usage-other", OC_REFUSED }, { "signer-key-usage-missing", OC_UNTRUSTED },
        { "signer-long-life", OC_UNTRUSTED },
    };
    static const struct broken by_no_option[] = {
        { "signer-eku-reader", OC_REFUSED }, { "signer-is-ca", OC_REFUSED },
    };
    struct mdoc_verify_in in = plain;

    REFUSED_DEFECTS(&plain, broken);
    refused((struct showing){ .card = { .chain = &w.f.iaca, .chain_n = 1,
                                        .signer = w.f.iaca_key } },
            OC_REFUSED, "the authority itself signs the card");
    in.accept_profile = true;
    REFUSED_DEFECTS(&in, by_no_option);
}

static void test_country(void)
{
    static const struct broken broken[] = {
        { "signer-other-country", OC_UNTRUSTED }, { "signer-other-state", OC_UNTRUSTED },
    };
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, w.f.now);
    struct mdoc_verify_in in = plain;
    struct x509_cert *signer;

    REFUSED_DEFECTS(&plain, broken);
    in.accept_profile = true;
    REFUSED_DEFECTS(&in, broken);
    spec.state = NULL;
    signer = new_certificate(&spec, w.f.signer_key, w.f.iaca, w.f.iaca_key);
    expect(&in, (struct showing){ .card = { .chain = &signer, .chain_n = 1 } }, row->check,
           MDOC_PASS, true, in_row("a signer that names no state contradicts none"));
    x509_free(&signer);
}

static void test_issuer_signature(void)
{
    static const struct broken broken[] = {
        { "signature-wrong", OC_SIGNATURE }, { "signature-truncated", OC_SIGNATURE },
        { "signature-der", OC_SIGNATURE }, { "signature-by-another", OC_SIGNATURE },
        { "signature-of-bare-mso", OC_SIGNATURE }, { "signature-of-reencoded", OC_SIGNATURE },
        { "x5chain-of-another", OC_SIGNATURE },
    };

    REFUSED_DEFECTS(&plain, broken);
}

/* Both signatures have the header {1: -7}; make it {1: -8} in the device's, which stands last. */
static void test_device_algorithm(void)
{
    static const uint8_t header[] = { 0x43, 0xa1, 0x01, 0x26 };
    struct mdoc_verify_in in = plain;
    struct buf message = new_buf();
    size_t at;

    put_response(&message, &w.f, good);
    at = message.n - sizeof header;
    while (memcmp(message.p + at, header, sizeof header) != 0 && at > 0)
        at--;
    message.p[at + 3] = 0x27;
    in.message = buf_view(&message);
    refused_by(&in, MDOC_CHECK_DEVICE_AUTH, OC_SIGNATURE,
               in_row("the device's algorithm does not go with its key"));
    buf_cleanup(&message);
}

static void test_algorithm(void)
{
    static const struct broken broken[] = {
        { "alg-other", OC_SIGNATURE }, { "alg-unknown", OC_SIGNATURE },
        { "alg-missing", OC_SIGNATURE },
    };
    static const char *const allowed[] = { "ES384", "ES256" };
    struct mdoc_policy policy = *mdoc_policy_default();
    struct mdoc_verify_in in = plain;

    REFUSED_DEFECTS(&plain, broken);
    test_device_algorithm();
    in.policy = &policy;
    policy.algorithms = allowed;
    policy.algorithms_n = 1;
    refused_by_check(&in, good, MDOC_CHECK_POLICY, OC_REFUSED, "not on the policy's list");
    policy.algorithms_n = 2;
    accepted(good, &in, "on the policy's list");
}

static void test_digests(void)
{
    static const struct broken broken[] = {
        { "item-value-changed", OC_DIGEST }, { "digest-wrong", OC_DIGEST },
        { "digest-truncated", OC_DIGEST }, { "digest-missing", OC_DIGEST },
        { "digest-id-unknown", OC_DIGEST }, { "digest-id-of-another", OC_DIGEST },
        { "mso-digest-algorithm-unknown", OC_REFUSED },
        { "mso-digest-algorithm-sha1", OC_REFUSED },
    };

    REFUSED_DEFECTS(&plain, broken);
    for (enum digest d = DIGEST_SHA256; d <= DIGEST_SHA512; d++)
        accepted((struct showing){ .card = { .digest = d, .algorithm = digest_name(d) } }, NULL,
                 digest_name(d));
}

/* The first item's four pairs in another order, which is the same item to every reader of CBOR. */
static void reorder_item(struct buf *message)
{
    enum { HEADS = 1 + sizeof "elementIdentifier" - 1 + 1 };
    struct mdoc_device_response p;
    uint8_t pair[64], *start;
    size_t pair_n, rest_n;

    must(mdoc_device_response_init(&p, buf_view(message), NULL));
    const struct mdoc_item *item = p.documents[0].issuer_signed.items;
    start = message->p + (item->name.p - HEADS - message->p);
    pair_n = HEADS + item->name.n;
    rest_n = (size_t)(item->tagged.p + item->tagged.n - start) - pair_n;
    memcpy(pair, start, pair_n);
    memmove(start, start + pair_n, rest_n);
    memcpy(start + rest_n, pair, pair_n);
    mdoc_device_response_cleanup(&p);
}

static void test_bytes_received(void)
{
    static const struct broken reencoded[] = { { "digest-of-inner-bytes", OC_DIGEST } };
    const struct odd_item items[] = {
        { FIXTURE_SPACE, "family_name", BYTES("\x78\x03" "Lin"), 7, false, false },
        good_items[1],
    };
    const struct showing odd = { .card = { .items = items, .items_n = 2, .map16 = true },
                                 .document = { .device_name_spaces = BYTES("\xb9\x00\x00") } };
    struct mdoc_claims *claims = accept(&w.f, odd, NULL,
                                        in_row("longer heads than needed, signed so"));
    struct mdoc_verify_in in = plain;
    struct buf message = new_buf();

    ok(says(element(claims, "family_name"), items[0].value),
       "%s", in_row("the value comes out as it was signed"));
    mdoc_claims_free(&claims);
    put_response(&message, &w.f, good);
    reorder_item(&message);
    in.message = buf_view(&message);
    refused_by(&in, row->check, OC_DIGEST, in_row("an item encoded anew, the same in every value"));
    REFUSED_DEFECTS(&plain, reencoded);
    buf_cleanup(&message);
}

static void test_namespace(void)
{
    static const struct broken broken[] = { { "digest-namespace-missing", OC_DIGEST } };
    const struct odd_item apart[] = {
        good_items[0], good_items[1],
        { "org.example", "other", BYTES("\xf5"), 0, false, false },
    };

    REFUSED_DEFECTS(&plain, broken);
    refused((struct showing){ .card = { .items = apart, .items_n = 3,
                                        .unsigned_space = "org.example" } },
            OC_DIGEST, "beside all that was asked for, and itself unasked");
    accepted((struct showing){ .card = { .items = apart, .items_n = 3 } }, NULL, "when signed");
}

#define OTHER_TYPE "org.iso.18013.5.1.mDL"

static void test_doc_type(void)
{
    refused((struct showing){ .card = { .doc_type = OTHER_TYPE } }, OC_REFUSED,
            "signed as another type");
}

/* A document beside the one that was asked for; and in its place. */
static void test_requested(void)
{
    static struct mdoc_report report;
    const struct odd_card card = { .items = good_items, .items_n = GOOD_N };
    const struct odd_card other = { .items = good_items, .items_n = GOOD_N,
                                    .doc_type = OTHER_TYPE };
    struct mdoc_verify_in in = plain;
    struct mdoc_claims *claims;
    struct buf card_bytes = new_buf(), other_bytes = new_buf(), documents = new_buf();
    struct buf both = new_buf(), alone = new_buf();
    size_t first_n;

    odd_card_write(&card_bytes, &w.f, card);
    odd_card_write(&other_bytes, &w.f, other);
    odd_document_write(&documents, &w.f, (struct odd_document){
        .issuer_signed = buf_view(&card_bytes) });
    first_n = documents.n;
    odd_document_write(&documents, &w.f, (struct odd_document){
        .issuer_signed = buf_view(&other_bytes), .doc_type = OTHER_TYPE });
    mdoc_device_response_write(&both, buf_view(&documents), 2);
    in.message = buf_view(&both);
    refused_by(&in, row->check, OC_REFUSED, in_row("another type beside it, signed as shown"));
    mdoc_device_response_write(&alone, (struct bytes){ documents.p + first_n,
                                                       documents.n - first_n }, 1);
    in.message = buf_view(&alone);
    ok(mdoc_verify(&claims, &report, &in) == OC_REFUSED && claims == NULL &&
       report.documents[0].checks[row->check].outcome == MDOC_FAIL &&
       report.documents[0].checks[MDOC_CHECK_DOC_TYPE].outcome == MDOC_PASS &&
       report.checks[MDOC_CHECK_RESPONSE_DOCUMENTS].outcome == MDOC_FAIL, "%s",
       in_row("another type in its place, compared with the request and not with itself"));
    refused((struct showing){ .copies = 2 }, OC_REFUSED, "twice");
    buf_cleanup(&card_bytes);
    buf_cleanup(&other_bytes);
    buf_cleanup(&documents);
    buf_cleanup(&both);
    buf_cleanup(&alone);
}

static void test_signed(void)
{
    static const struct broken broken[] = { { "signed-before-signer", OC_REFUSED } };
    struct x509_facts signer;

    REFUSED_DEFECTS(&plain, broken);
    x509_describe(w.f.signer, &signer);
    /* Such a card is not valid yet either, so that it is not refused by this alone. */
    expect(&plain, (struct showing){ .card = { .signed_at = signer.not_after + 1,
                                               .valid_until = signer.not_after + DATE_DAY_S } },
           row->check, MDOC_FAIL, false, in_row("signed a second after it"));
    accepted((struct showing){ .card = { .signed_at = signer.not_before } }, NULL,
             "signed in its first second");
}

static void test_validity(void)
{
    static const struct broken broken[] = {
        { "validity-expired", OC_EXPIRED }, { "validity-not-yet", OC_EXPIRED },
        { "validity-ends-first", OC_REFUSED }, { "validity-before-signing", OC_REFUSED },
    };

    REFUSED_DEFECTS(&plain, broken);
    accepted((struct showing){ .card = { .valid_from = w.f.now } }, NULL, "from this second on");
    accepted((struct showing){ .card = { .valid_until = w.f.now } }, NULL, "until this second");
    refused((struct showing){ .card = { .valid_from = w.f.now + 1 } }, OC_EXPIRED,
            "from the next second on");
    refused((struct showing){ .card = { .valid_until = w.f.now - 1 } }, OC_EXPIRED,
            "until the last second");
}

static const struct odd_item *const name_only = good_items, *const age_only = good_items + 1;
#define DEVICE_SAYS_18 BYTES("\xa1\x6f" FIXTURE_SPACE "\xa1\x6b" "age_over_18" "\xf5")
#define DEVICE_SAYS_LIN BYTES("\xa1\x6f" FIXTURE_SPACE "\xa1\x6b" "family_name" "\x63" "Lin")

/* The issuer's part is one item, the device's another. */
static struct showing device_says(struct bytes spaces, const struct odd_item *item,
                                  struct bytes authorizations)
{
    return (struct showing){
        .card = { .items = item, .items_n = 1, .key_authorizations = authorizations },
        .document = { .device_name_spaces = spaces },
    };
}

static void test_authorized(void)
{
    const struct bytes space = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" FIXTURE_SPACE);
    const struct bytes other = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" "org.iso.23220.2");
    const struct bytes age = BYTES("\xa1\x6c" "dataElements" "\xa1\x6f" FIXTURE_SPACE "\x81\x6b"
                                   "age_over_18");

    accepted(device_says(DEVICE_SAYS_18, name_only, space), NULL, "its namespace");
    accepted(device_says(DEVICE_SAYS_18, name_only, age), NULL, "its one element");
    refused(device_says(DEVICE_SAYS_LIN, age_only, age), OC_REFUSED, "another element");
    refused(device_says(DEVICE_SAYS_LIN, age_only, other), OC_REFUSED, "another namespace");
}

static void test_unauthorized(void)
{
    refused(device_says(DEVICE_SAYS_18, name_only, (struct bytes){ 0 }), OC_REFUSED,
            "an element without any authorisation");
    refused(device_says(DEVICE_SAYS_18, name_only, BYTES("\xa0")), OC_REFUSED,
            "an element under empty authorisations");
    accepted((struct showing){ .card = { .key_authorizations = BYTES("\xa0") } }, NULL,
             "no element of its own, none authorised");
}

static void test_device_signature(void)
{
    struct private_key *other = new_key(CURVE_P256);
    struct buf message = new_buf();

    refused((struct showing){ .document = { .device_key = other } }, OC_SIGNATURE,
            "another device");
    refused((struct showing){ .document = { .transcript = BYTES("\x83\xf6\xf6\xf6") } },
            OC_SIGNATURE, "of another session");
    put_response(&message, &w.f, (struct showing){ .document = { .attached = true } });
    no_such_message(buf_view(&message), "over bytes of its own choice");
    buf_cleanup(&message);
    private_key_free(&other);
}

static void put_mac(struct buf *out, const struct private_key *reader)
{
    const bool keep[FIXTURE_ELEMENTS_N] = { true, true, true, true, true, true };
    struct buf document = new_buf();

    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &w.f.card, .keep = keep, .transcript = buf_view(&w.f.transcript),
        .device_key = w.f.device_key, .reader_key = private_key_public(reader) }));
    mdoc_device_response_write(out, buf_view(&document), 1);
    must(buf_err(out));
    buf_cleanup(&document);
}

static void test_device_mac(void)
{
    struct mdoc_verify_in in = plain;
    struct private_key *reader = new_key(CURVE_P256), *other = new_key(CURVE_P256);
    struct mdoc_device_response p;
    struct buf message = new_buf();
    size_t at;

    put_mac(&message, reader);
    in.message = buf_view(&message);
    in.reader_key = reader;
    accepted(good, &in, "for this reader");
    in.reader_key = other;
    refused_by(&in, row->check, OC_SIGNATURE, in_row("for another reader"));
    in.reader_key = NULL;
    refused_by(&in, row->check, OC_REFUSED, in_row("without the reader's key it is not checked"));
    in.reader_key = reader;
    in.transcript = BYTES("\x83\xf6\xf6\xf6");
    refused_by(&in, row->check, OC_SIGNATURE, in_row("of another session"));
    in.transcript = plain.transcript;
    must(mdoc_device_response_init(&p, buf_view(&message), NULL));
    at = (size_t)(p.documents[0].mac.tag.p - message.p);
    mdoc_device_response_cleanup(&p);
    for (size_t i = 0; i < 32; i += 31) {
        message.p[at + i] ^= 1;
        refused_by(&in, row->check, OC_SIGNATURE, in_row(i == 0 ? "its first byte is wrong"
                                                                : "its last byte is wrong"));
        message.p[at + i] ^= 1;
    }
    private_key_free(&reader);
    private_key_free(&other);
    buf_cleanup(&message);
}

static void test_duplicates(void)
{
    static const struct broken broken[] = { { "item-twice", OC_REFUSED } };
    const struct bytes space = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" FIXTURE_SPACE);
    const struct odd_item alike[] = {
        good_items[0], good_items[1],
        { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 9, false, false },
    };
    const struct odd_item apart[] = {
        good_items[0], good_items[1],
        { "org.example", "family_name", BYTES("\x62" "Li"), 9, false, false },
    };

    REFUSED_DEFECTS(&plain, broken);
    refused((struct showing){ .card = { .items = alike, .items_n = 3 } }, OC_REFUSED,
            "with one value both times");
    refused((struct showing){ .card = { .key_authorizations = space },
                              .document = { .device_name_spaces = DEVICE_SAYS_18 } },
            OC_REFUSED, "of issuer and device");
    accepted((struct showing){ .card = { .items = apart, .items_n = 3 } }, NULL,
             "one name in two namespaces");
}

static void no_such_mso(struct bytes pairs, size_t n, const char *what)
{
    struct buf message = new_buf();

    put_response(&message, &w.f, (struct showing){
        .card = { .mso_extra = pairs, .mso_extra_n = n } });
    no_such_message(buf_view(&message), what);
    buf_cleanup(&message);
}

static void test_map_keys(void)
{
    static const struct broken broken[] = {
        { "mso-key-twice", OC_SHAPE }, { "validity-key-twice", OC_SHAPE },
        { "digest-id-twice", OC_SHAPE }, { "item-key-twice", OC_SHAPE },
    };

    REFUSED_DEFECTS(&plain, broken);
    no_such_mso(BYTES("\x78\x07" "docType" "\x61x"), 1, "in the MSO, its head longer than needed");
    no_such_mso(BYTES("\x61x\xf6\x61x\xf6"), 2, "one that nobody knows, in the MSO");
    no_such_message(BYTES("\xa3\x67" "version" "\x63" "1.0" "\x66" "status\x00\x66" "status\x0a"),
                    "in the response itself");
}

static const struct inspection_row rows[] = {
    { "Chain to a trust anchor", "signer.chain", MDOC_CHECK_SIGNER_CHAIN, test_chain },
    { "Signer's certificate made for signing cards", "signer.profile", MDOC_CHECK_SIGNER_PROFILE,
      test_profile },
    { "Signer's country and state are its authority's", "signer.country",
      MDOC_CHECK_SIGNER_COUNTRY, test_country },
    { "Issuer's signature", "issuer.signature", MDOC_CHECK_ISSUER_SIGNATURE,
      test_issuer_signature },
    { "Algorithm bound to the curve, and allowed", "issuer.algorithm", MDOC_CHECK_ISSUER_ALGORITHM,
      test_algorithm },
    { "Digest of every element", "mso.digests", MDOC_CHECK_DIGESTS, test_digests },
    { "Digests over the bytes received", "mso.digests", MDOC_CHECK_DIGESTS, test_bytes_received },
    { "Namespace absent from the MSO refused", "mso.digests", MDOC_CHECK_DIGESTS, test_namespace },
    { "Document type shown is the one signed", "mso.doc_type", MDOC_CHECK_DOC_TYPE,
      test_doc_type },
    { "Document type shown is the one asked for", "document.requested",
      MDOC_CHECK_DOCUMENT_REQUESTED, test_requested },
    { "Signed while the signer's certificate was valid", "mso.signed",
      MDOC_CHECK_SIGNED_IN_SIGNER, test_signed },
    { "Valid now", "mso.validity", MDOC_CHECK_VALIDITY, test_validity },
    { "Device signs only what it is authorised to", "device.authorized",
      MDOC_CHECK_DEVICE_AUTHORIZED, test_authorized },
    { "Device signs nothing where nothing is authorised", "device.authorized",
      MDOC_CHECK_DEVICE_AUTHORIZED, test_unauthorized },
    { "Device's signature", "device.authentication", MDOC_CHECK_DEVICE_AUTH,
      test_device_signature },
    { "Device's MAC", "device.authentication", MDOC_CHECK_DEVICE_AUTH, test_device_mac },
    { "No element twice in a namespace", "elements.duplicates", MDOC_CHECK_DUPLICATES,
      test_duplicates },
    { "No key twice in a CBOR map", "message", MDOC_CHECKS_N, test_map_keys },
    { "Revocation", "mso.status", MDOC_CHECK_STATUS, test_revocation },
    { "Authority believed for this document type", "signer.doc_type", MDOC_CHECK_SIGNER_DOC_TYPE,
      test_vical },
};
enum { ROWS_N = sizeof rows / sizeof rows[0] };

/* The table stands in README.md with these rows alone, in this order, and ours are all made. */
static void test_readme(void)
{
    struct buf page;
    const char *at;
    bool is_read = page_read("README.md", &page);

    at = is_read ? strstr(buf_text(&page), "\n| Check |") : NULL;
    ok(at != NULL, "README.md has the table");
    for (size_t i = 0; at != NULL && i < ROWS_N; i++) {
        char line[256];
        const char *found;

        snprintf(line, sizeof line, "\n| %s | `%s` | \u25cf |", rows[i].name, rows[i].id);
        found = strstr(at, line);
        ok(found != NULL, "README.md: %s, %s", rows[i].name, rows[i].id);
        at = found != NULL ? found + 1 : at;
    }
    ok(at != NULL && strncmp(at + strcspn(at, "\n"), "\n\n", 2) == 0, "README.md: no other row");
    buf_cleanup(&page);
}

int main(void)
{
    must(secret_pool_init());
    status_world_init(&w);
    plain = plain_in(&w.f);
    for (size_t i = 0; i < ROWS_N; i++) {
        row = &rows[i];
        ok(row->check == MDOC_CHECKS_N || strcmp(mdoc_check_info(row->check)->id, row->id) == 0,
           "%s: %s", row->name, row->id);
        accepted(good, NULL, "the control");
        row->test();
    }
    test_readme();
    status_world_cleanup(&w);
    return done();
}
