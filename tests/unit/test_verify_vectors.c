/* Messages of the standard and of other implementers, through the whole of a verification. */
#include "mdoc/verify.h"

#include "core/date.h"
#include "mdoc/transcript.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static struct mdoc_report report;

static void add_anchors(struct trust_anchors *anchors, const char *path)
{
    struct buf pem;

    ok(vector_read(path, &pem) && trust_anchors_add_pem(anchors, buf_view(&pem), NULL) == OC_OK,
       "%s is an anchor", path);
    buf_cleanup(&pem);
}

static int64_t moment(const char *text)
{
    int64_t seconds = 0;

    ok(date_time_read(bytes_str(text), &seconds) || date_read(bytes_str(text), &seconds),
       "at %s", text);
    return seconds;
}

static const struct mdoc_check *check(enum mdoc_check_id id)
{
    return id < MDOC_FIRST_DOCUMENT_CHECK ? &report.checks[id] : &report.documents[0].checks[id];
}

/* All checks passed or were not called for, but the profile's, and that a card which ends after
 * its signer's certificate, as all of these do, is reported. */
static void show_checks(void)
{
    bool well = check(MDOC_CHECK_SIGNER_END)->outcome == MDOC_WARNING;

    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check *c = check((enum mdoc_check_id)i);

        if (i == MDOC_CHECK_SIGNER_PROFILE || i == MDOC_CHECK_SIGNER_END ||
            c->outcome == MDOC_PASS || (c->outcome == MDOC_NOT_CHECKED && !c->blocks))
            continue;
        note("%s: %s %s", mdoc_check_info((enum mdoc_check_id)i)->id,
             mdoc_outcome_name(c->outcome), c->detail);
        well = false;
    }
    ok(well, "every other check passed; %s", check(MDOC_CHECK_SIGNER_END)->detail);
}

/* The same, years later, and in another session. */
static void annex_d_refusals(struct mdoc_verify_in *in)
{
    struct mdoc_claims *claims;
    const struct mdoc_check *block;
    enum oc_err e;

    in->now = moment("2026-11-24T00:00:00Z");
    e = mdoc_verify(&claims, &report, in);
    block = mdoc_report_first_block(&report, NULL, NULL);
    ok(e == OC_EXPIRED && claims == NULL && block != NULL &&
       strstr(block->detail, "expired") != NULL, "today: %s", block != NULL ? block->detail : "");
    ok(strstr(check(MDOC_CHECK_VALIDITY)->detail, "expired") != NULL, "and the card: %s",
       check(MDOC_CHECK_VALIDITY)->detail);

    in->now = moment("2020-12-01T00:00:00Z");
    in->transcript = BYTES("\x83\xf6\xf6\xf6");
    ok(mdoc_verify(&claims, &report, in) == OC_SIGNATURE && claims == NULL &&
       check(MDOC_CHECK_DEVICE_AUTH)->outcome == MDOC_FAIL, "refused for another session");
}

static void test_annex_d(void)
{
    struct trust_anchors anchors = { 0 };
    struct private_key *reader = NULL;
    struct mdoc_device_request request;
    struct buf message, request_bytes, transcript_bytes, pem;
    struct mdoc_verify_in in = { .anchors = &anchors };
    struct mdoc_claims *claims;
    const struct mdoc_card *cards;
    const struct mdoc_check *block;
    struct bytes transcript;
    size_t n = 0;
    enum oc_err e;

    add_anchors(&anchors, "annex-d/iaca.pem");
    ok(vector_hex("annex-d/D.4.1.2_device_response.hex", &message) &&
       vector_hex("annex-d/D.4.1.1_device_request.hex", &request_bytes) &&
       vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &transcript_bytes) &&
       vector_read("annex-d/EReaderKey.key.pem", &pem), "the files of Annex D");
    ok(mdoc_device_request_init(&request, buf_view(&request_bytes), NULL) == OC_OK, "its request");
    ok(mdoc_transcript_read(&transcript, buf_view(&transcript_bytes), NULL) == OC_OK,
       "its transcript");
    ok(private_key_from_pem(&reader, buf_view(&pem)) == OC_OK, "its reader key");
    in.message = buf_view(&message);
    in.request = &request;
    in.transcript = transcript;
    in.reader_key = reader;
    in.now = moment("2020-12-01T00:00:00Z");
    e = mdoc_verify(&claims, &report, &in);
    block = mdoc_report_first_block(&report, NULL, NULL);
    ok(e == OC_OK && claims != NULL, "accepted: %s", block != NULL ? block->detail : "");
    show_checks();
    ok(check(MDOC_CHECK_SIGNER_PROFILE)->outcome == MDOC_PASS, "the profile is kept");
    if (claims != NULL) {
        cards = mdoc_claims_cards(claims, &n);
        ok(n == 1 && cards[0].elements_n == 6 &&
           bytes_is(cards[0].elements[0].name, "family_name") &&
           bytes_eq(cards[0].elements[0].value, BYTES("\x63" "Doe")) &&
           cards[0].elements[0].intent_to_retain, "six elements; family name Doe");
        ok(check(MDOC_CHECK_DEVICE_AUTH)->outcome == MDOC_PASS &&
           strstr(check(MDOC_CHECK_DEVICE_AUTH)->detail, "MAC") != NULL, "by its device MAC");
    }
    mdoc_claims_free(&claims);

    annex_d_refusals(&in);
    private_key_free(&reader);
    mdoc_device_request_cleanup(&request);
    trust_anchors_cleanup(&anchors);
    buf_cleanup(&message);
    buf_cleanup(&request_bytes);
    buf_cleanup(&transcript_bytes);
    buf_cleanup(&pem);
}

static struct bytes text(json_t *object, const char *name)
{
    return bytes_str(json_string_value(json_object_get(object, name)));
}

/* The transcript that a sample's inputs describe. */
static void put_transcript(struct buf *out, json_t *inputs)
{
    const char *handover = json_string_value(json_object_get(inputs, "handover"));

    buf_init(out, 4096);
    if (handover != NULL && strncmp(handover, "OpenID4VP", 9) == 0) {
        struct buf thumbprint;

        unhex(json_string_value(json_object_get(inputs, "jwk_thumbprint")), &thumbprint);
        mdoc_transcript_openid4vp(out, text(inputs, "client_id"), text(inputs, "nonce"),
                                  buf_view(&thumbprint), text(inputs, "response_uri"));
        buf_cleanup(&thumbprint);
    } else {
        mdoc_transcript_18013_7(out, text(inputs, "client_id"), text(inputs, "response_uri"),
                                text(inputs, "nonce"), text(inputs, "mdoc_generated_nonce"));
    }
    ok(buf_err(out) == OC_OK && out->n > 0, "its transcript, %s", handover);
}

/* Another's response: all is well but, perhaps, for its certificates' profile. */
static void test_sample(const char *path, const char *anchor_file, size_t anchor_index)
{
    json_t *sample = vector_json(path);
    struct trust_anchors anchors = { 0 };
    struct buf message, transcript;
    struct mdoc_verify_in in = { .anchors = &anchors };
    struct mdoc_claims *claims;
    bool departs;
    size_t n = 0;
    enum oc_err e;

    note("%s", path);
    if (!ok(sample != NULL, "%s", path))
        return;
    if (anchor_file != NULL)
        add_anchors(&anchors, anchor_file);
    else
        ok(trust_anchors_add_pem(&anchors, bytes_str(json_string_value(json_array_get(
               json_object_get(sample, "trust_anchors_pem"), anchor_index))), NULL) == OC_OK,
           "its anchor");
    ok(unhex(json_string_value(json_object_get(sample, "hex")), &message), "its bytes");
    put_transcript(&transcript, json_object_get(sample, "transcript_inputs"));
    in.message = buf_view(&message);
    in.transcript = buf_view(&transcript);
    in.now = moment(json_string_value(json_object_get(sample, "verify_at")));

    e = mdoc_verify(&claims, &report, &in);
    departs = check(MDOC_CHECK_SIGNER_PROFILE)->outcome == MDOC_FAIL;
    ok(departs ? e == OC_UNTRUSTED && claims == NULL : e == OC_OK, "%s: %s", oc_err_name(e),
       check(MDOC_CHECK_SIGNER_PROFILE)->detail);
    ok(!departs || strstr(check(MDOC_CHECK_SIGNER_PROFILE)->detail, "ds.") != NULL ||
       strstr(check(MDOC_CHECK_SIGNER_PROFILE)->detail, "iaca.") != NULL, "rules are named");
    show_checks();
    mdoc_claims_free(&claims);

    in.accept_profile = true;
    e = mdoc_verify(&claims, &report, &in);
    ok(e == OC_OK && claims != NULL && report.accepted, "accepted by option");
    ok(check(MDOC_CHECK_SIGNER_PROFILE)->outcome == (departs ? MDOC_WARNING : MDOC_PASS) &&
       check(MDOC_CHECK_DEVICE_AUTH)->outcome == MDOC_PASS, "and the device checked");
    if (claims != NULL)
        ok(mdoc_claims_cards(claims, &n)->elements_n > 0 && n == 1, "with claims");
    mdoc_claims_free(&claims);

    transcript.p[transcript.n - 1] ^= 1;
    ok(mdoc_verify(&claims, &report, &in) == OC_SIGNATURE && claims == NULL &&
       check(MDOC_CHECK_DEVICE_AUTH)->outcome == MDOC_FAIL, "refused for another session");
    json_decref(sample);
    trust_anchors_cleanup(&anchors);
    buf_cleanup(&message);
    buf_cleanup(&transcript);
}

static void test_bdr(void)
{
    json_t *sample = vector_json("mdoc-samples/bdr_mdl_issuersigned.json");
    struct x509_cert *signer = NULL;
    struct mdoc_verify_in in = { 0 };
    struct mdoc_issuer_claims *claims;
    struct buf message;
    size_t n = 0;
    enum oc_err e;

    if (!ok(sample != NULL && unhex(json_string_value(json_object_get(sample, "hex")), &message),
            "bdr_mdl_issuersigned.json"))
        return;
    ok(x509_from_pem(&signer, bytes_str(json_string_value(json_array_get(
           json_object_get(sample, "trust_anchors_pem"), 0))), 0) == OC_OK, "its signer");
    in.message = buf_view(&message);
    in.signer = signer;
    in.now = moment(json_string_value(json_object_get(sample, "verify_at")));
    e = mdoc_verify_issuer(&claims, &report, &in);
    ok(e == OC_OK && claims != NULL, "every check of the issuer's part: %s",
       oc_err_name(e));
    show_checks();
    ok(check(MDOC_CHECK_SIGNER_CHAIN)->outcome == MDOC_NOT_CHECKED &&
       check(MDOC_CHECK_DEVICE_AUTH)->outcome == MDOC_NOT_CHECKED &&
       check(MDOC_CHECK_ISSUER_SIGNATURE)->outcome == MDOC_PASS &&
       check(MDOC_CHECK_DIGESTS)->outcome == MDOC_PASS, "chain and device show as not checked");
    if (claims != NULL)
        ok(mdoc_issuer_claims_cards(claims, &n)->elements_n > 10 && n == 1, "%zu elements",
           mdoc_issuer_claims_cards(claims, &n)->elements_n);
    mdoc_issuer_claims_free(&claims);
    x509_free(&signer);
    json_decref(sample);
    buf_cleanup(&message);
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return done();
    }
    test_annex_d();
    test_sample("mdoc-samples/animo_pid.json", NULL, 1);
    test_sample("mdoc-samples/france_playground.json", "annex-d/iaca.pem", 0);
    test_bdr();
    return done();
}
