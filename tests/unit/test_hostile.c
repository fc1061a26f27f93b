/*
 * Messages made to cost much: each is refused, or seen through to the end, in little time and
 * memory, which is measured in a process of its own. The limit asserted is coarse, so that a busy
 * machine does not fail it; the figures are printed.
 */
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mdoc/key_proof.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

enum { MEMORY_KIB_MAX = 64 * 1024, TIME_MS_MAX = 1000 };

#if defined(__SANITIZE_ADDRESS__)
enum { MEASURED = false };      /* its shadow memory and checks are not ours */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { MEASURED = false };
#else
enum { MEASURED = true };
#endif
#else
enum { MEASURED = true };
#endif

static const struct fixture *world;
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

/* In a child: what came out, in what time, in how much memory more than before. */
static void measure(const char *name, enum oc_err (*run)(struct bytes), struct bytes message,
                    enum oc_err want)
{
    struct rusage usage;
    long before_kib, ms;
    int status;
    pid_t child;

    getrusage(RUSAGE_SELF, &usage);
    before_kib = usage.ru_maxrss;
    fflush(stdout);
    child = fork();
    if (child == 0)
        _exit(run(message) == want ? 0 : 1);
    if (!ok(child > 0 && wait4(child, &status, 0, &usage) == child && WIFEXITED(status),
            "%s: no crash", name))
        return;
    ms = usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
         usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000;
    ok(WEXITSTATUS(status) == 0, "%s: %s", name, oc_err_name(want));
    ok(!MEASURED || (ms < TIME_MS_MAX && usage.ru_maxrss < MEMORY_KIB_MAX),
       "%s: %zu bytes, %ld ms, %ld KiB (%ld before)", name, message.n, ms, usage.ru_maxrss,
       before_kib);
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
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    world = &f;
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
    test_rsa_signer();
    test_rsa_device();
    fixture_cleanup(&f);
    return done();
}
