/* DeviceRequest: what a verifier asks for (ISO/IEC 18013-5, 10.2). */
#ifndef OWNCARD_MDOC_DEVICE_REQUEST_H
#define OWNCARD_MDOC_DEVICE_REQUEST_H

#include "cose/sign1.h"
#include "mdoc/limits.h"

struct mdoc_requested {
    struct bytes name_space, name;
    bool intent_to_retain;
};

struct mdoc_doc_request {
    struct bytes items_request;     /* #6.24(bstr …), as received: what the reader signs */
    struct bytes doc_type;
    size_t first, n;                /* elements within mdoc_device_request.elements */
    bool has_reader_auth;
    struct cose_sign1 reader_auth;

    /* Of requestInfo, second edition: */
    struct bytes encryption;        /* docResponseEncryption, #6.24(bstr …); p NULL: absent */
    bool has_expires;               /* our "owncard.expires" */
    int64_t expires;
    struct bytes purpose;           /* our "owncard.purpose"; p NULL: absent */
};

/** Parsed, not believed: who asks is mdoc_reader_check()'s business. */
struct mdoc_device_request {
    struct bytes source;            /* the whole message */
    struct bytes version;
    struct mdoc_doc_request *docs;
    size_t docs_n;
    struct mdoc_requested *elements;
    size_t elements_n;
    struct bytes info;              /* deviceRequestInfo, #6.24(bstr …); p NULL: absent */
    size_t reader_auth_all_n;
    struct cose_sign1 reader_auth_all[X509_CHAIN_MAX];
};

/**
 * Parse  DeviceRequest  of schemas/wire/device_request.cddl.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Release with
 *               mdoc_device_request_cleanup().
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY
 * @retval OC_SHAPE  not the CDDL, or a major version other than 1
 * @retval OC_LIMIT  more than MDOC_DOCUMENTS_MAX docRequests, or larger than we accept
 */
enum oc_err mdoc_device_request_init(struct mdoc_device_request *out, struct bytes src,
                                     struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_device_request_cleanup(struct mdoc_device_request *q);

/** One document to be asked for. */
struct mdoc_doc_request_spec {
    const char *doc_type;
    const struct mdoc_requested *elements;  /* those of one namespace stand together */
    size_t elements_n;
    struct bytes encryption;        /* EncryptionParametersBytes; empty: none */
    int64_t expires;                /* 0: none */
    const char *purpose;            /* NULL: none */
};

struct mdoc_request_spec {
    const struct mdoc_doc_request_spec *docs;
    size_t docs_n;
    struct bytes transcript;        /* what the reader signs over */
    const struct private_key *reader;       /* NULL: unsigned */
    struct x509_cert *const *chain; /* the reader's certificate first, its root left out */
    size_t chain_n;
};

/** Append a DeviceRequest, version "1.0", each docRequest with readerAuth when there is a reader
 *  key. Errors go to out->err. */
void mdoc_device_request_write(struct buf *out, const struct mdoc_request_spec *spec);

#endif
