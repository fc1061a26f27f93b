/*
 * The reader's side of NFC, the other end of transport/nfc_card.h: which command comes next, and
 * what the response to it means. Bytes in, bytes out.
 *
 *   nfc_reader_handover(), nfc_reader_open() or nfc_reader_send()
 *   while (nfc_reader_next(&r, &command))
 *       nfc_reader_take(&r, response of the card, &fault)
 *   nfc_reader_result()
 */
#ifndef OWNCARD_TRANSPORT_NFC_READER_H
#define OWNCARD_TRANSPORT_NFC_READER_H

#include "transport/apdu.h"

/* What the next command is for. */
enum nfc_step {
    NFC_STEP_NONE,
    NFC_STEP_SELECT_NDEF, NFC_STEP_SELECT_CC, NFC_STEP_READ_CC, NFC_STEP_SELECT_FILE,
    NFC_STEP_READ_LENGTH, NFC_STEP_READ_FILE,
    NFC_STEP_SELECT_MDOC, NFC_STEP_ENVELOPE, NFC_STEP_GET_RESPONSE,
};

/* All zero is none. */
struct nfc_reader {
    enum nfc_step step;
    size_t max_command, max_response;   /* bytes of data */
    struct buf out;                     /* the object that is being sent */
    size_t sent, part;                  /* bytes of it that were, and that the last command has */
    struct buf in;                      /* what has come */
    struct bytes result;                /* a view into `in` */
    size_t wanted;                      /* bytes of the handover, or that GET RESPONSE asks for */
    size_t file_max, read_max;          /* of the handover's file, as the card says */
    uint8_t file[2];
};

/** A reader that sends 255 bytes and takes 256 at a time, as every card can. */
void nfc_reader_init(struct nfc_reader *r);
void nfc_reader_cleanup(struct nfc_reader *r);

/** What the engagement says the holder takes and gives. @retval OC_USAGE  out of bounds */
enum oc_err nfc_reader_limits(struct nfc_reader *r, size_t max_command,
                              size_t max_response) OC_MUST_CHECK;

/** Begin to read the Handover Select message of a static handover, which will be the result. */
void nfc_reader_handover(struct nfc_reader *r);

/** Begin to select the mdoc application; there is no result. */
void nfc_reader_open(struct nfc_reader *r);

/** Begin to send a message; the answer, if the holder gives one, will be the result.
 *  @retval OC_LIMIT, OC_MEMORY */
enum oc_err nfc_reader_send(struct nfc_reader *r, struct bytes message) OC_MUST_CHECK;

/** Append the next command, whose error goes to command->err. False: it is done, or it failed. */
bool nfc_reader_next(struct nfc_reader *r, struct buf *command);

/** Whether that command is inside a message, ours or the answer: the holder's device has nothing to
 *  wait for before it responds, as it has after the last part of what we send. */
bool nfc_reader_is_inside(const struct nfc_reader *r);

/**
 * Take the response to it. After an error there is no next command.
 *
 * @param fault  optional; the offset counts within the response, or within what was put together of
 *               several
 * @retval OC_TRUNCATED  no response, as of a card that is gone, or less than it promised
 * @retval OC_REFUSED    the card refuses the command
 * @retval OC_TRAILING, OC_SHAPE, OC_LIMIT   not what a card of this kind says
 * @retval OC_MEMORY
 */
enum oc_err nfc_reader_take(struct nfc_reader *r, struct bytes response,
                            struct oc_fault *fault) OC_MUST_CHECK;

/** What has come, until the next thing is begun; empty where there is nothing. */
struct bytes nfc_reader_result(const struct nfc_reader *r);

#endif
