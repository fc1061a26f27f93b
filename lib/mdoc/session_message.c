#include "mdoc/session_message.h"

#include "codec/cbw.h"
#include "cose/key.h"
#include "mdoc/parse.h"

static void read_reader_key(struct cbr *r, struct mdoc_session_establishment *m)
{
    struct cbr key;

    mdoc_parse_embedded(&key, r, &m->reader_key_bytes);
    cose_key_read(&key, &m->reader_key);
    if (m->reader_key != NULL && !curve_info(public_key_curve(m->reader_key))->agrees)
        cbr_fail(&key, OC_SHAPE, "EReaderKey is on a curve without key agreement");
    cbr_adopt(r, &key);
}

static void read_establishment(struct cbr *r, struct mdoc_session_establishment *m)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "eReaderKey"))
            read_reader_key(r, m);
        else if (bytes_is(k, "data"))
            m->data = cbr_bstr(r);
        else
            cbr_skip(r);
    }
    if (m->reader_key == NULL || m->data.p == NULL)
        cbr_fail(r, OC_SHAPE, "SessionEstablishment is missing eReaderKey or data");
}

enum oc_err mdoc_session_establishment_init(struct mdoc_session_establishment *out,
                                            struct bytes src, struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_session_establishment){ 0 };
    mdoc_parse_begin(&r, src);
    read_establishment(&r, out);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_session_establishment_cleanup(out);
    return e;
}

void mdoc_session_establishment_cleanup(struct mdoc_session_establishment *m)
{
    public_key_free(&m->reader_key);
    *m = (struct mdoc_session_establishment){ 0 };
}

void mdoc_session_establishment_write(struct buf *out, struct bytes reader_key_bytes,
                                      struct bytes data)
{
    cbw_map(out, 2);
    cbw_str(out, "eReaderKey");
    cbw_raw(out, reader_key_bytes);
    cbw_str(out, "data");
    cbw_bstr(out, data);
}

static bool is_status(uint64_t status)
{
    return status == MDOC_SESSION_ENCRYPTION_ERROR || status == MDOC_SESSION_CBOR_ERROR ||
           status == MDOC_SESSION_TERMINATION;
}

/* Why it is no SessionData; NULL when it is one. */
static const char *objection(const struct mdoc_session_data *m)
{
    if (m->data.p == NULL && m->status == MDOC_SESSION_NO_STATUS)
        return "SessionData with neither data nor status";
    if (m->data.p != NULL && (m->status == MDOC_SESSION_ENCRYPTION_ERROR ||
                              m->status == MDOC_SESSION_CBOR_ERROR))
        return "SessionData with data beside an error status";
    return NULL;
}

static enum mdoc_session_status read_status(struct cbr *r)
{
    uint64_t status = cbr_uint(r);

    if (is_status(status))
        return (enum mdoc_session_status)status;
    cbr_fail(r, OC_SHAPE, "a status of SessionData that we do not know");
    return MDOC_SESSION_NO_STATUS;
}

enum oc_err mdoc_session_data_read(struct mdoc_session_data *out, struct bytes src,
                                   struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_session_data){ 0 };
    mdoc_parse_begin(&r, src);
    for (size_t pairs = cbr_map(&r); pairs > 0 && cbr_ok(&r); pairs--) {
        struct bytes k = cbr_key(&r);

        if (cbr_absent(&r))
            continue;
        if (bytes_is(k, "data"))
            out->data = cbr_bstr(&r);
        else if (bytes_is(k, "status"))
            out->status = read_status(&r);
        else
            cbr_skip(&r);
    }
    if (objection(out) != NULL)
        cbr_fail(&r, OC_SHAPE, objection(out));
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        *out = (struct mdoc_session_data){ 0 };
    return e;
}

void mdoc_session_data_write(struct buf *out, const struct mdoc_session_data *m)
{
    bool has_status = m->status != MDOC_SESSION_NO_STATUS;

    if (objection(m) != NULL || (has_status && !is_status(m->status))) {
        buf_fail(out, OC_USAGE);
        return;
    }
    cbw_map(out, (m->data.p != NULL) + (has_status ? 1U : 0U));
    if (m->data.p != NULL) {
        cbw_str(out, "data");
        cbw_bstr(out, m->data);
    }
    if (has_status) {
        cbw_str(out, "status");
        cbw_uint(out, m->status);
    }
}
