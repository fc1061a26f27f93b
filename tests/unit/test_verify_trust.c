/* What lists and a policy make of a card that is good in every other way. */
#include "tests/unit/showing.h"
#include "tests/unit/status_world.h"

static struct status_world w;

/* A card at entry 5 of the list. */
static struct showing with_status(void)
{
    static struct buf extra;
    const struct trust_status_ref ref = {
        .mechanism = TRUST_STATUS_LIST, .uri = BYTES(STATUS_URI), .index = 5,
    };
    struct showing s = { .version = NULL };

    buf_cleanup(&extra);
    extra = new_buf();
    cbw_str(&extra, "status");
    trust_status_ref_write(&extra, &ref);
    must(buf_err(&extra));
    s.card.mso_extra = buf_view(&extra);
    s.card.mso_extra_n = 1;
    return s;
}

static const struct mdoc_check *check_of(const struct mdoc_verify_in *given, struct showing s,
                                         enum mdoc_check_id id, bool *accepted)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = *given;
    struct mdoc_claims *claims;
    struct buf message = new_buf();

    put_response(&message, &w.f, s);
    in.message = buf_view(&message);
    *accepted = mdoc_verify(&claims, &report, &in) == OC_OK;
    mdoc_claims_free(&claims);
    buf_cleanup(&message);
    return id < MDOC_FIRST_DOCUMENT_CHECK ? &report.checks[id] : &report.documents[0].checks[id];
}

/* The outcome of one check, and whether the whole was accepted. */
static void expect(const struct mdoc_verify_in *in, struct showing s, enum mdoc_check_id id,
                   enum mdoc_outcome outcome, bool accepted, const char *name)
{
    bool was_accepted;
    const struct mdoc_check *c = check_of(in, s, id, &was_accepted);

    ok(c->outcome == outcome && was_accepted == accepted, "%s: %s, %s: %s", name,
       mdoc_outcome_name(c->outcome), was_accepted ? "accepted" : "refused", c->detail);
}

static void set_list(struct trust_status_lists *lists, unsigned bits, unsigned value,
                     int64_t issued_at)
{
    uint8_t array[64] = { 0 };
    struct trust_status_list_spec spec = status_spec(&w, BYTES_OF(array), bits);
    struct trust_status_list *list;

    trust_status_put(array, bits, 5, value);
    spec.issued_at = issued_at;
    trust_status_lists_cleanup(lists);
    list = status_list(&w, &spec);
    must(trust_status_lists_add(lists, &list));
}

static void test_status(void)
{
    struct mdoc_policy policy = *mdoc_policy_default();
    struct trust_status_lists lists = { 0 };
    struct mdoc_verify_in in = plain_in(&w.f);
    int64_t today = date_floor(w.f.now, DATE_DAY_S);

    in.policy = &policy;
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_NOT_CHECKED, false, "no list at all");
    in.status_lists = &lists;
    set_list(&lists, 1, TRUST_ENTRY_VALID, today);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_PASS, true, "valid");
    expect(&in, good, MDOC_CHECK_STATUS, MDOC_NOT_CHECKED, true, "a card that names no list");
    policy.status_none = MDOC_REFUSE;
    expect(&in, good, MDOC_CHECK_STATUS, MDOC_NOT_CHECKED, false, "which a policy may refuse");
    set_list(&lists, 1, TRUST_ENTRY_INVALID, today);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "revoked");
    in.accept_unchecked_status = true;
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "revoked, whatever is waived");
    in.accept_unchecked_status = false;
    set_list(&lists, 2, TRUST_ENTRY_SUSPENDED, today);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "suspended");
    set_list(&lists, 2, 3, today);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_NOT_CHECKED, false, "a value of nobody's");
    set_list(&lists, 1, TRUST_ENTRY_VALID, today - 3 * DATE_DAY_S);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "stale");
    policy.status_stale = MDOC_WARN;
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_WARNING, true, "stale, which a policy lets pass");
    set_list(&lists, 1, TRUST_ENTRY_INVALID, today - 3 * DATE_DAY_S);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "revoked in a stale list");
    policy = *mdoc_policy_default();
    policy.status_max_age_s = DATE_HOUR_S;
    set_list(&lists, 1, TRUST_ENTRY_VALID, today);
    expect(&in, with_status(), MDOC_CHECK_STATUS, MDOC_FAIL, false, "older than the policy's limit");
    trust_status_lists_cleanup(&lists);
}

/* Good of the signer, whoever is asked for no more; revoked ones are refused. */
static void test_crl(void)
{
    struct mdoc_policy policy = *mdoc_policy_default();
    struct mdoc_verify_in in = plain_in(&w.f);
    struct x509_facts facts;
    struct x509_revoked revoked = { .at = w.f.now - 60, .reason = X509_KEY_COMPROMISE };

    x509_describe(w.f.signer, &facts);
    revoked.serial = facts.serial;
    in.policy = &policy;
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_NOT_CHECKED, true, "no revocation list");
    policy.crl_unknown = MDOC_REFUSE;
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_NOT_CHECKED, false,
           "no revocation list, which a policy may refuse");
    for (int n = 0; n < 3; n++) {
        /* 0: nobody revoked; 1: the signer; 2: nobody, and the list is past its end. */
        const struct x509_crl_spec spec = {
            .this_update = w.f.now - (n == 2 ? 9 : 1) * DATE_DAY_S,
            .next_update = w.f.now - (n == 2 ? 1 : -7) * DATE_DAY_S,
            .number = 1, .revoked = &revoked, .revoked_n = n == 1,
        };
        struct trust_crls crls = { 0 };
        struct trust_crl *crl;
        struct buf der = new_buf();
        const char *reason;

        must(x509_crl_make(&der, &spec, w.f.iaca, w.f.iaca_key));
        must(trust_crl_verify(&crl, buf_view(&der), &w.f.iacas, w.f.now, 0, &reason));
        must(trust_crls_add(&crls, &crl));
        in.crls = &crls;
        expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, n == 0 ? MDOC_PASS : MDOC_FAIL, n == 0,
               n == 0 ? "not revoked" : n == 1 ? "signer revoked" : "revocation list stale");
        policy.crl_stale = MDOC_WARN;
        if (n == 2)
            expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_WARNING, true,
                   "revocation list stale, which a policy lets pass");
        policy.crl_stale = MDOC_REFUSE;
        trust_crls_cleanup(&crls);
        buf_cleanup(&der);
    }
}

/* An authority believed for other types of card alone, as a list of authorities may say. */
static void test_doc_type(void)
{
    const struct bytes other[] = { BYTES("org.iso.18013.5.1.mDL") };
    const struct bytes both[] = { BYTES("org.iso.18013.5.1.mDL"), BYTES(FIXTURE_TYPE) };
    struct mdoc_verify_in in = plain_in(&w.f);
    struct trust_anchors anchors = { 0 };

    must(trust_anchors_add_for(&anchors, w.f.iaca, other, 1));
    in.anchors = &anchors;
    expect(&in, good, MDOC_CHECK_SIGNER_DOC_TYPE, MDOC_FAIL, false, "believed for another type");
    trust_anchors_cleanup(&anchors);
    must(trust_anchors_add_for(&anchors, w.f.iaca, both, 2));
    expect(&in, good, MDOC_CHECK_SIGNER_DOC_TYPE, MDOC_PASS, true, "believed for this type too");
    in.signers = trust_signers_new();
    expect(&in, good, MDOC_CHECK_SIGNER_DOC_TYPE, MDOC_PASS, true, "and remembered");
    trust_anchors_cleanup(&anchors);
    must(trust_anchors_add_for(&anchors, w.f.iaca, other, 1));
    expect(&in, good, MDOC_CHECK_SIGNER_DOC_TYPE, MDOC_FAIL, false,
           "a signer that is remembered is held to what is believed now");
    trust_signers_free(&in.signers);
    trust_anchors_cleanup(&anchors);
}

static void test_clock(void)
{
    struct mdoc_verify_in in = plain_in(&w.f);

    in.newest_list = w.f.now - 60;
    expect(&in, good, MDOC_CHECK_CLOCK, MDOC_PASS, true, "a clock after all lists");
    in.newest_list = w.f.now + 240;
    expect(&in, good, MDOC_CHECK_CLOCK, MDOC_PASS, true, "a clock a little behind");
    in.newest_list = w.f.now + 3600;
    expect(&in, good, MDOC_CHECK_CLOCK, MDOC_FAIL, false, "a clock before a list we hold");
}

static void test_policy(void)
{
    static const char *const types[] = { "org.iso.18013.5.1.mDL", FIXTURE_TYPE };
    static const char *const issuers[] = { "UT", "CN" };
    static const char *const algorithms[] = { "ES384", "ES256" };
    char fingerprint[X509_FINGERPRINT_TEXT_N];
    const char *const by_fingerprint[] = { fingerprint };
    struct mdoc_verify_in in = plain_in(&w.f);
    struct mdoc_policy p = *mdoc_policy_default();

    must(x509_fingerprint_text(w.f.iaca, fingerprint));
    in.policy = &p;
    p.doc_types = types;
    p.issuers = issuers;
    p.algorithms = algorithms;
    p.doc_types_n = p.issuers_n = p.algorithms_n = 2;
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_PASS, true, "all of it allowed");
    p.doc_types_n = 1;
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_FAIL, false, "another type");
    p.doc_types_n = 2;
    p.issuers_n = 1;
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_FAIL, false, "another country");
    p.issuers = by_fingerprint;
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_PASS, true, "this very authority");
    fingerprint[0] = fingerprint[0] == 'a' ? 'b' : 'a';
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_FAIL, false, "another authority");
    p.issuers_n = 0;
    p.algorithms_n = 1;
    expect(&in, good, MDOC_CHECK_POLICY, MDOC_FAIL, false, "another algorithm");
}

int main(void)
{
    must(secret_pool_init());
    status_world_init(&w);
    test_status();
    test_crl();
    test_doc_type();
    test_clock();
    test_policy();
    status_world_cleanup(&w);
    return done();
}
