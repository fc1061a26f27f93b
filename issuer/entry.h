/* What a run of `issue` enters in the registry, and the places it gives. Errors have been said. */
#ifndef OWNCARD_ISSUER_ENTRY_H
#define OWNCARD_ISSUER_ENTRY_H

#include "issuer/registry.h"
#include "trust/status_ref.h"

struct entry_spec {
    const char *dir;            /* the issuer's folder, NULL for the default one */
    const char *registry;       /* the URL of --registry, or NULL */
    const char *holder;         /* NULL: one is drawn */
    const char *uri;            /* of the status list; NULL: the newest that serves; "none" */
    const char *doc_type;
    int64_t valid_from, valid_until;
    size_t copies;
};

/** All zero, and every function below does nothing, when the issuer keeps no registry. */
struct entry {
    bool is_open;
    struct registry registry;
    struct registry_list list;  /* id 0: the copies get no status */
    struct registry_batch batch;
};

/**
 * Prepare the entry in a transaction, which others wait for.
 *
 * An issuer without a registry gets none by this; a holder or a list that is asked for then is an
 * error.
 * @param out  all zero on error; release with entry_cleanup(), which undoes what was not committed
 * @retval OC_USAGE  a holder that is no plain word, a list that is none or does not serve
 * @retval OC_LIMIT  the list is full
 */
enum oc_err entry_init(struct entry *out, const struct entry_spec *spec) OC_MUST_CHECK;

/** The place of copy i: *status points to `ref` then, and stays as it is without a list. */
enum oc_err entry_place(const struct trust_status_ref **status, struct trust_status_ref *ref,
                        const struct entry *entry, size_t i) OC_MUST_CHECK;

/** Before a copy leaves, so that no two ever have one place: an entry of copies that nobody has is
 *  harmless. */
enum oc_err entry_commit(struct entry *entry) OC_MUST_CHECK;

/** The copies did not leave after all. An entry that stays behind is harmless, so no error. */
void entry_withdraw(struct entry *entry);

void entry_cleanup(struct entry *entry);

#endif
