#include "trust/rical.h"

#include "trust/list_parts.h"

static const struct list_kind kind = {
    .provider = "provider", .issue_id = "id", .protects_x5chain = true,
    .type = "org.iso.18013.5.1.reader_authentication",
};

enum oc_err trust_rical_verify(struct trust_rical *out, const struct trust_list_in *in,
                               struct oc_fault *fault)
{
    return list_verify(&out->list, &kind, in, fault);
}

void trust_rical_cleanup(struct trust_rical *rical)
{
    list_cleanup(&rical->list);
}

enum oc_err trust_rical_add_to(struct trust_anchors *anchors, const struct trust_rical *rical)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < rical->list.entries_n && e == OC_OK; i++)
        e = trust_anchors_add(anchors, rical->list.entries[i].certificate);
    return e;
}

enum oc_err trust_rical_write(struct buf *out, const struct trust_list_spec *spec)
{
    return list_write(out, &kind, spec);
}
