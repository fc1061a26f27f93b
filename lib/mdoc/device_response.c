#include "mdoc/device_response.h"

#include <stdlib.h>

#include "codec/cbw.h"
#include "mdoc/auth.h"
#include "mdoc/parse.h"

/* DeviceNameSpaces = { * NameSpace => { + DataElementIdentifier => DataElementValue } } */
static void read_device_name_spaces(struct cbr *r, struct mdoc_document *doc)
{
    for (size_t spaces = cbr_map(r); spaces > 0 && cbr_ok(r); spaces--) {
        struct bytes name_space = cbr_tstr(r);
        size_t n = cbr_map(r);

        if (doc->device_items_n + n > MDOC_DEVICE_ITEMS_MAX) {
            cbr_fail(r, OC_LIMIT, "more than 4096 elements said by the device");
            return;
        }
        if (!mdoc_parse_room(r, (void **)&doc->device_items, doc->device_items_n, n,
                        sizeof *doc->device_items))
            return;
        for (; n > 0 && cbr_ok(r); n--) {
            struct mdoc_device_item *item = &doc->device_items[doc->device_items_n++];

            item->name_space = name_space;
            item->name = cbr_tstr(r);
            item->value = cbr_any(r);
        }
    }
}

/* deviceAuth = { "deviceSignature": COSE_Sign1 // "deviceMac": COSE_Mac0 } */
static void read_device_auth(struct cbr *r, struct mdoc_document *doc)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "deviceSignature")) {
            cose_sign1_read(r, &doc->signature, COSE_UNTAGGED);
            if (cbr_ok(r) && !doc->signature.is_detached)
                cbr_fail(r, OC_SHAPE, "deviceSignature carries a payload of its own");
            doc->has_signature = true;
        } else if (bytes_is(k, "deviceMac")) {
            cose_mac0_read(r, &doc->mac, COSE_UNTAGGED);
            if (cbr_ok(r) && !doc->mac.is_detached)
                cbr_fail(r, OC_SHAPE, "deviceMac carries a payload of its own");
            doc->has_mac = true;
        } else {
            cbr_skip(r);
        }
    }
    if (doc->has_signature == doc->has_mac)
        cbr_fail(r, OC_SHAPE, "deviceAuth needs exactly one of deviceSignature and deviceMac");
}

static void read_device_signed(struct cbr *r, struct mdoc_document *doc)
{
    bool has_auth = false;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "nameSpaces")) {
            struct cbr inner;

            mdoc_parse_embedded(&inner, r, &doc->device_name_spaces);
            read_device_name_spaces(&inner, doc);
            cbr_adopt(r, &inner);
        } else if (bytes_is(k, "deviceAuth")) {
            read_device_auth(r, doc);
            has_auth = true;
        } else {
            cbr_skip(r);
        }
    }
    if (doc->device_name_spaces.p == NULL || !has_auth)
        cbr_fail(r, OC_SHAPE, "deviceSigned is missing nameSpaces or deviceAuth");
}

static void read_document(struct cbr *r, struct mdoc_document *doc)
{
    enum { TYPE = 1, ISSUER = 2, DEVICE = 4, ALL = 7 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "docType")) {
            doc->doc_type = cbr_tstr(r);
            seen |= TYPE;
        } else if (bytes_is(k, "issuerSigned")) {
            mdoc_issuer_signed_read(r, &doc->issuer_signed);
            seen |= ISSUER;
        } else if (bytes_is(k, "deviceSigned")) {
            read_device_signed(r, doc);
            seen |= DEVICE;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "Document is missing a key");
}

static void read_documents(struct cbr *r, struct mdoc_device_response *p)
{
    p->documents_n =
        mdoc_parse_array(r, (void **)&p->documents, sizeof *p->documents, MDOC_DOCUMENTS_MAX,
                         "more than 16 documents");
    for (size_t i = 0; i < p->documents_n && cbr_ok(r); i++)
        read_document(r, &p->documents[i]);
}

static void read_encrypted_map(struct cbr *r, struct mdoc_encrypted *x)
{
    enum { ENC = 1, CIPHER_TEXT = 2, REQUEST = 4, ALL = 7 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "enc")) {
            x->enc = cbr_bstr(r);
            seen |= ENC;
        } else if (bytes_is(k, "cipherText")) {
            x->cipher_text = cbr_bstr(r);
            seen |= CIPHER_TEXT;
        } else if (bytes_is(k, "docRequestID")) {
            x->doc_request = cbr_uint(r);
            seen |= REQUEST;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "EncryptedDocuments is missing a key");
}

static void read_encrypted(struct cbr *r, struct mdoc_device_response *p)
{
    p->encrypted_n =
        mdoc_parse_array(r, (void **)&p->encrypted, sizeof *p->encrypted, MDOC_DOCUMENTS_MAX,
                         "more than 16 encryptedDocuments");
    for (size_t i = 0; i < p->encrypted_n && cbr_ok(r); i++)
        read_encrypted_map(r, &p->encrypted[i]);
}

/* With `inner`, the decrypted content of EncryptedDocuments: no version, no status. */
static void read_response(struct cbr *r, struct mdoc_device_response *p, bool inner)
{
    bool has_status = false;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "documents")) {
            read_documents(r, p);
        } else if (bytes_is(k, "zkDocuments")) {
            size_t n = cbr_array(r);

            p->has_zk_documents = n > 0;
            for (; n > 0 && cbr_ok(r); n--)
                cbr_skip(r);
        } else if (inner) {
            cbr_skip(r);
        } else if (bytes_is(k, "version")) {
            p->version = cbr_tstr(r);
        } else if (bytes_is(k, "encryptedDocuments")) {
            read_encrypted(r, p);
        } else if (bytes_is(k, "documentErrors")) {
            p->errors_n = cbr_array(r);
            for (size_t i = 0; i < p->errors_n; i++)
                cbr_skip(r);
        } else if (bytes_is(k, "status")) {
            p->status = cbr_uint(r);
            has_status = true;
        } else {
            cbr_skip(r);
        }
    }
    if (!inner && (p->version.p == NULL || !has_status))
        cbr_fail(r, OC_SHAPE, "DeviceResponse is missing version or status");
}

static enum oc_err response_init(struct mdoc_device_response *out, struct bytes src, bool inner,
                                 struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_device_response){ 0 };
    mdoc_parse_begin(&r, src);
    read_response(&r, out, inner);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_device_response_cleanup(out);
    return e;
}

enum oc_err mdoc_device_response_init(struct mdoc_device_response *out, struct bytes src,
                                      struct oc_fault *fault)
{
    return response_init(out, src, false, fault);
}

enum oc_err mdoc_documents_init(struct mdoc_device_response *out, struct bytes src,
                                struct oc_fault *fault)
{
    return response_init(out, src, true, fault);
}

void mdoc_device_response_cleanup(struct mdoc_device_response *p)
{
    for (size_t i = 0; i < p->documents_n; i++) {
        mdoc_issuer_signed_cleanup(&p->documents[i].issuer_signed);
        free(p->documents[i].device_items);
    }
    free(p->documents);
    free(p->encrypted);
    *p = (struct mdoc_device_response){ 0 };
}

static enum oc_err put_device_auth(struct buf *out, const struct mdoc_document_spec *spec,
                                   struct bytes authentication)
{
    struct secret *key = NULL;
    enum oc_err e;

    cbw_map(out, 1);
    if (spec->reader_key == NULL) {
        cbw_str(out, "deviceSignature");
        cose_sign1_write(out, &(struct cose_sign1_spec){
            .key = spec->device_key, .payload = authentication, .detached = true });
        return buf_err(out);
    }
    cbw_str(out, "deviceMac");
    e = mdoc_emac_key(&key, spec->device_key, spec->reader_key, spec->transcript);
    if (e == OC_OK)
        cose_mac0_write(out, key, authentication);
    secret_free(&key);
    return e == OC_OK ? buf_err(out) : e;
}

enum oc_err mdoc_document_write(struct buf *out, const struct mdoc_document_spec *spec)
{
    /* #6.24(h'a0'): the device adds no elements of its own. */
    const struct bytes no_name_spaces = BYTES("\xd8\x18\x41\xa0");
    struct bytes doc_type = spec->card->mso.doc_type;
    struct buf authentication;
    enum oc_err e;

    buf_init(&authentication, MDOC_BYTES_MAX);
    mdoc_device_authentication(&authentication, spec->transcript, doc_type, no_name_spaces);
    e = buf_err(&authentication);
    if (e == OC_OK) {
        cbw_map(out, 3);
        cbw_str(out, "docType");
        cbw_tstr(out, doc_type);
        cbw_str(out, "issuerSigned");
        mdoc_issuer_signed_write(out, spec->card, spec->keep);
        cbw_str(out, "deviceSigned");
        cbw_map(out, 2);
        cbw_str(out, "nameSpaces");
        cbw_raw(out, no_name_spaces);
        cbw_str(out, "deviceAuth");
        e = put_device_auth(out, spec, buf_view(&authentication));
    }
    buf_cleanup(&authentication);
    return e;
}

void mdoc_device_response_write(struct buf *out, struct bytes documents, size_t documents_n)
{
    cbw_map(out, documents_n > 0 ? 3 : 2);
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    if (documents_n > 0) {
        cbw_str(out, "documents");
        cbw_array(out, documents_n);
        cbw_raw(out, documents);
    }
    cbw_str(out, "status");
    cbw_uint(out, 0);
}
