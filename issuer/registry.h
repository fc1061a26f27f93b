/*
 * What the issuer keeps of the cards it issued: one entry for each run of `issue`, none for a copy,
 * and nothing of showings, of which it never learns. It lies in registry.db in the issuer's folder,
 * readable by its owner alone, or in the database of a server whose URL status init has kept in
 * registry.url there; together with the status lists and the key of each. An issuer has one.
 *
 * The copies of a batch have neighbouring positions in their list. What is published, in the cards
 * and in the list, is an index: the position through a permutation (FF1) whose key only the
 * registry has, so that copies of a person stand anywhere.
 *
 * What fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_REGISTRY_H
#define OWNCARD_ISSUER_REGISTRY_H

#include "core/buf.h"
#include "core/secret.h"
#include "db/db.h"

enum {
    REGISTRY_URI_MAX = 255,
    REGISTRY_HOLDER_MAX = 64,
    REGISTRY_URL_MAX = 1023,            /* of its own, where it is at a server */
    REGISTRY_SIZE_MIN = 1000000,        /* FF1_DOMAIN_MIN */
    REGISTRY_SIZE_MAX = 1 << 26,
    REGISTRY_SIZE = 1 << 20,            /* unless told otherwise */
};

/** Of a batch; the numbers are those of a status list's entries. */
enum registry_state { REGISTRY_VALID = 0, REGISTRY_REVOKED = 1, REGISTRY_SUSPENDED = 2 };

struct registry {
    struct db *db;
    char name[DB_NAME_N];       /* for what is said: as db_name() has it */
};

/** Whether `status init` has made a registry, or kept where it is. On error *there is false. */
enum oc_err registry_exists(bool *there, const char *dir) OC_MUST_CHECK;

/**
 * Open the registry.
 * @param dir   the issuer's folder, NULL for the default one
 * @param url   of --registry; NULL: what lies, or was kept, in the folder
 * @param make  make it where there is none; else that is an error, with a hint
 * @retval OC_USAGE  not such a URL, one with a password in it, or a second registry
 * @retval OC_IO     none, in use, out of reach, or others may read it
 * @retval OC_SHAPE  not a registry, or of another version
 */
enum oc_err registry_init(struct registry *out, const char *dir, const char *url,
                          bool make) OC_MUST_CHECK;
/** What was changed since registry_begin() and not committed is undone. */
void registry_cleanup(struct registry *r);

/** Keep a URL that registry_init() took, in registry.url. @retval OC_USAGE  another one is kept */
enum oc_err registry_remember(const char *dir, const char *url) OC_MUST_CHECK;

/** All that follows until the commit happens altogether or not at all, and not at all once one of
 *  it failed for another reason than OC_LIMIT and OC_REFUSED. Others wait: in a file whoever
 *  changes anything, at a server whoever takes positions of the same list. */
enum oc_err registry_begin(struct registry *r) OC_MUST_CHECK;
enum oc_err registry_commit(struct registry *r) OC_MUST_CHECK;

struct registry_list {
    int64_t id;                 /* 0: none */
    char uri[REGISTRY_URI_MAX + 1];
    unsigned bits;              /* 1: cards can be revoked; 2: suspended too */
    uint64_t size, used;        /* positions; those from `used` on are free */
    struct secret *key;         /* of the permutation */
};
void registry_list_cleanup(struct registry_list *list);

/** Make a list. @retval OC_REFUSED  there is one of that URI */
enum oc_err registry_list_make(struct registry *r, const char *uri, unsigned bits,
                               uint64_t size) OC_MUST_CHECK;

/**
 * The list that copies are to be issued into: that of `uri`, or for NULL the newest of at most
 * `bits_max` bits.
 * @param out  id 0 when there is none at all; release with registry_list_cleanup()
 * @retval OC_USAGE  none of that URI, or with more bits; with NULL, none with so few
 */
enum oc_err registry_list_choose(struct registry_list *out, struct registry *r, const char *uri,
                                 unsigned bits_max) OC_MUST_CHECK;

/** The list after the one with this id, from 0; id 0 after the last. `out` must be all zero or an
 *  earlier result, which is released. */
enum oc_err registry_list_next(struct registry_list *out, struct registry *r) OC_MUST_CHECK;

/** How many positions of a list are revoked and suspended. */
enum oc_err registry_list_count(struct registry *r, const struct registry_list *list,
                                uint64_t *revoked, uint64_t *suspended) OC_MUST_CHECK;

/** The index that a position is published as. */
enum oc_err registry_index(const struct registry_list *list, uint64_t position,
                           uint64_t *index) OC_MUST_CHECK;

/** Append the array of a list, its entries as they stand. @retval OC_MEMORY, … */
enum oc_err registry_array(struct buf *array, struct registry *r,
                           const struct registry_list *list) OC_MUST_CHECK;

struct registry_batch {
    int64_t id;
    char holder[REGISTRY_HOLDER_MAX + 1];
    char doc_type[256];         /* cut to fit */
    int64_t valid_from, valid_until;
    int64_t list;               /* 0: without a status */
    unsigned bits;              /* of the list */
    uint64_t first, copies;     /* positions first … first + copies - 1 */
    enum registry_state state;
};

/**
 * Record a batch. With a list, so many positions of it are taken, for good.
 * @param batch  id and, with a list, `first` are filled in
 * @retval OC_LIMIT  the list has not that many left
 */
enum oc_err registry_add(struct registry *r, struct registry_batch *batch) OC_MUST_CHECK;

/** The same for many of one list, or all of none. They have neighbouring ranges, in their order. */
enum oc_err registry_add_all(struct registry *r, struct registry_batch *batches,
                             size_t n) OC_MUST_CHECK;

/** Forget a batch that was never handed out. Its positions stay taken. */
enum oc_err registry_withdraw(struct registry *r, int64_t batch) OC_MUST_CHECK;

/** Batches in the order of their issue. */
struct registry_batches {
    struct registry_batch *batch;
    size_t n;
};

/**
 * Find batches by holder, by number, or by the place of one copy; what is not asked for is NULL,
 * 0 and NULL.
 * @param out  all zero on error; release with registry_batches_cleanup()
 * @retval OC_REFUSED  there is none
 */
enum oc_err registry_find(struct registry_batches *out, struct registry *r, const char *holder,
                          int64_t batch) OC_MUST_CHECK;
enum oc_err registry_find_index(struct registry_batches *out, struct registry *r, const char *uri,
                                uint64_t index) OC_MUST_CHECK;
void registry_batches_cleanup(struct registry_batches *batches);

/**
 * Change the state of a batch as it was found. What is revoked stays so.
 * @retval OC_IO  it is no longer as it was found
 */
enum oc_err registry_set(struct registry *r, const struct registry_batch *batch,
                         enum registry_state state) OC_MUST_CHECK;

#endif
