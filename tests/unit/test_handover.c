#include "mdoc/handover.h"

#include <string.h>

#include "crypto/hash.h"
#include "mdoc/transcript.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static const uint8_t thumbprint[32] = { 1, 2, 3 };

static const struct mdoc_session_facts all_facts = { .of = {
    [MDOC_FACT_CLIENT_ID] = BYTES("x509_san_dns:example.com"),
    [MDOC_FACT_NONCE] = BYTES("n-0S6"),
    [MDOC_FACT_RESPONSE_URI] = BYTES("https://example.com/r"),
    [MDOC_FACT_ORIGIN] = BYTES("https://example.com"),
    [MDOC_FACT_JWK_THUMBPRINT] = { thumbprint, sizeof thumbprint },
    [MDOC_FACT_MDOC_NONCE] = BYTES("wallet"),
    [MDOC_FACT_ENCRYPTION_INFO] = BYTES("gmVkY2FwaQ"),
    [MDOC_FACT_ENGAGEMENT] = BYTES("\xa1\x00\x63" "1.0"),
    [MDOC_FACT_EREADER_KEY] = BYTES("\xd8\x18\x43\xa1\x01\x02"),
    [MDOC_FACT_NFC_SELECT] = BYTES("\x91\x02"),
    [MDOC_FACT_NFC_REQUEST] = BYTES("\x91\x03"),
    [MDOC_FACT_READER_ENGAGEMENT] = BYTES("\xa1\x00\x63" "1.1"),
    [MDOC_FACT_ENCRYPTION_PARAMETERS] = BYTES("\xd8\x18\x41\xa0"),
} };

#define SESSION_HEAD "\x83\xd8\x18\x46\xa1\x00\x63" "1.0" "\xd8\x18\x43\xa1\x01\x02"

static void test_table(void)
{
    for (int i = 0; i < MDOC_HANDOVERS_N; i++) {
        enum mdoc_handover form = (enum mdoc_handover)i;
        const struct mdoc_handover_info *info = mdoc_handover_info(form);
        struct buf out = new_buf();
        struct bytes array;

        mdoc_handover_write(&out, form, &all_facts);
        ok(buf_err(&out) == OC_OK && mdoc_handover_by_name(info->name) == form &&
           mdoc_transcript_read(&array, buf_view(&out), NULL) == OC_OK &&
           (info->needs & info->may_use) == 0, "%s writes a transcript", info->name);
        buf_cleanup(&out);
        for (int fact = 0; fact < MDOC_FACTS_N; fact++) {
            struct mdoc_session_facts facts = all_facts;
            bool needed = (info->needs & 1u << fact) != 0;

            facts.of[fact] = (struct bytes){ 0 };
            out = new_buf();
            mdoc_handover_write(&out, form, &facts);
            if (!ok(buf_err(&out) == (needed ? OC_USAGE : OC_OK) &&
                    mdoc_handover_missing(form, &facts) == (needed ? 1u << fact : 0),
                    "%s %s %s", info->name, needed ? "needs" : "can do without",
                    mdoc_fact_name((enum mdoc_fact)fact)))
                note("%s", oc_err_name(buf_err(&out)));
            buf_cleanup(&out);
        }
    }
    ok(mdoc_handover_by_name("iso") == MDOC_HANDOVERS_N, "no name that begins like one");
}

static void expect(enum mdoc_handover form, const struct mdoc_session_facts *facts,
                   struct bytes want, const char *name)
{
    struct buf out = new_buf();

    mdoc_handover_write(&out, form, facts);
    ok(buf_err(&out) == OC_OK && bytes_eq(buf_view(&out), want), "%s", name);
    buf_cleanup(&out);
}

static void test_proximity(void)
{
    struct mdoc_session_facts facts = all_facts;
    struct buf want = new_buf();
    uint8_t digest[DIGEST_MAX];

    expect(MDOC_HANDOVER_ISO_QR, &facts, BYTES(SESSION_HEAD "\xf6"),
           "QR: an engagement is wrapped, a tagged key stays as it is");
    expect(MDOC_HANDOVER_ISO_NFC, &facts, BYTES(SESSION_HEAD "\x82\x42\x91\x02\x42\x91\x03"),
           "NFC, negotiated");
    facts.of[MDOC_FACT_NFC_REQUEST] = (struct bytes){ 0 };
    expect(MDOC_HANDOVER_ISO_NFC, &facts, BYTES(SESSION_HEAD "\x82\x42\x91\x02\xf6"),
           "NFC, static");
    must(digest_of(DIGEST_SHA256, BYTES("\xd8\x18\x46\xa1\x00\x63" "1.1"), digest));
    buf_add(&want, BYTES(SESSION_HEAD "\x58\x20"));
    buf_add(&want, (struct bytes){ digest, 32 });
    expect(MDOC_HANDOVER_REVERSE, &facts, buf_view(&want), "reverse: SHA-256 of the tagged bytes");
    buf_cleanup(&want);
    expect(MDOC_HANDOVER_18013_7_DRAFT, &facts,
           BYTES("\x83\xf6\xf6\x84\x66" "wallet" "\x78\x18" "x509_san_dns:example.com"
                 "\x75" "https://example.com/r" "\x65" "n-0S6"), "the draft of 2023");
}

static void test_refusals(void)
{
    static uint8_t large[MDOC_FACT_BYTES_MAX + 1];
    const struct {
        const char *name;
        enum mdoc_fact fact;
        struct bytes value;
        enum mdoc_handover form;
        enum oc_err want;
    } row[] = {
        { "an engagement cut short", MDOC_FACT_ENGAGEMENT, BYTES("\xa1\x00\x63" "1."),
          MDOC_HANDOVER_ISO_QR, OC_TRUNCATED },
        { "one with a byte after it", MDOC_FACT_ENGAGEMENT, BYTES("\xa0\x00"),
          MDOC_HANDOVER_ISO_QR, OC_TRAILING },
        { "a key under another tag", MDOC_FACT_EREADER_KEY, BYTES("\xc1\x00"),
          MDOC_HANDOVER_ISO_QR, OC_SHAPE },
        { "a reader engagement that is no CBOR", MDOC_FACT_READER_ENGAGEMENT, BYTES("\xff"),
          MDOC_HANDOVER_REVERSE, OC_SYNTAX },
        { "a client id not in UTF-8", MDOC_FACT_CLIENT_ID, BYTES("\xff"),
          MDOC_HANDOVER_OPENID4VP, OC_SHAPE },
        { "a thumbprint of five bytes", MDOC_FACT_JWK_THUMBPRINT, BYTES("short"),
          MDOC_HANDOVER_OPENID4VP, OC_SHAPE },
        { "a fact too large", MDOC_FACT_NFC_SELECT, { large, sizeof large },
          MDOC_HANDOVER_ISO_NFC, OC_LIMIT },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_session_facts facts = all_facts;
        struct buf out = new_buf();

        facts.of[row[i].fact] = row[i].value;
        mdoc_handover_write(&out, row[i].form, &facts);
        ok(buf_err(&out) == row[i].want, "%s: %s", row[i].name, oc_err_name(buf_err(&out)));
        buf_cleanup(&out);
    }
}

static void test_difference(void)
{
    const struct {
        struct bytes a, b;
        size_t at;
        const char *part;
    } row[] = {
        { BYTES("\x83\xf6\xf6\x61x"), BYTES("\x83\x00\xf6\x61x"), 1, "DeviceEngagementBytes" },
        { BYTES("\x83\xf6\xf6\x61x"), BYTES("\x83\xf6\x00\x61x"), 2, "EReaderKeyBytes" },
        { BYTES("\x83\xf6\xf6\x61x"), BYTES("\x83\xf6\xf6\x61y"), 4, "Handover" },
        { BYTES("\x83\xf6\xf6\x61x"), BYTES("\x83\xf6\xf6\x61x"), 5, "Handover" },
        { BYTES("\x83\xf6"), BYTES("\x83\xf6\xf6"), 2, "DeviceEngagementBytes" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const char *part = "";
        size_t at = mdoc_transcript_difference(row[i].a, row[i].b, &part);

        ok(at == row[i].at && strcmp(part, row[i].part) == 0, "differ at %zu, in %s", at, part);
    }
}

static struct bytes text(json_t *object, const char *name)
{
    return bytes_str(json_string_value(json_object_get(object, name)));
}

static void test_online_vectors(void)
{
    json_t *sets = vector_json("openid4vp/session_transcripts.json");
    json_t *small = vector_json("iso18013-7-annexc/transcript_min.json");
    json_t *redirect = json_object_get(sets, "redirect"), *dcapi = json_object_get(sets, "dc_api");
    json_t *in = json_object_get(redirect, "inputs");
    struct buf key, want;
    struct mdoc_session_facts facts = { 0 };

    ok(unhex(json_string_value(json_object_get(in, "jwk_thumbprint_sha256")), &key), "thumbprint");
    facts.of[MDOC_FACT_JWK_THUMBPRINT] = buf_view(&key);
    facts.of[MDOC_FACT_CLIENT_ID] = text(in, "client_id");
    facts.of[MDOC_FACT_NONCE] = text(in, "nonce");
    facts.of[MDOC_FACT_RESPONSE_URI] = text(in, "response_uri");
    facts.of[MDOC_FACT_ORIGIN] = text(json_object_get(dcapi, "inputs"), "origin");
    ok(unhex(json_string_value(json_object_get(redirect, "SessionTranscript")), &want), "redirect");
    expect(MDOC_HANDOVER_OPENID4VP, &facts, buf_view(&want), "OpenID4VP, redirect");
    buf_cleanup(&want);
    ok(unhex(json_string_value(json_object_get(dcapi, "SessionTranscript")), &want), "dc_api");
    expect(MDOC_HANDOVER_OPENID4VP_DCAPI, &facts, buf_view(&want), "OpenID4VP, browser");
    buf_cleanup(&want);
    facts.of[MDOC_FACT_CLIENT_ID] = BYTES("example.com");
    facts.of[MDOC_FACT_RESPONSE_URI] = BYTES("https://example.com/12345/response");
    facts.of[MDOC_FACT_NONCE] = BYTES("abcdefgh1234567890");
    facts.of[MDOC_FACT_MDOC_NONCE] = BYTES("1234567890abcdefgh");
    ok(unhex(json_string_value(json_object_get(json_object_get(sets, "iso18013_7_draft18"),
                                               "SessionTranscript")), &want), "draft 18");
    expect(MDOC_HANDOVER_18013_7, &facts, buf_view(&want), "18013-7");
    buf_cleanup(&want);
    facts.of[MDOC_FACT_ENCRYPTION_INFO] = text(small, "encryptionInfo");
    facts.of[MDOC_FACT_ORIGIN] = text(small, "origin");
    ok(unhex(json_string_value(json_object_get(small, "SessionTranscript")), &want), "annex C");
    expect(MDOC_HANDOVER_ANNEX_C, &facts, buf_view(&want), "18013-7 Annex C");
    buf_cleanup(&want);
    buf_cleanup(&key);
    json_decref(small);
    json_decref(sets);
}

/* Engagement and key lie at known places of the transcript. */
static void test_nfc_vector(void)
{
    enum { ENGAGEMENT_AT = 6, ENGAGEMENT_N = 4 + 0x58, KEY_N = 4 + 0x4b };
    struct mdoc_session_facts facts = { 0 };
    struct buf tagged, select, request;

    bool read = vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &tagged);

    read = vector_hex("annex-d/D.3.3_nfc_handover_select.hex", &select) && read;
    read = vector_hex("annex-d/D.3.2_nfc_handover_request.hex", &request) && read;
    if (ok(read, "Annex D")) {
        struct bytes engagement = { tagged.p + ENGAGEMENT_AT, ENGAGEMENT_N };

        facts.of[MDOC_FACT_EREADER_KEY] =
            (struct bytes){ engagement.p + ENGAGEMENT_N, KEY_N };
        facts.of[MDOC_FACT_NFC_SELECT] = buf_view(&select);
        facts.of[MDOC_FACT_NFC_REQUEST] = buf_view(&request);
        facts.of[MDOC_FACT_ENGAGEMENT] = engagement;
        expect(MDOC_HANDOVER_ISO_NFC, &facts, (struct bytes){ tagged.p + 5, tagged.n - 5 },
               "NFC, engagement with its tag");
        facts.of[MDOC_FACT_ENGAGEMENT] = (struct bytes){ engagement.p + 4, engagement.n - 4 };
        expect(MDOC_HANDOVER_ISO_NFC, &facts, (struct bytes){ tagged.p + 5, tagged.n - 5 },
               "NFC, engagement without");
    }
    buf_cleanup(&tagged);
    buf_cleanup(&select);
    buf_cleanup(&request);
}

static void test_reader_key(void)
{
    struct private_key *key = new_key(CURVE_P256);
    struct mdoc_session_facts facts = all_facts;
    struct buf bytes = new_buf(), out = new_buf();

    mdoc_ereader_key_write(&bytes, private_key_public(key));
    facts.of[MDOC_FACT_EREADER_KEY] = buf_view(&bytes);
    mdoc_handover_write(&out, MDOC_HANDOVER_ISO_QR, &facts);
    ok(buf_err(&out) == OC_OK && bytes.n == 4 + 0x4b && memcmp(bytes.p, "\xd8\x18\x58\x4b", 4) == 0,
       "EReaderKeyBytes of %zu bytes", bytes.n);
    buf_cleanup(&out);
    buf_cleanup(&bytes);
    private_key_free(&key);
}

int main(void)
{
    must(secret_pool_init());
    test_table();
    test_proximity();
    test_refusals();
    test_difference();
    test_reader_key();
    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return done();
    }
    test_online_vectors();
    test_nfc_vector();
    return done();
}
