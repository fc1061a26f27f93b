#include "mdoc/encryption.h"

#include "codec/cbw.h"
#include "cose/key.h"
#include "crypto/hpke.h"
#include "mdoc/parse.h"

void mdoc_encryption_parameters_write(struct buf *out, const struct public_key *recipient,
                                      struct bytes nonce)
{
    struct buf content;

    buf_init(&content, MDOC_BYTES_MAX);
    cbw_map(&content, 2);
    cbw_str(&content, "recipientPublicKey");
    cose_key_write(&content, recipient);
    cbw_str(&content, "nonce");
    cbw_bstr(&content, nonce);
    buf_fail(out, buf_err(&content));
    cbw_embedded(out, buf_view(&content));
    buf_cleanup(&content);
}

static void read_parameters(struct cbr *r, struct mdoc_encryption_parameters *p)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "recipientPublicKey"))
            cose_key_read(r, &p->recipient);
        else if (bytes_is(k, "nonce"))
            p->nonce = cbr_bstr(r);
        else
            cbr_skip(r);
    }
    if (p->recipient == NULL)
        cbr_fail(r, OC_SHAPE, "EncryptionParameters has no recipientPublicKey");
    else if (public_key_curve(p->recipient) != CURVE_P256)
        cbr_fail(r, OC_SHAPE, "recipientPublicKey is not on P-256, as its HPKE suite demands");
    if (p->nonce.n < MDOC_NONCE_MIN)
        cbr_fail(r, OC_SHAPE, "the nonce of EncryptionParameters is missing or under 16 bytes");
}

enum oc_err mdoc_encryption_parameters_init(struct mdoc_encryption_parameters *out,
                                            const struct mdoc_device_request *q,
                                            struct oc_fault *fault)
{
    struct mdoc_encryption_parameters p = { .tagged = q->docs[0].encryption };
    struct cbr r, outer;
    enum oc_err e;

    *out = (struct mdoc_encryption_parameters){ 0 };
    for (size_t i = 0; i < q->docs_n; i++)
        if (q->docs[i].encryption.p == NULL || !bytes_eq(q->docs[i].encryption, p.tagged)) {
            if (fault != NULL)
                *fault = (struct oc_fault){ 0, "every docRequest must carry the same "
                                               "docResponseEncryption" };
            return OC_SHAPE;
        }
    cbr_init(&outer, p.tagged);
    outer.base = q->source.p;       /* so that faults count from the start of the request */
    mdoc_parse_embedded(&r, &outer, NULL);
    read_parameters(&r, &p);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_encryption_parameters_cleanup(&p);
    *out = p;
    return e;
}

void mdoc_encryption_parameters_cleanup(struct mdoc_encryption_parameters *p)
{
    public_key_free(&p->recipient);
    *p = (struct mdoc_encryption_parameters){ 0 };
}

enum oc_err mdoc_response_encrypt(struct buf *out, struct bytes documents, size_t documents_n,
                                  const struct mdoc_encryption_parameters *parameters,
                                  struct bytes transcript, size_t doc_request)
{
    struct buf plain, sealed;
    uint8_t enc[HPKE_ENC_N];
    enum oc_err e;

    buf_init(&plain, MDOC_BYTES_MAX);
    buf_init(&sealed, MDOC_BYTES_MAX);
    cbw_map(&plain, 1);
    cbw_str(&plain, "documents");
    cbw_array(&plain, documents_n);
    cbw_raw(&plain, documents);
    /* info is the SessionTranscript itself, aad empty: 12.6. */
    if ((e = buf_err(&plain)) != OC_OK ||
        (e = hpke_seal(enc, &sealed, parameters->recipient, transcript, (struct bytes){ 0 },
                       buf_view(&plain))) != OC_OK)
        goto out;
    cbw_map(out, 3);
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_str(out, "encryptedDocuments");
    cbw_array(out, 1);
    cbw_map(out, 3);
    cbw_str(out, "enc");
    cbw_bstr(out, BYTES_OF(enc));
    cbw_str(out, "cipherText");
    cbw_bstr(out, buf_view(&sealed));
    cbw_str(out, "docRequestID");
    cbw_uint(out, doc_request);
    cbw_str(out, "status");
    cbw_uint(out, 0);
    e = buf_err(out);
out:
    buf_cleanup(&sealed);
    buf_cleanup(&plain);
    return e;
}

enum oc_err mdoc_documents_decrypt(struct buf *out, const struct mdoc_encrypted *encrypted,
                                   const struct private_key *recipient, struct bytes transcript)
{
    return hpke_open(out, recipient, encrypted->enc, transcript, (struct bytes){ 0 },
                     encrypted->cipher_text);
}
