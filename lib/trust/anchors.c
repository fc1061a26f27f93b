#include "trust/anchors.h"

#include <stdlib.h>
#include <string.h>

#include "core/array.h"

static void doc_types_cleanup(struct trust_doc_types *types)
{
    free(types->name);
    *types = (struct trust_doc_types){ 0 };
}

static bool doc_types_have(const struct trust_doc_types *types, struct bytes name)
{
    for (size_t i = 0; i < types->n; i++)
        if (bytes_eq(types->name[i], name))
            return true;
    return false;
}

/* What both lists hold, in one allocation: the views first, then the text they point to. */
static bool doc_types_join(struct trust_doc_types *out, const struct trust_doc_types *old,
                           const struct bytes *more, size_t more_n)
{
    size_t room = (old->n + more_n) * sizeof *out->name;
    struct trust_doc_types joined = { .is_restricted = true };
    uint8_t *text;

    for (size_t i = 0; i < old->n; i++)
        room += old->name[i].n;
    for (size_t i = 0; i < more_n; i++)
        room += more[i].n;
    joined.name = malloc(room);
    if (joined.name == NULL)
        return false;
    text = (uint8_t *)(joined.name + old->n + more_n);
    for (size_t i = 0; i < old->n + more_n; i++) {
        struct bytes from = i < old->n ? old->name[i] : more[i - old->n];

        if (doc_types_have(&joined, from))
            continue;
        if (from.n > 0)
            memcpy(text, from.p, from.n);
        joined.name[joined.n++] = (struct bytes){ text, from.n };
        text += from.n;
    }
    *out = joined;
    return true;
}

static bool find(struct x509_cert *const *certificates, size_t n,
                 const struct x509_cert *certificate, size_t *index)
{
    for (*index = 0; *index < n; (*index)++)
        if (bytes_eq(x509_der(certificates[*index]), x509_der(certificate)))
            return true;
    return false;
}

/* One more owner of a CA certificate in an array of at most `max`. */
static enum oc_err append(struct x509_cert ***array, size_t *n, size_t max,
                          const struct x509_cert *certificate)
{
    struct x509_facts facts;

    x509_describe(certificate, &facts);
    if (!facts.is_ca)
        return OC_UNTRUSTED;
    if (*n == max)
        return OC_LIMIT;
    if (!array_extend((void **)array, *n, 1, sizeof **array))
        return OC_MEMORY;
    (*array)[*n] = x509_copy(certificate);
    if ((*array)[*n] == NULL)
        return OC_MEMORY;
    (*n)++;
    return OC_OK;
}

enum oc_err trust_anchors_add(struct trust_anchors *anchors, const struct x509_cert *certificate)
{
    size_t i;

    if (find(anchors->certificates, anchors->n, certificate, &i)) {
        if (anchors->doc_types[i].is_restricted)
            doc_types_cleanup(&anchors->doc_types[i]);
        return OC_OK;
    }
    if (!array_extend((void **)&anchors->doc_types, anchors->n, 1, sizeof *anchors->doc_types))
        return OC_MEMORY;
    return append(&anchors->certificates, &anchors->n, TRUST_ANCHORS_MAX, certificate);
}

enum oc_err trust_anchors_add_for(struct trust_anchors *anchors,
                                  const struct x509_cert *certificate,
                                  const struct bytes *doc_types, size_t n)
{
    struct trust_doc_types joined, none = { 0 };
    size_t i;
    bool is_there = find(anchors->certificates, anchors->n, certificate, &i);
    enum oc_err e;

    if (n == 0)
        return OC_USAGE;
    if (is_there && !anchors->doc_types[i].is_restricted)
        return OC_OK;
    if (!doc_types_join(&joined, is_there ? &anchors->doc_types[i] : &none, doc_types, n))
        return OC_MEMORY;
    if (!is_there && (e = trust_anchors_add(anchors, certificate)) != OC_OK) {
        doc_types_cleanup(&joined);
        return e;
    }
    doc_types_cleanup(&anchors->doc_types[i]);
    anchors->doc_types[i] = joined;
    return OC_OK;
}

enum oc_err trust_anchors_add_link(struct trust_anchors *anchors, const struct x509_cert *link)
{
    size_t i;

    if (find(anchors->links, anchors->links_n, link, &i))
        return OC_OK;
    return append(&anchors->links, &anchors->links_n, TRUST_LINKS_MAX, link);
}

bool trust_anchors_allow(const struct trust_anchors *anchors, size_t index, struct bytes doc_type)
{
    const struct trust_doc_types *types = &anchors->doc_types[index];

    return !types->is_restricted || doc_types_have(types, doc_type);
}

/* Every certificate of `from`, for any docType. */
static enum oc_err add_all(struct trust_anchors *anchors, const struct trust_anchors *from)
{
    size_t before = anchors->n;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < from->n && e == OC_OK; i++)
        e = trust_anchors_add(anchors, from->certificates[i]);
    while (e != OC_OK && anchors->n > before)
        trust_anchors_remove(anchors, anchors->n - 1);
    return e;
}

enum oc_err trust_anchors_add_pem(struct trust_anchors *anchors, struct bytes pem, size_t *added)
{
    struct trust_anchors read = { 0 };
    size_t before = anchors->n, index = 0;
    enum oc_err e;

    for (;; index++) {
        struct x509_cert *certificate;

        e = x509_from_pem(&certificate, pem, index);
        if (e != OC_OK)
            break;
        e = trust_anchors_add(&read, certificate);
        x509_free(&certificate);
        if (e != OC_OK)
            break;
    }
    if (e == OC_TRUNCATED)
        e = index > 0 ? OC_OK : OC_SHAPE;
    if (e == OC_OK)
        e = add_all(anchors, &read);
    trust_anchors_cleanup(&read);
    if (added != NULL)
        *added = anchors->n - before;
    return e;
}

void trust_anchors_remove(struct trust_anchors *anchors, size_t index)
{
    x509_free(&anchors->certificates[index]);
    doc_types_cleanup(&anchors->doc_types[index]);
    anchors->n--;
    for (; index < anchors->n; index++) {
        anchors->certificates[index] = anchors->certificates[index + 1];
        anchors->doc_types[index] = anchors->doc_types[index + 1];
    }
    anchors->doc_types[index] = (struct trust_doc_types){ 0 };
}

void trust_anchors_cleanup(struct trust_anchors *anchors)
{
    for (size_t i = 0; i < anchors->n; i++) {
        x509_free(&anchors->certificates[i]);
        doc_types_cleanup(&anchors->doc_types[i]);
    }
    for (size_t i = 0; i < anchors->links_n; i++)
        x509_free(&anchors->links[i]);
    free(anchors->certificates);
    free(anchors->doc_types);
    free(anchors->links);
    *anchors = (struct trust_anchors){ 0 };
}
