/* Responses of a card, as whatever lies on the reader may give them: a byte that says what the
 * reader begins, then frames of a 2-byte length and bytes, one after the other. It ends after them,
 * at the latest, and what it takes for the result is within what came. */
#include "tests/fuzz/fuzz.h"
#include "transport/nfc_card.h"
#include "transport/nfc_reader.h"

static void begin(struct nfc_reader *r, uint8_t how)
{
    static const uint8_t message[700];

    hold(nfc_reader_limits(r, (how & 4) != 0 ? 65535 : 255, (how & 8) != 0 ? 65536 : 256) == OC_OK);
    if (how % 3 == 0)
        nfc_reader_handover(r);
    else if (how % 3 == 1)
        nfc_reader_open(r);
    else
        hold(nfc_reader_send(r, BYTES_OF(message)) == OC_OK);
}

/* @return whether the reader goes on */
static bool give(struct nfc_reader *r, struct bytes response)
{
    struct oc_fault fault = { 0 };
    struct buf command = fuzz_buf();
    struct apdu_command sent;
    bool goes_on = nfc_reader_next(r, &command);

    if (goes_on) {
        enum oc_err e;

        hold(buf_err(&command) == OC_OK &&
             apdu_command_read(&sent, buf_view(&command), NULL) == OC_OK);
        e = nfc_reader_take(r, response, &fault);
        if (e != OC_OK) {
            hold(fault.reason != NULL && e != OC_USAGE && e != OC_BUG);
            hold(r->step == NFC_STEP_NONE && nfc_reader_result(r).n == 0);
            goes_on = false;
        }
    }
    buf_cleanup(&command);
    return goes_on;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct nfc_reader r;

    if (n == 0)
        return 0;
    nfc_reader_init(&r);
    begin(&r, src.p[0]);
    src = (struct bytes){ p + 1, n - 1 };
    while (src.n >= 2) {
        size_t want = (size_t)src.p[0] << 8 | src.p[1];
        size_t length = want < src.n - 2 ? want : src.n - 2;

        if (!give(&r, (struct bytes){ src.p + 2, length }))
            break;
        src.p += 2 + length;
        src.n -= 2 + length;
    }
    hold_inside(nfc_reader_result(&r), buf_view(&r.in));
    nfc_reader_cleanup(&r);
    hold_zero(r);
    return 0;
}
