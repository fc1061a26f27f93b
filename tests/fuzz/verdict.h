/* What a report promises, whatever was verified. */
#ifndef OWNCARD_TESTS_FUZZ_VERDICT_H
#define OWNCARD_TESTS_FUZZ_VERDICT_H

#include "mdoc/verify.h"
#include "tests/fuzz/fuzz.h"

static inline bool is_verdict(enum oc_err e)
{
    return e == OC_SIGNATURE || e == OC_DIGEST || e == OC_UNTRUSTED || e == OC_EXPIRED ||
           e == OC_REFUSED;
}

static inline void hold_check(const struct mdoc_check *c)
{
    size_t n = strnlen(c->detail, sizeof c->detail);

    hold(n < sizeof c->detail);
    hold(bytes_are_utf8((struct bytes){ (const uint8_t *)c->detail, n }));
    hold(c->blocks ? is_verdict(c->why) : c->why == OC_OK);
    hold(c->outcome == MDOC_FAIL ? c->blocks : c->outcome == MDOC_NOT_CHECKED || !c->blocks);
    hold(c->outcome != MDOC_NOT_CHECKED || n > 0);
}

/* Without the issuer's signature nothing that rests on it shows as passed. */
static inline void hold_document_report(const struct mdoc_document_report *d)
{
    bool genuine = d->checks[MDOC_CHECK_ISSUER_SIGNATURE].outcome == MDOC_PASS;

    for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++)
        hold_check(&d->checks[i]);
    for (int i = MDOC_CHECK_MSO_VERSION; i <= MDOC_CHECK_DEVICE_AUTH && !genuine; i++)
        hold(d->checks[i].outcome == MDOC_NOT_CHECKED && d->checks[i].blocks);
    if (d->checks[MDOC_CHECK_ISSUER_ALGORITHM].outcome != MDOC_PASS)
        hold(!genuine);
}

/* `e` is what was returned, `claims` whether there are any. */
static inline void hold_report(enum oc_err e, const struct mdoc_report *report, bool claims,
                               struct bytes message)
{
    hold(claims == (e == OC_OK) && report->accepted == claims);
    hold(report->why == e && e != OC_BUG && e != OC_USAGE);
    hold((mdoc_report_first_block(report, NULL, NULL) == NULL) == claims);
    hold(report->documents_n <= MDOC_DOCUMENTS_MAX);
    for (int i = 0; i < MDOC_FIRST_DOCUMENT_CHECK; i++)
        hold_check(&report->checks[i]);
    for (size_t i = 0; i < report->documents_n; i++)
        hold_document_report(&report->documents[i]);
    if (claims)
        hold(report->documents_n > 0);
    hold(e != OC_MEMORY && e != OC_UNAVAILABLE);
    if (!claims && !is_verdict(e))
        hold(report->fault.reason != NULL);
    if (report->fault.reason != NULL && !report->fault_is_inside)
        hold(report->fault.offset <= message.n);
}

static inline void hold_cards(const struct mdoc_card *cards, size_t n, size_t documents_n)
{
    hold(n == documents_n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < cards[i].elements_n; j++) {
            hold(cards[i].elements[j].name.p != NULL && cards[i].elements[j].value.n > 0);
            for (size_t k = 0; k < j && j < 100; k++)
                hold(!bytes_eq(cards[i].elements[j].name, cards[i].elements[k].name) ||
                     !bytes_eq(cards[i].elements[j].name_space, cards[i].elements[k].name_space));
        }
}

#endif
