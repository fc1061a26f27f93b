/* Consent: who asks for what, in words, and the holder's yes or no to each element. */
#ifndef OWNCARD_HOLDER_ASK_H
#define OWNCARD_HOLDER_ASK_H

#include "cli/catalog.h"
#include "cli/command.h"
#include "mdoc/reader.h"
#include "wallet/consent.h"

/** One docRequest with the card that could answer it. */
struct ask {
    const struct mdoc_device_request *request;
    size_t index;                       /* of the docRequest */
    const struct mdoc_reader *reader;
    const struct catalog *catalog;
    bool chinese;                       /* language of labels and purpose */
    struct consent *consent;            /* `agreed` is what is asked for */
};

/**
 * Refuse a reader whose signature does not hold; let one that nobody vouches for pass only when
 * the holder says so: at the terminal, or by --accept-unknown-reader.
 * @retval OC_REFUSED  forged, or the holder said no; said already, as every error is
 * @retval OC_IO       no terminal to ask at
 */
enum oc_err ask_reader(const struct command_line *cl, const struct ask *a) OC_MUST_CHECK;

/** Say on standard error who asks, what for, which elements, which of them would be kept, what is
 *  missing and what goes beyond the purpose.
 *  @retval OC_LIMIT, OC_MEMORY  it cannot be said, so it must not be answered */
enum oc_err ask_explain(const struct ask *a) OC_MUST_CHECK;

/** @retval OC_USAGE  --consent names an element that no docRequest asks for */
enum oc_err ask_check_words(const struct command_line *cl,
                            const struct mdoc_device_request *q) OC_MUST_CHECK;

/**
 * Set `agreed` of every element: by --consent (comma-separated names, NAMESPACE/NAME, or "all"),
 * else one question each at the terminal.
 * @retval OC_IO     no terminal to ask at
 */
enum oc_err ask_elements(const struct command_line *cl, const struct ask *a) OC_MUST_CHECK;

#endif
