/*
 * One response in plain, wrong where a case says so, and what verification makes of it.
 */
#ifndef OWNCARD_TESTS_SHOWING_H
#define OWNCARD_TESTS_SHOWING_H

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct odd_item good_items[] = {
    { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 7, false, false },
    { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 3, false, false },
};
enum { GOOD_N = sizeof good_items / sizeof good_items[0] };

/* One response in plain: everything wrong is in the pieces that a case gives. */
struct showing {
    struct odd_card card;
    struct odd_document document;
    const char *version;
    uint64_t status;
    size_t copies;              /* of the document; 0: one */
    bool zk;
};

/* As it should be. */
static const struct showing good;

static inline void put_response(struct buf *out, const struct fixture *f, struct showing s)
{
    struct buf card = new_buf(), document = new_buf();

    if (s.card.items == NULL) {
        s.card.items = good_items;
        s.card.items_n = GOOD_N;
    }
    odd_card_write(&card, f, s.card);
    s.document.issuer_signed = buf_view(&card);
    if (s.copies == 0)
        s.copies = 1;
    for (size_t i = 0; i < s.copies; i++)
        odd_document_write(&document, f, s.document);
    cbw_map(out, s.zk ? 4 : 3);
    cbw_str(out, "version");
    cbw_str(out, s.version != NULL ? s.version : "1.0");
    cbw_str(out, "documents");
    cbw_array(out, s.copies);
    cbw_raw(out, buf_view(&document));
    cbw_str(out, "status");
    cbw_uint(out, s.status);
    if (s.zk) {
        cbw_str(out, "zkDocuments");
        cbw_raw(out, BYTES("\x81\xa0"));
    }
    must(buf_err(out));
    buf_cleanup(&document);
    buf_cleanup(&card);
}

static inline struct mdoc_verify_in plain_in(const struct fixture *f)
{
    return (struct mdoc_verify_in){
        .now = f->now, .anchors = &f->iacas, .request = &f->request,
        .transcript = buf_view(&f->transcript),
    };
}

static inline size_t count_fails(const struct mdoc_report *report)
{
    size_t fails = 0;

    for (int i = 0; i < MDOC_FIRST_DOCUMENT_CHECK; i++)
        fails += report->checks[i].outcome == MDOC_FAIL;
    for (size_t doc = 0; doc < report->documents_n; doc++)
        for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++)
            fails += report->documents[doc].checks[i].outcome == MDOC_FAIL;
    return fails;
}

/* Refused by exactly this check, for this reason, with no claims. */
static inline void refused_by(const struct mdoc_verify_in *in, enum mdoc_check_id want,
                              enum oc_err why, const char *name)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    enum mdoc_check_id id = MDOC_CHECKS_N;
    enum oc_err e = mdoc_verify(&claims, &report, in);
    const struct mdoc_check *block = mdoc_report_first_block(&report, &id, NULL);

    ok(e == why && report.why == why && !report.accepted && claims == NULL && block != NULL &&
       id == want && count_fails(&report) <= 1, "%s: %s, %s: %s", name, oc_err_name(e),
       block != NULL ? mdoc_check_info(id)->id : "nothing",
       block != NULL ? block->detail : report.fault.reason != NULL ? report.fault.reason : "");
    mdoc_claims_free(&claims);
}

static inline void refuse(const struct fixture *f, struct showing s, enum mdoc_check_id want,
                          enum oc_err why, const char *name)
{
    struct mdoc_verify_in in = plain_in(f);
    struct buf message = new_buf();

    put_response(&message, f, s);
    in.message = buf_view(&message);
    refused_by(&in, want, why, name);
    buf_cleanup(&message);
}

/* Accepted; the claims are the caller's. */
static inline struct mdoc_claims *accept(const struct fixture *f, struct showing s,
                                         const struct mdoc_verify_in *given, const char *name)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = given != NULL ? *given : plain_in(f);
    struct mdoc_claims *claims;
    const struct mdoc_check *block;
    struct buf message = new_buf();
    enum oc_err e;

    put_response(&message, f, s);
    if (in.message.p == NULL)
        in.message = buf_view(&message);
    e = mdoc_verify(&claims, &report, &in);
    buf_cleanup(&message);
    block = mdoc_report_first_block(&report, NULL, NULL);
    ok(e == OC_OK && report.accepted && claims != NULL, "%s: %s %s", name, oc_err_name(e),
       block != NULL ? block->detail : report.fault.reason != NULL ? report.fault.reason : "");
    return claims;
}

static inline void accept_only(const struct fixture *f, struct showing s,
                               const struct mdoc_verify_in *given, const char *name)
{
    struct mdoc_claims *claims = accept(f, s, given, name);

    mdoc_claims_free(&claims);
}

/* Not such a message; the fault's reason. */
static inline const char *no_message(const struct mdoc_verify_in *in, enum oc_err want)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, in);
    bool as_promised = e == want && report.why == want && !report.accepted && claims == NULL;

    mdoc_claims_free(&claims);
    return as_promised && report.fault.reason != NULL ? report.fault.reason : "";
}

static inline const struct mdoc_element *element(const struct mdoc_claims *claims, const char *name)
{
    size_t n;
    const struct mdoc_card *cards;

    if (claims == NULL)
        return NULL;
    cards = mdoc_claims_cards(claims, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < cards[i].elements_n; j++)
            if (bytes_is(cards[i].elements[j].name, name))
                return &cards[i].elements[j];
    return NULL;
}

static inline bool says(const struct mdoc_element *e, struct bytes value)
{
    return e != NULL && bytes_eq(e->value, value);
}

#endif
