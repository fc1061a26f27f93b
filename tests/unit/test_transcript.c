#include "mdoc/transcript.h"

#include "codec/cbr.h"
#include "core/text.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static struct bytes text(json_t *object, const char *name)
{
    return bytes_str(json_string_value(json_object_get(object, name)));
}

static void expect(const struct buf *actual, json_t *set, const char *name)
{
    struct buf want;

    ok(unhex(json_string_value(json_object_get(set, "SessionTranscript")), &want) &&
       buf_err(actual) == OC_OK && bytes_eq(buf_view(actual), buf_view(&want)), "%s", name);
    buf_cleanup(&want);
}

static void test_openid4vp(void)
{
    json_t *sets = vector_json("openid4vp/session_transcripts.json");
    json_t *redirect = json_object_get(sets, "redirect"), *inputs;
    json_t *dcapi = json_object_get(sets, "dc_api");
    struct buf thumbprint, out = new_buf();

    inputs = json_object_get(redirect, "inputs");
    ok(unhex(json_string_value(json_object_get(inputs, "jwk_thumbprint_sha256")), &thumbprint),
       "session_transcripts.json");
    mdoc_transcript_openid4vp(&out, text(inputs, "client_id"), text(inputs, "nonce"),
                              buf_view(&thumbprint), text(inputs, "response_uri"));
    expect(&out, redirect, "OpenID4VP, redirect");
    buf_truncate(&out, 0);
    inputs = json_object_get(dcapi, "inputs");
    mdoc_transcript_openid4vp_dcapi(&out, text(inputs, "origin"), text(inputs, "nonce"),
                                    buf_view(&thumbprint));
    expect(&out, dcapi, "OpenID4VP, Digital Credentials API");
    buf_truncate(&out, 0);
    mdoc_transcript_18013_7(&out, BYTES("example.com"), BYTES("https://example.com/12345/response"),
                            BYTES("abcdefgh1234567890"), BYTES("1234567890abcdefgh"));
    expect(&out, json_object_get(sets, "iso18013_7_draft18"), "18013-7, draft 18");
    buf_cleanup(&out);
    buf_cleanup(&thumbprint);
    json_decref(sets);
}

static bool has_sha256(struct bytes data, const char *hex)
{
    uint8_t digest[DIGEST_MAX];
    struct buf want;
    bool same = unhex(hex, &want) && digest_of(DIGEST_SHA256, data, digest) == OC_OK &&
                bytes_eq(buf_view(&want), (struct bytes){ digest, 32 });

    buf_cleanup(&want);
    return same;
}

/* enc and cipherText of ["dcapi", { "enc", "cipherText" }], by the fields' known places. */
static bool open_response(struct buf *out, json_t *vector, struct bytes transcript)
{
    struct private_key *key = NULL;
    struct secret *d = NULL;
    struct buf hex, message = new_buf();
    struct bytes enc = { 0 }, cipher_text = { 0 };
    struct cbr r;
    bool opened = false;

    if (unhex(json_string_value(json_object_get(vector, "recipientPrivateKeyHex")), &hex))
        d = secret_copy(buf_view(&hex));
    if (base64url_read(&message, text(vector, "encryptedResponseB64")) == OC_OK) {
        cbr_init(&r, buf_view(&message));
        cbr_array(&r);
        cbr_skip(&r);
        for (size_t n = cbr_map(&r); n > 0 && cbr_ok(&r); n--) {
            struct bytes k = cbr_key(&r);

            if (bytes_is(k, "enc"))
                enc = cbr_bstr(&r);
            else
                cipher_text = cbr_bstr(&r);
        }
        opened = d != NULL && private_key_new(&key, CURVE_P256, d) == OC_OK &&
                 hpke_open(out, key, enc, transcript, (struct bytes){ 0 }, cipher_text) == OC_OK;
    }
    private_key_free(&key);
    secret_free(&d);
    buf_cleanup(&hex);
    buf_cleanup(&message);
    return opened;
}

static void test_annex_c(void)
{
    json_t *vector = vector_json("iso18013-7-annexc/ANNEXC-DETERMINISTIC-001.json");
    json_t *small = vector_json("iso18013-7-annexc/transcript_min.json");
    json_t *expected = json_object_get(vector, "expected");
    struct buf out = new_buf(), plain = new_buf();

    mdoc_transcript_dcapi(&out, text(vector, "encryptionInfoB64"), text(vector, "origin"));
    ok(has_sha256(buf_view(&out),
                  json_string_value(json_object_get(expected, "sessionTranscriptCborSha256Hex"))),
       "18013-7 Annex C: transcript");
    ok(open_response(&plain, vector, buf_view(&out)) &&
       has_sha256(buf_view(&plain),
                  json_string_value(json_object_get(expected, "deviceResponseCborSha256Hex"))),
       "and the response opens under it");
    buf_truncate(&plain, 0);
    out.p[out.n - 1] ^= 1;
    ok(!open_response(&plain, vector, buf_view(&out)) && plain.n == 0, "but not under another");
    buf_truncate(&out, 0);
    mdoc_transcript_dcapi(&out, text(small, "encryptionInfo"), text(small, "origin"));
    expect(&out, small, "the smallest one");
    buf_cleanup(&out);
    buf_cleanup(&plain);
    json_decref(vector);
    json_decref(small);
}

static void test_annex_d(void)
{
    struct buf tagged;
    struct bytes array;

    ok(vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &tagged) &&
       mdoc_transcript_read(&array, buf_view(&tagged), NULL) == OC_OK &&
       array.p == tagged.p + 5 && array.n == tagged.n - 5, "Annex D: the array within its tag");
    buf_cleanup(&tagged);
}

static void test_qr(void)
{
    struct bytes parameters = BYTES("\xd8\x18\x41\xa0"), array;
    uint8_t digest[DIGEST_MAX];
    struct buf out = new_buf(), want = new_buf();

    must(digest_of(DIGEST_SHA256, parameters, digest));
    mdoc_transcript_qr(&out, parameters);
    buf_add(&want, BYTES("\x83\xf6\xd8\x18\x41\xa0\x82\x71" "OwncardQRHandover" "\x58\x20"));
    buf_add(&want, (struct bytes){ digest, 32 });
    ok(bytes_eq(buf_view(&out), buf_view(&want)), "the QR handover");
    ok(mdoc_transcript_read(&array, buf_view(&out), NULL) == OC_OK && array.p == out.p &&
       array.n == out.n, "is a transcript");
    buf_cleanup(&out);
    buf_cleanup(&want);
}

static void test_read(void)
{
    const struct {
        const char *name;
        struct bytes cbor;
        enum oc_err want;
        size_t at;
    } row[] = {
        { "two elements", BYTES("\x82\xf6\xf6"), OC_SHAPE, 0 },
        { "a map", BYTES("\xa0"), OC_SHAPE, 0 },
        { "nothing", { NULL, 0 }, OC_TRUNCATED, 0 },
        { "cut", BYTES("\x83\xf6\xf6"), OC_LIMIT, 0 },
        { "followed by a byte", BYTES("\x83\xf6\xf6\xf6\xf6"), OC_TRAILING, 4 },
        { "two elements in the tag", BYTES("\xd8\x18\x43\x82\xf6\xf6"), OC_SHAPE, 3 },
        { "cut in the tag", BYTES("\xd8\x18\x44\x83\xf6\xf6\x62"), OC_TRUNCATED, 6 },
        { "another tag", BYTES("\xc1\x83\xf6\xf6\xf6"), OC_SHAPE, 0 },
        { "tag and trailing byte", BYTES("\xd8\x18\x44\x83\xf6\xf6\xf6\xf6"), OC_TRAILING, 7 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        struct bytes array = BYTES("x");
        enum oc_err e = mdoc_transcript_read(&array, row[i].cbor, &fault);

        ok(e == row[i].want && fault.offset == row[i].at && fault.reason != NULL &&
           array.p == NULL, "%s: %s at %zu", row[i].name, oc_err_name(e), fault.offset);
    }
}

int main(void)
{
    must(secret_pool_init());
    test_qr();
    test_read();
    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return done();
    }
    test_openid4vp();
    test_annex_c();
    test_annex_d();
    return done();
}
