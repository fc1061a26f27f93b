/*
 * The holder's side of NFC, command by command: the static handover as an NFC Forum Type 4 tag, and
 * the mdoc application, through which messages of a session go (ISO/IEC 18013-5, 8.2.2 and
 * 8.3.3.1.2). Bytes in, bytes out, on whatever carries APDUs.
 *
 *   D2760000850101   E103  the capability container, which names the file of the handover
 *                    E104  its length in 2 bytes, and the Handover Select message
 *   A0000002480400   ENVELOPE, chained, with a data object 53; the answer follows with the last one
 *                    and with GET RESPONSE
 *
 * Nothing a reader sends is an error here: it is answered by a status word, and the card goes on.
 */
#ifndef OWNCARD_TRANSPORT_NFC_CARD_H
#define OWNCARD_TRANSPORT_NFC_CARD_H

#include "transport/apdu.h"

enum {
    NFC_HANDOVER_MAX = 16 * 1024,   /* bytes of a Handover Select message */
    NFC_AID_N = 7,
};

extern const uint8_t nfc_aid_ndef[NFC_AID_N], nfc_aid_mdoc[NFC_AID_N];

/** Files of the tag. */
enum { NFC_FILE_NONE = 0, NFC_FILE_CC = 0xe103, NFC_FILE_NDEF = 0xe104 };

enum nfc_application { NFC_NOTHING_SELECTED, NFC_NDEF_SELECTED, NFC_MDOC_SELECTED };

/* All zero is none. */
struct nfc_card {
    size_t max_command, max_response;   /* bytes of data, as the engagement says */
    struct buf ndef;                    /* the file; empty: no handover by NFC */
    enum nfc_application selected;
    unsigned file;
    struct buf incoming;                /* of a chain of ENVELOPEs */
    struct buf answer;
    size_t answered;                    /* bytes of it that were given */
    uint32_t expected;                  /* bytes the last ENVELOPE lets us answer with */
    bool owes_answer;                   /* a message was handed out */
};

/**
 * @param handover      the Handover Select message, copied; empty where engagement is otherwise
 * @param max_command   APDU_DATA_SHORT to APDU_DATA_MAX
 * @param max_response  APDU_ANSWER_SHORT to APDU_ANSWER_MAX
 * @retval OC_USAGE     lengths out of bounds
 * @retval OC_LIMIT, OC_MEMORY   then all zero
 */
enum oc_err nfc_card_init(struct nfc_card *card, struct bytes handover, size_t max_command,
                          size_t max_response) OC_MUST_CHECK;
void nfc_card_cleanup(struct nfc_card *card);

/** The reader took the power away: nothing is selected, and what was half said is forgotten. */
void nfc_card_reset(struct nfc_card *card);

enum nfc_card_event {
    NFC_CARD_REPLY,         /* `out` has what must be answered */
    NFC_CARD_MESSAGE,       /* `out` has a whole message; nfc_card_answer() must come next */
};

/** Take a command. Only of `out` is there an error, in out->err. */
enum nfc_card_event nfc_card_take(struct nfc_card *card, struct buf *out, struct bytes command);

/** Answer the message that was handed out, by one of at most APDU_OBJECT_MAX bytes, or by none.
 *  Appends the response to the last command; the rest is fetched by commands that come. Errors go
 *  to out->err: OC_USAGE where no answer is owed, OC_LIMIT, OC_MEMORY. */
void nfc_card_answer(struct nfc_card *card, struct buf *out, struct bytes message);

/** Whether part of an answer waits to be fetched. */
bool nfc_card_has_more(const struct nfc_card *card);

#endif
