/*
 * What the readers of card types and requests share: where in the file they are, and what was found
 * wrong there. The error is sticky; after it every function here does nothing, unless all faults
 * are to be listed: then whatever can be read goes on being read.
 * For cli/catalog*.c, and for other files of JSON that people write (verifier/policy.c).
 */
#ifndef OWNCARD_CLI_CATALOG_READ_H
#define OWNCARD_CLI_CATALOG_READ_H

#include "cli/catalog.h"
#include "cli/help.h"

struct reading {
    char path[160];                 /* such as "namespaces/org.example.1/height" */
    enum oc_err err;                /* the first, or OC_MEMORY */
    struct catalog_fault *fault;    /* the first; may be NULL */
    struct buf *lines;              /* NULL, or where every fault is listed, one line each */
    size_t refused_n;
    char found[80], guess[48];      /* reading_found(), reading_guess() */
};

/** Whether there is any use in reading on. */
bool reading_goes_on(const struct reading *r);

/** What stands where something else should, for a message; good until the next call. */
const char *reading_found(struct reading *r, const json_t *value);

/** What may have been meant, `; did you mean "…"?`, or "" ; good until the next call. */
const char *reading_guess(struct reading *r, const struct guess *g);

/** Say what is wrong at the present place. */
void reading_refuse(struct reading *r, enum oc_err e, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Step into a member; reading_leave() takes the place this returns. */
size_t reading_enter(struct reading *r, const char *name);
void reading_leave(struct reading *r, size_t place);

/** Zeroed memory for `n` things, or NULL once nothing goes on; release with free(). */
void *reading_allocate(struct reading *r, size_t n, size_t size);

/** Whether this is an object without members other than `known` (ended by NULL). */
bool reading_only(struct reading *r, json_t *object, const char *const known[]);

/** A member of this type, borrowed; NULL when absent, which is an error if it is required. */
json_t *reading_member(struct reading *r, json_t *object, const char *key, json_type type, bool required);

/** A required member that is text, not empty; borrowed. */
const char *reading_text(struct reading *r, json_t *object, const char *key);

/** A member { "en": text, "zh": text }. */
void reading_label(struct reading *r, json_t *object, const char *key, bool required, struct label *out);

/**
 * The members of an object as elements, or as fields of a map, `nesting` arrays and maps deep.
 * @return them, `*n` of which have names, also after an error; release with elements_free()
 */
struct element *elements_read(struct reading *r, json_t *object, int nesting, size_t *n);
void elements_free(struct element *elements, size_t n);

/** The element of that name, or NULL. */
const struct element *elements_find(const struct element *elements, size_t n, struct bytes name);

/** Fill `card` from card->source. On error card_type_free() still releases what there is. */
void card_type_read(struct reading *r, struct card_type *card);
void card_type_free(struct card_type *card);

#endif
