#include "transport/vpcd.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/nfc_card.h"
#include "transport/stream.h"
#include "transport/tcp.h"

enum { FRAME_MAX = 65535, CLOSE_MS = 1000 };
enum { POWER_OFF = 0, POWER_ON = 1, RESET = 2, GET_ATR = 4 };

struct vpcd {
    int fd;
    struct nfc_card card;
    bool has_begun;             /* a message has come */
    int64_t whole;              /* until when the message under way must be; CARRIER_NEVER: none */
};

/* vpcd sends length and bytes apart: without this, TCP's delayed acknowledgements make every
 * command take 50 ms. It lasts for one read only. */
static void answer_at_once(int fd)
{
    int one = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
}

static enum oc_err read_frame(struct vpcd *v, struct buf *frame, int64_t deadline,
                              const char **reason)
{
    uint8_t head[2], *to;
    size_t got, n;
    enum oc_err e;

    buf_truncate(frame, 0);
    answer_at_once(v->fd);
    if ((e = stream_read(v->fd, head, sizeof head, &got, deadline, reason)) != OC_OK)
        return e == OC_IO ? carrier_fail(reason, e, "the virtual reader is gone") : e;
    if (v->whole == CARRIER_NEVER)
        v->whole = carrier_now() + CARRIER_MESSAGE_MS;
    n = (size_t)head[0] << 8 | head[1];
    if (n == 0)
        return carrier_fail(reason, OC_SHAPE, "the virtual reader sends an empty frame");
    if ((to = buf_extend(frame, n)) == NULL)
        return carrier_fail(reason, buf_err(frame), oc_err_text(buf_err(frame)));
    answer_at_once(v->fd);
    e = stream_read(v->fd, to, n, &got, carrier_sooner(deadline, v->whole), reason);
    return e == OC_IO ? carrier_fail(reason, e, "the virtual reader is gone") : e;
}

static enum oc_err write_frame(const struct vpcd *v, struct bytes data, int64_t deadline,
                               const char **reason)
{
    const uint8_t head[2] = { (uint8_t)(data.n >> 8), (uint8_t)data.n };
    struct buf frame;
    enum oc_err e;

    buf_init(&frame, FRAME_MAX + sizeof head);
    buf_add(&frame, BYTES_OF(head));
    buf_add(&frame, data);
    e = buf_err(&frame);
    if (e == OC_OK)
        e = stream_write(v->fd, buf_view(&frame), deadline, reason);
    else
        *reason = oc_err_text(e);
    buf_cleanup(&frame);
    return e;
}

/* Power on and off happen all the time while nobody talks; once somebody does, off is the end. */
static enum oc_err take_power(struct vpcd *v, uint8_t what, int64_t deadline, const char **reason)
{
    static const uint8_t atr[] = { 0x3b, 0x80, 0x80, 0x01, 0x01 };  /* contactless, T=0 and T=1 */

    if (what == GET_ATR)
        return write_frame(v, BYTES_OF(atr), deadline, reason);
    if (what != POWER_OFF && what != POWER_ON && what != RESET)
        return carrier_fail(reason, OC_SHAPE, "the virtual reader sends what no reader does");
    nfc_card_reset(&v->card);
    return v->has_begun ? carrier_fail(reason, OC_IO, "the reader let go of the card") : OC_OK;
}

/* A frame, in the time that is left for the message it is part of. */
static enum oc_err next_frame(struct vpcd *v, struct buf *frame, int64_t deadline,
                              const char **reason)
{
    enum oc_err e;

    deadline = carrier_sooner(deadline, v->whole);
    if (carrier_left(deadline) != 0)
        e = read_frame(v, frame, deadline, reason);
    else        /* a reader that always has a further byte ready is never waited for */
        e = carrier_fail(reason, OC_EXPIRED, "nothing came in time");
    if (e == OC_EXPIRED && v->whole != CARRIER_NEVER)
        *reason = "began a message that came too slowly";
    return e;
}

static enum oc_err take_command(struct vpcd *v, struct buf *out, bool *is_message,
                                struct bytes command, int64_t deadline, const char **reason)
{
    enum oc_err e;

    *is_message = nfc_card_take(&v->card, out, command) == NFC_CARD_MESSAGE;
    if ((e = buf_err(out)) != OC_OK)
        *reason = oc_err_text(e);
    else if (!*is_message)
        e = write_frame(v, buf_view(out), deadline, reason);
    return e;
}

/* Serve one frame. @param is_message  it completed a message, which is in `out` */
static enum oc_err serve(struct vpcd *v, struct buf *out, bool *is_message, int64_t deadline,
                         const char **reason)
{
    struct buf frame;
    enum oc_err e;

    *is_message = false;
    buf_init(&frame, FRAME_MAX);
    buf_truncate(out, 0);
    e = next_frame(v, &frame, deadline, reason);
    if (e == OC_OK && frame.n == 1)
        e = take_power(v, frame.p[0], deadline, reason);
    else if (e == OC_OK)
        e = take_command(v, out, is_message, buf_view(&frame), deadline, reason);
    if (v->card.incoming.n == 0)
        v->whole = CARRIER_NEVER;
    buf_cleanup(&frame);
    return e;
}

static enum oc_err vpcd_receive(void *self, struct buf *message, int64_t deadline,
                                const char **reason)
{
    struct vpcd *v = self;
    size_t start = message->n;
    bool is_message = false;
    struct buf out;
    enum oc_err e = OC_OK;

    buf_init(&out, CARRIER_MESSAGE_MAX);
    while (e == OC_OK && !is_message)
        e = serve(v, &out, &is_message, deadline, reason);
    if (e == OC_OK) {
        v->has_begun = true;
        buf_add(message, buf_view(&out));
        if ((e = buf_err(message)) != OC_OK) {
            *reason = oc_err_text(e);
            buf_truncate(message, start);
        }
    }
    buf_cleanup(&out);
    return e;
}

/* The rest of an answer, as the reader fetches it. */
static enum oc_err serve_rest(struct vpcd *v, struct buf *out, int64_t deadline,
                              const char **reason)
{
    enum oc_err e = OC_OK;

    while (e == OC_OK && nfc_card_has_more(&v->card)) {
        bool is_message;

        e = serve(v, out, &is_message, deadline, reason);
        if (e == OC_OK && v->card.answer.n == 0)
            e = carrier_fail(reason, OC_IO, "the reader did not fetch the whole answer");
    }
    if (e == OC_EXPIRED)
        *reason = "the reader did not fetch the whole answer in time";
    return e;
}

static enum oc_err vpcd_send(void *self, struct bytes message, int64_t deadline,
                             const char **reason)
{
    struct vpcd *v = self;
    struct buf out;
    enum oc_err e;

    if (!v->card.owes_answer)
        return carrier_fail(reason, OC_IO, "the reader does not listen, it has asked nothing");
    deadline = carrier_sooner(deadline, carrier_now() + CARRIER_MESSAGE_MS);
    buf_init(&out, FRAME_MAX);
    nfc_card_answer(&v->card, &out, message);
    if ((e = buf_err(&out)) != OC_OK)
        *reason = oc_err_text(e);
    else if ((e = write_frame(v, buf_view(&out), deadline, reason)) == OC_OK)
        e = serve_rest(v, &out, deadline, reason);
    buf_cleanup(&out);
    return e;
}

/* While an answer is owed a reader has nothing to say, so that what it says is that it lets go. */
static enum oc_err vpcd_check(void *self, bool *speaks, const char **reason)
{
    const struct vpcd *v = self;
    struct pollfd now = { .fd = v->fd, .events = POLLIN };

    *speaks = false;
    if (poll(&now, 1, 0) == 0)
        return OC_OK;
    return carrier_fail(reason, OC_IO, "the reader let go of the card");
}

/* A reader that has said something is not left without an answer. */
static void vpcd_close(void *self)
{
    struct vpcd *v = self;
    const char *reason;

    if (v->card.owes_answer &&
        vpcd_send(v, (struct bytes){ NULL, 0 }, carrier_now() + CLOSE_MS, &reason) != OC_OK)
        v->card.owes_answer = false;    /* nobody is there to be told */
    nfc_card_cleanup(&v->card);
    close(v->fd);
    free(v);
}

static const struct carrier_kind vpcd_kind = { vpcd_send, vpcd_receive, vpcd_check, vpcd_close };

enum oc_err vpcd_carrier_on(struct carrier *out, int fd, struct bytes handover, size_t max_command,
                            size_t max_response)
{
    struct vpcd *v = calloc(1, sizeof *v);
    enum oc_err e;

    *out = (struct carrier){ .kind = NULL };
    if (v == NULL) {
        e = carrier_fail(&out->reason, OC_MEMORY, oc_err_text(OC_MEMORY));
    } else if (max_command > VPCD_DATA_MAX || max_response > VPCD_DATA_MAX) {
        e = carrier_fail(&out->reason, OC_USAGE, "longer commands than the virtual reader has");
    } else {
        e = nfc_card_init(&v->card, handover, max_command, max_response);
        out->reason = oc_err_text(e);
    }
    if (e == OC_OK)
        e = stream_prepare(fd, &out->reason);
    if (e != OC_OK) {
        if (v != NULL)
            nfc_card_cleanup(&v->card);
        free(v);
        close(fd);
        return e;
    }
    v->fd = fd;
    v->whole = CARRIER_NEVER;
    *out = (struct carrier){ .kind = &vpcd_kind, .self = v };
    return OC_OK;
}

enum oc_err vpcd_carrier(struct carrier *out, const char *address, struct bytes handover,
                         size_t max_command, size_t max_response, int64_t deadline)
{
    int fd;
    enum oc_err e;

    *out = (struct carrier){ .kind = NULL };
    if ((e = tcp_dial(&fd, address, deadline, &out->reason)) != OC_OK)
        return e;
    return vpcd_carrier_on(out, fd, handover, max_command, max_response);
}
