/* What a card says of who issued it, against the certificate that signed it. */
#include "mdoc/inspect.h"
#include "mdoc/value.h"

enum { ALPHA_2_N = 2, ALPHA_3_N = 3 };  /* ISO 3166-1; certificates have the first alone */

struct claimed {
    bool is_country;            /* else the jurisdiction */
    bool is_text;
    struct bytes text;          /* "?" when it is none */
};

/* Of a licence the standard means its own namespace; other types have the names where they will. */
static bool is_claim(struct claimed *out, const struct mdoc_item *item, struct bytes name_space,
                     bool is_licence)
{
    struct mdoc_value value;

    out->is_country = bytes_is(item->name, "issuing_country");
    if (!out->is_country && !bytes_is(item->name, "issuing_jurisdiction"))
        return false;
    if (is_licence && !bytes_is(name_space, MDOC_MDL_SPACE))
        return false;
    out->is_text = mdoc_value_read(&value, item->value) == OC_OK && value.kind == MDOC_TEXT;
    out->text = out->is_text ? value.bytes : BYTES("?");
    return true;
}

/* A certificate need not name a state; and where three letters are allowed, they equal no two. */
static bool is_comparable(const struct claimed *claim, struct bytes attribute, bool is_licence)
{
    if (!claim->is_country)
        return attribute.n > 0;
    return is_licence || claim->text.n != ALPHA_3_N;
}

/* Of those shown: how many there were, how many could be compared, and the first that differs. */
struct comparison {
    size_t shown, compared;
    const struct mdoc_item *other;
    struct claimed claim;               /* of `other`, else the last compared */
    struct bytes attribute;             /* likewise: what the certificate says */
};

static void compare(struct comparison *out, const struct mdoc_item *item, struct bytes name_space,
                    const struct x509_facts *signer, bool is_licence)
{
    struct claimed claim;
    struct bytes attribute;

    if (out->other != NULL || !is_claim(&claim, item, name_space, is_licence))
        return;
    attribute = bytes_str(claim.is_country ? signer->country : signer->state);
    out->shown++;
    if (!is_comparable(&claim, attribute, is_licence))
        return;
    out->compared++;
    out->claim = claim;
    out->attribute = attribute;
    if (!claim.is_text || !bytes_eq(claim.text, attribute))
        out->other = item;
}

void mdoc_inspect_issuing(struct mdoc_check *c, const struct trust_signer *signer,
                          const struct inspection *what)
{
    const struct mdoc_issuer_signed *card = &what->document->issuer_signed;
    bool is_licence = bytes_is(card->mso.doc_type, MDOC_MDL_TYPE);
    struct comparison found = { .shown = 0 };

    for (size_t i = 0; i < card->spaces_n; i++) {
        const struct mdoc_item_space *space = &card->spaces[i];

        for (size_t j = space->first; j < space->first + space->n; j++)
            compare(&found, &card->items[j], space->name, &signer->facts, is_licence);
    }
    if (found.other != NULL && found.attribute.n == 0)
        found.attribute = bytes_str(mdoc_check_words(c, "missing"));
    if (found.other != NULL)
        mdoc_check_react(c, is_licence ? MDOC_REFUSE : what->policy->issuing_country,
                         "%.*s is %.*s, in the signer's certificate it is %.*s",
                         SHORT(found.other->name), SHORT(found.claim.text),
                         SHORT(found.attribute));
    else if (found.shown == 0)
        mdoc_check_moot(c, false, "not shown");
    else if (found.compared < found.shown)
        mdoc_check_moot(c, false, "the certificate has nothing to compare it with");
    else
        mdoc_check_pass(c, "%.*s, as the signer's certificate has it", SHORT(found.claim.text));
}
