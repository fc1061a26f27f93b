/*
 * Importing signed files into the trust folder: the run, in verifier/import.c, and what each kind
 * of file is held to, in verifier/import_kinds.c. Every function that returns an error has said it.
 */
#ifndef OWNCARD_VERIFIER_IMPORT_H
#define OWNCARD_VERIFIER_IMPORT_H

#include "cli/io.h"
#include "trust/file.h"
#include "verifier/trusted.h"

struct candidate {
    const char *path;           /* borrowed */
    struct buf content;
    struct trust_file look;
    char name[TRUSTED_NAME_N];  /* in the folder, once it is taken; else "" */
    bool settled;               /* its fate is printed */
};

struct import {
    const struct command_line *cl;
    int64_t now;
    struct verifier_trust held; /* the folder's, with all that this import took */
    struct candidate *candidates;   /* the newest first */
    size_t n;
    struct io_output output;
    size_t taken, held_n, refused;  /* held_n: not newer than what is there */
    bool is_addition;           /* named one by one, so one that is unfit stops them all */
};

/** Print a candidate's fate, a word such as "taken"; once each. @param detail  may be NULL */
void import_settle(struct candidate *c, const char *fate, const char *detail);

/** Print that there is nothing newer in it than what we hold, as `detail` has it. */
void import_hold(struct import *in, struct candidate *c, const char *detail);

/** Print that it is refused, and go on: OC_OK but for OC_MEMORY.
 *  @param reason  NULL: that of `e` */
enum oc_err import_refuse(struct import *in, struct candidate *c, enum oc_err e,
                          const char *reason) OC_MUST_CHECK;

/** Prepare `content` as the folder's file `name`, and print it; one that another file of this
 *  import has already is refused. */
enum oc_err import_take(struct import *in, struct candidate *c, const char *name,
                        struct bytes content, const char *detail) OC_MUST_CHECK;

/** @retval OC_REFUSED  the clock stands before `date`, which `what` is of: nothing is imported */
enum oc_err import_check_clock(const struct import *in, const char *what,
                               int64_t date) OC_MUST_CHECK;

/* One candidate of its kind, whose fate is printed then; errors end the import. */
enum oc_err import_vical(struct import *in, struct candidate *c) OC_MUST_CHECK;
enum oc_err import_crl(struct import *in, struct candidate *c) OC_MUST_CHECK;
enum oc_err import_status(struct import *in, struct candidate *c) OC_MUST_CHECK;

/** Take every link that is vouched for, by others of this import where need be … */
enum oc_err import_links(struct import *in) OC_MUST_CHECK;
/** … and refuse one that was not, with the reason. */
enum oc_err import_link_refused(struct import *in, struct candidate *c) OC_MUST_CHECK;

#endif
