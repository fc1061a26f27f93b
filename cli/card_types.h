/*
 * The card types that a tool knows: those built in, and the files NAME.json that a user keeps in
 * $XDG_DATA_HOME/owncard/types, for issuer, holder and verifier alike. Every function that returns
 * an error has said it (cli/exit.h).
 */
#ifndef OWNCARD_CLI_CARD_TYPES_H
#define OWNCARD_CLI_CARD_TYPES_H

#include "cli/catalog.h"

/**
 * Everything that is built in, and the folder's card types. A file that is none, or whose docType
 * is known already, is left out with a warning: none of them takes the place of another.
 *
 * @param c  all zero on error; release with catalog_cleanup()
 * @retval OC_IO, OC_LIMIT  the folder or a file cannot be read, or is too long
 * @retval OC_MEMORY, OC_BUG
 */
enum oc_err card_types_init(struct catalog *c) OC_MUST_CHECK;

/**
 * The card type that a word of the command line names: a docType or, where it has a slash in it or
 * ends in .json, a file, which is added and warned about when it takes the place of another.
 *
 * @param what  where the word stands, for messages, such as "--type"
 * @retval OC_USAGE  no such card type; the known ones have been named
 * @retval OC_SYNTAX, OC_SHAPE  the file is no card type
 * @retval OC_IO, OC_LIMIT, OC_MEMORY
 */
enum oc_err card_types_find(const struct card_type **out, struct catalog *c, const char *what,
                            const char *type) OC_MUST_CHECK;

#endif
