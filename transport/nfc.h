/* The reader's side of NFC on any PC/SC reader: transport/nfc_reader.h's commands, given to a card
 * by transport/pcsc.h. Deadlines and reasons as in transport/carrier.h. */
#ifndef OWNCARD_TRANSPORT_NFC_H
#define OWNCARD_TRANSPORT_NFC_H

#include "transport/carrier.h"

struct nfc_link;

/** Wait for a card. @param out  NULL on error; release with nfc_free()
 *  @param reader  as pcsc_open(), whose errors these are */
enum oc_err nfc_open(struct nfc_link **out, const char *reader, int64_t deadline,
                     const char **reason) OC_MUST_CHECK;
void nfc_free(struct nfc_link **link);

/** Append the names of the NFC readers, as pcsc_readers(). */
enum oc_err nfc_readers(struct buf *names, int64_t deadline, const char **reason) OC_MUST_CHECK;

/** Append the Handover Select message of the card's static handover.
 *  @retval OC_IO, OC_EXPIRED  as pcsc_transmit(); OC_REFUSED  the card offers none
 *  @retval OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT  not what a tag says  @retval OC_MEMORY */
enum oc_err nfc_handover(struct nfc_link *link, struct buf *select, int64_t deadline,
                         const char **reason) OC_MUST_CHECK;

/**
 * Select the mdoc application and carry messages through it.
 *
 * @param out          all zero but for the reason on error
 * @param link         moved on OC_OK
 * @param max_command  bytes of data the holder takes, and with max_response gives, at a time
 * @retval OC_USAGE    lengths that no holder may have
 * @retval as nfc_handover()
 */
enum oc_err nfc_carrier(struct carrier *out, struct nfc_link **link, size_t max_command,
                        size_t max_response, int64_t deadline) OC_MUST_CHECK;

#endif
