#include "trust/anchors.h"

#include <stdlib.h>

#include "core/array.h"

enum oc_err trust_anchors_add(struct trust_anchors *anchors, const struct x509_cert *certificate)
{
    struct x509_facts facts;

    for (size_t i = 0; i < anchors->n; i++)
        if (bytes_eq(x509_der(anchors->certificates[i]), x509_der(certificate)))
            return OC_OK;
    x509_describe(certificate, &facts);
    if (!facts.is_ca)
        return OC_UNTRUSTED;
    if (anchors->n == TRUST_ANCHORS_MAX)
        return OC_LIMIT;
    if (!array_extend((void **)&anchors->certificates, anchors->n, 1, sizeof(struct x509_cert *)))
        return OC_MEMORY;
    anchors->certificates[anchors->n] = x509_copy(certificate);
    if (anchors->certificates[anchors->n] == NULL)
        return OC_MEMORY;
    anchors->n++;
    return OC_OK;
}

static void drop_last(struct trust_anchors *anchors, size_t keep)
{
    while (anchors->n > keep)
        x509_free(&anchors->certificates[--anchors->n]);
}

enum oc_err trust_anchors_add_pem(struct trust_anchors *anchors, struct bytes pem, size_t *added)
{
    size_t before = anchors->n, index = 0;
    enum oc_err e;

    for (;; index++) {
        struct x509_cert *certificate;

        e = x509_from_pem(&certificate, pem, index);
        if (e != OC_OK)
            break;
        e = trust_anchors_add(anchors, certificate);
        x509_free(&certificate);
        if (e != OC_OK)
            break;
    }
    if (e == OC_TRUNCATED)
        e = index > 0 ? OC_OK : OC_SHAPE;
    if (e != OC_OK)
        drop_last(anchors, before);
    if (added != NULL)
        *added = anchors->n - before;
    return e;
}

void trust_anchors_remove(struct trust_anchors *anchors, size_t index)
{
    x509_free(&anchors->certificates[index]);
    anchors->n--;
    for (; index < anchors->n; index++)
        anchors->certificates[index] = anchors->certificates[index + 1];
}

void trust_anchors_cleanup(struct trust_anchors *anchors)
{
    drop_last(anchors, 0);
    free(anchors->certificates);
    *anchors = (struct trust_anchors){ 0 };
}
