/*
 * A tool is a table of verbs, a verb a table of options. The tables feed dispatch, checks and
 * every --help, so that what is offered and what is explained cannot differ.
 *
 *   TOOL VERB [OPTION]... [ARGUMENT]...
 *
 * Options and arguments may come in any order; "--" makes all that follows arguments. Long options
 * are never abbreviated. --help (-h) exists for the tool and for every verb, --version for the
 * tool.
 */
#ifndef OWNCARD_CLI_COMMAND_H
#define OWNCARD_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define OWNCARD_VERSION "0.1.0"

struct command_line;

struct command_option {
    const char *name;           /* long name without dashes; NULL ends the table */
    char letter;                /* short form; 0: none */
    const char *argument;       /* placeholder of its value, such as "FILE"; NULL: a flag */
    const char *help;           /* one phrase, no full stop; wrapped where it is long */
    bool repeatable;            /* otherwise given twice is an error */
};

struct command_verb {
    const char *name;           /* one word or two, such as "trust add"; NULL ends the table */
    const char *summary;        /* one phrase in the imperative, at most 50 columns */
    const char *arguments;      /* as in the usage line, such as "REQUEST"; NULL: none */
    size_t min, max;            /* how many arguments; max COMMAND_ANY: no end */
    const struct command_option *options;   /* NULL: none */
    const char *const *examples;            /* without the tool's name; NULL ends; may be NULL */
    int (*run)(const struct command_line *cl);      /* returns an exit status */
};

#define COMMAND_ANY SIZE_MAX

struct command_tool {
    const char *name;           /* "owncard-holder" */
    const char *summary;        /* one sentence without full stop */
    const struct command_verb *verbs;
    const char *const *examples;
};

/* A command line that was checked against its verb's table. Strings point into argv. */
struct command_line {
    const struct command_tool *tool;
    const struct command_verb *verb;
    struct command_given *given;        /* the options in order */
    size_t given_n;
    char **arguments;                   /* in order */
    size_t arguments_n;
};

/**
 * Set up the memory for secrets, parse, run the verb, and check that standard output took
 * everything.
 *
 * A wrong command line is said with a hint, and nothing runs.
 * @return the exit status for main().
 */
int command_main(const struct command_tool *tool, int argc, char **argv);

/*
 * What was given. The name must stand in the verb's table, anything else ends the program as a
 * programming error.
 */

/** The value of `--name`, the first when repeatable; NULL when it was not given. */
const char *opt(const struct command_line *cl, const char *name);

bool opt_given(const struct command_line *cl, const char *name);

/** The value of the i-th `--name` from 0; NULL after the last. */
const char *opt_nth(const struct command_line *cl, const char *name, size_t i);

size_t opt_count(const struct command_line *cl, const char *name);

/**
 * The value of `--name` as a decimal integer: digits only, no sign, no leading zero.
 *
 * @param out  `otherwise` when the option was not given.
 * @retval OC_USAGE  no such number, or outside min…max; said already
 */
enum oc_err opt_uint(const struct command_line *cl, const char *name, uint64_t min, uint64_t max,
                     uint64_t otherwise, uint64_t *out) OC_MUST_CHECK;

/**
 * The value of `--name` as a moment: an RFC 3339 date-time, or a date for the moment it begins
 * (UTC). The present when the option was not given.
 *
 * @retval OC_USAGE  neither; said already
 */
enum oc_err opt_time(const struct command_line *cl, const char *name, int64_t *out) OC_MUST_CHECK;

/** The i-th argument from 0; NULL after the last. */
const char *argument(const struct command_line *cl, size_t i);

/** Refuse two options that contradict each other. @retval OC_USAGE  both given; said already */
enum oc_err opt_not_both(const struct command_line *cl, const char *one, const char *other)
    OC_MUST_CHECK;

#endif
