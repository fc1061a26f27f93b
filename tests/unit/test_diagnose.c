#include "mdoc/diagnose.h"

#include <string.h>
#include <time.h>

#include "codec/cbw.h"
#include "mdoc/auth.h"
#include "mdoc/slips.h"
#include "tests/unit/guard.h"
#include "tests/unit/session_facts.h"
#include "tests/unit/showing.h"

/* A response of one document, signed or, with a reader's key, MACed. */
static void respond(struct buf *out, const struct fixture *f, struct bytes transcript,
                    const struct public_key *reader)
{
    struct buf document = new_buf();
    bool *keep = calloc(f->card.items_n, sizeof *keep);

    must(keep != NULL ? OC_OK : OC_MEMORY);
    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &f->card, .keep = keep, .transcript = transcript, .device_key = f->device_key,
        .reader_key = reader }));
    mdoc_device_response_write(out, buf_view(&document), 1);
    must(buf_err(out));
    free(keep);
    buf_cleanup(&document);
}

static void transcript_of(struct buf *out, enum mdoc_handover form,
                          const struct mdoc_session_facts *facts)
{
    mdoc_handover_write(out, form, facts);
    must(buf_err(out));
}

/* Found as this form with exactly this slip (NULL: none). */
static bool found_as(const struct mdoc_diagnosis *d, enum mdoc_handover form, const char *slip)
{
    const struct mdoc_finding *f = &d->documents[0];

    return mdoc_diagnosis_fits(d) && f->found && f->form == form &&
           f->slips_n == (slip != NULL ? 1 : 0) &&
           (slip == NULL || strcmp(mdoc_slip_at(f->slips[0])->id, slip) == 0);
}

static void test_forms(const struct fixture *f)
{
    struct private_key *reader = new_key(CURVE_P256);

    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        for (int mac = 0; mac < 2; mac++) {
            enum mdoc_handover form = (enum mdoc_handover)i;
            struct mdoc_diagnose_in in = { .facts = all_facts, .reader_key = mac ? reader : NULL };
            struct buf transcript = new_buf(), response = new_buf(), again = new_buf();
            struct mdoc_diagnosis d;

            transcript_of(&transcript, form, &all_facts);
            respond(&response, f, buf_view(&transcript),
                    mac ? private_key_public(reader) : NULL);
            in.response = buf_view(&response);
            must(mdoc_diagnose(&d, &in, NULL));
            mdoc_diagnose_transcript(&again, &in, &d.documents[0]);
            ok(found_as(&d, form, NULL) && d.forms[i].fits == 1 && !d.exhausted &&
               bytes_eq(buf_view(&again), buf_view(&transcript)), "%s by %s",
               mdoc_handover_info(form)->name, mac ? "MAC" : "signature");
            if (mac) {
                in.reader_key = NULL;
                must(mdoc_diagnose(&d, &in, NULL));
                ok(!mdoc_diagnosis_fits(&d) && d.documents[0].needs_reader_key,
                   "a MAC needs the reader's key");
            }
            buf_cleanup(&again);
            buf_cleanup(&response);
            buf_cleanup(&transcript);
        }
    private_key_free(&reader);
}

/* What the wallet used, where the verifier has all_facts but for `verifier`. */
struct slip_case {
    const char *id;
    enum mdoc_handover form;
    enum mdoc_fact fact;
    struct bytes wallet, verifier;
};

#define CLIENT(PREFIX) \
    { "client-id-without-" PREFIX, MDOC_HANDOVER_OPENID4VP, MDOC_FACT_CLIENT_ID, \
      BYTES("example"), BYTES(PREFIX ":example") }, \
    { "client-id-with-" PREFIX, MDOC_HANDOVER_OPENID4VP, MDOC_FACT_CLIENT_ID, \
      BYTES(PREFIX ":example"), BYTES("example") }

static const struct slip_case slip_cases[] = {
    CLIENT("x509_san_dns"), CLIENT("x509_hash"), CLIENT("redirect_uri"),
    CLIENT("decentralized_identifier"), CLIENT("verifier_attestation"),
    CLIENT("openid_federation"),
    { "client-id-is-response-uri", MDOC_HANDOVER_18013_7, MDOC_FACT_CLIENT_ID,
      BYTES("https://example.com/r"), BYTES("c") },
    { "response-uri-with-slash", MDOC_HANDOVER_OPENID4VP, MDOC_FACT_RESPONSE_URI, BYTES("u/"),
      BYTES("u") },
    { "response-uri-without-slash", MDOC_HANDOVER_18013_7_DRAFT, MDOC_FACT_RESPONSE_URI,
      BYTES("u"), BYTES("u/") },
    { "origin-with-slash", MDOC_HANDOVER_OPENID4VP_DCAPI, MDOC_FACT_ORIGIN, BYTES("o/"),
      BYTES("o") },
    { "origin-without-slash", MDOC_HANDOVER_ANNEX_C, MDOC_FACT_ORIGIN, BYTES("o"), BYTES("o/") },
    { "origin-with-origin", MDOC_HANDOVER_OPENID4VP_DCAPI, MDOC_FACT_ORIGIN, BYTES("origin:o"),
      BYTES("o") },
    { "origin-without-origin", MDOC_HANDOVER_ANNEX_C, MDOC_FACT_ORIGIN, BYTES("o"),
      BYTES("origin:o") },
    { "origin-with-web-origin", MDOC_HANDOVER_ANNEX_C, MDOC_FACT_ORIGIN, BYTES("web-origin:o"),
      BYTES("o") },
    { "origin-without-web-origin", MDOC_HANDOVER_OPENID4VP_DCAPI, MDOC_FACT_ORIGIN, BYTES("o"),
      BYTES("web-origin:o") },
    { "origin-is-client-id", MDOC_HANDOVER_OPENID4VP_DCAPI, MDOC_FACT_ORIGIN,
      BYTES("x509_san_dns:example.com"), BYTES("o") },
    { "jwk-thumbprint-left-out", MDOC_HANDOVER_OPENID4VP, MDOC_FACT_JWK_THUMBPRINT, { NULL, 0 },
      { thumbprint, sizeof thumbprint } },
    { "nonce-decoded", MDOC_HANDOVER_OPENID4VP, MDOC_FACT_NONCE, BYTES("nonce"),
      BYTES("bm9uY2U") },
    { "nonce-encoded", MDOC_HANDOVER_OPENID4VP, MDOC_FACT_NONCE, BYTES("bm9uY2U"),
      BYTES("nonce") },
    { "mdoc-nonce-decoded", MDOC_HANDOVER_18013_7, MDOC_FACT_MDOC_NONCE, BYTES("wallet"),
      BYTES("d2FsbGV0") },
    { "mdoc-nonce-encoded", MDOC_HANDOVER_18013_7, MDOC_FACT_MDOC_NONCE, BYTES("d2FsbGV0"),
      BYTES("wallet") },
    { "encryption-info-padded", MDOC_HANDOVER_ANNEX_C, MDOC_FACT_ENCRYPTION_INFO, BYTES("gmU="),
      BYTES("gmU") },
    { "nfc-request-left-out", MDOC_HANDOVER_ISO_NFC, MDOC_FACT_NFC_REQUEST, { NULL, 0 },
      BYTES("\x91\x03") },
    { "engagement-left-out", MDOC_HANDOVER_REVERSE, MDOC_FACT_ENGAGEMENT, { NULL, 0 },
      BYTES("\xa0") },
    { "ereader-key-left-out", MDOC_HANDOVER_REVERSE, MDOC_FACT_EREADER_KEY, { NULL, 0 },
      BYTES("\xa0") },
};
enum { SLIP_CASES_N = sizeof slip_cases / sizeof slip_cases[0] };

static void test_slips(const struct fixture *f)
{
    size_t slips_n = 0;

    for (size_t i = 0; i < SLIP_CASES_N; i++) {
        const struct slip_case *c = &slip_cases[i];
        struct mdoc_diagnose_in in = { .facts = all_facts };
        struct mdoc_session_facts wallet = all_facts;
        struct buf transcript = new_buf(), response = new_buf();
        struct mdoc_diagnosis d;

        wallet.of[c->fact] = c->wallet;
        in.facts.of[c->fact] = c->verifier;
        transcript_of(&transcript, c->form, &wallet);
        respond(&response, f, buf_view(&transcript), NULL);
        in.response = buf_view(&response);
        must(mdoc_diagnose(&d, &in, NULL));
        ok(found_as(&d, c->form, c->id), "%s", c->id);
        buf_cleanup(&response);
        buf_cleanup(&transcript);
    }
    while (mdoc_slip_at(slips_n) != NULL)
        slips_n++;
    ok(slips_n == SLIP_CASES_N + 2, "every slip about a fact has its case");
}

static void test_two_slips(const struct fixture *f)
{
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct mdoc_session_facts wallet = all_facts;
    struct buf transcript = new_buf(), response = new_buf();
    struct mdoc_diagnosis d;

    wallet.of[MDOC_FACT_CLIENT_ID] = BYTES("example.com");
    wallet.of[MDOC_FACT_RESPONSE_URI] = BYTES("https://example.com/r/");
    transcript_of(&transcript, MDOC_HANDOVER_OPENID4VP, &wallet);
    respond(&response, f, buf_view(&transcript), NULL);
    in.response = buf_view(&response);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(mdoc_diagnosis_fits(&d) && d.documents[0].slips_n == 2 && !d.exhausted,
       "two slips at once");
    buf_cleanup(&response);
    buf_cleanup(&transcript);
}

/* What is signed, put wrongly together: the tag where it does not belong, or not where it does. */
static void test_signing(const struct fixture *f)
{
    struct buf array = new_buf(), wrapped = new_buf(), response = new_buf();
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct mdoc_diagnosis d;
    struct showing s = good;

    transcript_of(&array, MDOC_HANDOVER_ANNEX_C, &all_facts);
    cbw_embedded(&wrapped, buf_view(&array));
    s.document.transcript = buf_view(&wrapped);
    put_response(&response, f, s);
    in.response = buf_view(&response);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(found_as(&d, MDOC_HANDOVER_ANNEX_C, "transcript-wrapped"), "transcript-wrapped");
    in.facts = (struct mdoc_session_facts){ 0 };
    in.transcript = buf_view(&array);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(found_as(&d, MDOC_HANDOVERS_N, "transcript-wrapped") && d.given_fits == 0,
       "and of a transcript given");
    buf_cleanup(&response);
    buf_cleanup(&wrapped);
    buf_cleanup(&array);
}

static void test_untagged(const struct fixture *f)
{
    struct buf array = new_buf(), tagged = new_buf(), response = new_buf(), signature = new_buf();
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct mdoc_device_response parsed;
    struct mdoc_diagnosis d;
    struct cbr r;

    transcript_of(&array, MDOC_HANDOVER_ANNEX_C, &all_facts);
    respond(&response, f, buf_view(&array), NULL);
    must(mdoc_device_response_init(&parsed, buf_view(&response), NULL));
    mdoc_device_authentication(&tagged, buf_view(&array), parsed.documents[0].doc_type,
                               parsed.documents[0].device_name_spaces);
    cbr_init(&r, buf_view(&tagged));
    cose_sign1_write(&signature, &(struct cose_sign1_spec){
        .key = f->device_key, .payload = cbr_embedded(&r, NULL), .detached = true });
    /* The signature is the tail of its COSE_Sign1, and of both messages the same length. */
    memcpy(response.p + (parsed.documents[0].signature.signature.p - response.p),
           signature.p + signature.n - 64, 64);
    in.response = buf_view(&response);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(found_as(&d, MDOC_HANDOVER_ANNEX_C, "authentication-untagged"), "authentication-untagged");
    mdoc_device_response_cleanup(&parsed);
    buf_cleanup(&signature);
    buf_cleanup(&response);
    buf_cleanup(&tagged);
    buf_cleanup(&array);
}

static void test_nothing(const struct fixture *f)
{
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct buf response = new_buf();
    struct mdoc_diagnosis d;
    struct showing s = good;
    size_t fits = 0;
    clock_t start;

    s.copies = MDOC_DOCUMENTS_MAX;
    put_response(&response, f, s);
    in.response = buf_view(&response);
    start = clock();
    must(mdoc_diagnose(&d, &in, NULL));
    note("%.2f s for what fits nothing", (double)(clock() - start) / CLOCKS_PER_SEC);
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        fits += d.forms[i].fits;
    ok(!mdoc_diagnosis_fits(&d) && fits == 0 && d.exhausted &&
       d.documents_n == MDOC_DOCUMENTS_MAX, "nothing fits, and the search ends at its limit");
    in.transcript = buf_view(&f->transcript);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(mdoc_diagnosis_fits(&d) && d.given_fits == MDOC_DOCUMENTS_MAX &&
       d.documents[0].form == MDOC_HANDOVERS_N, "but the transcript given does");
    in = (struct mdoc_diagnose_in){ .response = buf_view(&response) };
    must(mdoc_diagnose(&d, &in, NULL));
    ok(!mdoc_diagnosis_fits(&d) && d.forms[MDOC_HANDOVER_ISO_QR].missing ==
       (1u << MDOC_FACT_ENGAGEMENT | 1u << MDOC_FACT_EREADER_KEY),
       "without facts nothing is tried");
    in.response = buf_view(&f->response);
    must(mdoc_diagnose(&d, &in, NULL));
    ok(!mdoc_diagnosis_fits(&d) && d.documents_n == 0 && d.encrypted_n == 1,
       "encrypted documents are counted, and explain nothing");
    buf_cleanup(&response);
}

/* Every bit flipped: never explained, unless by a bit that the device does not sign. */
static void test_mutation(const struct fixture *f)
{
    struct mdoc_diagnose_in in = { .transcript = buf_view(&f->transcript) };
    struct buf response = new_buf();
    struct mdoc_device_response parsed;
    struct bytes signature;
    struct mdoc_diagnosis d;
    size_t fits = 0;

    respond(&response, f, buf_view(&f->transcript), NULL);
    in.response = buf_view(&response);
    must(mdoc_device_response_init(&parsed, in.response, NULL));
    signature = parsed.documents[0].signature.signature;
    for (size_t bit = 0; bit < 8 * signature.n; bit++) {
        uint8_t *at = response.p + (signature.p - response.p) + bit / 8;

        *at ^= (uint8_t)(1u << bit % 8);
        must(mdoc_diagnose(&d, &in, NULL));
        fits += mdoc_diagnosis_fits(&d);
        *at ^= (uint8_t)(1u << bit % 8);
    }
    must(mdoc_diagnose(&d, &in, NULL));
    ok(fits == 0 && mdoc_diagnosis_fits(&d), "no flipped bit of a signature is explained");
    mdoc_device_response_cleanup(&parsed);
    buf_cleanup(&response);
}

static void test_no_message(const struct fixture *f)
{
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct buf response = new_buf();
    struct mdoc_diagnosis d;
    struct oc_fault fault;
    size_t refused = 0;

    respond(&response, f, buf_view(&f->transcript), NULL);
    for (size_t n = 0; n < response.n; n++) {
        struct guard guard;

        in.response = guard_copy(&guard, (struct bytes){ response.p, n });
        memset(&d, 0xff, sizeof d);
        refused += mdoc_diagnose(&d, &in, &fault) != OC_OK && d.documents_n == 0 &&
                   !mdoc_diagnosis_fits(&d) && fault.reason != NULL;
        guard_free(&guard);
    }
    ok(refused == response.n, "every prefix is refused with a reason, all zero");
    buf_add_byte(&response, 0);
    in.response = buf_view(&response);
    ok(mdoc_diagnose(&d, &in, &fault) == OC_TRAILING, "a byte after it too");
    buf_cleanup(&response);
}

/* Facts that make no transcript are said to, and harm no other form. */
static void test_unusable(const struct fixture *f)
{
    struct mdoc_diagnose_in in = { .facts = all_facts };
    struct buf transcript = new_buf(), response = new_buf();
    struct mdoc_diagnosis d;

    transcript_of(&transcript, MDOC_HANDOVER_ANNEX_C, &all_facts);
    respond(&response, f, buf_view(&transcript), NULL);
    in.response = buf_view(&response);
    in.facts.of[MDOC_FACT_ENGAGEMENT] = BYTES("\xff");
    in.facts.of[MDOC_FACT_CLIENT_ID] = BYTES("\xff");
    must(mdoc_diagnose(&d, &in, NULL));
    ok(found_as(&d, MDOC_HANDOVER_ANNEX_C, NULL) &&
       d.forms[MDOC_HANDOVER_ISO_QR].err == OC_SYNTAX &&
       d.forms[MDOC_HANDOVER_OPENID4VP].err == OC_SHAPE, "unusable facts are named");
    buf_cleanup(&response);
    buf_cleanup(&transcript);
}

/* What a slip makes of a fact has a ceiling, and hitting it is not "does not apply". */
static void test_long_fact(void)
{
    struct mdoc_session_facts facts = all_facts;
    struct buf longest = new_buf(), store = new_buf();
    const struct slip *slip;
    size_t failed = 0, n = 0;
    bool applies = true;

    must(buf_extend(&longest, 2 * MDOC_FACT_BYTES_MAX + 1) != NULL ? OC_OK : OC_MEMORY);
    memset(longest.p, 'A', longest.n);
    facts.of[MDOC_FACT_NONCE] = buf_view(&longest);
    for (size_t i = 0; (slip = slip_at(i)) != NULL; i++)
        if (slip->kind == SLIP_ENCODE && slip->fact == MDOC_FACT_NONCE) {
            failed += slip_make(slip, &facts, &store, &applies) == OC_LIMIT && !applies;
            n++;
        }
    ok(n == 1 && failed == n && facts.of[MDOC_FACT_NONCE].n == longest.n,
       "a fact too long to be encoded is an error");
    buf_cleanup(&store);
    buf_cleanup(&longest);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_forms(&f);
    test_slips(&f);
    test_two_slips(&f);
    test_signing(&f);
    test_untagged(&f);
    test_long_fact();
    test_nothing(&f);
    test_mutation(&f);
    test_no_message(&f);
    test_unusable(&f);
    fixture_cleanup(&f);
    return done();
}
