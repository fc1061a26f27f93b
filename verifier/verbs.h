/* The verbs of owncard-verifier, each in the file of its name (trust.c has three), and their
 * tables of options. Every verb returns an exit status. */
#ifndef OWNCARD_VERIFIER_VERBS_H
#define OWNCARD_VERIFIER_VERBS_H

#include "cli/command.h"

extern const struct command_option verifier_init_options[];
int verifier_init(const struct command_line *cl);

extern const struct command_option verifier_request_options[];
int verifier_request(const struct command_line *cl);

extern const struct command_option verifier_ask_options[];
int verifier_ask(const struct command_line *cl);

extern const struct command_option verifier_transcript_options[];
int verifier_transcript(const struct command_line *cl);

extern const struct command_option verifier_verify_options[];
int verifier_verify(const struct command_line *cl);

extern const struct command_option verifier_transcript_options[];
int verifier_transcript(const struct command_line *cl);

extern const struct command_option verifier_trust_add_options[];
extern const struct command_option verifier_trust_options[];
extern const struct command_option verifier_trust_list_options[];
extern const struct command_option verifier_trust_update_options[];
int verifier_trust_update(const struct command_line *cl);
int verifier_trust_add(const struct command_line *cl);
int verifier_trust_list(const struct command_line *cl);
int verifier_trust_remove(const struct command_line *cl);

#endif
