/* What lists and a policy make of a card that is good in every other way. */
#include "tests/unit/listed_showing.h"

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
    struct trust_crls crls = { 0 };

    in.policy = &policy;
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_NOT_CHECKED, true, "no revocation list");
    policy.crl_unknown = MDOC_REFUSE;
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_NOT_CHECKED, false,
           "no revocation list, which a policy may refuse");
    in.crls = &crls;
    set_crl(&crls, 1, 7, false);
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_PASS, true, "not revoked");
    set_crl(&crls, 1, 7, true);
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_FAIL, false, "signer revoked");
    set_crl(&crls, 9, -1, false);
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_FAIL, false, "revocation list stale");
    policy.crl_stale = MDOC_WARN;
    expect(&in, good, MDOC_CHECK_SIGNER_REVOCATION, MDOC_WARNING, true,
           "revocation list stale, which a policy lets pass");
    trust_crls_cleanup(&crls);
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
