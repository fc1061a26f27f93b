#include "mdoc/auth.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static const struct bytes transcript = BYTES("\x83\xf6\xf6\xf6");

static void test_shapes(void)
{
    struct buf out = new_buf();
    const struct bytes items[2] = { BYTES("\xd8\x18\x41\xa0"), BYTES("\xd8\x18\x41\x80") };

    mdoc_device_authentication(&out, transcript, BYTES("a"), BYTES("\xd8\x18\x41\xa0"));
    ok(bytes_eq(buf_view(&out), BYTES("\xd8\x18\x58\x20\x84\x74" "DeviceAuthentication"
                                      "\x83\xf6\xf6\xf6\x61" "a" "\xd8\x18\x41\xa0")),
       "DeviceAuthenticationBytes");
    buf_truncate(&out, 0);
    mdoc_reader_authentication(&out, transcript, items[0]);
    ok(bytes_eq(buf_view(&out), BYTES("\xd8\x18\x58\x1e\x83\x74" "ReaderAuthentication"
                                      "\x83\xf6\xf6\xf6" "\xd8\x18\x41\xa0")),
       "ReaderAuthenticationBytes");
    buf_truncate(&out, 0);
    mdoc_reader_authentication_all(&out, transcript, items, 2, (struct bytes){ 0 });
    ok(bytes_eq(buf_view(&out), BYTES("\xd8\x18\x58\x27\x84\x77" "ReaderAuthenticationAll"
                                      "\x83\xf6\xf6\xf6\x82" "\xd8\x18\x41\xa0"
                                      "\xd8\x18\x41\x80\xf6")),
       "ReaderAuthenticationAllBytes, no info");
    buf_truncate(&out, 0);
    mdoc_reader_authentication_all(&out, transcript, items, 1, items[1]);
    ok(bytes_eq(buf_view(&out), BYTES("\xd8\x18\x58\x26\x84\x77" "ReaderAuthenticationAll"
                                      "\x83\xf6\xf6\xf6\x81" "\xd8\x18\x41\xa0"
                                      "\xd8\x18\x41\x80")),
       "ReaderAuthenticationAllBytes with info");
    buf_cleanup(&out);
}

static void test_emac_key(void)
{
    struct private_key *a = new_key(CURVE_P256), *b = new_key(CURVE_P256), *c = new_key(CURVE_P384);
    struct secret *ab = NULL, *ba = NULL, *other = NULL;

    ok(mdoc_emac_key(&ab, a, private_key_public(b), transcript) == OC_OK &&
       mdoc_emac_key(&ba, b, private_key_public(a), transcript) == OC_OK &&
       secret_view(ab).n == 32 && secret_equal(ab, secret_view(ba)), "both sides agree");
    ok(mdoc_emac_key(&other, a, private_key_public(b), BYTES("\x83\xf6\xf6\xf5")) == OC_OK &&
       !secret_equal(ab, secret_view(other)), "for this transcript alone");
    secret_free(&other);
    ok(mdoc_emac_key(&other, a, private_key_public(c), transcript) == OC_SHAPE && other == NULL,
       "not over different curves");
    secret_free(&ab);
    secret_free(&ba);
    private_key_free(&a);
    private_key_free(&b);
    private_key_free(&c);
}

struct annex_d {
    struct buf transcript_bytes, response, request, device_authentication, mac_structure;
    struct buf reader_authentication, sig_structure;
    struct bytes transcript;
};

static void annex_d_init(struct annex_d *d)
{
    ok(vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &d->transcript_bytes) &&
       vector_hex("annex-d/D.4.1.2_device_response.hex", &d->response) &&
       vector_hex("annex-d/D.4.1.1_device_request.hex", &d->request) &&
       vector_hex("annex-d/D.5.3_device_authentication_bytes.hex", &d->device_authentication) &&
       vector_hex("annex-d/D.5.3_mac_structure.hex", &d->mac_structure) &&
       vector_hex("annex-d/D.5.4_reader_authentication_bytes.hex", &d->reader_authentication) &&
       vector_hex("annex-d/D.5.4_sig_structure.hex", &d->sig_structure), "the files of Annex D");
    must(mdoc_transcript_read(&d->transcript, buf_view(&d->transcript_bytes), NULL));
}

static void annex_d_cleanup(struct annex_d *d)
{
    buf_cleanup(&d->transcript_bytes);
    buf_cleanup(&d->response);
    buf_cleanup(&d->request);
    buf_cleanup(&d->device_authentication);
    buf_cleanup(&d->mac_structure);
    buf_cleanup(&d->reader_authentication);
    buf_cleanup(&d->sig_structure);
}

/* [context, protected, h'', payload], which COSE signs or MACs. */
static struct buf structure(const char *context, struct bytes protected_header,
                            struct bytes payload)
{
    struct buf out = new_buf();

    cbw_array(&out, 4);
    cbw_str(&out, context);
    cbw_bstr(&out, protected_header);
    cbw_bstr(&out, BYTES(""));
    cbw_bstr(&out, payload);
    return out;
}

static struct private_key *private_from(json_t *keys, const char *name)
{
    struct private_key *key;
    struct secret *d;
    struct buf hex;

    must(unhex(json_string_value(json_object_get(json_object_get(keys, name), "d")), &hex)
             ? OC_OK : OC_SYNTAX);
    d = secret_copy(buf_view(&hex));
    must(private_key_new(&key, CURVE_P256, d));
    secret_free(&d);
    buf_cleanup(&hex);
    return key;
}

static void test_annex_d_device(const struct annex_d *d)
{
    json_t *keys = vector_json("annex-d/keys.json");
    struct private_key *device = private_from(keys, "SDeviceKey");
    struct private_key *reader = private_from(keys, "EReaderKey");
    struct mdoc_device_response p;
    const struct mdoc_document *doc;
    struct buf out = new_buf(), mac_structure, want;
    struct secret *key = NULL;
    uint8_t tag[32];

    must(mdoc_device_response_init(&p, buf_view(&d->response), NULL));
    doc = &p.documents[0];
    mdoc_device_authentication(&out, d->transcript, doc->doc_type, doc->device_name_spaces);
    ok(bytes_eq(buf_view(&out), buf_view(&d->device_authentication)), "DeviceAuthenticationBytes");
    mac_structure = structure("MAC0", doc->mac.protected_header, buf_view(&out));
    ok(bytes_eq(buf_view(&mac_structure), buf_view(&d->mac_structure)), "MAC_structure");
    ok(unhex(json_string_value(json_object_get(keys, "EMacKey")), &want) &&
       mdoc_emac_key(&key, reader, doc->issuer_signed.mso.device_key, d->transcript) == OC_OK &&
       secret_equal(key, buf_view(&want)), "EMacKey, by the reader");
    ok(hmac_sha256(secret_view(key), buf_view(&mac_structure), tag) == OC_OK &&
       bytes_eq(doc->mac.tag, BYTES_OF(tag)), "and the tag over it");
    secret_free(&key);
    ok(mdoc_emac_key(&key, device, private_key_public(reader), d->transcript) == OC_OK &&
       secret_equal(key, buf_view(&want)), "EMacKey, by the device");
    ok(public_key_equal(private_key_public(device), doc->issuer_signed.mso.device_key),
       "SDeviceKey is the key in the MSO");
    secret_free(&key);
    private_key_free(&device);
    private_key_free(&reader);
    mdoc_device_response_cleanup(&p);
    buf_cleanup(&out);
    buf_cleanup(&mac_structure);
    buf_cleanup(&want);
    json_decref(keys);
}

static void test_annex_d_reader(const struct annex_d *d)
{
    struct mdoc_device_request q;
    struct buf out = new_buf(), sig_structure;

    must(mdoc_device_request_init(&q, buf_view(&d->request), NULL));
    mdoc_reader_authentication(&out, d->transcript, q.docs[0].items_request);
    ok(bytes_eq(buf_view(&out), buf_view(&d->reader_authentication)), "ReaderAuthenticationBytes");
    sig_structure = structure("Signature1", q.docs[0].reader_auth.protected_header, buf_view(&out));
    ok(bytes_eq(buf_view(&sig_structure), buf_view(&d->sig_structure)), "Sig_structure");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&out);
    buf_cleanup(&sig_structure);
}

int main(void)
{
    struct annex_d d;

    must(secret_pool_init());
    test_shapes();
    test_emac_key();
    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return done();
    }
    annex_d_init(&d);
    test_annex_d_device(&d);
    test_annex_d_reader(&d);
    annex_d_cleanup(&d);
    return done();
}
