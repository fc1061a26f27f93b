#include "transport/nfc_card.h"

const uint8_t nfc_aid_ndef[NFC_AID_N] = { 0xd2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01 };
const uint8_t nfc_aid_mdoc[NFC_AID_N] = { 0xa0, 0x00, 0x00, 0x02, 0x48, 0x04, 0x00 };

enum { SELECT_BY_NAME = 4, SELECT_FILE = 0, OBJECT_HEAD_MAX = 6, CC_N = 15 };

enum oc_err nfc_card_init(struct nfc_card *card, struct bytes handover, size_t max_command,
                          size_t max_response)
{
    enum oc_err e;

    *card = (struct nfc_card){ .max_command = max_command, .max_response = max_response };
    if (max_command < APDU_DATA_SHORT || max_command > APDU_DATA_MAX ||
        max_response < APDU_ANSWER_SHORT || max_response > APDU_ANSWER_MAX) {
        nfc_card_cleanup(card);
        return OC_USAGE;
    }
    buf_init(&card->ndef, NFC_HANDOVER_MAX + 2);
    buf_init(&card->incoming, APDU_OBJECT_MAX + OBJECT_HEAD_MAX);
    buf_init(&card->answer, APDU_OBJECT_MAX + OBJECT_HEAD_MAX);
    if (handover.n > 0) {
        buf_add_byte(&card->ndef, (uint8_t)(handover.n >> 8));
        buf_add_byte(&card->ndef, (uint8_t)handover.n);
        buf_add(&card->ndef, handover);
    }
    if ((e = buf_err(&card->ndef)) != OC_OK)
        nfc_card_cleanup(card);
    return e;
}

void nfc_card_cleanup(struct nfc_card *card)
{
    buf_cleanup(&card->ndef);
    buf_cleanup(&card->incoming);
    buf_cleanup(&card->answer);
    *card = (struct nfc_card){ .max_command = 0 };
}

static void forget(struct nfc_card *card)
{
    buf_truncate(&card->incoming, 0);
    buf_truncate(&card->answer, 0);
    card->answered = 0;
    card->owes_answer = false;
}

void nfc_card_reset(struct nfc_card *card)
{
    forget(card);
    card->selected = NFC_NOTHING_SELECTED;
    card->file = NFC_FILE_NONE;
}

static void reply(struct buf *out, uint16_t status)
{
    apdu_response_write(out, (struct bytes){ NULL, 0 }, status);
}

static uint16_t select_application(struct nfc_card *card, struct bytes name)
{
    nfc_card_reset(card);
    if (bytes_eq(name, BYTES_OF(nfc_aid_mdoc)))
        card->selected = NFC_MDOC_SELECTED;
    else if (card->ndef.n > 0 && bytes_eq(name, BYTES_OF(nfc_aid_ndef)))
        card->selected = NFC_NDEF_SELECTED;
    return card->selected != NFC_NOTHING_SELECTED ? APDU_DONE : APDU_NOT_FOUND;
}

static uint16_t select_file(struct nfc_card *card, struct bytes name)
{
    unsigned file;

    if (card->selected != NFC_NDEF_SELECTED)
        return APDU_NOT_NOW;
    if (name.n != 2)
        return APDU_BAD_DATA;
    file = (unsigned)name.p[0] << 8 | name.p[1];
    if (file != NFC_FILE_CC && file != NFC_FILE_NDEF)
        return APDU_NOT_FOUND;
    card->file = file;
    return APDU_DONE;
}

/* Answers of SELECT have no data, whether some was asked for or not. */
static void take_select(struct nfc_card *card, struct buf *out, const struct apdu_command *c)
{
    if (c->p2 != 0x00 && c->p2 != 0x0c)
        reply(out, APDU_BAD_PARAMETERS);
    else if (c->p1 == SELECT_BY_NAME)
        reply(out, select_application(card, c->data));
    else if (c->p1 == SELECT_FILE)
        reply(out, select_file(card, c->data));
    else
        reply(out, APDU_BAD_PARAMETERS);
}

/* The capability container: mapping version 2.0, and one file, to be read by everybody and written
 * by nobody. */
static void write_cc(const struct nfc_card *card, uint8_t cc[CC_N])
{
    const uint8_t bytes[CC_N] = {
        0x00, CC_N, 0x20, 0x00, 0xff, 0x00, 0xff,
        0x04, 0x06, NFC_FILE_NDEF >> 8, NFC_FILE_NDEF & 0xff,
        (uint8_t)(card->ndef.n >> 8), (uint8_t)card->ndef.n, 0x00, 0xff,
    };

    memcpy(cc, bytes, CC_N);
}

static void take_read(const struct nfc_card *card, struct buf *out, const struct apdu_command *c)
{
    size_t at = (size_t)c->p1 << 8 | c->p2, n;
    uint8_t cc[CC_N];
    struct bytes file = BYTES_OF(cc);

    if (card->file == NFC_FILE_NONE) {
        reply(out, APDU_NOT_NOW);
        return;
    }
    write_cc(card, cc);
    if (card->file == NFC_FILE_NDEF)
        file = buf_view(&card->ndef);
    if (c->data.n > 0 || c->expected == 0) {
        reply(out, APDU_WRONG_LENGTH);
    } else if (at >= file.n) {
        reply(out, APDU_BEYOND_END);
    } else {
        n = file.n - at < c->expected ? file.n - at : c->expected;
        apdu_response_write(out, (struct bytes){ file.p + at, n }, APDU_DONE);
    }
}

/* As much of the answer as may be given, and how much there still is. */
static void give(struct nfc_card *card, struct buf *out, uint32_t expected)
{
    size_t n = card->answer.n - card->answered, left;
    size_t most = expected < card->max_response ? expected : card->max_response;
    uint16_t status = APDU_DONE;

    if (n > most)
        n = most;
    left = card->answer.n - card->answered - n;
    if (left > 0)
        status = APDU_MORE | (left <= 255 ? (uint16_t)left : 0);
    apdu_response_write(out, (struct bytes){ card->answer.p + card->answered, n }, status);
    card->answered += n;
}

/* The object is whole: hand its content out, unless it is none. */
static enum nfc_card_event hand_out(struct nfc_card *card, struct buf *out,
                                    const struct apdu_command *c)
{
    struct bytes content;
    enum oc_err e = apdu_object_read(&content, buf_view(&card->incoming), NULL);

    if (e == OC_OK && content.n > 0) {
        buf_add(out, content);
        card->expected = c->expected;
        card->owes_answer = true;
    } else {
        reply(out, APDU_BAD_DATA);
    }
    buf_truncate(&card->incoming, 0);
    return card->owes_answer ? NFC_CARD_MESSAGE : NFC_CARD_REPLY;
}

static enum nfc_card_event take_envelope(struct nfc_card *card, struct buf *out,
                                         const struct apdu_command *c)
{
    buf_truncate(&card->answer, 0);
    card->answered = 0;
    if (c->p1 != 0 || c->p2 != 0) {
        reply(out, APDU_BAD_PARAMETERS);
    } else if (c->data.n == 0 || c->data.n > card->max_command) {
        buf_truncate(&card->incoming, 0);
        reply(out, APDU_WRONG_LENGTH);
    } else {
        buf_add(&card->incoming, c->data);
        if (buf_err(&card->incoming) != OC_OK) {
            buf_truncate(&card->incoming, 0);
            reply(out, APDU_BAD_DATA);
        } else if (c->cla == APDU_CLA_CHAINED) {
            reply(out, APDU_DONE);
        } else {
            return hand_out(card, out, c);
        }
    }
    return NFC_CARD_REPLY;
}

static enum nfc_card_event take_of_mdoc(struct nfc_card *card, struct buf *out,
                                        const struct apdu_command *c)
{
    if (card->selected != NFC_MDOC_SELECTED) {
        reply(out, APDU_NOT_NOW);
        return NFC_CARD_REPLY;
    }
    if (c->ins == APDU_ENVELOPE)
        return take_envelope(card, out, c);
    if (c->data.n > 0 || c->expected == 0)
        reply(out, APDU_WRONG_LENGTH);
    else if (!nfc_card_has_more(card))
        reply(out, APDU_NOT_NOW);
    else
        give(card, out, c->expected);
    return NFC_CARD_REPLY;
}

enum nfc_card_event nfc_card_take(struct nfc_card *card, struct buf *out, struct bytes command)
{
    struct apdu_command c;
    enum oc_err e = apdu_command_read(&c, command, NULL);

    if (card->owes_answer) {
        reply(out, APDU_NOT_NOW);
        return NFC_CARD_REPLY;
    }
    /* A chain is of ENVELOPEs that follow each other. */
    if (c.ins != APDU_ENVELOPE)
        buf_truncate(&card->incoming, 0);
    if (e != OC_OK)
        reply(out, APDU_WRONG_LENGTH);
    else if (c.cla != APDU_CLA_PLAIN && (c.cla != APDU_CLA_CHAINED || c.ins != APDU_ENVELOPE))
        reply(out, APDU_UNKNOWN_CLA);
    else if (c.ins == APDU_SELECT)
        take_select(card, out, &c);
    else if (c.ins == APDU_READ_BINARY)
        take_read(card, out, &c);
    else if (c.ins == APDU_ENVELOPE || c.ins == APDU_GET_RESPONSE)
        return take_of_mdoc(card, out, &c);
    else
        reply(out, APDU_UNKNOWN_INS);
    return NFC_CARD_REPLY;
}

void nfc_card_answer(struct nfc_card *card, struct buf *out, struct bytes message)
{
    if (!card->owes_answer) {
        buf_fail(out, OC_USAGE);
        return;
    }
    card->owes_answer = false;
    if (message.n > 0)
        apdu_object_write(&card->answer, message);
    if (buf_err(&card->answer) != OC_OK) {
        buf_fail(out, buf_err(&card->answer));
        buf_truncate(&card->answer, 0);
        return;
    }
    give(card, out, card->expected);
}

bool nfc_card_has_more(const struct nfc_card *card)
{
    return card->answered < card->answer.n;
}
