/* The verbs of owncard-issuer, a file each; main.c has the table with their options. Each
 * returns the exit status. */
#ifndef OWNCARD_ISSUER_VERBS_H
#define OWNCARD_ISSUER_VERBS_H

#include "cli/command.h"

int init_run(const struct command_line *cl);
int reader_cert_run(const struct command_line *cl);
int challenge_run(const struct command_line *cl);
int issue_run(const struct command_line *cl);
extern const struct command_option roll_options[];
int roll_run(const struct command_line *cl);
extern const struct command_option revoke_cert_options[], crl_options[];
int revoke_cert_run(const struct command_line *cl);
int crl_run(const struct command_line *cl);
extern const struct command_option vical_init_options[], vical_options[], rical_options[];
int vical_init_run(const struct command_line *cl);
int vical_run(const struct command_line *cl);
int rical_run(const struct command_line *cl);
int revoke_run(const struct command_line *cl);
int suspend_run(const struct command_line *cl);
int reinstate_run(const struct command_line *cl);
int status_init_run(const struct command_line *cl);
int status_list_run(const struct command_line *cl);
int status_publish_run(const struct command_line *cl);
extern const struct command_option types_list_options[], types_show_options[];
int types_list_run(const struct command_line *cl);
int types_show_run(const struct command_line *cl);
extern const struct command_option types_new_options[];
int types_check_run(const struct command_line *cl);
int types_new_run(const struct command_line *cl);
extern const struct command_option claims_new_options[], claims_check_options[];
int claims_new_run(const struct command_line *cl);
int claims_check_run(const struct command_line *cl);
int people_run(const struct command_line *cl);
int show_run(const struct command_line *cl);

#endif
