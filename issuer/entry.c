#include "issuer/entry.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"
#include "core/text.h"
#include "crypto/random.h"
#include "mdoc/mso.h"

/* Means nothing to anybody else, and cannot be guessed unless the issuer chose it. */
static enum oc_err draw_holder(char out[REGISTRY_HOLDER_MAX + 1])
{
    uint8_t drawn[16];
    struct buf hex;
    enum oc_err e;

    buf_init(&hex, 2 * sizeof drawn);
    if ((e = random_bytes(drawn, sizeof drawn)) == OC_OK) {
        hex_write(&hex, BYTES_OF(drawn));
        e = buf_err(&hex);
    }
    if (e == OC_OK)
        snprintf(out, REGISTRY_HOLDER_MAX + 1, "%s", buf_text(&hex));
    else
        fail_print(e, "%s", oc_err_text(e));
    buf_cleanup(&hex);
    return e;
}

static enum oc_err choose_holder(char out[REGISTRY_HOLDER_MAX + 1], const char *given)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n;

    if (given == NULL)
        return draw_holder(out);
    n = strlen(given);
    if (n == 0 || n > REGISTRY_HOLDER_MAX || strspn(given, allowed) != n)
        return fail_print(OC_USAGE, "--holder %s: 1 to %d letters, digits, dots, dashes and "
                                    "underscores", given, REGISTRY_HOLDER_MAX);
    memcpy(out, given, n + 1);
    return OC_OK;
}

static enum oc_err choose_list(struct entry *entry, const struct entry_spec *spec)
{
    if (spec->uri != NULL && strcmp(spec->uri, "none") == 0)
        return OC_OK;
    /* ISO/IEC 18013-5, 12.3.6: of a licence one bit */
    return registry_list_choose(&entry->list, &entry->registry, spec->uri,
                                strcmp(spec->doc_type, MDOC_MDL_TYPE) == 0 ? 1 : 2);
}

static enum oc_err fill(struct entry *entry, const struct entry_spec *spec)
{
    struct registry_batch *b = &entry->batch;
    enum oc_err e;

    if ((e = choose_holder(b->holder, spec->holder)) != OC_OK ||
        (e = choose_list(entry, spec)) != OC_OK)
        return e;
    b->valid_from = spec->valid_from;
    b->valid_until = spec->valid_until;
    b->list = entry->list.id;
    b->copies = spec->copies;
    snprintf(b->doc_type, sizeof b->doc_type, "%s", spec->doc_type);
    if ((e = registry_begin(&entry->registry)) != OC_OK)
        return e;
    return registry_add(&entry->registry, b);
}

enum oc_err entry_init(struct entry *out, const struct entry_spec *spec)
{
    bool there;
    enum oc_err e;

    *out = (struct entry){ 0 };
    if ((e = registry_exists(&there, spec->dir)) != OC_OK)
        return e;
    if (!there && spec->registry == NULL && spec->holder == NULL && spec->uri == NULL)
        return OC_OK;
    if ((e = registry_init(&out->registry, spec->dir, spec->registry, false)) == OC_OK)
        e = fill(out, spec);
    out->is_open = e == OC_OK;
    if (e != OC_OK)
        entry_cleanup(out);
    return e;
}

enum oc_err entry_place(const struct trust_status_ref **status, struct trust_status_ref *ref,
                        const struct entry *entry, size_t i)
{
    if (!entry->is_open || entry->list.id == 0)
        return OC_OK;
    *ref = (struct trust_status_ref){ .mechanism = TRUST_STATUS_LIST,
                                      .uri = bytes_str(entry->list.uri) };
    *status = ref;
    return registry_index(&entry->list, entry->batch.first + i, &ref->index);
}

enum oc_err entry_commit(struct entry *entry)
{
    return entry->is_open ? registry_commit(&entry->registry) : OC_OK;
}

void entry_withdraw(struct entry *entry)
{
    if (entry->is_open && registry_withdraw(&entry->registry, entry->batch.id) != OC_OK)
        warn_print("the registry keeps an entry of copies that nobody has");
}

void entry_cleanup(struct entry *entry)
{
    registry_list_cleanup(&entry->list);
    registry_cleanup(&entry->registry);
    *entry = (struct entry){ 0 };
}
