#include "mdoc/authorizations.h"

#include <stdlib.h>

#include "mdoc/parse.h"

/* The whole namespace sorts before each element of it. */
static int by_name(const void *a, const void *b)
{
    const struct mdoc_authorization *x = a, *y = b;
    int order = bytes_cmp(x->name_space, y->name_space);

    if (order == 0)
        order = (y->is_whole ? 1 : 0) - (x->is_whole ? 1 : 0);
    return order != 0 || x->is_whole ? order : bytes_cmp(x->name, y->name);
}

/* [ + NameSpace ], or with `name_space` [ + DataElementIdentifier ] of it. */
static void read_list(struct cbr *r, struct mdoc_authorizations *a,
                      const struct bytes *name_space)
{
    size_t n = cbr_array(r);

    if (!mdoc_parse_room(r, (void **)&a->entries, a->n, n, sizeof *a->entries))
        return;
    for (; n > 0 && cbr_ok(r); n--) {
        struct mdoc_authorization *entry = &a->entries[a->n++];
        struct bytes text = cbr_tstr(r);

        entry->is_whole = name_space == NULL;
        entry->name_space = entry->is_whole ? text : *name_space;
        entry->name = text;
    }
}

static void read_data_elements(struct cbr *r, struct mdoc_authorizations *a)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes name_space = cbr_tstr(r);

        read_list(r, a, &name_space);
    }
}

/* A namespace that stands as a whole and by its elements too, which follow it in this order. */
static struct bytes find_twice(const struct mdoc_authorizations *a)
{
    for (size_t i = 1; i < a->n; i++)
        if (a->entries[i - 1].is_whole && !a->entries[i].is_whole &&
            bytes_eq(a->entries[i - 1].name_space, a->entries[i].name_space))
            return a->entries[i].name_space;
    return (struct bytes){ 0 };
}

enum oc_err mdoc_authorizations_init(struct mdoc_authorizations *out, const struct mdoc_mso *mso)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_authorizations){ 0 };
    if (mso->key_authorizations.p == NULL)
        return OC_OK;
    cbr_init(&r, mso->key_authorizations);
    for (size_t pairs = cbr_map(&r); pairs > 0 && cbr_ok(&r); pairs--) {
        struct bytes k = cbr_key(&r);

        if (cbr_absent(&r))
            continue;
        if (bytes_is(k, "nameSpaces"))
            read_list(&r, out, NULL);
        else if (bytes_is(k, "dataElements"))
            read_data_elements(&r, out);
        else
            cbr_skip(&r);
    }
    e = cbr_end(&r, NULL);
    if (e != OC_OK)
        mdoc_authorizations_cleanup(out);
    else if (out->n > 0)
        qsort(out->entries, out->n, sizeof *out->entries, by_name);
    out->twice = find_twice(out);
    return e == OC_MEMORY ? OC_MEMORY : OC_OK;
}

void mdoc_authorizations_cleanup(struct mdoc_authorizations *a)
{
    free(a->entries);
    *a = (struct mdoc_authorizations){ 0 };
}

bool mdoc_authorizations_have(const struct mdoc_authorizations *a, struct bytes name_space,
                              struct bytes name)
{
    const struct mdoc_authorization whole = { .name_space = name_space, .is_whole = true };
    const struct mdoc_authorization one = { .name_space = name_space, .name = name };

    return a->n > 0 &&
           (bsearch(&whole, a->entries, a->n, sizeof whole, by_name) != NULL ||
            bsearch(&one, a->entries, a->n, sizeof one, by_name) != NULL);
}
