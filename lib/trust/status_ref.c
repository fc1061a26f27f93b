#include "trust/status_ref.h"

#include "codec/cbr.h"
#include "codec/cbw.h"

/* The members that both mechanisms have, and the one of their own. */
static void read_place(struct cbr *r, struct trust_status_ref *ref)
{
    enum { PLACE = 1, URI = 2, ALL = 3 };
    bool is_list = ref->mechanism == TRUST_STATUS_LIST;
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (is_list && bytes_is(k, "idx")) {
            ref->index = cbr_uint(r);
            seen |= PLACE;
        } else if (!is_list && bytes_is(k, "id")) {
            ref->id = cbr_bstr(r);
            seen |= PLACE;
        } else if (bytes_is(k, "uri")) {
            ref->uri = cbr_tstr(r);
            seen |= URI;
        } else if (bytes_is(k, "certificate")) {
            ref->certificate = cbr_bstr(r);
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "a status names no list, or no place in it");
    if (ref->uri.n == 0 || (!is_list && ref->id.n == 0))
        cbr_fail(r, OC_SHAPE, "a status names its list or its identifier by nothing");
    if (ref->uri.n > TRUST_STATUS_URI_MAX)
        cbr_fail(r, OC_LIMIT, "the URI of a status list is too long");
}

enum oc_err trust_status_refs_read(struct trust_status_refs *out, struct bytes src,
                                   struct oc_fault *fault)
{
    struct trust_status_refs refs = { 0 };
    struct cbr reader, *r = &reader;
    enum oc_err e;

    cbr_init(r, src);
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "status_list")) {
            refs.ref[refs.n].mechanism = TRUST_STATUS_LIST;
            read_place(r, &refs.ref[refs.n++]);
        } else if (bytes_is(k, "identifier_list")) {
            refs.ref[refs.n].mechanism = TRUST_IDENTIFIER_LIST;
            read_place(r, &refs.ref[refs.n++]);
        } else {
            refs.has_unknown = true;
            cbr_skip(r);
        }
    }
    e = cbr_end(r, fault);
    *out = e == OC_OK ? refs : (struct trust_status_refs){ 0 };
    return e;
}

void trust_status_ref_write(struct buf *out, const struct trust_status_ref *ref)
{
    bool has_certificate = ref->certificate.p != NULL;

    cbw_map(out, 1);
    cbw_str(out, ref->mechanism == TRUST_STATUS_LIST ? "status_list" : "identifier_list");
    cbw_map(out, 2 + (size_t)has_certificate);
    if (ref->mechanism == TRUST_STATUS_LIST) {
        cbw_str(out, "idx");
        cbw_uint(out, ref->index);
    } else {
        cbw_str(out, "id");
        cbw_bstr(out, ref->id);
    }
    cbw_str(out, "uri");
    cbw_tstr(out, ref->uri);
    if (has_certificate) {
        cbw_str(out, "certificate");
        cbw_bstr(out, ref->certificate);
    }
}
