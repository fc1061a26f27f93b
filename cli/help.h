/* What command.c says about its tables: the texts of --help, and guesses at mistyped names. */
#ifndef OWNCARD_CLI_HELP_H
#define OWNCARD_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/** The verbs of a tool, each with its summary. 80 columns. */
void help_tool(FILE *to, const struct command_tool *tool);

/** The verbs of two words that begin with `first`, each with its summary. 80 columns. */
void help_group(FILE *to, const struct command_tool *tool, const char *first);

/** Whether `first` is the first of two words in the verb's name. */
bool help_in_group(const struct command_verb *verb, const char *first);

/** Usage, options and examples of one verb. 80 columns. */
void help_verb(FILE *to, const struct command_tool *tool, const struct command_verb *verb);

/*
 * The name nearest to what was typed: few enough edits (insert, delete, replace, swap two
 * neighbours) for its length, or the only name it begins.
 */
enum { GUESS_MAX = 32 };

struct guess {
    char typed[GUESS_MAX];
    size_t n;               /* 0: too long or empty, no guess */
    const char *best;
    size_t edits;
};

struct guess guess_start(const char *typed, size_t n);
void guess_offer(struct guess *g, const char *name);

/** The best of those offered; NULL when none is near. */
const char *guess_end(const struct guess *g);

#endif
