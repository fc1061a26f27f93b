#include "mdoc/reader.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static bool is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

static struct mdoc_reader look(const struct fixture *f, struct bytes transcript,
                               const struct trust_anchors *anchors, int64_t now)
{
    struct mdoc_reader r;

    must(mdoc_reader_check(&r, &f->request, 0, transcript, anchors, now));
    return r;
}

static void test_standing(const struct fixture *f)
{
    struct bytes here = buf_view(&f->transcript);
    struct trust_anchors nobody = { 0 };
    struct mdoc_reader r = look(f, here, &f->readers, f->now);
    uint8_t fingerprint[32];

    must(x509_fingerprint(f->reader, fingerprint));
    ok(r.standing == MDOC_READER_TRUSTED && r.reason == NULL &&
       strcmp(r.name, "Pearl Hotel") == 0 && memcmp(r.fingerprint, fingerprint, 32) == 0,
       "trusted, by name");
    r = look(f, here, &nobody, f->now);
    ok(r.standing == MDOC_READER_UNKNOWN && r.reason != NULL &&
       memcmp(r.fingerprint, fingerprint, 32) == 0, "unknown: %s", r.reason);
    r = look(f, here, &f->iacas, f->now);
    ok(r.standing == MDOC_READER_UNKNOWN, "an IACA vouches for no reader of another CA");
    r = look(f, here, &f->readers, f->now + 1200 * DATE_DAY_S);
    ok(r.standing == MDOC_READER_UNKNOWN && r.reason != NULL &&
       strstr(r.reason, "expired") != NULL, "expired: %s", r.reason);
    r = look(f, BYTES("\x83\xf6\xf6\xf6"), &f->readers, f->now);
    ok(r.standing == MDOC_READER_FORGED && r.reason != NULL, "recorded elsewhere: %s", r.reason);
}

/* The same request, changed in one place. */
static void test_changed(const struct fixture *f)
{
    struct buf changed = new_buf();
    struct mdoc_device_request q;
    struct mdoc_reader r;
    size_t at;

    buf_add(&changed, buf_view(&f->request_bytes));
    at = (size_t)(f->request.elements[0].name.p - f->request_bytes.p);
    changed.p[at] = 'x';
    must(mdoc_device_request_init(&q, buf_view(&changed), NULL));
    ok(mdoc_reader_check(&r, &q, 0, buf_view(&f->transcript), &f->readers, f->now) == OC_OK &&
       r.standing == MDOC_READER_FORGED, "asks for another element than was signed");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&changed);
}

/* A request signed with `key`, by `chain`. */
static struct mdoc_reader signed_by(const struct fixture *f, const struct private_key *key,
                                    struct x509_cert *const *chain, size_t chain_n)
{
    struct mdoc_doc_request_spec doc = { .doc_type = FIXTURE_TYPE, .elements = fixture_asked,
                                         .elements_n = 2 };
    struct mdoc_device_request q;
    struct buf bytes = new_buf();
    struct mdoc_reader r;

    mdoc_device_request_write(&bytes, &(struct mdoc_request_spec){
        .docs = &doc, .docs_n = 1, .transcript = buf_view(&f->transcript), .reader = key,
        .chain = chain, .chain_n = chain_n });
    must(mdoc_device_request_init(&q, buf_view(&bytes), NULL));
    must(mdoc_reader_check(&r, &q, 0, buf_view(&f->transcript), &f->readers, f->now));
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&bytes);
    return r;
}

static void test_signers(const struct fixture *f)
{
    struct x509_spec spec = certificate_spec(TRUST_READER, f->now);
    struct x509_cert *odd, *rsa = new_rsa_certificate();
    struct mdoc_reader r = signed_by(f, NULL, NULL, 0);

    ok(r.standing == MDOC_READER_UNSIGNED && r.name[0] == '\0' && is_zero(r.fingerprint, 32),
       "unsigned: %s", r.reason);
    r = signed_by(f, f->signer_key, &f->reader, 1);
    ok(r.standing == MDOC_READER_FORGED, "another key than the certificate's: %s", r.reason);
    r = signed_by(f, f->reader_key, NULL, 0);
    ok(r.standing == MDOC_READER_FORGED, "no certificate: %s", r.reason);
    r = signed_by(f, f->reader_key, &rsa, 1);
    ok(r.standing == MDOC_READER_FORGED, "RSA: %s", r.reason);
    spec.eku[0] = "1.0.18013.5.1.2";
    odd = new_certificate(&spec, f->reader_key, f->reader_ca, f->reader_ca_key);
    r = signed_by(f, f->reader_key, &odd, 1);
    ok(r.standing == MDOC_READER_UNKNOWN, "not a reader's certificate: %s", r.reason);
    x509_free(&odd);
    x509_free(&rsa);
}

/* readerAuthAll signs every docRequest at once. With `forge` the signature is over one of the two
 * only; with `company` another stands beside it, by a key that its certificate does not name. */
static void test_all(const struct fixture *f, bool forge, bool company)
{
    struct buf items = new_buf(), tagged = new_buf(), authentication = new_buf(), bytes = new_buf();
    struct mdoc_device_request q;
    struct mdoc_reader r;
    struct bytes all[2];

    cbw_raw(&items, BYTES("\xa2\x67" "docType\x61" "a"
                          "\x6a" "nameSpaces\xa1\x61" "b\xa1\x61" "c\xf4"));
    cbw_embedded(&tagged, buf_view(&items));
    all[0] = all[1] = buf_view(&tagged);
    mdoc_reader_authentication_all(&authentication, buf_view(&f->transcript), all, forge ? 1 : 2,
                                   BYTES("\xd8\x18\x41\xa0"));
    cbw_map(&bytes, 4);
    cbw_str(&bytes, "version");
    cbw_str(&bytes, "1.1");
    cbw_str(&bytes, "docRequests");
    cbw_array(&bytes, 2);
    for (int i = 0; i < 2; i++) {
        cbw_map(&bytes, 1);
        cbw_str(&bytes, "itemsRequest");
        cbw_raw(&bytes, buf_view(&tagged));
    }
    cbw_str(&bytes, "deviceRequestInfo");
    cbw_raw(&bytes, BYTES("\xd8\x18\x41\xa0"));
    cbw_str(&bytes, "readerAuthAll");
    cbw_array(&bytes, company ? 2 : 1);
    cose_sign1_write(&bytes, &(struct cose_sign1_spec){
        .key = f->reader_key, .payload = buf_view(&authentication), .detached = true,
        .x5chain = &f->reader, .x5chain_n = 1 });
    if (company)
        cose_sign1_write(&bytes, &(struct cose_sign1_spec){
            .key = f->signer_key, .payload = buf_view(&authentication), .detached = true,
            .x5chain = &f->reader, .x5chain_n = 1 });
    must(mdoc_device_request_init(&q, buf_view(&bytes), NULL));
    for (size_t i = 0; i < 2; i++)
        ok(mdoc_reader_check(&r, &q, i, buf_view(&f->transcript), &f->readers, f->now) == OC_OK &&
           r.standing == (forge || company ? MDOC_READER_FORGED : MDOC_READER_TRUSTED),
           "readerAuthAll, docRequest %zu%s%s", i, forge ? ", signed over one of two" : "",
           company ? ", beside a signature that does not hold" : "");
    mdoc_device_request_cleanup(&q);
    buf_cleanup(&items);
    buf_cleanup(&tagged);
    buf_cleanup(&authentication);
    buf_cleanup(&bytes);
}

static void test_annex_d(void)
{
    struct trust_anchors anchors = { 0 };
    struct mdoc_device_request q;
    struct buf request, transcript_bytes, pem, auth;
    struct bytes transcript;
    struct mdoc_reader r;
    int64_t then = date_start((struct date){ 2020, 12, 1 });

    ok(vector_hex("annex-d/D.4.1.1_device_request.hex", &request) &&
       vector_hex("annex-d/D.5.1_session_transcript_bytes.hex", &transcript_bytes) &&
       vector_read("annex-d/reader_root.pem", &pem) &&
       vector_hex("annex-d/D.5.4_reader_auth.hex", &auth), "the files of Annex D");
    must(mdoc_device_request_init(&q, buf_view(&request), NULL));
    must(mdoc_transcript_read(&transcript, buf_view(&transcript_bytes), NULL));
    must(trust_anchors_add_pem(&anchors, buf_view(&pem), NULL));
    ok(bytes_eq(q.docs[0].reader_auth.signature,
                (struct bytes){ auth.p + auth.n - 64, 64 }), "its readerAuth");
    must(mdoc_reader_check(&r, &q, 0, transcript, &anchors, then));
    ok(strcmp(r.name, "reader") == 0, "its reader is \"%s\"", r.name);
    ok(r.standing == MDOC_READER_TRUSTED, "trusted under its root");
    must(mdoc_reader_check(&r, &q, 0, BYTES("\x83\xf6\xf6\xf6"), &anchors, then));
    ok(r.standing == MDOC_READER_FORGED, "but not for another session");
    mdoc_device_request_cleanup(&q);
    trust_anchors_cleanup(&anchors);
    buf_cleanup(&request);
    buf_cleanup(&transcript_bytes);
    buf_cleanup(&pem);
    buf_cleanup(&auth);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_standing(&f);
    test_changed(&f);
    test_signers(&f);
    test_all(&f, false, false);
    test_all(&f, true, false);
    test_all(&f, false, true);
    fixture_cleanup(&f);
    if (vectors_present())
        test_annex_d();
    else
        skip("no vectors in %s", vectors_folder());
    return done();
}
