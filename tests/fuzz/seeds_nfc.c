/* Seeds of the targets that look at NFC: what our two sides say to each other. */
#include "tests/fuzz/seeds.h"
#include "tests/unit/fixture.h"
#include "transport/nfc_card.h"
#include "transport/nfc_reader.h"

static void add_frame(struct buf *out, const struct buf *frame)
{
    buf_add_byte(out, (uint8_t)(frame->n >> 8));
    buf_add_byte(out, (uint8_t)frame->n);
    buf_add(out, buf_view(frame));
}

/* Run what the reader has begun, and write both sides of it down. */
static void record(struct nfc_reader *r, struct nfc_card *card, struct buf *commands,
                   struct buf *responses)
{
    struct buf command = new_buf(), out = new_buf();

    while (nfc_reader_next(r, &command)) {
        add_frame(commands, &command);
        if (nfc_card_take(card, &out, buf_view(&command)) == NFC_CARD_MESSAGE) {
            buf_truncate(&out, 0);
            nfc_card_answer(card, &out, buf_view(commands));
        }
        add_frame(responses, &out);
        must(nfc_reader_take(r, buf_view(&out), NULL));
        buf_truncate(&command, 0);
        buf_truncate(&out, 0);
    }
    buf_cleanup(&command);
    buf_cleanup(&out);
}

void nfc_seeds(void)
{
    static const struct { const char *name; uint8_t how; } row[] = {
        { "handover", 0 }, { "open", 1 }, { "message", 2 },
    };
    static const uint8_t message[700];
    struct buf all = new_buf();
    struct nfc_reader r;
    struct nfc_card card;

    must(nfc_card_init(&card, BYTES("a handover, to be read"), 255, 256));
    nfc_reader_init(&r);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf responses = new_buf();

        buf_add_byte(&responses, row[i].how);
        if (row[i].how == 0)
            nfc_reader_handover(&r);
        else if (row[i].how == 1)
            nfc_reader_open(&r);
        else
            must(nfc_reader_send(&r, BYTES_OF(message)));
        record(&r, &card, &all, &responses);
        put("nfc_reader", row[i].name, buf_view(&responses));
        buf_cleanup(&responses);
    }
    put("apdu", "session", buf_view(&all));
    put("apdu", "select", BYTES("\x00\xa4\x04\x00\x07\xa0\x00\x00\x02\x48\x04\x00\x00"));
    put("apdu", "envelope", BYTES("\x00\xc3\x00\x00\x00\x00\x04S\x81\x01x\x00\x00"));
    put("apdu", "object", BYTES("S\x82\x00\x03""abc"));
    nfc_reader_cleanup(&r);
    nfc_card_cleanup(&card);
    buf_cleanup(&all);
}
