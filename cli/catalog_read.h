/*
 * What the readers of card types and requests share: where in the file they are, and the first
 * thing found wrong there. The error is sticky; after it every function here does nothing.
 * For cli/catalog*.c, and for other files of JSON that people write (verifier/policy.c).
 */
#ifndef OWNCARD_CLI_CATALOG_READ_H
#define OWNCARD_CLI_CATALOG_READ_H

#include "cli/catalog.h"

struct reading {
    char path[160];                 /* such as "namespaces/org.example.1/height" */
    enum oc_err err;
    struct catalog_fault *fault;    /* may be NULL */
};

/** Say what is wrong at the present place. */
void reading_refuse(struct reading *r, enum oc_err e, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Step into a member; reading_leave() takes the place this returns. */
size_t reading_enter(struct reading *r, const char *name);
void reading_leave(struct reading *r, size_t place);

/** Zeroed memory for `n` things, or NULL after an error; release with free(). */
void *reading_allocate(struct reading *r, size_t n, size_t size);

/** Whether this is an object without members other than `known` (ended by NULL). */
bool reading_only(struct reading *r, json_t *object, const char *const known[]);

/** A member of this type, borrowed; NULL when absent, which is an error if it is required. */
json_t *reading_member(struct reading *r, json_t *object, const char *key, json_type type, bool required);

/** A required member that is text, not empty; borrowed. */
const char *reading_text(struct reading *r, json_t *object, const char *key);

/** A member { "en": text, "zh": text }. */
void reading_label(struct reading *r, json_t *object, const char *key, bool required, struct label *out);

/** Fill `card` from card->source. On error card_type_free() still releases what there is. */
void card_type_read(struct reading *r, struct card_type *card);
void card_type_free(struct card_type *card);

#endif
