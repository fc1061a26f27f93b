/*
 * Questions to the person at the terminal. They go to /dev/tty and come from there, so that
 * standard input and output stay free for data. Every function that returns an error has said
 * it (cli/exit.h).
 */
#ifndef OWNCARD_CLI_PROMPT_H
#define OWNCARD_CLI_PROMPT_H

#include <stdbool.h>

#include "cli/command.h"
#include "core/buf.h"
#include "core/secret.h"

enum { PROMPT_LINE_MAX = 4096, PROMPT_PASSPHRASE_MAX = 1024 };

/** Rows for the option table of a verb that calls prompt_passphrase(). */
#define PROMPT_PASSPHRASE_OPTIONS \
    { "passphrase-file", 0, "FILE", "read the passphrase from a file that only you may read", false }, \
    { "passphrase-fd", 0, "N", "read the passphrase from an open descriptor", false }

/**
 * Ask for one line.
 *
 * @param answer    Initialised here; without the newline; all zero on error.
 * @param question  Printed escaped, followed by a blank.
 * @param instead   What to do where there is no terminal, such as "say it with --consent"; the
 *                  hint that goes with the error.
 *
 * @retval OC_IO     there is no terminal, or the line was ended with Ctrl-D
 * @retval OC_LIMIT  longer than PROMPT_LINE_MAX
 * @retval OC_MEMORY
 */
enum oc_err prompt_line(struct buf *answer, const char *question, const char *instead)
    OC_MUST_CHECK;

/**
 * Ask until the answer is yes or no (y, n, yes, no, 是, 否). After three other answers it is no.
 * @retval as prompt_line(); *yes is false then
 */
enum oc_err prompt_yes_no(bool *yes, const char *question, const char *instead) OC_MUST_CHECK;

/** A secret that a person types, or that an option says where to read. */
struct prompt_secret {
    const char *what;           /* one word, such as "passphrase" */
    const char *file, *fd;      /* the names of the two options, which stand in the verb's table */
    const char *question;       /* such as "Passphrase of the vault:" */
    bool is_new;                /* ask twice at the terminal, since a slip would lock its owner out */
};

/**
 * A secret from the file or descriptor that the options name or, with neither, from the terminal
 * without echo. One newline at the end is dropped. The terminal is as before on every path, a
 * signal's too.
 *
 * @param out       NULL on error; release with secret_free().
 * @retval OC_USAGE  both options, empty, longer than PROMPT_PASSPHRASE_MAX bytes, or the two
 *                   entries differ
 * @retval OC_IO     no terminal and no option; a file that others may use; the line was ended with
 *                   Ctrl-D
 * @retval OC_MEMORY
 */
enum oc_err prompt_secret(struct secret **out, const struct command_line *cl,
                          const struct prompt_secret *from) OC_MUST_CHECK;

/** prompt_secret() for a passphrase, by --passphrase-file or --passphrase-fd; the verb's table has
 *  PROMPT_PASSPHRASE_OPTIONS. */
enum oc_err prompt_passphrase(struct secret **out, const struct command_line *cl,
                              const char *question, bool is_new) OC_MUST_CHECK;

#endif
