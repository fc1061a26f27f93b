/*
 * The seeds of every fuzz target, made by our own writers with the keys that the targets know:
 * seeds FOLDER writes FOLDER/TARGET/NAME. Other people's vectors are added where they are present.
 */
#include <sys/stat.h>

#include "core/text.h"
#include "mdoc/key_proof.h"
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/world.h"
#include "tests/unit/showing.h"
#include "tests/unit/vectors.h"
#include "transport/frames.h"
#include "wallet/seal.h"
#include "wallet/wallet.h"

static const char *root;

void put(const char *target, const char *name, struct bytes content)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", root, target);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%s", root, target, name);
    f = fopen(path, "wb");
    must(f != NULL && fwrite(content.p, 1, content.n, f) == content.n && fclose(f) == 0 ? OC_OK
                                                                                      : OC_IO);
}

/* A message that several targets understand. */
static void put_all(const char *const *targets, const char *name, struct bytes content)
{
    for (; *targets != NULL; targets++)
        put(*targets, name, content);
}

static const char *const card_targets[] = { "issuer_signed", "verify_issuer", "describe", "scan",
                                            NULL };
static const char *const response_targets[] = { "response", "verify", "verify_issuer", "verify_qr",
                                                "describe", "scan", NULL };

static void put_showing(const struct fixture *f, const char *name, struct showing s)
{
    struct buf message = new_buf();

    put_response(&message, f, s);
    put_all(response_targets, name, buf_view(&message));
    buf_cleanup(&message);
}

/* { "documents": [ Document ] } */
static void put_plaintext(const struct fixture *f, const char *name, struct bytes document)
{
    struct buf plain = new_buf();

    (void)f;
    cbw_map(&plain, 1);
    cbw_str(&plain, "documents");
    cbw_array(&plain, 1);
    cbw_raw(&plain, document);
    put("response", name, buf_view(&plain));
    put("verify_qr", name, buf_view(&plain));
    buf_cleanup(&plain);
}

static void responses(const struct fixture *f)
{
    static const struct bytes authorized =
        BYTES("\xa2\x6a" "nameSpaces\x81\x61" "d\x6c" "dataElements\xa1\x61" "e\x81\x61" "x");
    struct buf message = new_buf();

    mdoc_device_response_write(&message, buf_view(&f->document), 1);
    put_all(response_targets, "genuine", buf_view(&message));
    put_plaintext(f, "plaintext", buf_view(&f->document));
    put("verify_qr", "encrypted", buf_view(&f->response));
    put("response", "encrypted", buf_view(&f->response));
    put("describe", "encrypted", buf_view(&f->response));
    put_showing(f, "good", good);
    put_showing(f, "two", (struct showing){ .copies = 2 });
    put_showing(f, "error", (struct showing){ .status = 10 });
    put_showing(f, "status", (struct showing){
        .card = { .mso_extra = BYTES("\x66" "status\xa1\x6b" "status_list\xa0"),
                  .mso_extra_n = 1 } });
    put_showing(f, "device-items", (struct showing){
        .card = { .key_authorizations = authorized },
        .document = { .device_name_spaces = BYTES("\xa2\x61" "d\xa1\x61" "x\x01\x61" "e\xa1\x61"
                                                  "x\xf5") } });
    put_showing(f, "sha-512", (struct showing){
        .card = { .algorithm = "SHA-512", .digest = DIGEST_SHA512 } });
    buf_cleanup(&message);
}

static void cards(const struct fixture *f)
{
    struct buf mso = new_buf();
    struct odd_card card = {
        .items = good_items, .items_n = GOOD_N, .doc_type = FIXTURE_TYPE, .version = "1.0",
        .algorithm = "SHA-256", .digest = DIGEST_SHA256, .signed_at = f->now,
        .valid_from = f->now, .valid_until = f->now + 1,
        .device_key = private_key_public(f->device_key),
        .key_authorizations = BYTES("\xa2\x6a" "nameSpaces\x81\x61" "a\x6c" "dataElements\xa1\x61"
                                    "b\x82\x61" "x\x60"),
        .mso_extra = BYTES("\x66" "status\xa0"), .mso_extra_n = 1 };

    put_all(card_targets, "card", buf_view(&f->card_bytes));
    put("sign1", "issuer_auth", f->card.auth_cbor);
    odd_mso(&mso, &card);
    put("mso", "mso", buf_view(&mso));
    put("describe", "mso", buf_view(&mso));
    buf_cleanup(&mso);
}

static void requests(const struct fixture *f)
{
    put("request", "request", buf_view(&f->request_bytes));
    put("describe", "request", buf_view(&f->request_bytes));
    put("transcript", "qr", buf_view(&f->transcript));
    put("describe", "transcript", buf_view(&f->transcript));
    put("handover", "parameters", buf_view(&f->parameters));
    put("scan", "parameters", buf_view(&f->parameters));
}

/* { "kty", "crv", "x", "y" } and COSE_Key in hexadecimal. */
static void put_key_files(const struct curve_info *info, const struct public_key *key)
{
    struct coordinates point;
    struct buf jwk = new_buf(), cbor = new_buf(), hex = new_buf();
    char name[64];

    public_key_coordinates(key, &point);
    buf_add_str(&jwk, info->is_okp ? "{\"kty\":\"OKP\",\"crv\":\"" : "{\"kty\":\"EC\",\"crv\":\"");
    buf_add_str(&jwk, info->name);
    buf_add_str(&jwk, "\",\"x\":\"");
    base64url_write(&jwk, (struct bytes){ point.x, point.n });
    if (!info->is_okp) {
        buf_add_str(&jwk, "\",\"y\":\"");
        base64url_write(&jwk, (struct bytes){ point.y, point.n });
    }
    buf_add_str(&jwk, "\"}");
    snprintf(name, sizeof name, "%s.jwk", info->name);
    put("key_file", name, buf_view(&jwk));
    cose_key_write(&cbor, key);
    hex_write(&hex, buf_view(&cbor));
    put("key_file", info->name, buf_view(&hex));
    buf_cleanup(&jwk);
    buf_cleanup(&cbor);
    buf_cleanup(&hex);
}

static void keys(const struct fixture *f)
{
    for (size_t i = 0; curve_at(i) != NULL; i++) {
        const struct curve_info *info = curve_at(i);
        struct private_key *key = new_key(info->curve);
        struct buf cbor = new_buf(), proofs = new_buf();
        struct secret *pem;

        cose_key_write(&cbor, private_key_public(key));
        put("key", info->name, buf_view(&cbor));
        buf_truncate(&cbor, 0);
        cose_key_write_private(&cbor, key);
        put("key", info->openssl_name, buf_view(&cbor));
        must(private_key_to_pem(&pem, key));
        put("pem", info->name, secret_view(pem));
        put("key_file", info->openssl_name, secret_view(pem));
        put_key_files(info, private_key_public(key));
        if (info->alg != COSE_ALG_NONE) {
            struct private_key *const both[] = { key, f->device_key };

            mdoc_key_proofs_write(&proofs, BYTES("0123456789abcdef"), both, 2);
            put("key_proofs", info->name, buf_view(&proofs));
        }
        secret_free(&pem);
        private_key_free(&key);
        buf_cleanup(&cbor);
        buf_cleanup(&proofs);
    }
}

static void mac0(void)
{
    struct secret *key = secret_copy(BYTES("a key that somebody else has too"));
    struct buf mac = new_buf();

    cose_mac0_write(&mac, key, BYTES("payload"));
    put("mac0", "mac0", buf_view(&mac));
    put("describe", "mac0", buf_view(&mac));
    secret_free(&key);
    buf_cleanup(&mac);
}

static void certificates(const struct fixture *f)
{
    struct x509_cert *rsa = new_rsa_certificate();
    const struct { const char *name; const struct x509_cert *cert; } row[] = {
        { "iaca", f->iaca }, { "signer", f->signer }, { "reader-ca", f->reader_ca },
        { "reader", f->reader }, { "rsa", rsa } };
    struct x509_spec spec = { .country = "CN", .common_name = "Pearl Hotel" };
    struct buf pem = new_buf();

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        put("x509", row[i].name, x509_der(row[i].cert));
        x509_to_pem(&pem, row[i].cert);
    }
    put("x509", "all.pem", buf_view(&pem));
    put("pem", "anchors", buf_view(&pem));
    buf_truncate(&pem, 0);
    must(x509_request_make(&pem, &spec, f->reader_key));
    put("pem", "request", buf_view(&pem));
    x509_free(&rsa);
    buf_cleanup(&pem);
}

static void wallets(const struct fixture *f)
{
    struct secret *passphrase = secret_copy(BYTES("correct horse"));
    struct private_key *pending = new_key(CURVE_ED25519), *device;
    struct secret *d = private_key_secret(f->device_key);
    struct buf content = new_buf(), file = new_buf();
    struct wallet_key *key;
    struct wallet w;
    uint64_t card = 0;

    must(private_key_new(&device, CURVE_P256, d));
    wallet_init(&w);
    must(wallet_add_key(&w, &device, BYTES("0123456789abcdef"), f->now));
    must(wallet_store(&w, buf_view(&f->card_bytes), &card, f->now, NULL));
    must(wallet_add_key(&w, &pending, BYTES("0123456789abcdef"), f->now));
    must(trust_anchors_add(&w.issuers, f->iaca));
    must(trust_anchors_add(&w.readers, f->reader_ca));
    wallet_write(&content, &w);
    put("wallet", "one-card", buf_view(&content));
    must(wallet_key_new(&key, passphrase,
                        (struct argon2_cost){ 1, ARGON2_MEMORY_KIB_MIN, 1 }));
    must(wallet_seal(&file, buf_view(&content), key));
    put("vault", "one-card", buf_view(&file));
    put("describe", "vault", buf_view(&file));
    wallet_key_free(&key);
    wallet_cleanup(&w);
    secret_free(&passphrase);
    secret_free(&d);
    buf_cleanup(&content);
    buf_cleanup(&file);
}

static void texts(void)
{
    static const struct { const char *target, *name; struct bytes text; } row[] = {
        { "text", "hex", BYTES("00 ff\n7F") }, { "text", "base64url", BYTES("AP9_-w") },
        { "text", "base45", BYTES("QED8WEX0") },
        { "text", "bidi", BYTES("a\xe2\x80\xae" "b\x1b[0m") },
        { "date", "time", BYTES("2026-11-24T12:00:00Z") },
        { "date", "offset", BYTES("2026-11-24T12:00:00.125+08:00") },
        { "date", "date", BYTES("2024-02-29") },
        { "value", "date", BYTES("\xd9\x03\xec\x6a" "1990-05-01") },
        { "value", "time", BYTES("\xc0\x74" "2026-11-24T12:00:00Z") },
        { "value", "map", BYTES("\xa2\x61" "a\x82\x01\x20\x61" "b\x44\xff\xd8\xff\xd9") },
        { "value", "float", BYTES("\xfb\x3f\xf0\0\0\0\0\0\0") },
        { "policy", "whole",
          BYTES("{\"docTypes\":[\"a\"],\"issuers\":[\"CN\"],\"algorithms\":[\"ES256\"],"
                "\"status\":{\"maxAgeHours\":48,\"stale\":\"warn\",\"unknown\":\"refuse\","
                "\"none\":\"warn\"},\"revocationLists\":{\"maxAgeHours\":1,\"stale\":\"warn\","
                "\"unknown\":\"warn\"},\"cardOutlivesSigner\":\"warn\","
                "\"clockSkewSeconds\":300}") },
        { "policy", "empty", BYTES("{}") },
        { "zip", "draft", BYTES("\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d") },
        { "handover", "uri", BYTES("https://verifier.example/response/") },
        { "handover", "prefixed", BYTES("x509_san_dns:verifier.example") },
        { "handover", "nonce", BYTES("UNY3kbUIOCFVjvOEcIRH1w") },
        { "scan", "depth", BYTES("\x81\x81\x81\x81\xd8\x18\x43\x82\x01\x02") },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        put(row[i].target, row[i].name, row[i].text);
    for (size_t i = 0; i < FIXTURE_ELEMENTS_N; i++)
        put("value", fixture_elements[i].name, fixture_elements[i].value);
}

/* Texts of QR codes, one a line: all of a message, and what is left of two. */
static void frame_texts(const struct fixture *f)
{
    struct buf all = new_buf(), mixed = new_buf();
    struct frames frames[2];

    must(frames_init(&frames[0], buf_view(&f->request_bytes), 200));
    must(frames_init(&frames[1], buf_view(&f->document), 600));
    for (size_t i = 0; i < frames[0].all; i++) {
        frames_text(&all, &frames[0], i);
        buf_add_byte(&all, '\n');
    }
    for (size_t i = 0; i < frames[1].all; i++)
        for (size_t which = 0; which < 2; which++) {
            frames_text(&mixed, &frames[which], frames[which].all - 1 - i);
            buf_add_byte(&mixed, '\n');
        }
    put("frames", "all", buf_view(&all));
    put("frames", "mixed", buf_view(&mixed));
    for (size_t i = 0; i < 2; i++)
        frames_cleanup(&frames[i]);
    buf_cleanup(&all);
    buf_cleanup(&mixed);
}

/* Files of the vectors' folder, hexadecimal or as they are. */
static void vectors(void)
{
    static const struct { const char *target, *name, *path; bool is_hex; } row[] = {
        { "request", "annex-d", "annex-d/D.4.1.1_device_request.hex", true },
        { "response", "annex-d", "annex-d/D.4.1.2_device_response.hex", true },
        { "verify", "annex-d", "annex-d/D.4.1.2_device_response.hex", true },
        { "verify_issuer", "annex-d", "annex-d/D.4.1.2_device_response.hex", true },
        { "sign1", "annex-d", "annex-d/D.5.2_issuer_auth.hex", true },
        { "mac0", "annex-d", "annex-d/D.5.3_device_auth.hex", true },
        { "transcript", "annex-d", "annex-d/D.5.1_session_transcript_bytes.hex", true },
        { "engagement", "annex-d", "annex-d/D.3.1_device_engagement_qr.hex", true },
        { "nfc_handover", "annex-d", "annex-d/D.3.3_nfc_handover_select.hex", true },
        { "nfc_handover", "request", "annex-d/D.3.2_nfc_handover_request.hex", true },
        { "session", "annex-d-first", "annex-d/D.5.1_session_establishment.hex", true },
        { "session", "annex-d-data", "annex-d/D.5.1_session_data.hex", true },
        { "value", "annex-d", "annex-d/D.2.1_driving_privileges.hex", true },
        { "x509", "annex-d", "annex-d/D.5.2_iaca_cert_der.hex", true },
        { "x509", "isomdl", "pki/isomdl_iaca_root_cert.pem", false },
        { "x509", "multipaz", "pki/owf_multipaz_iaca_p384.pem", false },
        { "pem", "isomdl", "pki/isomdl_256-key.pem", false },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf content;

        if (row[i].is_hex ? vector_hex(row[i].path, &content) : vector_read(row[i].path, &content))
            put(row[i].target, row[i].name, buf_view(&content));
        buf_cleanup(&content);
    }
}

int main(int argc, char **argv)
{
    const struct fixture *f;

    must(argc == 2 ? OC_OK : OC_USAGE);
    root = argv[1];
    f = fuzz_world();
    responses(f);
    cards(f);
    requests(f);
    keys(f);
    mac0();
    certificates(f);
    wallets(f);
    trust_seeds();
    session_seeds();
    nfc_seeds();
    picture_seeds();
    texts();
    frame_texts(f);
    vectors();
    return 0;
}
