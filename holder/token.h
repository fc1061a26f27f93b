/* Keys in a token, and the PIN that opens them. What fails has been said. */
#ifndef OWNCARD_HOLDER_TOKEN_H
#define OWNCARD_HOLDER_TOKEN_H

#include "cli/command.h"
#include "crypto/token.h"

/** Rows of the option table of a verb that may open a token. */
#define TOKEN_PIN_OPTIONS \
    { "pin-file", 0, "FILE", "read a token's PIN from a file that only you may read", false }, \
    { "pin-fd", 0, "N", "read a token's PIN from an open descriptor", false }

/** Find the key of a URI, asking for the PIN. @retval as token_key_find() and prompt_secret() */
enum oc_err token_find(struct private_key **out, const char *uri,
                       const struct command_line *cl) OC_MUST_CHECK;

/** Open a key of a vault, asking for the PIN of one that is in a token; one that is open is left
 *  alone. @retval as private_key_open(), token_key_open() and prompt_secret() */
enum oc_err token_open(struct private_key *key, const struct command_line *cl) OC_MUST_CHECK;

#endif
