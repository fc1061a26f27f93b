/* A showing before a verifier who holds lists: of cards, and of certificates, that are revoked. */
#ifndef OWNCARD_TESTS_LISTED_SHOWING_H
#define OWNCARD_TESTS_LISTED_SHOWING_H

#include "tests/unit/showing.h"
#include "tests/unit/status_world.h"

static struct status_world w;

/* A card whose status is this. What it points to is overwritten by the next call. */
static inline struct showing with_status_cbor(struct bytes status)
{
    static struct buf extra;
    struct showing s = { .version = NULL };

    buf_cleanup(&extra);
    extra = new_buf();
    cbw_str(&extra, "status");
    cbw_raw(&extra, status);
    must(buf_err(&extra));
    s.card.mso_extra = buf_view(&extra);
    s.card.mso_extra_n = 1;
    return s;
}

static inline struct showing with_status_ref(const struct trust_status_ref *ref)
{
    struct buf status = new_buf();
    struct showing s;

    trust_status_ref_write(&status, ref);
    s = with_status_cbor(buf_view(&status));
    buf_cleanup(&status);
    return s;
}

/* A card at this entry of the list. */
static inline struct showing with_entry(uint64_t index)
{
    return with_status_ref(&(struct trust_status_ref){
        .mechanism = TRUST_STATUS_LIST, .uri = BYTES(STATUS_URI), .index = index });
}

/* At entry 5. */
static inline struct showing with_status(void)
{
    return with_entry(5);
}

/* What one check made of a showing. Valid until the next call. */
static inline const struct mdoc_check *check_of(const struct mdoc_verify_in *given,
                                                struct showing s, enum mdoc_check_id id,
                                                bool *accepted)
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
static inline void expect(const struct mdoc_verify_in *in, struct showing s, enum mdoc_check_id id,
                          enum mdoc_outcome outcome, bool accepted, const char *name)
{
    bool was_accepted;
    const struct mdoc_check *c = check_of(in, s, id, &was_accepted);

    ok(c->outcome == outcome && was_accepted == accepted, "%s: %s, %s: %s", name,
       mdoc_outcome_name(c->outcome), was_accepted ? "accepted" : "refused", c->detail);
}

/* The verifier's only list says `value` of entry 5, and 0 of 511 bits beside it. */
static inline void set_list(struct trust_status_lists *lists, unsigned bits, unsigned value,
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

/* The verifier's only revocation list of certificates, from `days_old` ago until `days_left`. */
static inline void set_crl(struct trust_crls *crls, int days_old, int days_left, bool revokes)
{
    struct x509_facts facts;
    struct x509_revoked revoked = { .at = w.f.now - 60, .reason = X509_KEY_COMPROMISE };
    const struct x509_crl_spec spec = {
        .this_update = w.f.now - days_old * DATE_DAY_S,
        .next_update = w.f.now + days_left * DATE_DAY_S,
        .number = 1, .revoked = &revoked, .revoked_n = revokes,
    };
    struct trust_crl *crl;
    struct buf der = new_buf();
    const char *reason;

    x509_describe(w.f.signer, &facts);
    revoked.serial = facts.serial;
    must(x509_crl_make(&der, &spec, w.f.iaca, w.f.iaca_key));
    must(trust_crl_verify(&crl, buf_view(&der), &w.f.iacas, w.f.now, 0, &reason));
    trust_crls_cleanup(crls);
    must(trust_crls_add(crls, &crl));
    buf_cleanup(&der);
}

#endif
