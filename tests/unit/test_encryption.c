#include "mdoc/encryption.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct bytes nonce = BYTES("0123456789abcdef");

/* A request whose docRequests carry these EncryptionParametersBytes, p NULL for none. */
static struct buf request_with(struct bytes first, struct bytes second)
{
    struct mdoc_doc_request_spec docs[2] = {
        { .doc_type = "a", .elements = fixture_asked, .elements_n = 2, .encryption = first },
        { .doc_type = "b", .elements = fixture_asked, .elements_n = 2, .encryption = second },
    };
    struct buf out = new_buf();

    mdoc_device_request_write(&out, &(struct mdoc_request_spec){ .docs = docs, .docs_n = 2 });
    must(buf_err(&out));
    return out;
}

static enum oc_err read_parameters(struct bytes first, struct bytes second, struct oc_fault *fault)
{
    struct buf bytes = request_with(first, second);
    struct mdoc_encryption_parameters p;
    struct mdoc_device_request q;
    enum oc_err e;

    must(mdoc_device_request_init(&q, buf_view(&bytes), NULL));
    e = mdoc_encryption_parameters_init(&p, &q, fault);
    if (e != OC_OK)
        ok(p.recipient == NULL && p.tagged.p == NULL && p.nonce.p == NULL, "all zero on error");
    mdoc_encryption_parameters_cleanup(&p);
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&bytes);
    return e;
}

static void test_parameters(void)
{
    struct private_key *key = new_key(CURVE_P256), *p384 = new_key(CURVE_P384);
    struct buf good = new_buf(), other = new_buf(), short_nonce = new_buf(), curve = new_buf();
    struct buf without = new_buf(), content = new_buf();
    struct oc_fault fault = { 0 };

    mdoc_encryption_parameters_write(&good, private_key_public(key), nonce);
    mdoc_encryption_parameters_write(&other, private_key_public(key), BYTES("fedcba9876543210"));
    mdoc_encryption_parameters_write(&short_nonce, private_key_public(key),
                                     BYTES("15 bytes only ."));
    mdoc_encryption_parameters_write(&curve, private_key_public(p384), nonce);
    cbw_map(&content, 1);
    cbw_str(&content, "recipientPublicKey");
    cose_key_write(&content, private_key_public(key));
    cbw_embedded(&without, buf_view(&content));

    ok(read_parameters(buf_view(&good), buf_view(&good), NULL) == OC_OK, "alike everywhere");
    ok(read_parameters((struct bytes){ 0 }, (struct bytes){ 0 }, &fault) == OC_SHAPE, "none");
    ok(fault.reason != NULL, "%s", fault.reason);
    ok(read_parameters(buf_view(&good), (struct bytes){ 0 }, NULL) == OC_SHAPE, "one without");
    ok(read_parameters(buf_view(&good), buf_view(&other), NULL) == OC_SHAPE, "another nonce");
    ok(read_parameters(buf_view(&short_nonce), buf_view(&short_nonce), &fault) == OC_SHAPE,
       "a nonce of 15 bytes");
    ok(read_parameters(buf_view(&without), buf_view(&without), &fault) == OC_SHAPE, "no nonce");
    ok(read_parameters(buf_view(&curve), buf_view(&curve), &fault) == OC_SHAPE, "a key on P-384");
    ok(strstr(fault.reason, "P-256") != NULL, "%s", fault.reason);
    private_key_free(&key);
    private_key_free(&p384);
    buf_cleanup(&good);
    buf_cleanup(&other);
    buf_cleanup(&short_nonce);
    buf_cleanup(&curve);
    buf_cleanup(&without);
    buf_cleanup(&content);
}

static enum oc_err open_with(const struct mdoc_encrypted *x, const struct private_key *key,
                             struct bytes transcript, struct buf *plain)
{
    buf_truncate(plain, 0);
    return mdoc_documents_decrypt(plain, x, key, transcript);
}

static void test_round_trip(const struct fixture *f)
{
    struct private_key *other = new_key(CURVE_P256);
    struct mdoc_device_response outer, inner;
    struct buf plain = new_buf(), again = new_buf();
    struct bytes transcript = buf_view(&f->transcript);
    struct mdoc_encrypted x;
    uint8_t enc[65];

    ok(mdoc_device_response_init(&outer, buf_view(&f->response), NULL) == OC_OK &&
       outer.encrypted_n == 1 && outer.documents_n == 0 && outer.status == 0 &&
       bytes_is(outer.version, "1.0") && outer.encrypted[0].doc_request == 0 &&
       outer.encrypted[0].enc.n == 65, "a response that holds encrypted documents alone");
    x = outer.encrypted[0];
    ok(open_with(&x, f->once_key, transcript, &plain) == OC_OK &&
       mdoc_documents_init(&inner, buf_view(&plain), NULL) == OC_OK && inner.documents_n == 1 &&
       inner.version.p == NULL, "opens to its documents");
    mdoc_device_response_cleanup(&inner);
    ok(open_with(&x, other, transcript, &plain) == OC_SIGNATURE && plain.n == 0, "not to others");
    ok(open_with(&x, f->once_key, BYTES("\x83\xf6\xf6\xf6"), &plain) == OC_SIGNATURE &&
       plain.n == 0, "not in another session");
    x.cipher_text.n--;
    ok(open_with(&x, f->once_key, transcript, &plain) == OC_SIGNATURE, "not cut short");
    x = outer.encrypted[0];
    memcpy(enc, x.enc.p, sizeof enc);
    enc[64] ^= 1;
    x.enc = BYTES_OF(enc);
    ok(open_with(&x, f->once_key, transcript, &plain) != OC_OK && plain.n == 0,
       "not with a point off the curve");
    fixture_seal(&again, f, &f->request, buf_view(&f->document), 1);
    ok(again.n == f->response.n && !bytes_eq(buf_view(&again), buf_view(&f->response)),
       "encrypted twice gives two texts of one length");
    mdoc_device_response_cleanup(&outer);
    private_key_free(&other);
    buf_cleanup(&plain);
    buf_cleanup(&again);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    test_parameters();
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_round_trip(&f);
    fixture_cleanup(&f);
    return done();
}
