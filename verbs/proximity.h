/*
 * One side of a proximity session (mdoc/session.h) on a carrier (transport/carrier.h): what is to
 * be said is encrypted and carried, what comes is decrypted, time is kept, errors are told to the
 * other side and to the user. Every error has been said (cli/exit.h).
 *
 * A time-out, or another side that is gone, is OC_IO: the run could not finish. Nothing that went
 * wrong between the two is ever "examined: no", but a message that does not decrypt.
 */
#ifndef OWNCARD_VERBS_PROXIMITY_H
#define OWNCARD_VERBS_PROXIMITY_H

#include "cli/command.h"
#include "mdoc/session.h"
#include "transport/carrier.h"

/* The row of every verb that holds a session. */
#define PROXIMITY_OPTIONS \
    { "wait", 0, "SECONDS", "how long to wait for the other side each time, 1 to 86400 (default: " \
                            "300)", false }

struct proximity {
    const char *peer;               /* "the reader" or "the holder" */
    int64_t wait_ms;
    struct mdoc_session *session;   /* set by the caller; owned from then on */
    struct carrier carrier;         /* likewise */
};

/** Read the options. @param p  release with proximity_close() @retval OC_USAGE */
enum oc_err proximity_init(struct proximity *p, const struct command_line *cl,
                           const char *peer) OC_MUST_CHECK;

/** The session's clock, in seconds, and limits that leave room for --wait. */
int64_t proximity_now(void);
struct mdoc_session_limits proximity_limits(const struct proximity *p);

/** The moment until which the other side is waited for now: --wait, or the session's end if that
 *  comes first. */
int64_t proximity_deadline(const struct proximity *p);

/** Say why a carrier failed; `name` is what it is about. @param reason  NULL: none but `e` itself
 *  @return `e`, with OC_EXPIRED as OC_IO */
enum oc_err proximity_fail(enum oc_err e, const char *name, const char *reason);

/** Encrypt a message for the other side; nothing leaves yet. @param wire  initialised here; release
 *  with buf_cleanup() @retval the errors of mdoc_session_send() */
enum oc_err proximity_encrypt(struct proximity *p, struct buf *wire,
                              struct bytes message) OC_MUST_CHECK;

/** Whether the other side is still there to be answered.
 *  @retval OC_IO  it is gone, has ended the session, or speaks in our turn, which ends it
 *  @retval as proximity_receive(), where what it says then is no message */
enum oc_err proximity_check(struct proximity *p) OC_MUST_CHECK;

/** Carry what was encrypted. After an error some of it may have left.
 *  @retval OC_IO and the errors of carrier_send() */
enum oc_err proximity_carry(struct proximity *p, struct bytes wire) OC_MUST_CHECK;

/**
 * Wait for a message and append it. OC_OK without one: the other side has ended the session in
 * order, and it is for the caller to say whether that is good.
 *
 * @retval OC_IO         time is up, the other side is gone, or has ended the session by an error
 * @retval OC_SIGNATURE  a message that does not decrypt
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT   no such message
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err proximity_receive(struct proximity *p, struct buf *message) OC_MUST_CHECK;

/**
 * After the last message: wait for the other side to end the session. That it does not, or is gone
 * without a word, is warned of.
 * @return whether something came: its end of the session or, in `message`, a further message
 */
bool proximity_hear_end(struct proximity *p, struct buf *message);

/** End the session, telling the other side where it has not ended yet, destroy its keys, hang up.
 *  All zero afterwards; twice is fine. */
void proximity_close(struct proximity *p);

#endif
