/* What a card says of who issued it, against the certificate that signed it. */
#include "mdoc/inspect.h"
#include "mdoc/value.h"

#define MDL "org.iso.18013.5.1.mDL"

enum { COUNTRY_N = 2 };         /* ISO 3166-1, alpha-2: all that a certificate can hold */

/* Whether the element's value is this attribute of the subject; *text becomes what it says. */
static bool is_attribute(struct bytes *text, const struct mdoc_item *item, const char *attribute)
{
    struct mdoc_value value;

    *text = BYTES("?");
    if (mdoc_value_read(&value, item->value) != OC_OK || value.kind != MDOC_TEXT)
        return false;
    *text = value.bytes;
    return bytes_is(value.bytes, attribute);
}

/* A licence's country and jurisdiction are of ISO 3166. Elsewhere the same names may hold a code of
 * three letters, which no certificate has. */
static bool is_comparable(const struct mdoc_item *item, bool is_country, bool is_licence,
                          const char *attribute)
{
    struct mdoc_value value;

    if (!is_country)
        return attribute[0] != '\0';
    return is_licence || mdoc_value_read(&value, item->value) != OC_OK ||
           value.kind != MDOC_TEXT || value.bytes.n == COUNTRY_N;
}

void mdoc_inspect_issuing(struct mdoc_check *c, const struct trust_signer *signer,
                          const struct inspection *what)
{
    const struct mdoc_issuer_signed *card = &what->document->issuer_signed;
    bool is_licence = bytes_is(card->mso.doc_type, MDL);
    enum mdoc_reaction reaction = is_licence ? MDOC_REFUSE : what->policy->issuing_country;

    mdoc_check_skip(c, false, "not shown, or nothing to compare with");
    for (size_t i = 0; i < card->items_n; i++) {
        const struct mdoc_item *item = &card->items[i];
        bool is_country = bytes_is(item->name, "issuing_country");
        const char *attribute = is_country ? signer->facts.country : signer->facts.state;
        struct bytes text;

        if (!is_country && !bytes_is(item->name, "issuing_jurisdiction"))
            continue;
        if (!is_comparable(item, is_country, is_licence, attribute))
            continue;
        if (is_attribute(&text, item, attribute)) {
            mdoc_check_pass(c, "%.*s, as the signer's certificate has it", SHORT(text));
            continue;
        }
        mdoc_check_react(c, reaction, "%.*s is %.*s, in the signer's certificate it is %.100s",
                         SHORT(item->name), SHORT(text),
                         attribute[0] != '\0' ? attribute : mdoc_check_words(c, "missing"));
        return;
    }
}
