/*
 * Every bit of an accepted response, flipped: the mutant is refused, or the bit lies in a place
 * that nobody signs and that says nothing, and then no claim changes. OWNCARD_FLIP_STRIDE=n
 * looks at every n-th bit only, for slow builds.
 */
#include "mdoc/verify.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static struct mdoc_report report;

static bool same_element(const struct mdoc_element *a, const struct mdoc_element *b)
{
    return bytes_eq(a->name_space, b->name_space) && bytes_eq(a->name, b->name) &&
           bytes_eq(a->value, b->value) && bytes_eq(a->answered_by, b->answered_by) &&
           a->device_signed == b->device_signed && a->intent_to_retain == b->intent_to_retain;
}

/* With a request, accepted means all of it was answered, so the claims are the same ones. */
static bool same_claims(const struct mdoc_claims *a, const struct mdoc_claims *b)
{
    size_t a_n, b_n;
    const struct mdoc_card *ca = mdoc_claims_cards(a, &a_n), *cb = mdoc_claims_cards(b, &b_n);

    if (a_n != b_n)
        return false;
    for (size_t i = 0; i < a_n; i++) {
        if (!bytes_eq(ca[i].doc_type, cb[i].doc_type) || strcmp(ca[i].issuer, cb[i].issuer) != 0 ||
            ca[i].signed_at != cb[i].signed_at || ca[i].valid_from != cb[i].valid_from ||
            ca[i].valid_until != cb[i].valid_until || ca[i].elements_n != cb[i].elements_n)
            return false;
        for (size_t j = 0; j < ca[i].elements_n; j++)
            if (!same_element(&ca[i].elements[j], &cb[i].elements[j]))
                return false;
    }
    return true;
}

/* A place that no signature covers. */
struct place {
    const char *what;
    size_t from, n;
    size_t accepted;        /* bits of it whose flip was accepted */
};

enum { PLACES_MAX = 2 };

/* The unsigned places of a response: the minor version, and in the one document, if it is there
 * to be seen, the device's payload, which is absent as null (f6) or undefined (f7). */
static size_t list_places(struct place places[PLACES_MAX], struct bytes message)
{
    struct mdoc_device_response p;
    size_t n = 0;

    must(mdoc_device_response_init(&p, message, NULL));
    places[n++] = (struct place){ "the minor version", (size_t)(p.version.p - message.p) + 2, 1,
                                  0 };
    if (p.documents_n > 0) {
        const struct mdoc_document *doc = &p.documents[0];
        struct bytes proof = doc->has_mac ? doc->mac.tag : doc->signature.signature;

        /* Signature or tag is a byte string with a head of two bytes; null stands before it. */
        places[n++] = (struct place){ "the device's absent payload",
                                      (size_t)(proof.p - message.p) - 3, 1, 0 };
    }
    mdoc_device_response_cleanup(&p);
    return n;
}

static bool is_listed(struct place *places, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++)
        if (at >= places[i].from && at < places[i].from + places[i].n) {
            places[i].accepted++;
            return true;
        }
    return false;
}

static size_t stride(void)
{
    const char *text = getenv("OWNCARD_FLIP_STRIDE");
    size_t n = text != NULL ? strtoul(text, NULL, 10) : 1;

    return n > 0 ? n : 1;
}

static void flip_all(const struct mdoc_verify_in *given, const char *name)
{
    struct mdoc_verify_in in = *given;
    struct place places[PLACES_MAX];
    size_t places_n = list_places(places, given->message);
    struct buf message = new_buf();
    struct mdoc_claims *original, *claims;
    size_t flipped = 0, accepted = 0, unlisted = 0, changed = 0;

    buf_add(&message, given->message);
    in.message = buf_view(&message);
    if (!ok(mdoc_verify(&original, &report, &in) == OC_OK, "%s: accepted as it is", name))
        goto out;
    for (size_t bit = 0; bit < 8 * message.n; bit += stride()) {
        uint8_t mask = (uint8_t)(1 << bit % 8);

        message.p[bit / 8] ^= mask;
        flipped++;
        if (mdoc_verify(&claims, &report, &in) == OC_OK) {
            accepted++;
            changed += !same_claims(original, claims);
            if (!is_listed(places, places_n, bit / 8)) {
                unlisted++;
                note("byte %zu, bit %zu is not listed", bit / 8, bit % 8);
            }
        } else if (claims != NULL) {
            changed++;
        }
        mdoc_claims_free(&claims);
        message.p[bit / 8] ^= mask;
    }
    ok(unlisted == 0, "%s: of %zu flips %zu are accepted, all in unsigned places", name, flipped,
       accepted);
    ok(changed == 0, "%s: none changes a claim", name);
    for (size_t i = 0; i < places_n; i++)
        note("%zu of %zu bits: %s", places[i].accepted, 8 * places[i].n, places[i].what);
out:
    mdoc_claims_free(&original);
    buf_cleanup(&message);
}

/* The same response cut short everywhere, and with a byte too many. */
static void cut_all(const struct mdoc_verify_in *given, const char *name)
{
    struct mdoc_verify_in in = *given;
    struct mdoc_claims *claims;
    struct buf longer = new_buf();
    size_t wrong = 0;

    for (size_t n = 0; n < given->message.n; n++) {
        in.message = (struct bytes){ given->message.p, n };
        wrong += mdoc_verify(&claims, &report, &in) != OC_TRUNCATED && report.why != OC_LIMIT;
        wrong += claims != NULL || report.fault.reason == NULL || report.accepted;
    }
    ok(wrong == 0, "%s: cut at every byte, no such message", name);
    buf_add(&longer, given->message);
    buf_add_byte(&longer, 0xf6);
    in.message = buf_view(&longer);
    ok(mdoc_verify(&claims, &report, &in) == OC_TRAILING && claims == NULL &&
       report.fault.offset == given->message.n, "%s: a byte appended", name);
    buf_cleanup(&longer);
}

static void test_own(enum curve device)
{
    struct fixture f;
    struct mdoc_verify_in in;
    struct buf plain = new_buf();

    fixture_init(&f, CURVE_P256, device);
    mdoc_device_response_write(&plain, buf_view(&f.document), 1);
    in = (struct mdoc_verify_in){
        .message = buf_view(&plain), .now = f.now, .anchors = &f.iacas, .request = &f.request,
        .transcript = buf_view(&f.transcript),
    };
    flip_all(&in, "our own in plain");
    cut_all(&in, "our own in plain");

    in = fixture_verify_in(&f);
    flip_all(&in, "our own, encrypted");
    cut_all(&in, "our own, encrypted");
    buf_cleanup(&plain);
    fixture_cleanup(&f);
}

static void test_annex_d(void)
{
    struct trust_anchors anchors = { 0 };
    struct private_key *reader = NULL;
    struct mdoc_device_request request;
    struct buf message, request_bytes, transcript, reader_pem, anchor_pem;
    struct mdoc_verify_in in = { .anchors = &anchors, .now = 1606780800 };

    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return;
    }
    ok(vector_hex("annex-d/D.4.1.2_device_response.hex", &message) &&
       vector_hex("annex-d/D.4.1.1_device_request.hex", &request_bytes) &&
       vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &transcript) &&
       vector_read("annex-d/EReaderKey.key.pem", &reader_pem) &&
       vector_read("annex-d/iaca.pem", &anchor_pem), "the files of Annex D");
    must(trust_anchors_add_pem(&anchors, buf_view(&anchor_pem), NULL));
    must(mdoc_device_request_init(&request, buf_view(&request_bytes), NULL));
    must(mdoc_transcript_read(&in.transcript, buf_view(&transcript), NULL));
    must(private_key_from_pem(&reader, buf_view(&reader_pem)));
    in.message = buf_view(&message);
    in.request = &request;
    in.reader_key = reader;
    flip_all(&in, "Annex D");
    cut_all(&in, "Annex D");
    private_key_free(&reader);
    mdoc_device_request_cleanup(&request);
    trust_anchors_cleanup(&anchors);
    buf_cleanup(&message);
    buf_cleanup(&request_bytes);
    buf_cleanup(&transcript);
    buf_cleanup(&reader_pem);
    buf_cleanup(&anchor_pem);
}

int main(void)
{
    must(secret_pool_init());
    test_own(CURVE_P256);
    test_annex_d();
    return done();
}
