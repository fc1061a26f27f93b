/*
 * Document response encryption (ISO/IEC 18013-5, second edition, 12.6), by HPKE: the reader puts
 * a fresh key and a nonce into its request, the holder encrypts the documents to it.
 *
 *   EncryptionParametersBytes = #6.24(bstr .cbor { "recipientPublicKey": COSE_Key, ? "nonce": bstr, … })
 *   EncryptedDocuments        = { "enc": bstr, "cipherText": bstr, "docRequestID": uint }
 *   plaintext                 = { ? "documents": [ + Document ], … }         schemas/wire/document_encryption.cddl
 */
#ifndef OWNCARD_MDOC_ENCRYPTION_H
#define OWNCARD_MDOC_ENCRYPTION_H

#include "mdoc/device_request.h"
#include "mdoc/device_response.h"

/** Append EncryptionParametersBytes; errors go to out->err. */
void mdoc_encryption_parameters_write(struct buf *out, const struct public_key *recipient,
                                      struct bytes nonce);

struct mdoc_encryption_parameters {
    struct bytes tagged;            /* the tag-24 bytes as in the request */
    struct public_key *recipient;
    struct bytes nonce;
};

/**
 * Read the one set of EncryptionParameters that every docRequest of `q` must carry byte for byte
 * alike, which is what the QR handover asks.
 *
 * @retval OC_SHAPE  none, several different ones, a nonce missing or under MDOC_NONCE_MIN bytes, a key
 *                   that is not on P-256
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_LIMIT, OC_UNAVAILABLE, OC_MEMORY   what is embedded
 *                   is no such CBOR, or its key cannot be imported
 *
 * Faults count from the start of the request.
 */
enum oc_err mdoc_encryption_parameters_init(struct mdoc_encryption_parameters *out,
                                            const struct mdoc_device_request *q,
                                            struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_encryption_parameters_cleanup(struct mdoc_encryption_parameters *p);

/** Append a DeviceResponse that holds `documents` (encoded Documents, one after the other) as one
 *  EncryptedDocuments answering docRequest `doc_request`. */
enum oc_err mdoc_response_encrypt(struct buf *out, struct bytes documents, size_t documents_n,
                                  const struct mdoc_encryption_parameters *parameters,
                                  struct bytes transcript, size_t doc_request) OC_MUST_CHECK;

/** Decrypt one EncryptedDocuments; append the plaintext map.
 *  @retval OC_SIGNATURE  not encrypted to this key for this transcript, or changed on the way */
enum oc_err mdoc_documents_decrypt(struct buf *out, const struct mdoc_encrypted *encrypted,
                                   const struct private_key *recipient,
                                   struct bytes transcript) OC_MUST_CHECK;

#endif
