/*
 * How a tool ends: what it says on standard error, and the status it leaves.
 *
 *   owncard-holder: error: req.cbor: random is shorter than 16 bytes (at byte 41)
 *   owncard-holder: hint: …
 *
 * Whoever meets a failure first says it, once, and passes the enum oc_err up; every function of
 * cli/ that returns an error has already said why. A verb then ends with
 * `return exit_status(e);`. Only the first error of a run is printed, since what fails after it
 * is its consequence. All text is escaped as by term_escape() and stays on one line, so that
 * names and values from outside can be given raw.
 */
#ifndef OWNCARD_CLI_EXIT_H
#define OWNCARD_CLI_EXIT_H

#include <stdbool.h>

#include "core/err.h"

enum {
    STATUS_DONE = 0,            /* yes, done */
    STATUS_NO = 1,              /* examined: no */
    STATUS_BAD_COMMAND = 2,     /* bad command line */
    STATUS_NOT_A_MESSAGE = 3,   /* not such a message */
    STATUS_UNFINISHED = 4,      /* could not finish */
};

/** The exit status for `e`, by its category. */
int exit_status(enum oc_err e);

/** The name that begins every line, such as "owncard-holder"; borrowed for the whole run. */
void fail_tool(const char *name);

/** Say why the run fails, printf-like, without full stop. @return `e`, for the caller to pass on. */
enum oc_err fail_print(enum oc_err e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * Say where and why a message was refused: "FILE: REASON (at byte N)".
 *
 * @param file   Where the message came from; NULL or "-" is standard input.
 * @param fault  From the parser; NULL, or one without a reason, gives oc_err_text(e) and no place.
 * @return `e`
 */
enum oc_err fail_fault(enum oc_err e, const char *file, const struct oc_fault *fault);

/** Say "NAME: " and the reason in errno. @return OC_IO */
enum oc_err fail_errno(const char *name);

/** What the user may have meant or can do, printf-like, after the error it belongs to. */
void hint_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Something the user should know though the run goes on: "TOOL: warning: …". */
void warn_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Whether an error has been printed in this run. */
bool fail_said(void);

/** What was printed as the error, not escaped, without the tool's name; "" when nothing was. */
const char *fail_text(void);

#endif
