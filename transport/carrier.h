/*
 * One way across the room: whole messages, both ways, in turns. What carries them is one of the
 * kinds below; who uses a carrier need not know which. A message is opaque here.
 *
 *   transport/tcp.h       a stream, either side
 *   transport/nfc.h       NFC by PC/SC, the reader's side
 *   transport/vpcd.h      NFC, the holder's side: a virtual card
 *
 * Deadlines are moments of carrier_now(), in milliseconds. Errors come with a reason in words, a
 * static text without full stop in carrier.reason, which lives on after carrier_close().
 */
#ifndef OWNCARD_TRANSPORT_CARRIER_H
#define OWNCARD_TRANSPORT_CARRIER_H

#include "core/buf.h"

enum {
    CARRIER_MESSAGE_MAX = 1 << 20,      /* bytes of one message */
    CARRIER_MESSAGE_MS = 30 * 1000,     /* from a message's first byte to its last */
};

#define CARRIER_NEVER INT64_MAX         /* a deadline that does not come */

/* What every kind has to do; `self` is the kind's own. On errors *reason is set. */
struct carrier_kind {
    enum oc_err (*send)(void *self, struct bytes message, int64_t deadline, const char **reason);
    enum oc_err (*receive)(void *self, struct buf *message, int64_t deadline, const char **reason);
    enum oc_err (*check)(void *self, bool *speaks, const char **reason);
    void (*close)(void *self);
};

/* All zero is none. */
struct carrier {
    const struct carrier_kind *kind;
    void *self;
    const char *reason;
};

/** The present of a clock that never goes back, in milliseconds. */
int64_t carrier_now(void);

/** Milliseconds from now to a deadline, as poll() takes them: 0 when it is past, -1 for never. */
int carrier_left(int64_t deadline);

/** The one of two deadlines that comes first. */
int64_t carrier_sooner(int64_t a, int64_t b);

/** For the kinds: give the reason, a static text. @return `e` */
static inline enum oc_err carrier_fail(const char **reason, enum oc_err e, const char *text)
{
    *reason = text;
    return e;
}

/**
 * Send one message of 1 to CARRIER_MESSAGE_MAX bytes. After an error part of it may have left.
 *
 * Where the holder can only answer, as with NFC, the reader's send waits until it has done so; the
 * answer is then there to be received.
 *
 * @retval OC_USAGE    an empty message, or one too long: nothing left, the carrier goes on
 * @retval OC_EXPIRED  the deadline came, or the message, or the answer that comes with it, takes
 *                     longer than CARRIER_MESSAGE_MS
 * @retval OC_IO       the other side is gone, or the carrier fails
 * @retval OC_SYNTAX, OC_SHAPE, OC_LIMIT, OC_MEMORY   of an answer that comes with it
 */
enum oc_err carrier_send(struct carrier *c, struct bytes message, int64_t deadline) OC_MUST_CHECK;

/**
 * Wait for one message and append it; on error `message` stays as it was.
 *
 * @retval OC_EXPIRED  the deadline came, or the message takes longer than CARRIER_MESSAGE_MS
 * @retval OC_IO       the other side is gone, in the middle of a message or between two
 * @retval OC_SYNTAX, OC_SHAPE   not how messages are carried
 * @retval OC_LIMIT    a message longer than CARRIER_MESSAGE_MAX
 * @retval OC_MEMORY
 */
enum oc_err carrier_receive(struct carrier *c, struct buf *message, int64_t deadline) OC_MUST_CHECK;

/** Whether the other side is still there, as far as can be told without waiting: for what should
 *  not be said to nobody.
 *  @param speaks  there is something to be received  @retval OC_IO  it is gone */
enum oc_err carrier_check(struct carrier *c, bool *speaks) OC_MUST_CHECK;

/** Hang up; twice is fine. */
void carrier_close(struct carrier *c);

#endif
