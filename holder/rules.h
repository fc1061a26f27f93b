/*
 * Standing rules (--consent-file): what the holder agrees to beforehand. docs/consent.md describes
 * the file. A rule only ever says yes, and only to a request all of which it covers; what no rule
 * covers is asked. Every error has been said (cli/exit.h).
 */
#ifndef OWNCARD_HOLDER_RULES_H
#define OWNCARD_HOLDER_RULES_H

#include "cli/catalog.h"
#include "mdoc/reader.h"
#include "wallet/consent.h"

enum {
    RULES_MAX = 64,             /* in a file */
    RULES_AGES_MAX = 2,         /* ages in one request, in all its docRequests: more of them close
                                   in on the date of birth */
};

struct rules {
    json_t *source;             /* NULL: there are none */
};

/** One docRequest and what a card would answer to it. */
struct rules_asked {
    const struct mdoc_device_request *request;
    size_t index;               /* of the docRequest */
    const struct mdoc_reader *reader;
    const struct consent *consent;
};

/**
 * Read a file of rules, and warn of names that the catalogue does not know.
 *
 * @param rules  all zero on error; release with rules_cleanup()
 * @retval OC_SYNTAX, OC_SHAPE, OC_LIMIT  not such a file; a member that no rule has
 * @retval OC_IO, OC_MEMORY
 */
enum oc_err rules_init(struct rules *rules, const char *path,
                       const struct catalog *catalog) OC_MUST_CHECK;
void rules_cleanup(struct rules *rules);

/** rules_init() from the text itself, which says nothing: what is wrong is in `fault`. */
enum oc_err rules_read(struct rules *rules, struct bytes json,
                       struct catalog_fault *fault) OC_MUST_CHECK;

/**
 * The first rule that covers everything the card would show to this docRequest.
 *
 * @return  its number from 1; 0: none does, nothing would be shown, the reader is forged, or the
 *          request asks for more than RULES_AGES_MAX ages
 */
size_t rules_cover(const struct rules *rules, const struct rules_asked *asked);

#endif
