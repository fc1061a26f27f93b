/* Defects of what a driving licence says of its issuer, against the certificate that signs it. */
#include "issuer/defects/card.h"

/* Nothing but this one thing is to be wrong, and the standard's rule is one of licences. */
static bool is_licence(struct wrong_card *card)
{
    bool is = bytes_is(card->right.mso.doc_type, MDOC_MDL_TYPE);

    if (!is)
        wrong_card_fail(card, OC_USAGE, "this defect is one of driving licences; give --type org.iso.18013.5.1.mDL");
    return is;
}

static void other_country(struct wrong_card *card, const struct defect *defect)
{
    if (is_licence(card))
        wrong_item_set(card, defect);
}

static void other_jurisdiction(struct wrong_card *card, const struct defect *defect)
{
    struct x509_facts signer;

    if (!is_licence(card))
        return;
    x509_describe(card->signer->chain[0], &signer);
    if (signer.state[0] == '\0')
        wrong_card_fail(card, OC_USAGE, "the signer's certificate names no state to differ from");
    else
        wrong_item_set(card, defect);
}

/* ISO 3166-1 leaves ZZ to its users. */
const struct defect defects_issuing[] = {
    { .name = "issuing-country-other",
      .text = "a licence's issuing country is not that of its signer's certificate",
      .check = "signer.issuing_country", .stage = DEFECT_ITEM, .make = other_country,
      .element = "issuing_country", .path = "elementValue", .with = BYTES("\x62" "ZZ") },
    { .name = "issuing-jurisdiction-other",
      .text = "a licence's issuing jurisdiction is not that of its signer's certificate",
      .check = "signer.issuing_country", .stage = DEFECT_ITEM, .make = other_jurisdiction,
      .element = "issuing_jurisdiction", .path = "elementValue", .with = BYTES("\x65" "ZZ-ZZ") },
    { 0 },
};
