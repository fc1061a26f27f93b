/*
 * What a card could answer to a request, element by element, and what of it the holder agrees to
 * show. Nothing that was not asked for is ever shown; nothing is agreed to until somebody does.
 */
#ifndef OWNCARD_WALLET_CONSENT_H
#define OWNCARD_WALLET_CONSENT_H

#include "mdoc/device_request.h"
#include "mdoc/issuer_signed.h"

/** One requested element. Views point into the request. */
struct consent_element {
    struct bytes name_space, name;      /* as asked */
    bool intent_to_retain;              /* as asked: the verifier means to keep it */
    const struct mdoc_item *item;       /* of the card, what would be shown; NULL: missing. Another
                                           name than asked: an age attestation that answers it */
    bool agreed;                        /* false until the caller sets it */
};

struct consent {
    struct consent_element *elements;   /* in the order of the request */
    size_t n;
    size_t missing;                     /* how many of them the card does not answer */
};

/** Whether the card is of the type that docRequest asks for. */
bool consent_fits(const struct mdoc_doc_request *asked, const struct mdoc_issuer_signed *card);

/**
 * Match one docRequest with a card that fits it.
 *
 * age_over_NN is answered by age_over_NN of the same namespace when that is a boolean, else by its
 * nearest neighbour (mdoc/age.h).
 *
 * @param out    Filled on OC_OK, all zero on error. Views and items point into `request` and
 *               `card`, which must outlive it. Release with consent_cleanup().
 * @param index  which of request->docs
 * @retval OC_USAGE   there is no such docRequest, or the card is of another docType
 * @retval OC_MEMORY
 *
 * Source: ISO/IEC 18013-5, second edition, 13.4.6.
 */
enum oc_err consent_init(struct consent *out, const struct mdoc_device_request *request,
                         size_t index, const struct mdoc_issuer_signed *card) OC_MUST_CHECK;
void consent_cleanup(struct consent *consent);

/**
 * What mdoc_issuer_signed_write() and mdoc_document_write() are to keep of the card.
 *
 * @param keep  card->items_n entries, all of them written: true for the items that answer an
 *              element agreed to
 * @return  how many are true
 */
size_t consent_keep(bool *keep, const struct consent *consent,
                    const struct mdoc_issuer_signed *card);

/** Whether it is shown: the card answers it, and the holder agrees. */
bool consent_is_shown(const struct consent_element *element);

/** Whether an element that is asked for stands in none of the `usual_n` elements, such as those
 *  of the ready-made request of the same purpose. Namespace and name count, nothing else. */
bool consent_is_beyond(const struct consent_element *asked, const struct mdoc_requested *usual,
                       size_t usual_n);

#endif
