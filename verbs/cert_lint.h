/*
 * cert lint: which rules of its profile a certificate keeps and breaks. One implementation for the
 * issuer, who makes certificates, and the verifier, who meets other people's.
 */
#ifndef OWNCARD_VERBS_CERT_LINT_H
#define OWNCARD_VERBS_CERT_LINT_H

#include "cli/command.h"

extern const struct command_option cert_lint_options[];
extern const char *const cert_lint_examples[];

/** @return 0 all conform, 1 one does not, 3 one is no certificate; else as exit_status() */
int cert_lint_run(const struct command_line *cl);

#endif
