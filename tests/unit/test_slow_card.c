/* A message through NFC is whole within CARRIER_MESSAGE_MS, on both sides, however many commands it
 * takes; and a holder who is being asked may take longer. */
#include "transport/nfc.h"
#include "transport/nfc_card.h"
#include "transport/pcsc.h"
#include "transport/vpcd.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/clock.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

enum { TEN_MINUTES_MS = 600 * 1000, LONG_MS = 6 * TEN_MINUTES_MS, PIECES = 60 };

#define SELECT_MDOC "\x00\xa4\x04\x00\x07\xa0\x00\x00\x02\x48\x04\x00\x00"
#define PIECE "\x00\x06\x10\xc3\x00\x00\x01S"          /* a frame: an ENVELOPE of a byte, chained */

/* Our card, and a reader that has said all of it before it is asked, and then hangs up. */
static struct carrier card(struct bytes said, int *reader)
{
    struct carrier c;
    int fds[2];

    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 ? OC_OK : OC_IO);
    must(vpcd_carrier_on(&c, fds[0], BYTES(""), 255, 256));
    must(write(fds[1], said.p, said.n) == (ssize_t)said.n ? OC_OK : OC_IO);
    must(shutdown(fds[1], SHUT_WR) == 0 ? OC_OK : OC_IO);
    *reader = fds[1];
    return c;
}

static void test_endless_pieces(void)
{
    struct buf said = new_buf(), message = new_buf();
    struct carrier c;
    int64_t start;
    int reader;

    buf_add(&said, BYTES("\x00\x0d" SELECT_MDOC));
    for (int i = 0; i < PIECES; i++)
        buf_add(&said, BYTES(PIECE));
    c = card(buf_view(&said), &reader);
    clock_step_ms = 500;
    start = clock_ms;
    ok(carrier_receive(&c, &message, clock_ms + LONG_MS) == OC_EXPIRED &&
       strcmp(c.reason, "began a message that came too slowly") == 0 && message.n == 0,
       "a chain of ENVELOPEs without an end ends");
    ok(clock_ms - start >= CARRIER_MESSAGE_MS && clock_ms - start < CARRIER_MESSAGE_MS + 5000,
       "after the time of one message: %d s", (int)(clock_ms - start) / 1000);
    clock_step_ms = 0;
    carrier_close(&c);
    close(reader);
    buf_cleanup(&said);
    buf_cleanup(&message);
}

/* Chains given up by the reader are no message that has begun. */
static void test_begun_anew(void)
{
    struct buf said = new_buf(), message = new_buf();
    struct carrier c;
    int reader;

    for (int i = 0; i < PIECES; i++) {
        buf_add(&said, BYTES("\x00\x0d" SELECT_MDOC));
        buf_add(&said, BYTES(PIECE));
    }
    buf_add(&said, BYTES("\x00\x08\x00\xc3\x00\x00\x02\x01?\x00"));
    c = card(buf_view(&said), &reader);
    clock_step_ms = 500;
    ok(carrier_receive(&c, &message, clock_ms + LONG_MS) == OC_OK &&
       bytes_is(buf_view(&message), "?"), "each chain has the time of a message");
    clock_step_ms = 0;
    carrier_close(&c);
    close(reader);
    buf_cleanup(&said);
    buf_cleanup(&message);
}

/* In the place of PC/SC: a card that takes its time for each response. */
struct pcsc {
    struct nfc_card card;
    int64_t response_ms, thinks_ms;     /* thinks: before it answers a message */
};

static struct pcsc slow;
static struct buf answer;

enum oc_err pcsc_readers(struct buf *names, int64_t deadline, const char **reason)
{
    (void)names, (void)deadline;
    return carrier_fail(reason, OC_IO, "none");
}

enum oc_err pcsc_open(struct pcsc **out, const char *reader, int64_t deadline, const char **reason)
{
    (void)reader, (void)deadline, (void)reason;
    *out = &slow;
    return nfc_card_init(&slow.card, BYTES(""), 255, 256);
}

enum oc_err pcsc_transmit(struct pcsc *p, struct buf *response, struct bytes command,
                          int64_t deadline, const char **reason)
{
    clock_ms += p->response_ms;
    if (nfc_card_take(&p->card, response, command) == NFC_CARD_MESSAGE) {
        clock_ms += p->thinks_ms;
        buf_truncate(response, 0);
        nfc_card_answer(&p->card, response, buf_view(&answer));
    }
    must(buf_err(response));
    return clock_ms < deadline ? OC_OK : carrier_fail(reason, OC_EXPIRED, "too slow");
}

void pcsc_close(struct pcsc **p)
{
    nfc_card_cleanup(&(*p)->card);
    *p = NULL;
}

/* Send `n` bytes to such a card, which answers with `m`. */
static enum oc_err exchange(size_t n, size_t m, int64_t response_ms, int64_t thinks_ms)
{
    struct buf message = new_buf();
    struct nfc_link *link;
    struct carrier c;
    const char *reason;
    enum oc_err e;

    answer = new_buf();
    memset(buf_extend(&message, n), 'm', n);
    memset(buf_extend(&answer, m), 'a', m);
    slow = (struct pcsc){ .response_ms = response_ms, .thinks_ms = thinks_ms };
    must(nfc_open(&link, NULL, CARRIER_NEVER, &reason));
    must(nfc_carrier(&c, &link, 255, 256, clock_ms + LONG_MS));
    e = carrier_send(&c, buf_view(&message), clock_ms + LONG_MS);
    carrier_close(&c);
    buf_cleanup(&message);
    buf_cleanup(&answer);
    return e;
}

static void test_slow_holder(void)
{
    ok(exchange(5000, 5000, 1000, 0) == OC_OK, "a second for each of 20 pieces there and 20 back");
    ok(exchange(100, 5000, 1000, TEN_MINUTES_MS) == OC_OK, "a holder who thinks for ten minutes");
    ok(exchange(5000, 100, 2000, 0) == OC_EXPIRED, "two seconds for each of 20 pieces there");
    ok(exchange(100, 5000, 2000, 0) == OC_EXPIRED, "or of 20 back");
}

int main(void)
{
    test_endless_pieces();
    test_begun_anew();
    test_slow_holder();
    return done();
}
