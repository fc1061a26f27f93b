/* The virtual card, with the test in the place of vpcd. */
#include "transport/vpcd.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "transport/apdu.h"

enum { SOON_MS = 300, LONG_MS = 20000 };

#define SELECT_MDOC "\x00\xa4\x04\x00\x07\xa0\x00\x00\x02\x48\x04\x00\x00"
#define ENVELOPE "\x00\xc3\x00\x00\x03S\x01?\x00"

static int64_t in_ms(int64_t ms)
{
    return carrier_now() + ms;
}

static struct carrier card(int *vpcd, size_t max_response)
{
    struct carrier c;
    int fds[2];

    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 ? OC_OK : OC_IO);
    must(vpcd_carrier_on(&c, fds[0], BYTES("handover"), 255, max_response));
    *vpcd = fds[1];
    return c;
}

static void put(int fd, struct bytes frame)
{
    const uint8_t head[2] = { (uint8_t)(frame.n >> 8), (uint8_t)frame.n };

    must(write(fd, head, 2) == 2 && write(fd, frame.p, frame.n) == (ssize_t)frame.n ? OC_OK
                                                                                    : OC_IO);
}

/* The next frame from the card; what it says there is not. */
static bool comes(int fd, struct bytes want)
{
    uint8_t got[512];
    size_t n = want.n + 2;

    for (size_t at = 0; at < n;) {
        ssize_t more = read(fd, got + at, n - at);

        if (more <= 0)
            return false;
        at += (size_t)more;
    }
    return got[0] == want.n >> 8 && got[1] == (uint8_t)want.n &&
           memcmp(got + 2, want.p, want.n) == 0;
}

static void test_talk(void)
{
    struct buf message = new_buf();
    bool speaks;
    int vpcd;
    struct carrier c = card(&vpcd, 256);

    put(vpcd, BYTES("\1"));
    put(vpcd, BYTES("\4"));
    put(vpcd, BYTES("\0"));
    put(vpcd, BYTES("\2"));
    put(vpcd, BYTES(SELECT_MDOC));
    put(vpcd, BYTES(ENVELOPE));
    ok(carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_OK && bytes_is(buf_view(&message), "?"),
       "power, ATR, SELECT, and the message of an ENVELOPE");
    ok(comes(vpcd, BYTES("\x3b\x80\x80\x01\x01")) && comes(vpcd, BYTES("\x90\x00")),
       "of which ATR and SELECT were answered");
    ok(carrier_check(&c, &speaks) == OC_OK && !speaks, "the reader waits");
    ok(carrier_send(&c, BYTES("!"), in_ms(LONG_MS)) == OC_OK &&
       comes(vpcd, BYTES("S\x01!\x90\x00")), "and is answered");
    ok(carrier_send(&c, BYTES("more"), in_ms(LONG_MS)) == OC_IO, "unasked");
    note("%s", c.reason);
    put(vpcd, BYTES(ENVELOPE));
    must(carrier_receive(&c, &message, in_ms(LONG_MS)));
    carrier_close(&c);
    ok(comes(vpcd, BYTES("\x90\x00")), "who hangs up leaves no ENVELOPE without a status");
    close(vpcd);
    buf_cleanup(&message);
}

/* An answer in pieces, which the reader fetches, or not. */
static void test_pieces(void)
{
    static const struct { const char *name; struct bytes then; enum oc_err want; } row[] = {
        { "fetched", BYTES("\x00\xc0\x00\x00\x00"), OC_OK },
        { "another SELECT", BYTES(SELECT_MDOC), OC_IO },
        { "power off", BYTES("\0"), OC_IO },
        { "another ENVELOPE", BYTES(ENVELOPE), OC_IO },
        { "an unknown byte", BYTES("\x07"), OC_SHAPE },
    };
    uint8_t answer[300];

    memset(answer, 'a', sizeof answer);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf message = new_buf();
        int vpcd;
        struct carrier c = card(&vpcd, 256);
        enum oc_err e;

        put(vpcd, BYTES(SELECT_MDOC));
        put(vpcd, BYTES(ENVELOPE));
        put(vpcd, row[i].then);
        must(carrier_receive(&c, &message, in_ms(LONG_MS)));
        e = carrier_send(&c, BYTES_OF(answer), in_ms(LONG_MS));
        ok(e == row[i].want && (e == OC_OK || c.reason != NULL), "the rest: %s: %s", row[i].name,
           e == OC_OK ? "all of it" : c.reason);
        carrier_close(&c);
        close(vpcd);
        buf_cleanup(&message);
    }
}

static void test_gone(void)
{
    struct buf message = new_buf();
    bool speaks;
    int vpcd;
    struct carrier c = card(&vpcd, 256);

    ok(carrier_receive(&c, &message, in_ms(SOON_MS)) == OC_EXPIRED, "nobody");
    note("%s", c.reason);
    put(vpcd, BYTES(SELECT_MDOC));
    put(vpcd, BYTES(ENVELOPE));
    must(carrier_receive(&c, &message, in_ms(LONG_MS)));
    put(vpcd, BYTES("\0"));
    ok(carrier_check(&c, &speaks) == OC_IO, "power off before the answer");
    note("%s", c.reason);
    ok(carrier_send(&c, BYTES("!"), in_ms(LONG_MS)) == OC_OK &&
       carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_IO, "after it");
    note("%s", c.reason);
    close(vpcd);
    ok(carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_IO, "no vpcd any more");
    note("%s", c.reason);
    carrier_close(&c);
    c = card(&vpcd, 256);
    must(write(vpcd, "\0\0", 2) == 2 ? OC_OK : OC_IO);
    ok(carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_SHAPE, "an empty frame");
    note("%s", c.reason);
    close(vpcd);
    carrier_close(&c);
    buf_cleanup(&message);
}

static void test_bounds(void)
{
    struct carrier c;

    ok(vpcd_carrier_on(&c, dup(0), BYTES(""), VPCD_DATA_MAX + 1, 256) == OC_USAGE &&
       c.kind == NULL &&
       vpcd_carrier_on(&c, dup(0), BYTES(""), 255, VPCD_DATA_MAX + 1) == OC_USAGE &&
       vpcd_carrier_on(&c, dup(0), BYTES(""), 254, 256) == OC_USAGE && c.reason != NULL,
       "lengths that a frame does not have");
    note("%s", c.reason);
    ok(vpcd_carrier(&c, "nowhere", BYTES(""), 255, 256, in_ms(SOON_MS)) == OC_USAGE,
       "an address that is none");
}

int main(void)
{
    test_talk();
    test_pieces();
    test_gone();
    test_bounds();
    return done();
}
