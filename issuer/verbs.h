/* The verbs of owncard-issuer, a file each; main.c has the table with their options. Each
 * returns the exit status. */
#ifndef OWNCARD_ISSUER_VERBS_H
#define OWNCARD_ISSUER_VERBS_H

#include "cli/command.h"

int init_run(const struct command_line *cl);
int reader_cert_run(const struct command_line *cl);
int challenge_run(const struct command_line *cl);
int issue_run(const struct command_line *cl);
int revoke_run(const struct command_line *cl);
int suspend_run(const struct command_line *cl);
int reinstate_run(const struct command_line *cl);
int status_init_run(const struct command_line *cl);
int status_list_run(const struct command_line *cl);
int status_publish_run(const struct command_line *cl);
int people_run(const struct command_line *cl);
int show_run(const struct command_line *cl);

#endif
