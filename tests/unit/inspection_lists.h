/* The rows that rest on lists: of revoked cards and certificates, and of authorities. */
#ifndef OWNCARD_TESTS_INSPECTION_LISTS_H
#define OWNCARD_TESTS_INSPECTION_LISTS_H

#include "tests/unit/list_world.h"

#include "tests/unit/inspection_row.h"

/* What is stale or not known is never a pass, nor is it told as revoked. */
static inline void status_is(const struct mdoc_verify_in *in, struct showing s,
                             enum mdoc_outcome outcome, enum trust_status_verdict verdict,
                             const char *what)
{
    static const char *const begins[] = {
        [TRUST_STATUS_UNKNOWN] = "unknown, nobody can say",
        [TRUST_STATUS_VALID] = "valid, not revoked",
        [TRUST_STATUS_STALE] = "stale, nobody can say",
        [TRUST_STATUS_SUSPENDED] = "the card is suspended",
        [TRUST_STATUS_REVOKED] = "the card is revoked",
    };
    const bool passes = verdict == TRUST_STATUS_VALID;
    bool was_accepted;
    const struct mdoc_check *c = check_of(in, s, row->check, &was_accepted);

    ok(c->outcome == outcome && was_accepted == passes && c->blocks == !passes &&
       c->why == (passes ? OC_OK : OC_REFUSED) &&
       strncmp(c->detail, begins[verdict], strlen(begins[verdict])) == 0, "%s: %s", in_row(what),
       c->detail);
}

static inline void test_status_values(struct mdoc_verify_in *in)
{
    enum { LAST = 64 * 8 - 1 };
    struct trust_status_lists lists = { 0 };
    int64_t today = date_floor(w.f.now, DATE_DAY_S);

    status_is(in, with_status(), MDOC_NOT_CHECKED, TRUST_STATUS_UNKNOWN, "no list could be had");
    in->status_lists = &lists;
    set_list(&lists, 1, TRUST_ENTRY_VALID, today);
    status_is(in, with_status(), MDOC_PASS, TRUST_STATUS_VALID, "in no list of the revoked");
    status_is(in, with_entry(LAST), MDOC_PASS, TRUST_STATUS_VALID, "the last index");
    status_is(in, with_entry(LAST + 1), MDOC_FAIL, TRUST_STATUS_UNKNOWN,
              "an index past the end is no valid one");
    in->accept_unchecked_status = true;
    status_is(in, with_entry(LAST + 1), MDOC_FAIL, TRUST_STATUS_UNKNOWN, "whatever is let pass");
    in->accept_unchecked_status = false;
    in->now += 2 * DATE_DAY_S;
    in->request = NULL;
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_STALE,
              "a list that is kept is judged again at each showing");
    in->now = w.f.now;
    in->request = plain.request;
    set_list(&lists, 1, TRUST_ENTRY_INVALID, today);
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_REVOKED, "revoked");
    set_list(&lists, 2, TRUST_ENTRY_SUSPENDED, today);
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_SUSPENDED, "suspended");
    set_list(&lists, 1, TRUST_ENTRY_VALID, today - 3 * DATE_DAY_S);
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_STALE, "an old list is no valid one");
    set_list(&lists, 1, TRUST_ENTRY_INVALID, today - 3 * DATE_DAY_S);
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_REVOKED, "revoked in an old list");
    in->status_lists = NULL;
    trust_status_lists_cleanup(&lists);
}

/* Two authorities have a list of one URI: each speaks of its own cards alone. */
static inline void test_status_of_another(struct mdoc_verify_in *in)
{
    static const uint8_t valid[64] = { 0 };
    struct status_world other;
    struct trust_status_lists lists = { 0 };

    status_world_init(&other);
    status_keep(&lists, &other, BYTES_OF(valid));
    in->status_lists = &lists;
    status_is(in, with_status(), MDOC_NOT_CHECKED, TRUST_STATUS_UNKNOWN,
              "another authority's list of the same URI");
    trust_status_lists_cleanup(&lists);
    set_list(&lists, 1, TRUST_ENTRY_INVALID, date_floor(w.f.now, DATE_DAY_S));
    status_keep(&lists, &other, BYTES_OF(valid));
    status_is(in, with_status(), MDOC_FAIL, TRUST_STATUS_REVOKED,
              "revoked, whatever the other authority says of the same URI");
    in->status_lists = NULL;
    trust_status_lists_cleanup(&lists);
    status_world_cleanup(&other);
}

static inline void test_identifier_list(struct mdoc_verify_in *in)
{
    static const struct bytes revoked[] = { BYTES("\x02") };
    struct trust_status_list_spec spec = status_spec(&w, BYTES(""), 0);
    struct trust_status_ref ref = { .mechanism = TRUST_IDENTIFIER_LIST, .uri = BYTES(STATUS_URI),
                                    .id = BYTES("\x01") };
    struct trust_status_lists lists = { 0 };
    struct trust_status_list *list;

    spec.mechanism = TRUST_IDENTIFIER_LIST;
    spec.identifiers = revoked;
    spec.identifiers_n = 1;
    list = status_list(&w, &spec);
    must(trust_status_lists_add(&lists, &list));
    in->status_lists = &lists;
    status_is(in, with_status_ref(&ref), MDOC_PASS, TRUST_STATUS_VALID, "not in the identifiers");
    ref.id = revoked[0];
    status_is(in, with_status_ref(&ref), MDOC_FAIL, TRUST_STATUS_REVOKED, "in the identifiers");
    in->status_lists = NULL;
    trust_status_lists_cleanup(&lists);
}

/* Verified before anything is looked up in it. */
static inline void test_list_signature(void)
{
    static const uint8_t valid[64] = { 0 };
    struct trust_status_list_spec spec = status_spec(&w, BYTES_OF(valid), 1);
    struct trust_status_list_in in;
    struct trust_status_list *list;
    struct buf token = new_buf();

    must(trust_status_list_write(&token, &spec));
    token.p[token.n - 1] ^= 1;
    in = status_in(&w, buf_view(&token));
    ok(trust_status_list_verify(&list, &in, NULL) == OC_SIGNATURE && list == NULL, "%s",
       in_row("a list whose signature does not hold is none"));
    buf_cleanup(&token);
}

static inline void test_signer_revoked(struct mdoc_verify_in *in)
{
    struct trust_crls crls = { 0 };

    set_crl(&crls, 1, 7, false);
    in->crls = &crls;
    accepted(good, in, "a signer in no list of the revoked");
    set_crl(&crls, 1, 7, true);
    refused_by_check(in, good, MDOC_CHECK_SIGNER_REVOCATION, OC_REFUSED, "the signer is revoked");
    set_crl(&crls, 9, -1, false);
    refused_by_check(in, good, MDOC_CHECK_SIGNER_REVOCATION, OC_REFUSED,
                     "the end of a revocation list is not ignored");
    in->crls = NULL;
    trust_crls_cleanup(&crls);
}

static inline void test_revocation(void)
{
    struct mdoc_policy policy = *mdoc_policy_default();
    struct mdoc_verify_in in = plain;
    struct buf empty = new_buf();

    test_status_values(&in);
    test_status_of_another(&in);
    test_identifier_list(&in);
    test_list_signature();
    test_signer_revoked(&in);
    status_is(&in, with_status_cbor(BYTES("\xa1\x67" "oracles\xa0")), MDOC_NOT_CHECKED,
              TRUST_STATUS_UNKNOWN, "a mechanism that nobody knows");
    expect(&in, good, row->check, MDOC_NOT_CHECKED, true,
           in_row("a card that names no list passes, and does not show as checked"));
    in.policy = &policy;
    policy.status_none = MDOC_REFUSE;
    expect(&in, good, row->check, MDOC_NOT_CHECKED, false, in_row("which a policy may refuse"));
    mdoc_device_response_write(&empty, (struct bytes){ 0 }, 0);
    in = plain;
    in.message = buf_view(&empty);
    refused_by(&in, MDOC_CHECK_RESPONSE_DOCUMENTS, OC_REFUSED,
               in_row("where there is no document, nothing is good"));
    buf_cleanup(&empty);
}

/* A card of FIXTURE_TYPE before a verifier who goes by a VICAL that lists its authority. */
static inline void test_vical(void)
{
    struct list_world lw;

    list_world_init(&lw);
    for (int is_listed = 1; is_listed >= 0; is_listed--) {
        struct trust_list_spec spec = list_spec(&lw);
        struct trust_list_in list = list_in(&lw, (struct bytes){ 0 });
        struct mdoc_verify_in in = plain_in(&lw.f);
        struct trust_anchors anchors = { 0 };
        struct trust_vical vical;
        struct buf token = new_buf(), message = new_buf();

        lw.items[0].doc_types = is_listed ? list_doc_types : list_doc_types + 1;
        must(trust_vical_write(&token, &spec));
        list.message = buf_view(&token);
        must(trust_vical_verify(&vical, &list, NULL));
        must(trust_vical_add_to(&anchors, &vical));
        put_response(&message, &lw.f, good);
        in.anchors = &anchors;
        in.message = buf_view(&message);
        if (is_listed)
            accept_only(&lw.f, good, &in, in_row("listed for this type"));
        else
            refused_by(&in, row->check, OC_UNTRUSTED, in_row("listed for another type alone"));
        trust_vical_cleanup(&vical);
        trust_anchors_cleanup(&anchors);
        buf_cleanup(&token);
        buf_cleanup(&message);
    }
    list_world_cleanup(&lw);
}

#endif
