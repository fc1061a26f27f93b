#include "wallet/consent.h"

#include <stdlib.h>

#include "mdoc/age.h"
#include "mdoc/value.h"

bool consent_fits(const struct mdoc_doc_request *asked, const struct mdoc_issuer_signed *card)
{
    return bytes_eq(asked->doc_type, card->mso.doc_type);
}

/* The attestation of `name_space` that answers "over `asked`?", or NULL. */
static const struct mdoc_item *find_age(const struct mdoc_issuer_signed *card,
                                        struct bytes name_space, int asked)
{
    enum { LIMITS = 100 };              /* NN has two digits */
    const struct mdoc_item *items[LIMITS] = { NULL };
    struct mdoc_age ages[LIMITS];
    size_t n = 0;
    int answer;

    for (size_t i = 0; i < card->spaces_n; i++) {
        const struct mdoc_item_space *space = &card->spaces[i];

        if (!bytes_eq(space->name, name_space))
            continue;
        for (size_t j = space->first; j < space->first + space->n && n < LIMITS; j++) {
            int limit = mdoc_age_limit(card->items[j].name);
            struct mdoc_value value;

            if (limit < 0 || mdoc_value_read(&value, card->items[j].value) != OC_OK ||
                value.kind != MDOC_BOOLEAN)
                continue;
            items[n] = &card->items[j];
            ages[n++] = (struct mdoc_age){ limit, value.yes };
        }
    }
    answer = mdoc_age_answer(asked, ages, n);
    return answer < 0 ? NULL : items[answer];
}

enum oc_err consent_init(struct consent *out, const struct mdoc_device_request *request,
                         size_t index, const struct mdoc_issuer_signed *card)
{
    const struct mdoc_doc_request *asked;

    *out = (struct consent){ 0 };
    if (index >= request->docs_n || !consent_fits(&request->docs[index], card))
        return OC_USAGE;
    asked = &request->docs[index];
    out->elements = calloc(asked->n + 1, sizeof *out->elements);
    if (out->elements == NULL)
        return OC_MEMORY;
    out->n = asked->n;
    for (size_t i = 0; i < asked->n; i++) {
        const struct mdoc_requested *one = &request->elements[asked->first + i];
        int age = mdoc_age_limit(one->name);

        out->elements[i] = (struct consent_element){
            .name_space = one->name_space, .name = one->name,
            .intent_to_retain = one->intent_to_retain,
            .item = age >= 0 ? find_age(card, one->name_space, age)
                             : mdoc_issuer_signed_item(card, one->name_space, one->name),
        };
        out->missing += out->elements[i].item == NULL;
    }
    return OC_OK;
}

void consent_cleanup(struct consent *consent)
{
    free(consent->elements);
    *consent = (struct consent){ 0 };
}

bool consent_is_shown(const struct consent_element *element)
{
    return element->agreed && element->item != NULL;
}

size_t consent_keep(bool *keep, const struct consent *consent,
                    const struct mdoc_issuer_signed *card)
{
    size_t kept = 0;

    for (size_t i = 0; i < card->items_n; i++)
        keep[i] = false;
    for (size_t i = 0; i < consent->n; i++)
        if (consent_is_shown(&consent->elements[i]))
            keep[consent->elements[i].item - card->items] = true;
    for (size_t i = 0; i < card->items_n; i++)
        kept += keep[i];
    return kept;
}

bool consent_is_beyond(const struct consent_element *asked, const struct mdoc_requested *usual,
                       size_t usual_n)
{
    for (size_t i = 0; i < usual_n; i++)
        if (bytes_eq(asked->name_space, usual[i].name_space) &&
            bytes_eq(asked->name, usual[i].name))
            return false;
    return true;
}
