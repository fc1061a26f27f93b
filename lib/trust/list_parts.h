/* What the files of VICAL and RICAL share. Private to lib/trust. */
#ifndef OWNCARD_TRUST_LIST_PARTS_H
#define OWNCARD_TRUST_LIST_PARTS_H

#include "cose/sign1.h"
#include "trust/list.h"

/** In what the two kinds differ. */
struct list_kind {
    const char *provider, *issue_id;    /* the names of these members */
    const char *type;                   /* the value of "type", mandatory; NULL: there is none */
    bool has_doc_types;                 /* entries have a docType */
    bool protects_x5chain;
};

/** Read, check and fill `out`, as trust_vical_verify() promises. */
enum oc_err list_verify(struct trust_list *out, const struct list_kind *kind,
                        const struct trust_list_in *in, struct oc_fault *fault) OC_MUST_CHECK;

/** The payload, a view into out->bytes; errors go to the reader. */
void list_payload_read(struct cbr *r, struct trust_list *out, const struct list_kind *kind);

enum oc_err list_write(struct buf *out, const struct list_kind *kind,
                       const struct trust_list_spec *spec) OC_MUST_CHECK;

void list_cleanup(struct trust_list *list);

#endif
