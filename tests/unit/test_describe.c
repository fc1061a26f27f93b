#include "mdoc/describe.h"

#include "cose/key.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/key_proof.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static struct fixture f;

static bool says(struct buf *text, const char *what)
{
    return strstr(buf_text(text), what) != NULL;
}

static void check_names(void)
{
    static const uint8_t challenge[32] = { 1 };
    struct private_key *key = new_key(CURVE_P256);
    struct buf proofs = new_buf(), public = new_buf();
    const struct { const char *what; struct bytes in; const char *want; } row[] = {
        { "a card", buf_view(&f.card_bytes), "IssuerSigned" },
        { "a request", buf_view(&f.request_bytes), "DeviceRequest" },
        { "a response", buf_view(&f.response), "DeviceResponse" },
        { "a transcript", buf_view(&f.transcript), "SessionTranscript" },
        { "a transcript in tag 24", BYTES("\xd8\x18\x45\x83\xf6\xf6\x81\x01"),
          "SessionTranscript" },
        { "a sealed vault", BYTES("\x88\x6cOwncardVault\1\2\3\4\5\6\7"), "SealedVault" },
        { "an array of eight", BYTES("\x88\x6cOwncardvault\1\2\3\4\5\6\7"), "CBOR" },
        { "a signature", BYTES("\x84\x40\xa0\xf6\x41\x00"), "COSE_Sign1" },
        { "a tagged signature", BYTES("\xd2\x84\x40\xa0\xf6\x41\x00"), "COSE_Sign1" },
        { "a tagged MAC", BYTES("\xd1\x84\x40\xa0\xf6\x41\x00"), "COSE_Mac0" },
        { "algorithm 5", BYTES("\x84\x43\xa1\x01\x05\xa0\xf6\x41\x00"), "COSE_Mac0" },
        { "algorithm -7", BYTES("\x84\x43\xa1\x01\x26\xa0\xf6\x41\x00"), "COSE_Sign1" },
        { "a header that is no map", BYTES("\x84\x41\x05\xa0\xf6\x41\x00"), "COSE_Sign1" },
        { "an array of MACs", BYTES("\x81\x84\x43\xa1\x01\x05\xa0\xf6\x41\x00"), "CBOR" },
        { "another tag", BYTES("\xd0\x84\x40\xa0\xf6\x41\x00"), "CBOR" },
        { "an empty map", BYTES("\xa0"), "CBOR" },
        { "an empty array", BYTES("\x80"), "CBOR" },
        { "a version alone", BYTES("\xa1\x67version\x63" "1.0"), "CBOR" },
        { "a number", BYTES("\x07"), "CBOR" },
        { "no CBOR", BYTES("\xff"), "CBOR" },
        { "two items", BYTES("\xa0\xa0"), "CBOR" },
        { "nothing", { NULL, 0 }, "CBOR" },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const char *name = mdoc_message_name(row[i].in);

        ok(strcmp(name, row[i].want) == 0, "%s: %s", row[i].what, name);
    }
    mdoc_key_proofs_write(&proofs, BYTES_OF(challenge), &key, 1);
    cose_key_write(&public, private_key_public(key));
    ok(strcmp(mdoc_message_name(buf_view(&proofs)), "KeyProofs") == 0, "key proofs");
    ok(strcmp(mdoc_message_name(buf_view(&public)), "COSE_Key") == 0, "a key");
    buf_cleanup(&public);
    buf_cleanup(&proofs);
    private_key_free(&key);
}

static void check_content(void)
{
    struct buf two = new_buf(), text = new_buf(), small;
    struct mdoc_issuer_signed card;
    struct oc_fault fault = { 0 };
    size_t n = f.card_bytes.n, refused = 0;
    enum oc_err e;

    must(mdoc_issuer_signed_init(&card, buf_view(&f.card_bytes), NULL));
    ok(strcmp(mdoc_message_name(card.auth.payload), "MobileSecurityObject") == 0, "an MSO");
    mdoc_issuer_signed_cleanup(&card);

    buf_add(&two, buf_view(&f.card_bytes));
    buf_add(&two, buf_view(&f.request_bytes));
    e = mdoc_describe(&text, buf_view(&two), &fault);
    ok(e == OC_OK && strncmp(buf_text(&text), "IssuerSigned, ", 14) == 0 &&
       says(&text, "\nDeviceRequest, "), "a sequence, item by item");
    ok(says(&text, "24(<<{") && says(&text, "\"elementIdentifier\": \"family_name\""),
       "embedded CBOR is opened");
    ok(says(&text, "\nMobileSecurityObject of document 1:\n24(<<{") &&
       says(&text, "\"validUntil\": 0("), "what was signed is shown");
    buf_cleanup(&text);

    buf_truncate(&two, n);
    buf_add_byte(&two, 0xff);
    text = new_buf();
    e = mdoc_describe(&text, buf_view(&two), &fault);
    ok(e != OC_OK && fault.offset == n, "a byte appended: %s at %zu", oc_err_name(e), fault.offset);
    buf_cleanup(&text);

    for (size_t i = 0; i < n; i++) {
        text = new_buf();
        fault = (struct oc_fault){ 0 };
        e = mdoc_describe(&text, (struct bytes){ f.card_bytes.p, i }, &fault);
        /* LIMIT where the prefix ends right behind a head that claims more than is left. */
        refused += (e == OC_TRUNCATED || e == OC_LIMIT) && fault.reason != NULL &&
                   fault.offset <= i;
        buf_cleanup(&text);
    }
    ok(refused == n, "every proper prefix is refused: %zu of %zu", refused, n);
    buf_init(&small, 100);
    ok(mdoc_describe(&small, buf_view(&f.card_bytes), NULL) == OC_OK && small.n <= 100 &&
       strstr(buf_text(&small), "(the rest is not shown)") != NULL,
       "more text than wanted is cut, with a word");
    buf_cleanup(&small);
    buf_cleanup(&two);
}

static void check_hostile(void)
{
    static const char evil[] = "\xa1\x6aissuerAuth\x84\x41\x1b\xa0\x44\x18\x18\x18\x18\x40";
    struct buf text = new_buf();
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_describe(&text, BYTES("\x63" "a\x1b[\xa1\x61x\x65\xe2\x80\xae" "AB"),
                                  &fault);

    ok(e == OC_OK && !says(&text, "\x1b") && !says(&text, "\xe2\x80\xae") && says(&text, "\\u{001B}"),
       "controls and bidirectional marks are escaped");
    buf_truncate(&text, 0);
    e = mdoc_describe(&text, (struct bytes){ (const uint8_t *)evil, sizeof evil - 1 }, NULL);
    ok(e == OC_OK && says(&text, "IssuerSigned") && !says(&text, "MobileSecurityObject of"),
       "a message that is not quite one is shown all the same");
    buf_truncate(&text, 0);
    e = mdoc_describe(&text, BYTES("\x9b\0\0\0\0\x40\0\0\0"), &fault);
    ok(e == OC_LIMIT && fault.offset == 0, "2^30 items claimed: %s", oc_err_name(e));
    buf_cleanup(&text);
}

static void check_annex_d(void)
{
    struct buf message, text = new_buf();

    if (!vectors_present()) {
        skip("Annex D is not here");
        return;
    }
    ok(vector_hex("annex-d/D.4.1.2_device_response.hex", &message) &&
       strcmp(mdoc_message_name(buf_view(&message)), "DeviceResponse") == 0 &&
       mdoc_describe(&text, buf_view(&message), NULL) == OC_OK &&
       says(&text, "MobileSecurityObject of document 1:\n"), "Annex D's response");
    buf_cleanup(&message);
    ok(vector_hex("annex-d/D.4.1.1_device_request.hex", &message) &&
       strcmp(mdoc_message_name(buf_view(&message)), "DeviceRequest") == 0, "Annex D's request");
    buf_cleanup(&message);
    ok(vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &message) &&
       strcmp(mdoc_message_name(buf_view(&message)), "SessionTranscript") == 0,
       "Annex D's transcript");
    buf_cleanup(&message);
    buf_cleanup(&text);
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    check_names();
    check_content();
    check_hostile();
    check_annex_d();
    fixture_cleanup(&f);
    return done();
}
