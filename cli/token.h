/*
 * Keys in a token, and the PIN that opens them. It is asked for once a run, when the first key needs
 * it, and serves for all of them; it stays in the secret pool until the run ends. What fails has
 * been said.
 */
#ifndef OWNCARD_CLI_TOKEN_H
#define OWNCARD_CLI_TOKEN_H

#include "cli/command.h"
#include "crypto/token.h"

/** Rows of the option table of a verb that may open a token. */
#define TOKEN_PIN_OPTIONS \
    { "pin-file", 0, "FILE", "read a token's PIN from a file that only you may read", false }, \
    { "pin-fd", 0, "N", "read a token's PIN from an open descriptor", false }

/** Whether a word of the command line, or what a file holds, is such a key's URI. */
bool token_is_uri(struct bytes text);

/** Find the key of a URI, asking for the PIN. @retval as token_key_find() and prompt_secret() */
enum oc_err token_find(struct private_key **out, struct bytes uri,
                       const struct command_line *cl) OC_MUST_CHECK;

/** Open a key that is in a token. @retval as token_key_open() and prompt_secret() */
enum oc_err token_open(struct private_key *key, const struct command_line *cl) OC_MUST_CHECK;

#endif
