/* The verbs of owncard-issuer, one file each; main.c has the table with their options. Each
 * returns the exit status. */
#ifndef OWNCARD_ISSUER_VERBS_H
#define OWNCARD_ISSUER_VERBS_H

#include "cli/command.h"

int init_run(const struct command_line *cl);
int reader_cert_run(const struct command_line *cl);
int challenge_run(const struct command_line *cl);
int issue_run(const struct command_line *cl);
int people_run(const struct command_line *cl);
int show_run(const struct command_line *cl);

#endif
