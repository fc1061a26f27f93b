/* Every allocation failed in turn; what the wallet does is test_memory_wallet.c. */
#include "crypto/ff1.h"
#include "crypto/x509_crl.h"
#include "mdoc/describe.h"
#include "mdoc/diagnose.h"
#include "mdoc/key_proof.h"
#include "mdoc/reader.h"
#include "mdoc/session.h"
#include "tests/unit/failing_heap.h"
#include "tests/unit/list_world.h"
#include "tests/unit/showing.h"
#include "tests/unit/status_world.h"
#include "trust/crl.h"
#include "wallet/consent.h"

static struct fixture f;
static struct list_world list_world;
static struct status_world status_world;
static struct mdoc_report report;
static struct buf plain, proofs, crl_bytes, annex_c, token, vical;

/* ok(), but only where it matters: once for all the runs. */
static enum oc_err verify_with(const struct mdoc_verify_in *in)
{
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, in);

    check((claims != NULL) == (e == OC_OK) && report.accepted == (e == OC_OK) && report.why == e,
          "a report that says otherwise");
    mdoc_claims_free(&claims);
    return e;
}

static enum oc_err verify_plain(void)
{
    struct mdoc_verify_in in = plain_in(&f);

    in.message = buf_view(&plain);
    return verify_with(&in);
}

static enum oc_err verify_qr(void)
{
    struct mdoc_verify_in in = plain_in(&f);

    in.transcript = (struct bytes){ 0 };
    in.recipient = f.once_key;
    in.message = buf_view(&f.response);
    return verify_with(&in);
}

static enum oc_err verify_issuer(void)
{
    struct mdoc_verify_in in = plain_in(&f);
    struct mdoc_issuer_claims *claims;
    enum oc_err e;

    in.request = NULL;
    in.message = buf_view(&f.card_bytes);
    e = mdoc_verify_issuer(&claims, &report, &in);
    check((claims != NULL) == (e == OC_OK) && report.accepted == (e == OC_OK), "another report");
    mdoc_issuer_claims_free(&claims);
    return e;
}

static enum oc_err issue(void)
{
    static const struct mdoc_claim claim = { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin") };
    struct buf out = new_buf();
    enum oc_err e = mdoc_issue(&out, &(struct mdoc_issue_spec){
        .doc_type = FIXTURE_TYPE, .claims = &claim, .claims_n = 1, .digest = DIGEST_SHA256,
        .device_key = private_key_public(f.device_key), .now = f.now,
        .valid_until = f.now + 30 * DATE_DAY_S, .signer = f.signer_key, .chain = &f.signer,
        .chain_n = 1 }, NULL);

    buf_cleanup(&out);
    return e;
}

static enum oc_err parse_card(void)
{
    struct mdoc_issuer_signed s;
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_issuer_signed_init(&s, buf_view(&f.card_bytes), &fault);

    check(e == OC_OK || (s.items == NULL && s.spaces == NULL && s.mso.device_key == NULL &&
                         s.auth_cbor.p == NULL), "a card half filled");
    mdoc_issuer_signed_cleanup(&s);
    return e;
}

static enum oc_err parse_request(void)
{
    struct mdoc_encryption_parameters parameters = { 0 };
    struct mdoc_device_request q;
    enum oc_err e = mdoc_device_request_init(&q, buf_view(&f.request_bytes), NULL);

    check(e == OC_OK || (q.docs == NULL && q.elements == NULL), "a request half filled");
    if (e == OC_OK)
        e = mdoc_encryption_parameters_init(&parameters, &q, NULL);
    check(e == OC_OK || parameters.recipient == NULL, "parameters half filled");
    mdoc_encryption_parameters_cleanup(&parameters);
    mdoc_device_request_cleanup(&q);
    return e;
}

static enum oc_err ask(void)
{
    struct mdoc_doc_request_spec doc = {
        .doc_type = FIXTURE_TYPE, .elements = fixture_asked, .elements_n = 2,
        .encryption = buf_view(&f.parameters), .expires = f.now + 300, .purpose = "to enter" };
    struct buf out = new_buf();
    enum oc_err e;

    mdoc_device_request_write(&out, &(struct mdoc_request_spec){
        .docs = &doc, .docs_n = 1, .transcript = buf_view(&f.transcript),
        .reader = f.reader_key, .chain = &f.reader, .chain_n = 1 });
    e = buf_err(&out);
    buf_cleanup(&out);
    return e;
}

static enum oc_err check_reader(void)
{
    struct mdoc_reader reader;
    enum oc_err e = mdoc_reader_check(&reader, &f.request, 0, buf_view(&f.transcript), &f.readers,
                                      f.now);

    if (e == OC_OK && reader.standing == MDOC_READER_UNKNOWN)
        return OC_UNTRUSTED;
    check(e != OC_OK || reader.standing == MDOC_READER_TRUSTED, "a reader taken for another");
    check(e == OC_OK || reader.standing != MDOC_READER_TRUSTED, "a reader trusted unexamined");
    return e;
}

static enum oc_err consent(void)
{
    struct consent c;
    enum oc_err e = consent_init(&c, &f.request, 0, &f.card);

    check(e != OC_OK || (c.n == 2 && c.missing == 0), "an element that is missing");
    check(e == OC_OK || (c.elements == NULL && c.n == 0), "a consent half filled");
    consent_cleanup(&c);
    return e;
}

static enum oc_err present(void)
{
    static const bool keep[FIXTURE_ELEMENTS_N] = { true, false, true };
    struct mdoc_encryption_parameters parameters;
    struct buf document = new_buf(), out = new_buf();
    enum oc_err e = mdoc_encryption_parameters_init(&parameters, &f.request, NULL);

    if (e == OC_OK)
        e = mdoc_document_write(&document, &(struct mdoc_document_spec){
            .card = &f.card, .keep = keep, .transcript = buf_view(&f.transcript),
            .device_key = f.device_key });
    if (e == OC_OK)
        e = mdoc_response_encrypt(&out, buf_view(&document), 1, &parameters,
                                  buf_view(&f.transcript), 0);
    mdoc_encryption_parameters_cleanup(&parameters);
    buf_cleanup(&document);
    buf_cleanup(&out);
    return e;
}

static enum oc_err make_certificate(void)
{
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f.now);
    struct x509_cert *made = NULL;
    enum oc_err e = x509_make(&made, &spec, private_key_public(f.signer_key), f.iaca, f.iaca_key);

    check((made != NULL) == (e == OC_OK), "a certificate half made");
    x509_free(&made);
    return e;
}

static enum oc_err check_chain(void)
{
    struct x509_cert *cert = NULL;
    const char *reason;
    size_t anchor;
    enum oc_err e = x509_new(&cert, x509_der(f.signer));

    check((cert != NULL) == (e == OC_OK), "a certificate half read");
    if (e == OC_OK)
        e = x509_chain_check(&cert, 1, f.iacas.certificates, f.iacas.n, f.now, &anchor, &reason);
    x509_free(&cert);
    return e;
}

static enum oc_err request_certificate(void)
{
    struct x509_spec spec = { .common_name = "Pearl Hotel" };
    struct buf pem = new_buf();
    struct public_key *key = NULL;
    char name[128];
    enum oc_err e = x509_request_make(&pem, &spec, f.reader_key);

    if (e == OC_OK)
        e = x509_request_read(&key, name, buf_view(&pem));
    check((key != NULL) == (e == OC_OK), "a request half read");
    public_key_free(&key);
    buf_cleanup(&pem);
    return e;
}

static enum oc_err anchors(void)
{
    struct trust_anchors set = { 0 };
    struct buf pem = new_buf();
    size_t added = 0;
    enum oc_err e;

    x509_to_pem(&pem, f.iaca);
    x509_to_pem(&pem, f.reader_ca);
    if ((e = buf_err(&pem)) == OC_OK)
        e = trust_anchors_add_pem(&set, buf_view(&pem), &added);
    check(set.n == (e == OC_OK ? 2 : 0), "anchors half added");
    trust_anchors_cleanup(&set);
    buf_cleanup(&pem);
    return e;
}

static enum oc_err prove_keys(void)
{
    struct private_key *const keys[] = { f.device_key, f.once_key };
    struct buf out = new_buf();
    enum oc_err e;

    mdoc_key_proofs_write(&out, BYTES("0123456789abcdef"), keys, 2);
    e = buf_err(&out);
    buf_cleanup(&out);
    return e;
}

static enum oc_err check_proofs(void)
{
    struct mdoc_proven_keys keys;
    enum oc_err e = mdoc_key_proofs_check(&keys, buf_view(&proofs), NULL);

    check(keys.n == (e == OC_OK ? 2 : 0), "keys half proven");
    mdoc_proven_keys_cleanup(&keys);
    return e;
}

static enum oc_err describe(void)
{
    struct buf out = new_buf();
    enum oc_err e = mdoc_describe(&out, buf_view(&f.card_bytes), NULL);

    buf_cleanup(&out);
    return e;
}

static enum oc_err private_pem(void)
{
    struct private_key *key = NULL;
    struct secret *pem = NULL;
    enum oc_err e = private_key_to_pem(&pem, f.device_key);

    check((pem != NULL) == (e == OC_OK), "a key half written");
    if (e == OC_OK)
        e = private_key_from_pem(&key, secret_view(pem));
    check((key != NULL) == (e == OC_OK), "a key half read");
    secret_free(&pem);
    private_key_free(&key);
    return e;
}

static enum oc_err make_crl(void)
{
    static const uint8_t serial[] = { 1, 2, 3 };
    const struct x509_revoked revoked = { BYTES_OF(serial), f.now, X509_KEY_COMPROMISE };
    struct buf out = new_buf();
    enum oc_err e = x509_crl_make(&out, &(struct x509_crl_spec){
        .this_update = f.now, .next_update = f.now + DATE_DAY_S, .number = 300,
        .revoked = &revoked, .revoked_n = 1 }, f.iaca, f.iaca_key);

    check((out.n > 0) == (e == OC_OK), "a revocation list half made");
    buf_cleanup(&out);
    return e;
}

static enum oc_err parse_crl(void)
{
    struct x509_crl_facts facts;
    struct x509_crl *crl = NULL;
    enum oc_err e = x509_crl_new(&crl, buf_view(&crl_bytes), NULL);

    check((crl != NULL) == (e == OC_OK), "a revocation list half read");
    if (e == OC_OK) {
        x509_crl_describe(crl, &facts);
        check(facts.has_number && facts.revoked_n == 1, "a revocation list that says less");
    }
    x509_crl_free(&crl);
    return e;
}

static enum oc_err verify_crl(void)
{
    struct trust_crl *crl = NULL;
    const char *reason;
    enum oc_err e = trust_crl_verify(&crl, buf_view(&crl_bytes), &f.iacas, f.now, 0, &reason);

    check((crl != NULL) == (e == OC_OK), "a revocation list half verified");
    trust_crl_free(&crl);
    return e;
}

static enum oc_err verify_status_list(void)
{
    struct trust_status_list_in in = status_in(&status_world, buf_view(&token));
    struct trust_status_list *list = NULL;
    enum oc_err e = trust_status_list_verify(&list, &in, NULL);

    check((list != NULL) == (e == OC_OK), "a status list half verified");
    trust_status_list_free(&list);
    return e;
}

static enum oc_err verify_vical(void)
{
    struct trust_list_in in = list_in(&list_world, buf_view(&vical));
    struct trust_vical v;
    enum oc_err e = trust_vical_verify(&v, &in, NULL);

    check(v.list.entries_n == (e == OC_OK ? 2 : 0) && (v.list.root != NULL) == (e == OC_OK),
          "a VICAL half verified");
    trust_vical_cleanup(&v);
    return e;
}

static enum oc_err permute(void)
{
    struct secret *key = secret_copy(BYTES("0123456789abcdef"));
    uint64_t there = 0, back = 0;
    enum oc_err e = key == NULL ? OC_MEMORY : ff1_permute(key, FF1_DOMAIN_MIN, 7, &there);

    if (e == OC_OK)
        e = ff1_unpermute(key, FF1_DOMAIN_MIN, there, &back);
    check(back == (e == OC_OK ? 7 : 0), "a permutation that is not one");
    secret_free(&key);
    return e;
}

/* The wallet made one slip; a try that is cut short must not pass for one that does not fit. */
static enum oc_err diagnose(void)
{
    struct mdoc_diagnose_in in = { .response = buf_view(&annex_c), .facts = { .of = {
        [MDOC_FACT_ENCRYPTION_INFO] = BYTES("gmVkY2FwaQ"), [MDOC_FACT_ORIGIN] = BYTES("o") } } };
    static struct mdoc_diagnosis d;
    enum oc_err e = mdoc_diagnose(&d, &in, NULL);

    check(mdoc_diagnosis_fits(&d) == (e == OC_OK), "a slip that was not found");
    return e;
}

/* An answer to whatever was received, which the reader takes. */
static enum oc_err answer_session(struct mdoc_session *reader, struct mdoc_session *holder,
                                  struct buf *wire)
{
    struct buf response = new_buf(), reply = new_buf();
    enum oc_err e = mdoc_session_send(holder, wire, BYTES("response"), true, 1);

    if (e == OC_OK)
        e = mdoc_session_receive(reader, &response, &reply, buf_view(wire), 1);
    check((response.n > 0) == (e == OC_OK), "a response half received");
    buf_cleanup(&response);
    buf_cleanup(&reply);
    return e;
}

static enum oc_err session(void)
{
    const struct mdoc_nfc_carrier nfc = { .is_for_mdoc = true, .max_command = 255,
                                          .max_response = 256 };
    struct mdoc_session *reader = NULL, *holder = NULL;
    struct buf select = new_buf(), wire = new_buf(), request = new_buf(), reply = new_buf();
    enum oc_err e = mdoc_session_holder_new(&holder, &(struct mdoc_session_holder_spec){
        .curve = CURVE_P256 }, 1);

    check((holder != NULL) == (e == OC_OK), "a holder's session half begun");
    if (e == OC_OK) {
        mdoc_nfc_select_write(&select, mdoc_session_engagement(holder), &nfc, 1);
        e = buf_err(&select);
    }
    if (e == OC_OK)
        e = mdoc_session_by_nfc(holder, buf_view(&select), (struct bytes){ 0 });
    if (e == OC_OK) {
        e = mdoc_session_reader_new(&reader, &(struct mdoc_session_reader_spec){
            .nfc_select = buf_view(&select) }, 1, NULL);
        check((reader != NULL) == (e == OC_OK), "a reader's session half begun");
    }
    if (e == OC_OK)
        e = mdoc_session_send(reader, &wire, BYTES("request"), false, 1);
    if (e == OC_OK)
        e = mdoc_session_receive(holder, &request, &reply, buf_view(&wire), 1);
    check((request.n > 0) == (e == OC_OK), "a request half received");
    buf_truncate(&wire, 0);
    if (e == OC_OK)
        e = answer_session(reader, holder, &wire);
    mdoc_session_free(&reader);
    mdoc_session_free(&holder);
    buf_cleanup(&select);
    buf_cleanup(&wire);
    buf_cleanup(&request);
    buf_cleanup(&reply);
    return e;
}

static const struct failing operations[] = {
    { "verify, plain", verify_plain }, { "verify, QR", verify_qr },
    { "verify, issuer's part", verify_issuer }, { "issue", issue }, { "parse a card", parse_card },
    { "parse a request", parse_request }, { "request", ask }, { "check the reader", check_reader },
    { "consent", consent }, { "present", present }, { "make a certificate", make_certificate },
    { "check a chain", check_chain }, { "certificate request", request_certificate },
    { "anchors", anchors }, { "prove keys", prove_keys }, { "check proofs", check_proofs },
    { "describe", describe }, { "private PEM", private_pem },
    { "make a revocation list", make_crl }, { "parse a revocation list", parse_crl },
    { "verify a revocation list", verify_crl }, { "verify a status list", verify_status_list },
    { "verify a VICAL", verify_vical }, { "permute", permute }, { "diagnose", diagnose },
    { "session", session },
};
enum { OPERATIONS_N = sizeof operations / sizeof operations[0] };

static void prepare_crl(void)
{
    const struct x509_revoked revoked = { BYTES("\x05"), f.now, X509_KEY_COMPROMISE };

    crl_bytes = new_buf();
    must(x509_crl_make(&crl_bytes, &(struct x509_crl_spec){
        .this_update = f.now, .next_update = f.now + DATE_DAY_S, .number = 300,
        .revoked = &revoked, .revoked_n = 1 }, f.iaca, f.iaca_key));
}

static void prepare_annex_c(void)
{
    static const bool keep[FIXTURE_ELEMENTS_N];
    struct buf document = new_buf(), transcript = new_buf();

    annex_c = new_buf();
    mdoc_transcript_dcapi(&transcript, BYTES("gmVkY2FwaQ"), BYTES("o/"));
    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &f.card, .keep = keep, .transcript = buf_view(&transcript),
        .device_key = f.device_key }));
    mdoc_device_response_write(&annex_c, buf_view(&document), 1);
    must(buf_err(&annex_c));
    buf_cleanup(&transcript);
    buf_cleanup(&document);
}

static void prepare_lists(void)
{
    static const uint8_t array[8];
    struct trust_status_list_spec status;
    struct trust_list_spec list;

    status_world_init(&status_world);
    list_world_init(&list_world);
    status = status_spec(&status_world, BYTES_OF(array), 1);
    list = list_spec(&list_world);
    token = new_buf();
    vical = new_buf();
    must(trust_status_list_write(&token, &status));
    must(trust_vical_write(&vical, &list));
}

static void prepare(void)
{
    struct private_key *const keys[] = { f.device_key, f.once_key };

    plain = new_buf();
    proofs = new_buf();
    mdoc_device_response_write(&plain, buf_view(&f.document), 1);
    mdoc_key_proofs_write(&proofs, BYTES("0123456789abcdef"), keys, 2);
}

int main(void)
{
    failing_heap_init();
    fixture_init(&f, CURVE_P256, CURVE_P256);
    prepare();
    prepare_crl();
    prepare_annex_c();
    prepare_lists();
    fail_all(operations, OPERATIONS_N);
    buf_cleanup(&plain);
    buf_cleanup(&proofs);
    buf_cleanup(&crl_bytes);
    buf_cleanup(&annex_c);
    buf_cleanup(&token);
    buf_cleanup(&vical);
    status_world_cleanup(&status_world);
    list_world_cleanup(&list_world);
    fixture_cleanup(&f);
    return done();
}
