/* Commands to a holder's card, as a reader may send them: frames of a 2-byte length and bytes, one
 * after the other. What is answered is a response, messages are no longer than a chain was. */
#include "tests/fuzz/fuzz.h"
#include "transport/nfc_card.h"

static void check_command(struct bytes src)
{
    struct oc_fault fault = { 0 };
    struct apdu_command c;
    enum oc_err e = apdu_command_read(&c, src, &fault);
    struct buf out = fuzz_buf();

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(c);
        return;
    }
    hold_inside(c.data, src);
    hold(c.data.n <= APDU_DATA_MAX && c.expected <= APDU_ANSWER_MAX);
    apdu_command_write(&out, &c);
    hold(buf_err(&out) == OC_OK && bytes_eq(buf_view(&out), src));
    buf_cleanup(&out);
}

static void check_object(struct bytes src)
{
    struct oc_fault fault = { 0 };
    struct bytes content;
    enum oc_err e = apdu_object_read(&content, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(content);
        return;
    }
    hold_inside(content, src);
    hold(content.n <= APDU_OBJECT_MAX && content.p + content.n == src.p + src.n);
}

static void give(struct nfc_card *card, struct bytes command, size_t *chained)
{
    struct buf out = fuzz_buf();
    struct apdu_response response;

    *chained += command.n;
    if (nfc_card_take(card, &out, command) == NFC_CARD_MESSAGE) {
        hold(out.n > 0 && out.n < *chained && card->owes_answer);
        *chained = 0;
        buf_truncate(&out, 0);
        nfc_card_answer(card, &out, command);
    }
    hold(buf_err(&out) == OC_OK && !card->owes_answer);
    hold(apdu_response_read(&response, buf_view(&out), NULL) == OC_OK);
    hold(response.data.n <= card->max_response && card->answered <= card->answer.n);
    hold(response.data.n == 0 || response.status == APDU_DONE ||
         (response.status & 0xff00) == APDU_MORE);
    hold(((response.status & 0xff00) == APDU_MORE) <= nfc_card_has_more(card));
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct nfc_card card;
    size_t chained = 0;

    check_command(src);
    check_object(src);
    hold(nfc_card_init(&card, BYTES("handover"), 300, 256) == OC_OK);
    while (src.n >= 2) {
        size_t want = (size_t)src.p[0] << 8 | src.p[1];
        size_t length = want < src.n - 2 ? want : src.n - 2;

        give(&card, (struct bytes){ src.p + 2, length }, &chained);
        src.p += 2 + length;
        src.n -= 2 + length;
    }
    nfc_card_cleanup(&card);
    hold_zero(card);
    return 0;
}
