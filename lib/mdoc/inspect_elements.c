/* Requested against returned elements, the age rule included. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mdoc/age.h"
#include "mdoc/inspect.h"
#include "mdoc/value.h"

/* Every element of the document, issuer's and device's, as claims. */
static struct mdoc_element *list_all(const struct mdoc_document *doc, bool issuer_only, size_t *n)
{
    const struct mdoc_issuer_signed *card = &doc->issuer_signed;
    struct mdoc_element *all = calloc(card->items_n + doc->device_items_n + 1, sizeof *all);

    *n = 0;
    if (all == NULL)
        return NULL;
    for (size_t i = 0; i < card->spaces_n; i++) {
        const struct mdoc_item_space *space = &card->spaces[i];

        for (size_t j = space->first; j < space->first + space->n; j++)
            all[(*n)++] = (struct mdoc_element){
                .name_space = space->name,
                .name = card->items[j].name,
                .value = card->items[j].value,
            };
    }
    for (size_t i = 0; !issuer_only && i < doc->device_items_n; i++)
        all[(*n)++] = (struct mdoc_element){
            .name_space = doc->device_items[i].name_space,
            .name = doc->device_items[i].name,
            .value = doc->device_items[i].value,
            .device_signed = true,
        };
    return all;
}

static const struct mdoc_element *find(const struct mdoc_element *all, size_t n,
                                       struct bytes name_space, struct bytes name)
{
    for (size_t i = 0; i < n; i++)
        if (bytes_eq(all[i].name, name) && bytes_eq(all[i].name_space, name_space))
            return &all[i];
    return NULL;
}

/* The attestation that answers age_over_`asked` by the neighbour rule, or NULL. */
static const struct mdoc_element *find_age(const struct mdoc_element *all, size_t n,
                                           struct bytes name_space, int asked)
{
    struct mdoc_age ages[100];      /* two digits: there are no more limits */
    size_t where[100] = { 0 }, ages_n = 0;
    int answer;

    for (size_t i = 0; i < n && ages_n < 100; i++) {
        int limit = mdoc_age_limit(all[i].name);
        struct mdoc_value value;

        if (limit < 0 || !bytes_eq(all[i].name_space, name_space) ||
            mdoc_value_read(&value, all[i].value) != OC_OK || value.kind != MDOC_BOOLEAN)
            continue;
        where[ages_n] = i;
        ages[ages_n++] = (struct mdoc_age){ limit, value.yes };
    }
    answer = mdoc_age_answer(asked, ages, ages_n);
    return answer < 0 ? NULL : &all[where[answer]];
}

static bool is_boolean(struct bytes cbor)
{
    struct mdoc_value value;

    return mdoc_value_read(&value, cbor) == OC_OK && value.kind == MDOC_BOOLEAN;
}

/* Fill `out` with the answer to one requested element; false when there is none. */
static bool answer(struct mdoc_element *out, const struct mdoc_element *all, size_t n,
                   const struct mdoc_requested *asked)
{
    int age = mdoc_age_limit(asked->name);
    const struct mdoc_element *found = find(all, n, asked->name_space, asked->name);

    if (age >= 0 && (found == NULL || !is_boolean(found->value)))
        found = find_age(all, n, asked->name_space, age);
    if (found == NULL)
        return false;
    *out = *found;
    if (!bytes_eq(found->name, asked->name)) {
        out->name = asked->name;
        out->answered_by = found->name;
    }
    out->intent_to_retain = asked->intent_to_retain;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct mdoc_element *x = *(const struct mdoc_element *const *)a;
    const struct mdoc_element *y = *(const struct mdoc_element *const *)b;
    int order = bytes_cmp(x->name_space, y->name_space);

    return order != 0 ? order : bytes_cmp(x->name, y->name);
}

static bool have_one_name(const struct mdoc_element *a, const struct mdoc_element *b)
{
    return bytes_eq(a->name, b->name) && bytes_eq(a->name_space, b->name_space);
}

/* An element that stands twice, or NULL: pair by pair for the few of an ordinary card. */
static const struct mdoc_element *find_pair(const struct mdoc_element *all, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (have_one_name(&all[i], &all[j]))
                return &all[i];
    return NULL;
}

/* The same, sorted first: a hostile message may hold some hundred thousand. */
static enum oc_err find_pair_sorted(const struct mdoc_element **found,
                                    const struct mdoc_element *all, size_t n)
{
    const struct mdoc_element **sorted = calloc(n, sizeof *sorted);

    if (sorted == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < n; i++)
        sorted[i] = &all[i];
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 1; i < n && *found == NULL; i++)
        if (have_one_name(sorted[i - 1], sorted[i]))
            *found = sorted[i];
    free(sorted);
    return OC_OK;
}

/* One element identifier at most once in a namespace, over issuer and device items together. */
static enum oc_err check_duplicates(struct mdoc_check *check, const struct mdoc_element *all,
                                    size_t n)
{
    enum { FEW = 32 };
    const struct mdoc_element *twice = n <= FEW ? find_pair(all, n) : NULL;
    enum oc_err e = n <= FEW ? OC_OK : find_pair_sorted(&twice, all, n);

    if (e == OC_OK && twice != NULL)
        mdoc_check_fail(check, OC_REFUSED, "%.*s stands twice", SHORT(twice->name));
    else if (e == OC_OK)
        mdoc_check_pass(check, "none");
    return e;
}

/* How many of `all` are claims neither by their own name nor as an answer to another. */
static size_t count_unasked(const struct mdoc_element *all, size_t all_n,
                            const struct mdoc_element *claims, size_t claims_n)
{
    size_t unasked = 0;

    for (size_t i = 0; i < all_n; i++) {
        bool used = false;

        for (size_t j = 0; j < claims_n && !used; j++)
            used = claims[j].value.p == all[i].value.p;
        unasked += !used;
    }
    return unasked;
}

/* What was asked for and not shown; the names as far as they fit in a detail. */
struct missing {
    size_t n, named;
    char names[160];
};

static void add_missing(struct missing *missing, struct bytes name)
{
    size_t at = strlen(missing->names), n;
    char next[80];

    snprintf(next, sizeof next, "%s%.*s", missing->named > 0 ? ", " : "", SHORT(name));
    n = strlen(next);
    missing->n++;
    if (at + n >= sizeof missing->names)
        return;
    memcpy(missing->names + at, next, n + 1);
    missing->named++;
}

static void refuse_missing(struct mdoc_check *check, const struct missing *missing)
{
    if (missing->n == 1)
        mdoc_check_fail(check, OC_REFUSED, "%s was asked for and not shown", missing->names);
    else if (missing->named == missing->n)
        mdoc_check_fail(check, OC_REFUSED, "%s were asked for and not shown", missing->names);
    else
        mdoc_check_fail(check, OC_REFUSED, "%s and %zu more were asked for and not shown",
                        missing->names, missing->n - missing->named);
}

/* The answers to `asked` as claims; none of them when one is missing. */
static enum oc_err select_asked(struct mdoc_check *check, struct mdoc_element **elements, size_t *n,
                                const struct inspection *what, const struct mdoc_element *all,
                                size_t all_n)
{
    const struct mdoc_doc_request *asked = what->asked;
    struct mdoc_element *out = calloc(asked->n + 1, sizeof *out);
    struct missing missing = { .n = 0 };
    size_t unasked;

    if (out == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < asked->n; i++) {
        const struct mdoc_requested *one = &what->in->request->elements[asked->first + i];

        if (!answer(&out[i], all, all_n, one))
            add_missing(&missing, one->name);
    }
    if (missing.n > 0) {
        refuse_missing(check, &missing);
        free(out);
        return OC_OK;
    }
    *elements = out;
    *n = asked->n;
    unasked = count_unasked(all, all_n, out, *n);
    if (unasked > 0)
        mdoc_check_pass(check, "all %zu; %zu more were shown unasked and are left out", *n,
                        unasked);
    else
        mdoc_check_pass(check, "all %zu", *n);
    return OC_OK;
}

enum oc_err mdoc_inspect_elements(struct mdoc_check *checks, struct mdoc_element **elements,
                                  size_t *n, const struct inspection *what)
{
    struct mdoc_check *requested = &checks[MDOC_CHECK_ELEMENTS];
    struct mdoc_element *all;
    size_t all_n;
    enum oc_err e;

    *elements = NULL;
    *n = 0;
    all = list_all(what->document, what->issuer_only, &all_n);
    if (all == NULL)
        return OC_MEMORY;
    e = check_duplicates(&checks[MDOC_CHECK_DUPLICATES], all, all_n);
    if (e == OC_OK && what->in->request == NULL) {
        mdoc_check_skip(requested, false, "nothing in particular was asked for");
        *elements = all;
        *n = all_n;
        return OC_OK;
    }
    if (e == OC_OK && what->asked == NULL)
        mdoc_check_moot(requested, true, "this type of document was not asked for");
    else if (e == OC_OK)
        e = select_asked(requested, elements, n, what, all, all_n);
    free(all);
    return e;
}
