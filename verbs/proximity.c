#include "verbs/proximity.h"

#include "cli/exit.h"

enum { WAIT_MAX_S = 86400, WAIT_S = 300, FAREWELL_MS = 2000, WIRE_MAX = CARRIER_MESSAGE_MAX };

enum oc_err proximity_init(struct proximity *p, const struct command_line *cl, const char *peer)
{
    uint64_t wait_s;
    enum oc_err e = opt_uint(cl, "wait", 1, WAIT_MAX_S, WAIT_S, &wait_s);

    *p = (struct proximity){ .peer = peer };
    if (e == OC_OK)
        p->wait_ms = (int64_t)wait_s * 1000;
    return e;
}

int64_t proximity_now(void)
{
    return carrier_now() / 1000;
}

static int64_t at_least(int64_t n, int64_t min)
{
    return n > min ? n : min;
}

struct mdoc_session_limits proximity_limits(const struct proximity *p)
{
    int64_t wait_s = p->wait_ms / 1000;

    return (struct mdoc_session_limits){
        .inactivity_s = at_least(wait_s, MDOC_SESSION_INACTIVITY_MIN_S),
        .engagement_s = at_least(wait_s, MDOC_SESSION_ENGAGEMENT_MIN_S),
    };
}

int64_t proximity_deadline(const struct proximity *p)
{
    int64_t end = carrier_now() + p->wait_ms;
    int64_t session_end = p->session != NULL ? mdoc_session_deadline(p->session) : INT64_MAX;

    return session_end < end / 1000 ? session_end * 1000 : end;
}

enum oc_err proximity_fail(enum oc_err e, const char *name, const char *reason)
{
    e = e == OC_EXPIRED ? OC_IO : e;
    return fail_print(e, "%s: %s", name, reason != NULL ? reason : oc_err_text(e));
}

/* The last thing that is said, where there is something: nobody waits for long to be told it. */
static void say_farewell(struct proximity *p, const struct buf *wire)
{
    if (wire->n > 0 && p->carrier.kind != NULL &&
        carrier_send(&p->carrier, buf_view(wire), carrier_now() + FAREWELL_MS) != OC_OK)
        carrier_close(&p->carrier);
}

static enum oc_err fail_session(const struct proximity *p, enum oc_err e)
{
    struct mdoc_session_ending ending = mdoc_session_ending(p->session);
    const char *reason = ending.fault.reason != NULL ? ending.fault.reason : oc_err_text(e);

    if (ending.by_peer)
        return fail_print(OC_IO, "%s ended the session: %s (status %d)", p->peer, reason,
                          (int)ending.status);
    if (e == OC_EXPIRED)
        return fail_print(OC_IO, "%s", reason);
    if (e == OC_REFUSED)        /* out of turn, which is no verdict on anything */
        e = OC_IO;
    if (ending.fault.offset > 0)
        return fail_print(e, "from %s: %s (at byte %zu)", p->peer, reason, ending.fault.offset);
    return fail_print(e, "from %s: %s", p->peer, reason);
}

enum oc_err proximity_encrypt(struct proximity *p, struct buf *wire, struct bytes message)
{
    enum oc_err e;

    buf_init(wire, WIRE_MAX);
    e = mdoc_session_send(p->session, wire, message, false, proximity_now());
    if (e == OC_OK)
        return OC_OK;
    say_farewell(p, wire);
    buf_cleanup(wire);
    if (e == OC_EXPIRED)
        return fail_session(p, e);
    return fail_print(e, "the session: %s", oc_err_text(e));
}

enum oc_err proximity_carry(struct proximity *p, struct bytes wire)
{
    enum oc_err e = carrier_send(&p->carrier, wire, proximity_deadline(p));

    return e == OC_OK ? OC_OK : proximity_fail(e, p->peer, p->carrier.reason);
}

/* What the carrier brings, decrypted. @param by_carrier  it is the carrier that failed */
static enum oc_err receive(struct proximity *p, struct buf *message, bool *by_carrier)
{
    struct buf wire, reply;
    enum oc_err e;

    buf_init(&wire, WIRE_MAX);
    buf_init(&reply, WIRE_MAX);
    e = carrier_receive(&p->carrier, &wire, proximity_deadline(p));
    *by_carrier = e != OC_OK;
    if (e == OC_OK) {
        e = mdoc_session_receive(p->session, message, &reply, buf_view(&wire), proximity_now());
        if (e != OC_OK)
            say_farewell(p, &reply);
    }
    buf_cleanup(&wire);
    buf_cleanup(&reply);
    return e;
}

enum oc_err proximity_receive(struct proximity *p, struct buf *message)
{
    bool by_carrier;
    enum oc_err e = receive(p, message, &by_carrier);

    if (e == OC_OK)
        return OC_OK;
    if (!by_carrier)
        return fail_session(p, e);
    return proximity_fail(e, p->peer, p->carrier.reason);
}

/* In our turn the other side has nothing to say but that it ends the session. */
enum oc_err proximity_check(struct proximity *p)
{
    struct buf message;
    bool speaks;
    enum oc_err e = carrier_check(&p->carrier, &speaks);

    if (e != OC_OK)
        return proximity_fail(e, p->peer, p->carrier.reason);
    if (!speaks)
        return OC_OK;
    buf_init(&message, WIRE_MAX);
    e = proximity_receive(p, &message);
    buf_cleanup(&message);
    if (e != OC_OK)
        return e;
    return fail_print(OC_IO, "%s ended the session before it was answered", p->peer);
}

bool proximity_hear_end(struct proximity *p, struct buf *message)
{
    bool by_carrier;
    enum oc_err e = receive(p, message, &by_carrier);
    const char *reason = by_carrier ? p->carrier.reason : oc_err_text(e);

    if (e == OC_OK)
        return true;
    if (!by_carrier && mdoc_session_ending(p->session).fault.reason != NULL)
        reason = mdoc_session_ending(p->session).fault.reason;
    warn_print("%s did not end the session: %s", p->peer, reason);
    return false;
}

void proximity_close(struct proximity *p)
{
    struct buf wire;

    buf_init(&wire, WIRE_MAX);
    if (p->session != NULL && mdoc_session_state(p->session) != MDOC_SESSION_ENDED &&
        mdoc_session_end(p->session, &wire) == OC_OK)
        say_farewell(p, &wire);
    mdoc_session_free(&p->session);
    carrier_close(&p->carrier);
    buf_cleanup(&wire);
    *p = (struct proximity){ .peer = NULL };
}
