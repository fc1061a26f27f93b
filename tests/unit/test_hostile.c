/*
 * Messages made to cost much: each is refused, or seen through to the end, in little time and
 * memory, which is measured in a process of its own. The figures are printed. Status lists may be
 * longer: test_status_cost.c.
 */
#include "mdoc/key_proof.h"
#include "tests/unit/fixture.h"
#include "tests/unit/list_world.h"
#include "tests/unit/measured.h"
#include "tests/unit/tap.h"
#include "trust/crl.h"
#include "trust/file.h"

/* Of a message of up to 1 MiB; of time only so that what hangs is seen. */
enum { MEMORY_KIB_MAX = 32 * 1024, TIME_MS_MAX = 500 };

static const struct fixture *world;
static struct list_world lists;
static struct mdoc_report report;

/* One response, through every entry that takes foreign bytes. */
static enum oc_err verify_plain(struct bytes message)
{
    struct mdoc_verify_in in = {
        .message = message, .now = world->now, .anchors = &world->iacas,
        .request = &world->request, .transcript = buf_view(&world->transcript),
    };
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, &in);

    mdoc_claims_free(&claims);
    return e;
}

static enum oc_err verify_issuer(struct bytes message)
{
    struct mdoc_verify_in in = { .message = message, .now = world->now,
                                 .anchors = &world->iacas };
    struct mdoc_issuer_claims *claims;
    enum oc_err e = mdoc_verify_issuer(&claims, &report, &in);

    mdoc_issuer_claims_free(&claims);
    return e;
}

static enum oc_err parse_request(struct bytes message)
{
    struct mdoc_device_request q;
    enum oc_err e = mdoc_device_request_init(&q, message, NULL);

    mdoc_device_request_cleanup(&q);
    return e;
}

static enum oc_err check_proofs(struct bytes message)
{
    struct mdoc_proven_keys keys;
    enum oc_err e = mdoc_key_proofs_check(&keys, message, NULL);

    mdoc_proven_keys_cleanup(&keys);
    return e;
}

static void measure(const char *name, measured_call *run, struct bytes message, enum oc_err want)
{
    struct cost cost = cost_of(run, message);

    if (!ok(cost.returned, "%s: no crash", name))
        return;
    ok(cost.err == want, "%s: %s", name, oc_err_name(cost.err));
    ok(!MEASURED || (cost.ms < TIME_MS_MAX && cost.peak_kib < MEMORY_KIB_MAX),
       "%s: %zu bytes, %ld ms, %ld KiB (%ld before)", name, message.n, cost.ms, cost.peak_kib,
       cost.before_kib);
}

static void measure_all(const char *name, struct bytes message, enum oc_err want)
{
    char text[128];

    snprintf(text, sizeof text, "%s, as a response", name);
    measure(text, verify_plain, message, want);
    snprintf(text, sizeof text, "%s, as a card", name);
    measure(text, verify_issuer, message, want);
    snprintf(text, sizeof text, "%s, as a request", name);
    measure(text, parse_request, message, want);
    snprintf(text, sizeof text, "%s, as key proofs", name);
    measure(text, check_proofs, message, want);
}

static void test_claims_much(void)
{
    struct buf deep = new_buf();

    measure_all("2^30 items in 9 bytes", BYTES("\x9b\0\0\0\0\x40\0\0\0"), OC_LIMIT);
    measure_all("2^32 pairs in 9 bytes", BYTES("\xbb\0\0\0\x01\0\0\0\0"), OC_LIMIT);
    measure_all("2^63 bytes in 9 bytes", BYTES("\x5b\x80\0\0\0\0\0\0\0"), OC_TRUNCATED);
    for (int i = 0; i < 10000; i++)
        buf_add_byte(&deep, 0x81);
    buf_add_byte(&deep, 0);
    measure_all("arrays 10,000 deep", buf_view(&deep), OC_LIMIT);
    memset(deep.p, 0xd8, deep.n - 1);
    for (size_t i = 1; i + 1 < deep.n; i += 2)
        deep.p[i] = 24;
    measure_all("tags 5,000 deep", buf_view(&deep), OC_LIMIT);
    buf_cleanup(&deep);
}

/* {"version": "1.0", "status": 0, "new": X}: nothing but the reader looks at X. */
static struct buf response_with(struct bytes extra)
{
    struct buf out = new_buf();

    cbw_raw(&out, BYTES("\xa3\x67" "version" "\x63" "1.0\x66" "status\x00\x63" "new"));
    cbw_raw(&out, extra);
    must(buf_err(&out));
    return out;
}

static void test_shapes(void)
{
    struct buf extra = new_buf(), message;

    cbw_array(&extra, 255);
    for (int i = 0; i < 255; i++) {
        cbw_array(&extra, 4096);
        for (int j = 0; j < 4096; j++)
            cbw_array(&extra, 0);
    }
    message = response_with(buf_view(&extra));
    measure("a million empty arrays", verify_plain, buf_view(&message), OC_REFUSED);
    buf_cleanup(&message);

    buf_truncate(&extra, 0);
    cbw_map(&extra, 4096);
    for (int i = 0; i < 4096; i++) {
        char key[250];

        memset(key, 'k', sizeof key);
        snprintf(key + 240, 10, "%04d", i * 2654435761u % 4096);
        key[244] = '\0';
        cbw_str(&extra, key);
        cbw_null(&extra);
    }
    message = response_with(buf_view(&extra));
    measure("4,096 long keys that differ at their ends", verify_plain, buf_view(&message),
            OC_REFUSED);
    buf_cleanup(&message);

    buf_truncate(&extra, 0);
    cbw_array(&extra, 16);
    for (int i = 0; i < 16; i++) {
        cbw_map(&extra, 4096);
        for (int j = 4095; j >= 0; j--) {
            cbw_uint(&extra, (uint64_t)j + 100000);
            cbw_array(&extra, 0);
        }
    }
    message = response_with(buf_view(&extra));
    measure("sixteen maps of 4,096 keys in falling order", verify_plain, buf_view(&message),
            OC_REFUSED);
    buf_cleanup(&message);
    buf_cleanup(&extra);
}

/* Documents as many as may be, each with all the namespaces that fit. */
static void test_documents(void)
{
    struct buf documents = new_buf(), message = new_buf(), names = new_buf();

    cbw_map(&names, 4000);
    for (int i = 0; i < 4000; i++) {
        char name[16];

        snprintf(name, sizeof name, "n%d", i);
        cbw_str(&names, name);
        cbw_array(&names, 0);
    }
    for (int i = 0; i < 16; i++) {
        cbw_map(&documents, 3);
        cbw_str(&documents, "docType");
        cbw_str(&documents, FIXTURE_TYPE);
        cbw_str(&documents, "issuerSigned");
        cbw_map(&documents, 2);
        cbw_str(&documents, "nameSpaces");
        cbw_raw(&documents, buf_view(&names));
        cbw_str(&documents, "issuerAuth");
        cbw_raw(&documents, world->card.auth_cbor);
        cbw_str(&documents, "deviceSigned");
        cbw_raw(&documents, BYTES("\xa2\x6a" "nameSpaces" "\xd8\x18\x41\xa0\x6a" "deviceAuth"
                                  "\xa1\x6f" "deviceSignature"
                                  "\x84\x43\xa1\x01\x26\xa0\xf6\x41x"));
    }
    mdoc_device_response_write(&message, buf_view(&documents), 16);
    measure("16 documents of 4,000 namespaces", verify_plain, buf_view(&message), OC_REFUSED);
    buf_cleanup(&documents);
    buf_cleanup(&message);
    buf_cleanup(&names);
}

/* A genuine card, of the most digests that fit; and `items` of them shown. */
static void test_digests(size_t items_n, size_t digests_n)
{
    static struct odd_item items[16384];
    static char names[16384][24];
    struct buf card = new_buf(), document = new_buf(), message = new_buf();
    char text[96];

    must(digests_n <= 16384 ? OC_OK : OC_USAGE);
    for (size_t i = 0; i < digests_n; i++) {
        static const char *const spaces[] = { "a", "b", "c", "d" };

        snprintf(names[i], sizeof names[i], "e%zu", i);
        items[i] = (struct odd_item){ spaces[i / 4096], names[i], BYTES("\xf5"),
                                      1000000 - i % 4096, false, false };
    }
    odd_card_write(&card, world, (struct odd_card){ .items = items, .items_n = digests_n,
                                                    .shown_n = items_n });
    odd_document_write(&document, world, (struct odd_document){
        .issuer_signed = buf_view(&card) });
    mdoc_device_response_write(&message, buf_view(&document), 1);
    snprintf(text, sizeof text, "%zu items, %zu digests, all genuine", items_n, digests_n);
    measure(text, verify_plain, buf_view(&message),
            message.n > MDOC_BYTES_MAX ? OC_LIMIT : OC_REFUSED);
    buf_cleanup(&card);
    buf_cleanup(&document);
    buf_cleanup(&message);
}

/* { "nameSpaces": [ "a", "b", … ] } */
static const struct bytes authorizes_spaces =
    BYTES("\xa1\x6a" "nameSpaces\x98\x18\x61" "a\x61" "b\x61" "c\x61" "d\x61" "e\x61" "f"
          "\x61" "g\x61" "h\x61" "i\x61" "j\x61" "k\x61" "l\x61" "m\x61" "n\x61" "o"
          "\x61" "p\x61" "q\x61" "r\x61" "s\x61" "t\x61" "u\x61" "v\x61" "w\x61" "x");

/* Signed namespaces as many as fit, of names that differ at their ends; items of the last one. */
static void test_digest_spaces(void)
{
    enum { SPACES = 3000, SHOWN = 1500, ALL = SPACES - 1 + SHOWN };
    static struct odd_item items[ALL];
    static char spaces[SPACES][64], names[SHOWN][16];
    struct buf card = new_buf(), document = new_buf(), message = new_buf();

    for (int i = 0; i < SPACES; i++)
        snprintf(spaces[i], sizeof spaces[i], "org.example.a.namespace.with.a.long.name.%06d", i);
    for (int i = 0; i < SHOWN; i++) {
        snprintf(names[i], sizeof names[i], "e%04d", i);
        items[i] = (struct odd_item){ spaces[SPACES - 1], names[i], BYTES("\xf5"), (uint64_t)i,
                                      false, false };
    }
    for (int i = 0; i < SPACES - 1; i++)
        items[SHOWN + i] = (struct odd_item){ spaces[i], "x", BYTES("\xf5"), 1, false, false };
    odd_card_write(&card, world, (struct odd_card){ .items = items, .items_n = ALL,
                                                    .shown_n = SHOWN });
    odd_document_write(&document, world, (struct odd_document){
        .issuer_signed = buf_view(&card) });
    mdoc_device_response_write(&message, buf_view(&document), 1);
    measure("1,500 items against 3,000 signed namespaces", verify_plain, buf_view(&message),
            OC_REFUSED);
    buf_cleanup(&card);
    buf_cleanup(&document);
    buf_cleanup(&message);
}

/* As many documents as may be, each genuine and with a chain as long as may be. */
static void test_chains(void)
{
    static const struct odd_item item = { FIXTURE_SPACE, "family_name", BYTES("\x61x"), 1, false,
                                          false };
    struct x509_cert *chain[] = { world->signer, world->iaca, world->iaca, world->iaca };
    struct buf card = new_buf(), documents = new_buf(), message = new_buf();

    odd_card_write(&card, world, (struct odd_card){ .items = &item, .items_n = 1, .chain = chain,
                                                    .chain_n = 4 });
    for (int i = 0; i < MDOC_DOCUMENTS_MAX; i++)
        odd_document_write(&documents, world, (struct odd_document){
            .issuer_signed = buf_view(&card) });
    mdoc_device_response_write(&message, buf_view(&documents), MDOC_DOCUMENTS_MAX);
    measure("16 genuine documents, four certificates each", verify_plain, buf_view(&message),
            OC_REFUSED);
    buf_cleanup(&card);
    buf_cleanup(&documents);
    buf_cleanup(&message);
}

/* A genuine card whose device says so much of its own, in as many namespaces as it may. */
static void test_device_items(int spaces_n, int each, struct bytes authorizations,
                              enum oc_err want)
{
    static const struct odd_item item = { "i", "x", BYTES("\xf5"), 1, false, false };
    struct buf card = new_buf(), document = new_buf(), message = new_buf(), spaces = new_buf();
    char text[96];

    cbw_map(&spaces, (size_t)spaces_n);
    for (int i = 0; i < spaces_n; i++) {
        char name[] = { (char)('a' + i), '\0' };

        cbw_str(&spaces, name);
        cbw_map(&spaces, (size_t)each);
        for (int j = 0; j < each; j++) {
            char element[16];

            snprintf(element, sizeof element, "e%04d", j);
            cbw_str(&spaces, element);
            cbw_bool(&spaces, true);
        }
    }
    odd_card_write(&card, world, (struct odd_card){
        .items = &item, .items_n = 1,
        .key_authorizations = authorizations });
    odd_document_write(&document, world, (struct odd_document){
        .issuer_signed = buf_view(&card), .device_name_spaces = buf_view(&spaces) });
    mdoc_device_response_write(&message, buf_view(&document), 1);
    snprintf(text, sizeof text, "%d elements said by the device, authorised in %zu bytes",
             spaces_n * each, authorizations.n);
    measure(text, verify_plain, buf_view(&message), want);
    buf_cleanup(&card);
    buf_cleanup(&document);
    buf_cleanup(&message);
    buf_cleanup(&spaces);
}

/* As many authorisations as fit, the last of which is the one that counts. */
static void test_authorizations(void)
{
    struct buf list = new_buf();

    cbw_map(&list, 2);
    cbw_str(&list, "dataElements");
    cbw_map(&list, 4000);
    for (int i = 0; i < 4000; i++) {
        char name[16];

        snprintf(name, sizeof name, "n%04d", i);
        cbw_str(&list, name);
        cbw_array(&list, 16);
        for (int j = 0; j < 16; j++)
            cbw_raw(&list, BYTES("\x65" "e0000"));
    }
    cbw_str(&list, "nameSpaces");
    cbw_array(&list, 1);
    cbw_str(&list, "a");
    test_device_items(1, 4096, buf_view(&list), OC_REFUSED);
    buf_cleanup(&list);
}

static enum oc_err verify_vical(struct bytes message)
{
    struct trust_list_in in = list_in(&lists, message);
    struct trust_anchors anchors = { 0 };
    struct trust_vical vical;
    struct trust_file look;
    enum oc_err e = trust_vical_verify(&vical, &in, NULL);

    trust_file_look(&look, message);
    if (e == OC_OK)
        e = trust_vical_add_to(&anchors, &vical);
    trust_anchors_cleanup(&anchors);
    trust_vical_cleanup(&vical);
    return e;
}

static enum oc_err verify_crl(struct bytes message)
{
    struct trust_crl *crl;
    const char *reason;
    enum oc_err e = trust_crl_verify(&crl, message, &world->iacas, world->now, 0, &reason);

    trust_crl_free(&crl);
    return e;
}

/* A list of one authority again and again, genuine and not. */
static void test_vical(void)
{
    enum { ENTRIES = TRUST_LIST_ENTRIES_MAX };
    static struct trust_list_item items[ENTRIES + 700];
    struct trust_list_spec spec = list_spec(&lists);
    struct buf message = new_buf();

    for (int i = 0; i < ENTRIES + 700; i++)
        items[i] = lists.items[0];
    spec.items = items;
    spec.items_n = ENTRIES;
    must(trust_vical_write(&message, &spec));
    measure("a VICAL of 1,024 entries", verify_vical, buf_view(&message), OC_OK);
    message.p[message.n - 1] ^= 1;
    measure("the same, which nobody signed", verify_vical, buf_view(&message), OC_SIGNATURE);
    buf_truncate(&message, 0);
    spec.items_n = ENTRIES + 700;
    must(trust_vical_write(&message, &spec));
    measure("a VICAL of 1,724 entries", verify_vical, buf_view(&message), OC_LIMIT);
    buf_cleanup(&message);
}

static void test_crl(void)
{
    enum { REVOKED = 26000 };
    static struct x509_revoked revoked[REVOKED];
    static uint8_t serials[REVOKED][4];
    struct buf der = new_buf();

    for (int i = 0; i < REVOKED; i++) {
        const uint8_t serial[] = { 1, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

        memcpy(serials[i], serial, sizeof serial);
        revoked[i] = (struct x509_revoked){ .serial = BYTES_OF(serials[i]), .at = world->now,
                                            .reason = X509_HOLD };
    }
    must(x509_crl_make(&der, &(struct x509_crl_spec){
        .this_update = world->now, .next_update = world->now + DATE_DAY_S, .number = 1,
        .revoked = revoked, .revoked_n = REVOKED }, world->iaca, world->iaca_key));
    measure("a revocation list of 26,000", verify_crl, buf_view(&der), OC_OK);
    buf_cleanup(&der);
}

/* Refused before any signature is looked at. */
static void test_rsa_signer(void)
{
    static const struct odd_item item = { FIXTURE_SPACE, "family_name", BYTES("\x61x"), 1, false,
                                          false };
    struct x509_cert *rsa = new_rsa_certificate();
    struct trust_anchors anchors = { 0 };
    struct buf card = new_buf();
    struct mdoc_issuer_claims *claims;
    struct mdoc_verify_in in = { .now = world->now, .anchors = &anchors, .accept_profile = true };
    const struct mdoc_check *checks = report.documents[0].checks;
    enum oc_err e;

    must(trust_anchors_add(&anchors, rsa));
    odd_card_write(&card, world, (struct odd_card){ .items = &item, .items_n = 1, .chain = &rsa,
                                                    .chain_n = 1 });
    in.message = buf_view(&card);
    e = mdoc_verify_issuer(&claims, &report, &in);
    ok(e == OC_UNTRUSTED && claims == NULL &&
       checks[MDOC_CHECK_SIGNER_CHAIN].outcome == MDOC_FAIL &&
       checks[MDOC_CHECK_ISSUER_ALGORITHM].outcome == MDOC_NOT_CHECKED &&
       checks[MDOC_CHECK_ISSUER_SIGNATURE].outcome == MDOC_NOT_CHECKED,
       "an RSA document signer: %s", checks[MDOC_CHECK_SIGNER_CHAIN].detail);
    in.anchors = NULL;
    in.signer = rsa;
    e = mdoc_verify_issuer(&claims, &report, &in);
    ok(e != OC_OK && claims == NULL &&
       checks[MDOC_CHECK_ISSUER_SIGNATURE].outcome == MDOC_NOT_CHECKED &&
       checks[MDOC_CHECK_ISSUER_SIGNATURE].blocks, "nor when it is pinned");
    x509_free(&rsa);
    trust_anchors_cleanup(&anchors);
    buf_cleanup(&card);
}

/* An RSA device key in an otherwise genuine card is no such message. */
static void test_rsa_device(void)
{
    static const struct odd_item item = { FIXTURE_SPACE, "family_name", BYTES("\x61x"), 1, false,
                                          false };
    struct buf card = new_buf();

    odd_card_write(&card, world, (struct odd_card){
        .items = &item, .items_n = 1,
        .device_key_cbor = BYTES("\xa3\x01\x03\x20\x44\xff\xff\xff\xff\x21\x43\x01\x00\x01") });
    ok(verify_issuer(buf_view(&card)) == OC_SHAPE && report.documents_n == 0, "an RSA device key");
    buf_cleanup(&card);
}

int main(void)
{
    must(secret_pool_init());
    list_world_init(&lists);
    world = &lists.f;
    test_claims_much();
    test_shapes();
    test_documents();
    test_digests(4096, 4096);
    test_digests(5000, 12288);
    test_device_items(24, 170, authorizes_spaces, OC_REFUSED);
    test_device_items(24, 171, authorizes_spaces, OC_LIMIT);
    test_device_items(24, 4096, authorizes_spaces, OC_LIMIT);
    test_authorizations();
    test_digest_spaces();
    test_chains();
    test_vical();
    test_crl();
    test_rsa_signer();
    test_rsa_device();
    list_world_cleanup(&lists);
    return done();
}
