/* Both sides of a session on a carrier, as the tools hold it: in order, out of turn, in error; and
 * that however it ends its keys are nowhere in memory. */
#include "verbs/proximity.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "mdoc/session_parts.h"
#include "tests/unit/fixture.h"
#include "tests/unit/memory_search.h"
#include "tests/unit/tap.h"
#include "transport/tcp.h"

enum { WAIT_MS = 300 };

struct both {
    struct proximity reader, holder;
    struct disguised key[2];        /* SKReader, SKDevice */
};

static struct both meet(void)
{
    struct both b = { .reader = { .peer = "the holder", .wait_ms = WAIT_MS },
                      .holder = { .peer = "the reader", .wait_ms = WAIT_MS } };
    int fds[2];

    must(mdoc_session_holder_new(&b.holder.session, &(struct mdoc_session_holder_spec){
        .curve = CURVE_P256, .limits = proximity_limits(&b.holder) }, proximity_now()));
    must(mdoc_session_reader_new(&b.reader.session, &(struct mdoc_session_reader_spec){
        .engagement = mdoc_session_engagement(b.holder.session),
        .limits = proximity_limits(&b.reader) }, proximity_now(), NULL));
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 ? OC_OK : OC_IO);
    must(tcp_carrier(&b.reader.carrier, fds[0]));
    must(tcp_carrier(&b.holder.carrier, fds[1]));
    for (int i = 0; i < 2; i++)
        b.key[i] = disguise(secret_view(b.reader.session->ciphers[i].key));
    return b;
}

static bool pass(struct proximity *from, struct proximity *to, struct bytes message)
{
    struct buf wire = { 0 }, got = new_buf();
    bool same = proximity_encrypt(from, &wire, message) == OC_OK &&
                proximity_carry(from, buf_view(&wire)) == OC_OK &&
                proximity_receive(to, &got) == OC_OK && bytes_eq(buf_view(&got), message);

    buf_cleanup(&wire);
    buf_cleanup(&got);
    return same;
}

/* Closed on both sides; the keys were there, and are not any more. */
static bool ends_clean(struct both *b, bool were_there)
{
    size_t before = memory_search(&b->key[0]) + memory_search(&b->key[1]);

    proximity_close(&b->reader);
    proximity_close(&b->holder);
    proximity_close(&b->holder);
    return (before > 0) == were_there && memory_search(&b->key[0]) == 0 &&
           memory_search(&b->key[1]) == 0;
}

static void test_in_order(void)
{
    struct both b = meet();
    struct buf rest = new_buf();

    ok(pass(&b.reader, &b.holder, BYTES("request")), "a request arrives");
    ok(proximity_check(&b.holder) == OC_OK, "the reader waits");
    ok(pass(&b.holder, &b.reader, BYTES("response")), "a response arrives");
    proximity_close(&b.reader);
    ok(proximity_hear_end(&b.holder, &rest) && rest.n == 0, "the reader's end is heard");
    ok(ends_clean(&b, false), "no key is left");
    buf_cleanup(&rest);
}

static void test_another_request(void)
{
    struct both b = meet();
    struct buf wire = { 0 }, rest = new_buf();

    must(pass(&b.reader, &b.holder, BYTES("request")) ? OC_OK : OC_BUG);
    must(pass(&b.holder, &b.reader, BYTES("response")) ? OC_OK : OC_BUG);
    must(proximity_encrypt(&b.reader, &wire, BYTES("once more")));
    must(proximity_carry(&b.reader, buf_view(&wire)));
    ok(proximity_hear_end(&b.holder, &rest) && bytes_is(buf_view(&rest), "once more"),
       "a reader that asks again is told from one that ends");
    proximity_close(&b.holder);
    buf_truncate(&rest, 0);
    ok(proximity_receive(&b.reader, &rest) == OC_OK && rest.n == 0, "and hears that it has ended");
    ok(ends_clean(&b, false), "no key is left");
    buf_cleanup(&wire);
    buf_cleanup(&rest);
}

static void test_reader_leaves(void)
{
    struct both b = meet();

    must(pass(&b.reader, &b.holder, BYTES("request")) ? OC_OK : OC_BUG);
    proximity_close(&b.reader);
    ok(proximity_check(&b.holder) == OC_IO, "a reader that ended is not answered");
    ok(ends_clean(&b, false), "no key is left");
    b = meet();
    must(pass(&b.reader, &b.holder, BYTES("request")) ? OC_OK : OC_BUG);
    carrier_close(&b.reader.carrier);
    ok(proximity_check(&b.holder) == OC_IO, "nor one that hung up");
    ok(ends_clean(&b, true), "no key is left");
}

static void test_out_of_turn(void)
{
    struct both b = meet();

    must(pass(&b.reader, &b.holder, BYTES("request")) ? OC_OK : OC_BUG);
    must(carrier_send(&b.reader.carrier, BYTES("\xa1\x64" "data\x51" "0123456789abcdefg"),
                      carrier_now() + WAIT_MS));
    ok(proximity_check(&b.holder) == OC_IO, "a reader that speaks in our turn: no verdict on it");
    ok(ends_clean(&b, true), "no key is left");
}

static void test_errors(void)
{
    static const struct { const char *name; struct bytes wire; enum oc_err want; } row[] = {
        { "nothing", BYTES(""), OC_IO },
        { "garbage", BYTES("\xff"), OC_SYNTAX },
        { "a message that does not decrypt", BYTES("\xa1\x64" "data\x51" "0123456789abcdefg"),
          OC_SIGNATURE },
        { "status 10", BYTES("\xa1\x66" "status\x0a"), OC_IO },
        { "status 11", BYTES("\xa1\x66" "status\x0b"), OC_IO },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct both b = meet();
        struct buf got = new_buf();

        must(pass(&b.reader, &b.holder, BYTES("request")) ? OC_OK : OC_BUG);
        if (row[i].wire.n > 0)
            must(carrier_send(&b.holder.carrier, row[i].wire, carrier_now() + WAIT_MS));
        ok(proximity_receive(&b.reader, &got) == row[i].want && got.n == 0, "%s", row[i].name);
        ok(ends_clean(&b, true), "no key is left");
        buf_cleanup(&got);
    }
}

static void test_too_long(void)
{
    struct both b = meet();
    struct buf wire = { 0 };
    uint8_t *large = calloc(1, MDOC_BYTES_MAX);

    must(large != NULL ? OC_OK : OC_MEMORY);
    ok(proximity_encrypt(&b.reader, &wire, (struct bytes){ large, MDOC_BYTES_MAX }) == OC_USAGE &&
       wire.p == NULL, "more than a message may have is not encrypted");
    ok(ends_clean(&b, true), "no key is left");
    buf_cleanup(&wire);
    free(large);
}

/* Out of memory before a carrier could say anything. */
static void test_no_reason(void)
{
    char said[256] = "";
    int fds[2], status;
    pid_t child;

    must(pipe(fds) == 0 ? OC_OK : OC_IO);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        dup2(fds[1], STDERR_FILENO);
        _exit(proximity_fail(OC_MEMORY, "NFC", NULL) == OC_MEMORY ? 0 : 1);
    }
    must(waitpid(child, &status, 0) == child ? OC_OK : OC_IO);
    must(read(fds[0], said, sizeof said - 1) > 0 ? OC_OK : OC_IO);
    ok(status == 0 && strstr(said, oc_err_text(OC_MEMORY)) != NULL,
       "an error without a reason is told by its own text");
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    must(secret_pool_init());
    fail_tool("test_proximity");
    test_no_reason();           /* first: an error is said once */
    test_in_order();
    test_another_request();
    test_reader_leaves();
    test_out_of_turn();
    test_errors();
    test_too_long();
    return done();
}
