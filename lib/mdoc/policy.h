/*
 * What a verifier demands beyond the standard, and what it lets pass: plain data. mdoc_verify() takes
 * one; without it the default holds, which is strict where the standard leaves a choice.
 */
#ifndef OWNCARD_MDOC_POLICY_H
#define OWNCARD_MDOC_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

/** What to do about something that is no proof against a card, nor for it. */
enum mdoc_reaction { MDOC_REFUSE, MDOC_WARN };

struct mdoc_policy {
    /* Of each list, n 0 allows all. The texts are borrowed. */
    const char *const *doc_types;
    size_t doc_types_n;
    const char *const *issuers;     /* countries ("CN"), or SHA-256 of anchors in hexadecimal */
    size_t issuers_n;
    const char *const *algorithms;  /* of issuer and device, as algorithm_name() has them */
    size_t algorithms_n;

    int64_t status_max_age_s;       /* 0: as old as the list itself allows */
    int64_t crl_max_age_s;
    int64_t skew_s;                 /* how far other clocks may be ahead of ours */

    enum mdoc_reaction status_stale, status_unknown;    /* of a card that names a list */
    enum mdoc_reaction status_none;                     /* of one that names none */
    enum mdoc_reaction crl_stale, crl_unknown;          /* of its signer's certificate */
    enum mdoc_reaction outlives_signer;                 /* the card its signer's certificate */
    enum mdoc_reaction issuing_country;     /* another than the signer's, of types but the mDL, of
                                               which the standard refuses it */
};

/** Any docType, issuer and algorithm; five minutes of skew; a stale list or revocation list, and a
 *  status that is not known, refuse; a signer of whom no revocation list is there, a card without a
 *  status, one that outlives its signer's certificate and one that names another country than that
 *  are reported and accepted. Static. */
const struct mdoc_policy *mdoc_policy_default(void);

/** Whether `text` stands in a list of `n` as the policy has them; an empty list has everything. Case
 *  counts. */
bool mdoc_policy_allows(const char *const *list, size_t n, struct bytes text);

#endif
