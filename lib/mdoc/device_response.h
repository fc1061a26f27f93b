/* DeviceResponse: what a holder shows (ISO/IEC 18013-5, 10.3). */
#ifndef OWNCARD_MDOC_DEVICE_RESPONSE_H
#define OWNCARD_MDOC_DEVICE_RESPONSE_H

#include "cose/mac0.h"
#include "mdoc/issuer_signed.h"

/** An element the device itself signed. */
struct mdoc_device_item {
    struct bytes name_space, name, value;
};

/** Parsed, not believed. */
struct mdoc_document {
    struct bytes doc_type;
    struct mdoc_issuer_signed issuer_signed;
    struct bytes device_name_spaces;    /* #6.24(bstr …), as received */
    struct mdoc_device_item *device_items;
    size_t device_items_n;
    bool has_signature, has_mac;        /* exactly one is true */
    struct cose_sign1 signature;
    struct cose_mac0 mac;
};

struct mdoc_encrypted {
    struct bytes enc, cipher_text;
    uint64_t doc_request;
};

struct mdoc_device_response {
    struct bytes version;
    uint64_t status;
    struct mdoc_document *documents;
    size_t documents_n;
    struct mdoc_encrypted *encrypted;
    size_t encrypted_n;
    size_t errors_n;                    /* entries of documentErrors */
    bool has_zk_documents;
};

/**
 * Parse  DeviceResponse  of schemas/wire/device_response.cddl.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Release with
 *               mdoc_device_response_cleanup().
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY, OC_UNAVAILABLE
 * @retval OC_SHAPE  not the CDDL, a device payload that is attached, both or neither of signature
 *                   and MAC
 * @retval OC_LIMIT  more than MDOC_DOCUMENTS_MAX documents or MDOC_DEVICE_ITEMS_MAX elements
 *                   said by a device, or larger than we accept
 */
enum oc_err mdoc_device_response_init(struct mdoc_device_response *out, struct bytes src,
                                      struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_device_response_cleanup(struct mdoc_device_response *p);

/** Parse the decrypted content of EncryptedDocuments, { ? "documents": [ + Document ] }, into
 *  `out`, whose other fields stay zero. */
enum oc_err mdoc_documents_init(struct mdoc_device_response *out, struct bytes src,
                                struct oc_fault *fault) OC_MUST_CHECK;

/** One document to be shown. */
struct mdoc_document_spec {
    const struct mdoc_issuer_signed *card;
    const bool *keep;                   /* keep[i]: disclose card->items[i] */
    struct bytes transcript;
    const struct private_key *device_key;
    const struct public_key *reader_key;    /* NULL: sign; else MAC under the agreed key */
};

/** Append one Document with empty device namespaces, signed or MACed by the device key. */
enum oc_err mdoc_document_write(struct buf *out, const struct mdoc_document_spec *spec) OC_MUST_CHECK;

/** Append a plain DeviceResponse around encoded Documents; with none of them, status 0 and no
 *  "documents". */
void mdoc_device_response_write(struct buf *out, struct bytes documents, size_t documents_n);

#endif
