/* Consent: who asks for what, in words, and the holder's yes or no to each element. */
#ifndef OWNCARD_HOLDER_ASK_H
#define OWNCARD_HOLDER_ASK_H

#include "cli/catalog.h"
#include "cli/command.h"
#include "holder/rules.h"
#include "wallet/consent.h"

/** One docRequest with the card that could answer it. */
struct ask {
    const struct mdoc_device_request *request;
    size_t index;                       /* of the docRequest */
    const struct mdoc_reader *reader;
    const struct catalog *catalog;
    bool chinese;                       /* language of what is said and asked */
    const struct rules *rules;          /* standing ones; without any, all is asked */
    struct consent *consent;            /* `agreed` is what is asked for */
};

/** Say on standard error who asks, what for, which elements, which of them would be kept, what is
 *  missing and what goes beyond the purpose.
 *  @retval OC_LIMIT, OC_MEMORY  it cannot be said, so it must not be answered */
enum oc_err ask_explain(const struct ask *a) OC_MUST_CHECK;

/** @retval OC_USAGE  --consent names an element that no docRequest asks for */
enum oc_err ask_check_words(const struct command_line *cl,
                            const struct mdoc_device_request *q) OC_MUST_CHECK;

/**
 * The holder's word on this docRequest: set `agreed` of every element. A standing rule that covers
 * all of it speaks for the holder; else --consent (comma-separated names, NAMESPACE/NAME, or "all")
 * does; else every element is asked at the terminal, one question each. A reader that nobody
 * vouches for is answered only when the holder says so: by a rule for anyone, by
 * --accept-unknown-reader, or at the terminal.
 *
 * @retval OC_REFUSED  the reader's signature does not hold, or the holder said no to the reader
 * @retval OC_IO       no terminal to ask at
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err ask_consent(const struct command_line *cl, const struct ask *a) OC_MUST_CHECK;

#endif
