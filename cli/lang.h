/* The language of labels: English, or Chinese where the option or the locale says so. */
#ifndef OWNCARD_CLI_LANG_H
#define OWNCARD_CLI_LANG_H

#include "cli/catalog.h"
#include "cli/command.h"

/** A row for the option table of a verb that calls lang_read(). */
#define LANG_OPTION \
    { "lang", 0, "en|zh", "language of labels, checks and hints (default: that of the locale)", false }

/**
 * Whether labels are to be Chinese: by --lang, else by LC_ALL, LC_MESSAGES and LANG.
 * @retval OC_USAGE  --lang is neither en nor zh; said already
 */
enum oc_err lang_read(bool *chinese, const struct command_line *cl) OC_MUST_CHECK;

/** One of the two texts of a label. */
const char *lang_text(const struct label *label, bool chinese);

/** The same of a tool's own words. */
const char *lang_say(bool chinese, const char *english, const char *in_chinese)
    __attribute__((format_arg(2), format_arg(3)));

#endif
