/*
 * Claims about a person, as JSON { namespace: { element: value } }, checked against a card type
 * and turned into the elements of a card.
 */
#ifndef OWNCARD_ISSUER_CLAIMS_H
#define OWNCARD_ISSUER_CLAIMS_H

#include "cli/catalog.h"
#include "mdoc/issue.h"

struct claims_spec {
    const struct card_type *card;
    int64_t issued;                 /* ages count on the day of this moment */
    int64_t valid_from, valid_until;
    bool any_citizen_number;        /* also those a real person may have */
    bool strict;                    /* refuse what the card type does not take */
};

struct claims {
    struct mdoc_claim *elements;    /* n of them, for mdoc_issue(); in the card type's order */
    size_t n;
    struct buf values;              /* what elements[i].value points into */

    /* What was refused, one line each, made harmless for a terminal: where, the rule, what was
     * found, such as "org.iso.23220.1/sex: must be one of 0, 1, 2, 9, not 3". */
    struct buf faults;
    size_t faults_n;

    /* "namespace/element, …" in the claims that the card type does not take, harmless too; also
     * when others are refused. Empty with `strict`: they are among the faults. */
    struct buf unused;
};

/**
 * Check all claims and make the elements, those derived by the card type included.
 *
 * @param out   Names point into `spec->card`. Release with claims_cleanup(), also on error.
 * @param json  borrowed, and not changed
 *
 * @retval OC_SHAPE   claims are refused: out->faults says which, every one; out->n is 0
 * @retval OC_LIMIT   the elements are larger than a card may be
 * @retval OC_MEMORY
 */
enum oc_err claims_init(struct claims *out, json_t *json,
                        const struct claims_spec *spec) OC_MUST_CHECK;
void claims_cleanup(struct claims *c);

#endif
