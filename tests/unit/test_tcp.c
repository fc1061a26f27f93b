/* Messages over streams: whole, in pieces, cut, too long, too slow, and to nobody. */
#include "transport/tcp.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

enum { SOON_MS = 200, LONG_MS = 20000 };

static int64_t in_ms(int64_t ms)
{
    return carrier_now() + ms;
}

/* A carrier at one end and a bare socket at the other. */
static struct carrier pair(int *other)
{
    struct carrier c;
    int fds[2];

    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 ? OC_OK : OC_IO);
    must(tcp_carrier(&c, fds[0]));
    *other = fds[1];
    return c;
}

static void put(int fd, struct bytes data)
{
    must(write(fd, data.p, data.n) == (ssize_t)data.n ? OC_OK : OC_IO);
}

/* Run `then` in a process of its own. */
static pid_t beside(void (*then)(int fd), int fd)
{
    pid_t pid = fork();

    must(pid >= 0 ? OC_OK : OC_IO);
    if (pid == 0) {
        then(fd);
        _exit(0);
    }
    return pid;
}

static void test_frames(void)
{
    struct buf message = new_buf();
    uint8_t raw[16];
    bool speaks;
    int other;
    struct carrier c = pair(&other);

    ok(carrier_send(&c, BYTES("abc"), in_ms(LONG_MS)) == OC_OK && read(other, raw, 16) == 7 &&
       memcmp(raw, "\0\0\0\3abc", 7) == 0, "a message leaves as length and bytes");
    put(other, BYTES("\0\0\0\2hi\0\0\0\1!"));
    ok(carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_OK && bytes_is(buf_view(&message), "hi"),
       "of two that came at once the first");
    ok(carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_OK &&
       bytes_is(buf_view(&message), "hi!"), "and then the second, appended");
    ok(carrier_send(&c, BYTES(""), in_ms(LONG_MS)) == OC_USAGE, "an empty message is none");
    put(other, BYTES("\0\0\0\1?"));
    ok(carrier_check(&c, &speaks) == OC_OK && speaks && carrier_check(&c, &speaks) == OC_OK &&
       carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_OK &&
       bytes_is(buf_view(&message), "hi!?"),
       "a look whether the other side is there takes nothing away");
    carrier_close(&c);
    carrier_close(&c);
    ok(read(other, raw, 16) == 0, "closed, twice");
    ok(carrier_send(&c, BYTES("x"), in_ms(LONG_MS)) == OC_USAGE &&
       carrier_receive(&c, &message, in_ms(LONG_MS)) == OC_USAGE, "and of no use any more");
    close(other);
    buf_cleanup(&message);
}

/* The largest message, to one who reads it in small pieces and sends it back. */
static void echo(int fd)
{
    static uint8_t all[CARRIER_MESSAGE_MAX + TCP_FRAME_HEADER];
    size_t n = 0, sent = 0;

    while (n < sizeof all) {
        ssize_t more = read(fd, all + n, sizeof all - n < 1000 ? sizeof all - n : 1000);

        if (more <= 0)
            _exit(1);
        n += (size_t)more;
    }
    while (sent < n) {
        ssize_t more = write(fd, all + sent, n - sent < 777 ? n - sent : 777);

        if (more <= 0)
            _exit(1);
        sent += (size_t)more;
    }
}

static void nothing(int number)
{
    (void)number;
}

static void test_partial(void)
{
    const struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, never = { { 0, 0 }, { 0, 0 } };
    const struct sigaction interrupt = { .sa_handler = nothing };   /* no SA_RESTART */
    struct buf message = new_buf(), back = new_buf();
    int other;
    struct carrier c = pair(&other);
    pid_t pid = beside(echo, other);

    memset(buf_extend(&message, CARRIER_MESSAGE_MAX), 'm', CARRIER_MESSAGE_MAX);
    sigaction(SIGALRM, &interrupt, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    ok(carrier_send(&c, buf_view(&message), in_ms(LONG_MS)) == OC_OK &&
       carrier_receive(&c, &back, in_ms(LONG_MS)) == OC_OK &&
       bytes_eq(buf_view(&message), buf_view(&back)),
       "1 MiB there and back, in pieces, with signals in between");
    setitimer(ITIMER_REAL, &never, NULL);
    buf_add_byte(&message, 'm');
    ok(carrier_send(&c, buf_view(&message), in_ms(LONG_MS)) == OC_USAGE, "a byte more is too long");
    waitpid(pid, NULL, 0);
    carrier_close(&c);
    close(other);
    buf_cleanup(&message);
    buf_cleanup(&back);
}

/* What a receiver says to bytes after which the other side hangs up, or falls silent. */
static void test_bad_frames(void)
{
    static const struct { const char *name; struct bytes in; bool hangs_up; enum oc_err want;
                          const char *reason; } row[] = {
        { "nothing, and gone", BYTES(""), true, OC_IO, "hung up" },
        { "nothing, and silent", BYTES(""), false, OC_EXPIRED, "nothing came in time" },
        { "half a length, and gone", BYTES("\0\0"), true, OC_IO,
          "hung up in the middle of a message" },
        { "half a length, and silent", BYTES("\0\0"), false, OC_EXPIRED,
          "began a message that came too slowly" },
        { "half a message, and gone", BYTES("\0\0\0\4ab"), true, OC_IO,
          "hung up in the middle of a message" },
        { "half a message, and silent", BYTES("\0\0\0\4ab"), false, OC_EXPIRED,
          "began a message that came too slowly" },
        { "a message of no bytes", BYTES("\0\0\0\0"), false, OC_SHAPE, "a message of no bytes" },
        { "a byte more than 1 MiB", BYTES("\0\x10\0\1"), false, OC_LIMIT, NULL },
        { "a web browser", BYTES("GET / HTTP/1.1\r\n\r\n"), false, OC_LIMIT, NULL },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf message = new_buf();
        int other;
        struct carrier c = pair(&other);
        enum oc_err e;

        buf_add(&message, BYTES("kept"));
        put(other, row[i].in);
        if (row[i].hangs_up)
            close(other);
        e = carrier_receive(&c, &message, in_ms(SOON_MS));
        ok(e == row[i].want && c.reason != NULL &&
           (row[i].reason == NULL || strcmp(c.reason, row[i].reason) == 0) &&
           bytes_is(buf_view(&message), "kept"), "%s: %s, %s", row[i].name, oc_err_name(e),
           c.reason);
        carrier_close(&c);
        if (!row[i].hangs_up)
            close(other);
        buf_cleanup(&message);
    }
}

/* A byte every while keeps nobody here beyond the deadline. */
static void drip(int fd)
{
    for (int i = 0; i < 1000 && write(fd, i < 4 ? &"\0\0\xff\xff"[i] : "x", 1) == 1; i++)
        usleep(20 * 1000);
}

static void test_drip(void)
{
    struct buf message = new_buf();
    int64_t start = carrier_now();
    int other;
    struct carrier c = pair(&other);
    pid_t pid = beside(drip, other);

    ok(carrier_receive(&c, &message, in_ms(SOON_MS)) == OC_EXPIRED &&
       carrier_now() - start < LONG_MS &&
       strcmp(c.reason, "began a message that came too slowly") == 0,
       "a byte every 20 ms");
    note("%s", c.reason);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    carrier_close(&c);
    close(other);
    buf_cleanup(&message);
}

static void test_unread(void)
{
    struct buf message = new_buf();
    bool speaks;
    int other;
    struct carrier c = pair(&other);

    memset(buf_extend(&message, CARRIER_MESSAGE_MAX), 'm', CARRIER_MESSAGE_MAX);
    ok(carrier_send(&c, buf_view(&message), in_ms(SOON_MS)) == OC_EXPIRED,
       "a peer that reads nothing");
    note("%s", c.reason);
    ok(carrier_check(&c, &speaks) == OC_OK && !speaks, "which is there all the same");
    close(other);
    ok(carrier_check(&c, &speaks) == OC_IO, "and then is not");
    note("%s", c.reason);
    ok(carrier_send(&c, buf_view(&message), in_ms(SOON_MS)) == OC_IO, "and one that is gone");
    note("%s", c.reason);
    carrier_close(&c);
    buf_cleanup(&message);
}

static void test_loopback(void)
{
    struct tcp_listener listener, second;
    struct carrier reader, holder;
    struct buf message = new_buf();
    const char *reason = NULL;

    must(tcp_listen(&listener, "0", &reason));
    ok(strncmp(listener.address, "127.0.0.1:", 10) == 0 &&
       strcmp(listener.address, "127.0.0.1:0") != 0,
       "a port alone is of this machine, 0 any that is free");
    ok(tcp_listen(&second, listener.address, &reason) == OC_IO && !second.is_open,
       "an address in use");
    note("%s", reason);
    ok(tcp_accept(&holder, &listener, in_ms(SOON_MS)) == OC_EXPIRED &&
       strcmp(holder.reason, "nobody came") == 0, "nobody came");
    must(tcp_connect(&reader, listener.address, in_ms(LONG_MS)));
    must(tcp_accept(&holder, &listener, in_ms(LONG_MS)));
    must(carrier_send(&reader, BYTES("hello"), in_ms(LONG_MS)));
    must(carrier_receive(&holder, &message, in_ms(LONG_MS)));
    ok(bytes_is(buf_view(&message), "hello"), "a message through the loopback");
    carrier_close(&reader);
    ok(carrier_receive(&holder, &message, in_ms(LONG_MS)) == OC_IO, "and then nobody is there");
    note("%s", holder.reason);
    carrier_close(&holder);
    tcp_listener_cleanup(&listener);
    tcp_listener_cleanup(&listener);
    buf_cleanup(&message);
}

static void test_refused(void)
{
    struct tcp_listener listener;
    struct carrier c;
    char address[TCP_ADDRESS_TEXT];
    const char *reason;

    must(tcp_listen(&listener, "127.0.0.1:0", &reason));
    memcpy(address, listener.address, sizeof address);
    tcp_listener_cleanup(&listener);
    ok(tcp_connect(&c, address, in_ms(LONG_MS)) == OC_IO && c.kind == NULL &&
       strcmp(c.reason, "nobody listens there") == 0, "where nobody listens");
    note("%s", c.reason);
}

static void test_addresses(void)
{
    static const char *const bad[] = {
        "", ":", ":7000", "127.0.0.1:", "127.0.0.1", "localhost:7000", "example.org:80", "65536",
        "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:0x50", "::1:7000", "[::1]", "[]:7000",
        "[::1:7000", "1 ", "http", "127.0.0.1:123456789012345678901234567890123456789012345678901",
    };
    struct tcp_listener listener;
    const char *reason = NULL;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct carrier c;

        ok(tcp_listen(&listener, bad[i], &reason) == OC_USAGE && !listener.is_open &&
           tcp_connect(&c, bad[i], in_ms(SOON_MS)) == OC_USAGE && c.reason != NULL,
           "\"%s\" is no address", bad[i]);
    }
    ok(tcp_listen(&listener, "192.0.2.1:0", &reason) == OC_IO, "not of this machine");
    note("%s", reason);
    if (tcp_listen(&listener, "[::1]:0", &reason) == OC_OK)
        ok(strncmp(listener.address, "[::1]:", 6) == 0, "IPv6 in brackets");
    else
        skip("no IPv6 here: %s", reason);
    tcp_listener_cleanup(&listener);
}

int main(void)
{
    test_frames();
    test_partial();
    test_bad_frames();
    test_drip();
    test_unread();
    test_loopback();
    test_refused();
    test_addresses();
    return done();
}
