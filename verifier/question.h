/* What a request asks, before it becomes a message: from the catalogue, or of the user's own. */
#ifndef OWNCARD_VERIFIER_QUESTION_H
#define OWNCARD_VERIFIER_QUESTION_H

#include <stdio.h>

#include "cli/catalog.h"
#include "cli/command.h"
#include "mdoc/device_request.h"

/* Texts point into the catalogue and the command line. */
struct question {
    const char *doc_type;
    const char *purpose;                /* NULL: none given */
    struct mdoc_requested *elements;    /* owned; those of a namespace stand together */
    size_t elements_n;
};

/**
 * Either a request by the verb's NAME, of the card --card if given, or --type with its --element
 * options. NAME is one of the catalogue, or with a '/' or ".json" a file, which is added to it.
 * Of an element that a known card type does not have there is a warning.
 * @retval OC_USAGE  neither, both, or no such request or card; said already
 * @retval OC_IO, OC_SYNTAX, OC_SHAPE, OC_LIMIT, OC_MEMORY  of a file
 */
enum oc_err question_init(struct question *out, const struct command_line *cl,
                          struct catalog *catalog) OC_MUST_CHECK;
void question_cleanup(struct question *q);

/** The requests of the catalogue, each with why it is asked and of which cards. */
void question_list(FILE *to, const struct catalog *catalog);

/** Say in words what a request asks, by whom, why and until when. `reader` NULL: unsigned. */
void question_explain(FILE *to, const struct mdoc_device_request *request,
                      const struct catalog *catalog, const struct x509_cert *reader);

#endif
