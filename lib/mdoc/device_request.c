#include "mdoc/device_request.h"

#include <stdlib.h>

#include "codec/cbw.h"
#include "mdoc/auth.h"
#include "mdoc/parse.h"
#include "mdoc/version.h"

#define EXPIRES "owncard.expires"
#define PURPOSE "owncard.purpose"

/* nameSpaces = { + NameSpace => { + DataElementIdentifier => IntentToRetain } } */
static void read_name_spaces(struct cbr *r, struct mdoc_device_request *q,
                             struct mdoc_doc_request *doc)
{
    doc->first = q->elements_n;
    for (size_t spaces = cbr_map(r); spaces > 0 && cbr_ok(r); spaces--) {
        struct bytes name_space = cbr_tstr(r);
        size_t n = cbr_map(r);

        if (!mdoc_parse_room(r, (void **)&q->elements, q->elements_n, n, sizeof *q->elements))
            return;
        for (; n > 0 && cbr_ok(r); n--) {
            struct mdoc_requested *element = &q->elements[q->elements_n++];

            element->name_space = name_space;
            element->name = cbr_tstr(r);
            element->intent_to_retain = cbr_bool(r);
        }
    }
    doc->n = q->elements_n - doc->first;
}

static void read_request_info(struct cbr *r, struct mdoc_doc_request *doc)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "docResponseEncryption")) {
            cbr_embedded(r, &doc->encryption);
        } else if (bytes_is(k, EXPIRES)) {
            doc->expires = cbr_tdate(r);
            doc->has_expires = true;
        } else if (bytes_is(k, PURPOSE)) {
            doc->purpose = cbr_tstr(r);
        } else {
            cbr_skip(r);
        }
    }
}

static void read_items_request(struct cbr *r, struct mdoc_device_request *q,
                               struct mdoc_doc_request *doc)
{
    bool has_elements = false;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "docType")) {
            doc->doc_type = cbr_tstr(r);
        } else if (bytes_is(k, "nameSpaces")) {
            read_name_spaces(r, q, doc);
            has_elements = true;
        } else if (bytes_is(k, "requestInfo")) {
            read_request_info(r, doc);
        } else {
            cbr_skip(r);
        }
    }
    if (doc->doc_type.p == NULL || !has_elements)
        cbr_fail(r, OC_SHAPE, "ItemsRequest is missing docType or nameSpaces");
}

static void read_doc_request(struct cbr *r, struct mdoc_device_request *q,
                             struct mdoc_doc_request *doc)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "itemsRequest")) {
            struct cbr inner;

            mdoc_parse_embedded(&inner, r, &doc->items_request);
            read_items_request(&inner, q, doc);
            cbr_adopt(r, &inner);
        } else if (bytes_is(k, "readerAuth")) {
            cose_sign1_read(r, &doc->reader_auth, COSE_UNTAGGED);
            doc->has_reader_auth = true;
        } else {
            cbr_skip(r);
        }
    }
    if (doc->items_request.p == NULL)
        cbr_fail(r, OC_SHAPE, "DocRequest has no itemsRequest");
}

static void read_doc_requests(struct cbr *r, struct mdoc_device_request *q)
{
    q->docs_n =
        mdoc_parse_array(r, (void **)&q->docs, sizeof *q->docs, MDOC_DOCUMENTS_MAX,
                         "more than 16 docRequests");
    for (size_t i = 0; i < q->docs_n && cbr_ok(r); i++)
        read_doc_request(r, q, &q->docs[i]);
    if (q->docs_n == 0)
        cbr_fail(r, OC_SHAPE, "docRequests is empty");
}

static void read_reader_auth_all(struct cbr *r, struct mdoc_device_request *q)
{
    size_t n = cbr_array(r);

    if (n > X509_CHAIN_MAX)
        cbr_fail(r, OC_LIMIT, "more than 4 signatures in readerAuthAll");
    for (size_t i = 0; i < n && cbr_ok(r); i++) {
        cose_sign1_read(r, &q->reader_auth_all[i], COSE_UNTAGGED);
        q->reader_auth_all_n++;
    }
}

static void read_device_request(struct cbr *r, struct mdoc_device_request *q)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "version")) {
            q->version = cbr_tstr(r);
            if (cbr_ok(r) && !mdoc_version_is_1(q->version))
                cbr_fail(r, OC_SHAPE, "a version of DeviceRequest that we do not know");
        } else if (bytes_is(k, "docRequests")) {
            read_doc_requests(r, q);
        } else if (bytes_is(k, "deviceRequestInfo")) {
            cbr_embedded(r, &q->info);
        } else if (bytes_is(k, "readerAuthAll")) {
            read_reader_auth_all(r, q);
        } else {
            cbr_skip(r);
        }
    }
    if (q->version.p == NULL || q->docs_n == 0)
        cbr_fail(r, OC_SHAPE, "DeviceRequest is missing version or docRequests");
}

enum oc_err mdoc_device_request_init(struct mdoc_device_request *out, struct bytes src,
                                     struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_device_request){ 0 };
    mdoc_parse_begin(&r, src);
    read_device_request(&r, out);
    out->source = src;
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_device_request_cleanup(out);
    return e;
}

void mdoc_device_request_cleanup(struct mdoc_device_request *q)
{
    free(q->docs);
    free(q->elements);
    *q = (struct mdoc_device_request){ 0 };
}

/* Elements from `first` on that share its namespace. */
static size_t run_of(const struct mdoc_doc_request_spec *doc, size_t first)
{
    size_t n = 1;

    while (first + n < doc->elements_n &&
           bytes_eq(doc->elements[first + n].name_space, doc->elements[first].name_space))
        n++;
    return n;
}

static void put_name_spaces(struct buf *out, const struct mdoc_doc_request_spec *doc)
{
    size_t spaces = 0;

    for (size_t i = 0; i < doc->elements_n; i += run_of(doc, i))
        spaces++;
    cbw_map(out, spaces);
    for (size_t i = 0, n; i < doc->elements_n; i += n) {
        n = run_of(doc, i);
        cbw_tstr(out, doc->elements[i].name_space);
        cbw_map(out, n);
        for (size_t j = i; j < i + n; j++) {
            cbw_tstr(out, doc->elements[j].name);
            cbw_bool(out, doc->elements[j].intent_to_retain);
        }
    }
}

static void put_items_request(struct buf *out, const struct mdoc_doc_request_spec *doc)
{
    size_t infos = (doc->encryption.n > 0) + (doc->expires != 0) + (doc->purpose != NULL);

    cbw_map(out, infos > 0 ? 3 : 2);
    cbw_str(out, "docType");
    cbw_str(out, doc->doc_type);
    cbw_str(out, "nameSpaces");
    put_name_spaces(out, doc);
    if (infos == 0)
        return;
    cbw_str(out, "requestInfo");
    cbw_map(out, infos);
    if (doc->encryption.n > 0) {
        cbw_str(out, "docResponseEncryption");
        cbw_raw(out, doc->encryption);
    }
    if (doc->expires != 0) {
        cbw_str(out, EXPIRES);
        cbw_tdate(out, doc->expires);
    }
    if (doc->purpose != NULL) {
        cbw_str(out, PURPOSE);
        cbw_str(out, doc->purpose);
    }
}

static void put_reader_auth(struct buf *out, const struct mdoc_request_spec *spec,
                            struct bytes items_request)
{
    struct buf payload;

    buf_init(&payload, MDOC_BYTES_MAX);
    mdoc_reader_authentication(&payload, spec->transcript, items_request);
    buf_fail(out, buf_err(&payload));
    cbw_str(out, "readerAuth");
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = spec->reader, .payload = buf_view(&payload), .detached = true,
        .x5chain = spec->chain, .x5chain_n = spec->chain_n,
    });
    buf_cleanup(&payload);
}

void mdoc_device_request_write(struct buf *out, const struct mdoc_request_spec *spec)
{
    cbw_map(out, 2);
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_str(out, "docRequests");
    cbw_array(out, spec->docs_n);
    for (size_t i = 0; i < spec->docs_n; i++) {
        struct buf items, tagged;

        buf_init(&items, MDOC_BYTES_MAX);
        buf_init(&tagged, MDOC_BYTES_MAX);
        put_items_request(&items, &spec->docs[i]);
        buf_fail(out, buf_err(&items));
        cbw_embedded(&tagged, buf_view(&items));
        cbw_map(out, spec->reader != NULL ? 2 : 1);
        cbw_str(out, "itemsRequest");
        cbw_raw(out, buf_view(&tagged));
        if (spec->reader != NULL)
            put_reader_auth(out, spec, buf_view(&tagged));
        buf_cleanup(&tagged);
        buf_cleanup(&items);
    }
}
