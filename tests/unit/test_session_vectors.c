/*
 * The session of ISO/IEC 18013-5, Annex D, with its keys: every message byte for byte as it stands
 * there, in both directions, and what was signed and MACed in it.
 */
#include "mdoc/reader.h"
#include "tests/unit/session_world.h"
#include "tests/unit/vectors.h"

static struct buf hex(const char *name)
{
    struct buf out;
    char path[128];

    snprintf(path, sizeof path, "annex-d/%s.hex", name);
    must(vector_hex(path, &out) ? OC_OK : OC_IO);
    return out;
}

/* A value of keys.json. */
static struct buf fact(const char *name)
{
    json_t *keys = vector_json("annex-d/keys.json");
    struct buf out;

    must(unhex(json_string_value(json_object_get(keys, name)), &out) ? OC_OK : OC_IO);
    json_decref(keys);
    return out;
}

static struct private_key *key(const char *name)
{
    json_t *keys = vector_json("annex-d/keys.json");
    struct private_key *out = NULL;
    struct secret *d;
    struct buf scalar;

    must(unhex(json_string_value(json_object_get(json_object_get(keys, name), "d")), &scalar)
             ? OC_OK : OC_IO);
    d = secret_copy(buf_view(&scalar));
    must(d == NULL ? OC_MEMORY : private_key_new(&out, CURVE_P256, d));
    secret_free(&d);
    buf_cleanup(&scalar);
    json_decref(keys);
    return out;
}

static struct pair annex_d(const struct buf *select, const struct buf *request)
{
    struct private_key *holder = key("EDeviceKey"), *reader = key("EReaderKey");
    struct pair p;

    must(mdoc_session_holder_new(&p.holder, &(struct mdoc_session_holder_spec){
        .device_key = &holder }, SESSION_START));
    must(mdoc_session_by_nfc(p.holder, buf_view(select), buf_view(request)));
    must(mdoc_session_reader_new(&p.reader, &(struct mdoc_session_reader_spec){
        .nfc_select = buf_view(select), .nfc_request = buf_view(request),
        .reader_key = &reader }, SESSION_START, NULL));
    return p;
}

/* Sent, it is this; received, it is what was sent. */
static void crosses(struct mdoc_session *from, struct mdoc_session *to, const struct buf *plain,
                    const struct buf *wire, const char *name)
{
    struct buf sent = new_buf(), received = new_buf(), reply = new_buf();

    ok(mdoc_session_send(from, &sent, buf_view(plain), false, SESSION_START) == OC_OK &&
       bytes_eq(buf_view(&sent), buf_view(wire)), "%s, %zu bytes, byte for byte", name, wire->n);
    ok(mdoc_session_receive(to, &received, &reply, buf_view(wire), SESSION_START) == OC_OK &&
       bytes_eq(buf_view(&received), buf_view(plain)) && reply.n == 0, "and decrypted");
    buf_cleanup(&sent);
    buf_cleanup(&received);
    buf_cleanup(&reply);
}

static void test_messages(struct pair *p)
{
    struct buf request = hex("D.4.1.1_device_request"), response = hex("D.4.1.2_device_response");
    struct buf first = hex("D.5.1_session_establishment"), data = hex("D.5.1_session_data");
    struct buf tagged = hex("D.5.1_session_transcript_bytes"), wrapped = new_buf();

    cbw_embedded(&wrapped, mdoc_session_transcript(p->reader));
    ok(bytes_eq(buf_view(&wrapped), buf_view(&tagged)), "SessionTranscriptBytes of the reader");
    crosses(p->reader, p->holder, &request, &first, "SessionEstablishment");
    ok(bytes_eq(mdoc_session_transcript(p->holder), mdoc_session_transcript(p->reader)),
       "and of the holder");
    crosses(p->holder, p->reader, &response, &data, "SessionData");
    buf_cleanup(&request);
    buf_cleanup(&response);
    buf_cleanup(&first);
    buf_cleanup(&data);
    buf_cleanup(&tagged);
    buf_cleanup(&wrapped);
}

static void test_termination(const struct pair *p)
{
    struct buf end = hex("D.5.1_session_termination"), out = new_buf(), none = new_buf();

    ok(mdoc_session_end(p->reader, &out) == OC_OK && bytes_eq(buf_view(&out), buf_view(&end)),
       "termination, byte for byte");
    ok(mdoc_session_receive(p->holder, &none, &none, buf_view(&end), SESSION_START) == OC_OK &&
       none.n == 0 && ended(p->holder, MDOC_SESSION_TERMINATION, true, OC_OK), "and understood");
    buf_cleanup(&end);
    buf_cleanup(&out);
    buf_cleanup(&none);
}

/* The device's MAC holds under the key of this session, and no other. */
static void test_device_mac(const struct pair *p)
{
    struct buf response = hex("D.4.1.2_device_response"), want = fact("EMacKey");
    struct buf authentication = new_buf();
    struct private_key *device = key("SDeviceKey");
    struct mdoc_device_response parsed;
    struct secret *mine, *theirs;

    must(mdoc_device_response_init(&parsed, buf_view(&response), NULL));
    must(mdoc_emac_key(&mine, mdoc_session_reader_key(p->reader),
                       parsed.documents[0].issuer_signed.mso.device_key,
                       mdoc_session_transcript(p->reader)));
    must(mdoc_emac_key(&theirs, device, mdoc_session_peer_key(p->holder),
                       mdoc_session_transcript(p->holder)));
    ok(secret_equal(mine, buf_view(&want)) && secret_equal(theirs, buf_view(&want)), "EMacKey");
    mdoc_device_authentication(&authentication, mdoc_session_transcript(p->reader),
                               parsed.documents[0].doc_type,
                               parsed.documents[0].device_name_spaces);
    ok(parsed.documents[0].has_mac &&
       cose_mac0_verify(&parsed.documents[0].mac, mine, buf_view(&authentication),
                        (struct bytes){ 0 }) == OC_OK,
       "the device's MAC");
    secret_free(&mine);
    secret_free(&theirs);
    private_key_free(&device);
    mdoc_device_response_cleanup(&parsed);
    buf_cleanup(&response);
    buf_cleanup(&want);
    buf_cleanup(&authentication);
}

static void test_reader_auth(const struct pair *p)
{
    struct buf request = hex("D.4.1.1_device_request"), root = hex("D.5.4_reader_root_cert_der");
    const int64_t then = date_start((struct date){ 2020, 10, 2 });
    struct trust_anchors anchors = { 0 };
    struct mdoc_device_request parsed;
    struct x509_cert *cert;
    struct mdoc_reader reader;

    must(x509_new(&cert, buf_view(&root)));
    must(trust_anchors_add(&anchors, cert));
    must(mdoc_device_request_init(&parsed, buf_view(&request), NULL));
    must(mdoc_reader_check(&reader, &parsed, 0, mdoc_session_transcript(p->holder), &anchors,
                           then));
    ok(reader.standing == MDOC_READER_TRUSTED, "the reader's signature holds");
    must(mdoc_reader_check(&reader, &parsed, 0, BYTES("\x83\xf6\xf6\xf6"), &anchors, then));
    ok(reader.standing == MDOC_READER_FORGED, "and in no other session");
    mdoc_device_request_cleanup(&parsed);
    trust_anchors_cleanup(&anchors);
    x509_free(&cert);
    buf_cleanup(&request);
    buf_cleanup(&root);
}

/* As a verifier does it: everything of the response, at a moment when its signer was valid. */
static void test_verification(const struct pair *p)
{
    static struct mdoc_report report;
    struct buf response = hex("D.4.1.2_device_response"), root = hex("D.5.2_iaca_cert_der");
    struct trust_anchors anchors = { 0 };
    struct x509_cert *iaca;
    struct mdoc_claims *claims;
    enum oc_err e;

    must(x509_new(&iaca, buf_view(&root)));
    must(trust_anchors_add(&anchors, iaca));
    e = mdoc_verify(&claims, &report, &(struct mdoc_verify_in){
        .message = buf_view(&response), .now = date_start((struct date){ 2020, 10, 2 }),
        .anchors = &anchors, .accept_profile = true,
        .transcript = mdoc_session_transcript(p->reader),
        .reader_key = mdoc_session_reader_key(p->reader) });
    ok(e == OC_OK && claims != NULL, "verified with what the session knows: %s", oc_err_name(e));
    mdoc_claims_free(&claims);
    trust_anchors_cleanup(&anchors);
    x509_free(&iaca);
    buf_cleanup(&response);
    buf_cleanup(&root);
}

int main(void)
{
    struct buf select, request;
    struct pair p;

    must(secret_pool_init());
    if (!vectors_present()) {
        skip("no vectors in %s", vectors_folder());
        return done();
    }
    select = hex("D.3.3_nfc_handover_select");
    request = hex("D.3.2_nfc_handover_request");
    p = annex_d(&select, &request);
    test_messages(&p);
    test_device_mac(&p);
    test_verification(&p);
    test_reader_auth(&p);
    test_termination(&p);
    pair_free(&p);
    buf_cleanup(&select);
    buf_cleanup(&request);
    return done();
}
