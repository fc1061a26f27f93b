/* keyAuthorizations of the MSO: which elements the device key may sign (ISO/IEC 18013-5, 12.3). */
#ifndef OWNCARD_MDOC_AUTHORIZATIONS_H
#define OWNCARD_MDOC_AUTHORIZATIONS_H

#include "mdoc/mso.h"

/** One entry of either list. */
struct mdoc_authorization {
    struct bytes name_space;
    bool is_whole;                  /* every element of the namespace; `name` is not used */
    struct bytes name;
};

/** Sorted, since a hostile card may authorise as many elements as its device says. */
struct mdoc_authorizations {
    struct mdoc_authorization *entries;
    size_t n;
    struct bytes twice;             /* a namespace that both lists name, which the standard forbids;
                                       p NULL: none */
};

/**
 * Read what `mso` authorises. No map, or one that is not the CDDL, authorises nothing.
 *
 *   keyAuthorizations = { ? "nameSpaces": [ + NameSpace ],
 *                         ? "dataElements": { + NameSpace => [ + DataElementIdentifier ] } }
 *
 * @param out  all zero on error; views live as long as those of `mso`. Release with
 *             mdoc_authorizations_cleanup().
 * @retval OC_MEMORY
 */
enum oc_err mdoc_authorizations_init(struct mdoc_authorizations *out,
                                     const struct mdoc_mso *mso) OC_MUST_CHECK;
void mdoc_authorizations_cleanup(struct mdoc_authorizations *a);

/** Whether the device key may sign this element. */
bool mdoc_authorizations_have(const struct mdoc_authorizations *a, struct bytes name_space,
                              struct bytes name);

#endif
