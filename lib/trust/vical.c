#include "trust/vical.h"

#include "trust/list_parts.h"

static const struct list_kind kind = {
    .provider = "vicalProvider", .issue_id = "vicalIssueID", .has_doc_types = true,
};

enum oc_err trust_vical_verify(struct trust_vical *out, const struct trust_list_in *in,
                               struct oc_fault *fault)
{
    return list_verify(&out->list, &kind, in, fault);
}

void trust_vical_cleanup(struct trust_vical *vical)
{
    list_cleanup(&vical->list);
}

enum oc_err trust_vical_add_to(struct trust_anchors *anchors, const struct trust_vical *vical)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < vical->list.entries_n && e == OC_OK; i++) {
        const struct trust_list_entry *entry = &vical->list.entries[i];

        e = trust_anchors_add_for(anchors, entry->certificate, entry->doc_types,
                                  entry->doc_types_n);
    }
    return e;
}

enum oc_err trust_vical_write(struct buf *out, const struct trust_list_spec *spec)
{
    return list_write(out, &kind, spec);
}
