#include "mdoc/session_parts.h"

static const struct oc_fault by_time = { 0, "the session has been idle for too long" };
static const struct oc_fault by_clock = { 0, "the clock went back" };
static const struct oc_fault by_turn = { 0, "a message out of turn" };
static const struct oc_fault by_us = { 0, "ended by this side" };
static const struct oc_fault by_peer = { 0, "ended by the other side" };
static const struct oc_fault by_peer_encryption =
    { 0, "the other side could not decrypt a message" };
static const struct oc_fault by_peer_cbor = { 0, "the other side could not read a message" };

/* The keys go, but for an EReaderKey that has a last response to check. */
static void close_session(struct mdoc_session *s, struct mdoc_session_ending ending,
                          bool keeps_reader_key)
{
    s->state = MDOC_SESSION_ENDED;
    s->ending = ending;
    session_cipher_cleanup(&s->ciphers[SESSION_READER]);
    session_cipher_cleanup(&s->ciphers[SESSION_HOLDER]);
    if (!keeps_reader_key)
        private_key_free(&s->own_key);
}

/* Append a status; a buffer that has no room stays as it was. */
static enum oc_err tell(struct buf *out, enum mdoc_session_status status)
{
    size_t start = out->n;
    enum oc_err e;

    mdoc_session_data_write(out, &(struct mdoc_session_data){ .status = status });
    if ((e = buf_err(out)) != OC_OK && out->n > start)
        buf_truncate(out, start);
    return e;
}

/* What the other side is told of our error. */
static enum mdoc_session_status status_of(enum oc_err e)
{
    switch (e) {
    case OC_SYNTAX: case OC_TRUNCATED: case OC_TRAILING: case OC_SHAPE: case OC_LIMIT:
        return MDOC_SESSION_CBOR_ERROR;
    case OC_SIGNATURE: case OC_UNAVAILABLE:
        return MDOC_SESSION_ENCRYPTION_ERROR;
    case OC_OK: case OC_USAGE: case OC_DIGEST: case OC_UNTRUSTED: case OC_EXPIRED: case OC_REFUSED:
    case OC_IO: case OC_MEMORY: case OC_BUG:
        break;
    }
    return MDOC_SESSION_TERMINATION;
}

/* End by our own error or decision. */
static enum oc_err give_up(struct mdoc_session *s, struct buf *out, enum mdoc_session_status status,
                           enum oc_err why, struct oc_fault fault)
{
    struct mdoc_session_ending ending = { .status = status, .why = why, .fault = fault };

    if (tell(out, status) != OC_OK)
        ending.status = MDOC_SESSION_NO_STATUS;
    close_session(s, ending, false);
    return why;
}

/* End by time, where it is over. Before the first message nobody is there to be told. */
static enum oc_err check_time(struct mdoc_session *s, struct buf *out, int64_t now)
{
    const struct oc_fault *fault = now < s->active ? &by_clock : &by_time;

    if (now >= s->active && now < mdoc_session_deadline(s))
        return OC_OK;
    if (s->is_open)
        return give_up(s, out, MDOC_SESSION_TERMINATION, OC_EXPIRED, *fault);
    close_session(s, (struct mdoc_session_ending){ .why = OC_EXPIRED, .fault = *fault }, false);
    return OC_EXPIRED;
}

/* A message has passed: the next turn is the other's. */
static void pass_turn(struct mdoc_session *s, enum mdoc_session_state turn, int64_t now)
{
    s->is_open = true;
    s->state = turn;
    s->active = now;
}

static enum oc_err put_message(struct mdoc_session *s, struct buf *out, struct bytes message,
                               bool is_last)
{
    struct buf sealed;
    enum oc_err e;

    buf_init(&sealed, MDOC_BYTES_MAX);
    e = session_seal(session_sends(s), &sealed, message);
    if (e == OC_OK && s->is_open)
        mdoc_session_data_write(out, &(struct mdoc_session_data){
            .data = buf_view(&sealed),
            .status = is_last ? MDOC_SESSION_TERMINATION : MDOC_SESSION_NO_STATUS });
    else if (e == OC_OK)
        mdoc_session_establishment_write(out, buf_view(&s->reader_key_bytes), buf_view(&sealed));
    buf_cleanup(&sealed);
    return e != OC_OK ? e : buf_err(out);
}

enum oc_err mdoc_session_send(struct mdoc_session *s, struct buf *out, struct bytes message,
                              bool is_last, int64_t now)
{
    size_t start = out->n;
    enum oc_err e;

    if (s->state != MDOC_SESSION_TO_SEND || buf_err(out) != OC_OK || message.n == 0 ||
        message.n > MDOC_SESSION_PLAINTEXT_MAX || (is_last && !s->is_open))
        return OC_USAGE;
    if ((e = check_time(s, out, now)) != OC_OK)
        return e;
    if ((e = put_message(s, out, message, is_last)) != OC_OK) {
        buf_truncate(out, start);
        if (s->is_open)
            return give_up(s, out, MDOC_SESSION_TERMINATION, e,
                           (struct oc_fault){ 0, oc_err_text(e) });
        close_session(s, (struct mdoc_session_ending){
            .why = e, .fault = { 0, oc_err_text(e) } }, false);
        return e;
    }
    pass_turn(s, MDOC_SESSION_TO_RECEIVE, now);
    if (is_last)
        close_session(s, (struct mdoc_session_ending){
            .status = MDOC_SESSION_TERMINATION, .fault = by_us }, false);
    return OC_OK;
}

/* EDeviceKey has served once the keys are derived, or cannot be. */
static enum oc_err derive_from(struct mdoc_session *s, struct mdoc_session_establishment *m)
{
    enum oc_err e = OC_SIGNATURE;

    if (public_key_curve(m->reader_key) == private_key_curve(s->own_key))
        e = session_derive(s, m->reader_key_bytes, m->reader_key);
    private_key_free(&s->own_key);
    if (e != OC_OK)
        return e == OC_SHAPE ? OC_SIGNATURE : e;
    s->peer_key = m->reader_key;
    m->reader_key = NULL;               /* moved to the session */
    return OC_OK;
}

/* What a message of either kind comes to; `data` is a view into it. */
static enum oc_err read_received(struct mdoc_session *s, struct mdoc_session_data *out,
                                 struct bytes received, struct oc_fault *fault)
{
    struct mdoc_session_establishment m;
    enum oc_err e;

    if (s->self == SESSION_READER || s->is_open)
        return mdoc_session_data_read(out, received, fault);
    *out = (struct mdoc_session_data){ 0 };
    e = mdoc_session_establishment_init(&m, received, fault);
    if (e == OC_OK) {
        out->data = m.data;
        e = derive_from(s, &m);
        if (e == OC_SIGNATURE)
            *fault = (struct oc_fault){ (size_t)(m.reader_key_bytes.p - received.p),
                                        "EReaderKey does not agree with EDeviceKey" };
        else if (e != OC_OK)
            *fault = (struct oc_fault){ 0, oc_err_text(e) };
    }
    mdoc_session_establishment_cleanup(&m);
    return e;
}

/* The other side's status; one of error is its refusal. */
static enum oc_err heed(struct mdoc_session *s, enum mdoc_session_status status, bool with_data)
{
    struct mdoc_session_ending ending = { .status = status, .by_peer = true, .fault = by_peer };

    switch (status) {
    case MDOC_SESSION_NO_STATUS:
        return OC_OK;
    case MDOC_SESSION_TERMINATION:
        break;
    case MDOC_SESSION_ENCRYPTION_ERROR:
        ending.why = OC_REFUSED;
        ending.fault = by_peer_encryption;
        break;
    case MDOC_SESSION_CBOR_ERROR:
        ending.why = OC_REFUSED;
        ending.fault = by_peer_cbor;
        break;
    }
    close_session(s, ending, with_data && s->self == SESSION_READER);
    return ending.why;
}

static enum oc_err open_message(struct mdoc_session *s, struct buf *message, struct buf *reply,
                                struct bytes data, struct bytes received)
{
    struct oc_fault fault = { (size_t)(data.p - received.p), NULL };
    size_t start = message->n;
    enum oc_err e;

    if (s->state != MDOC_SESSION_TO_RECEIVE)
        return give_up(s, reply, MDOC_SESSION_TERMINATION, OC_REFUSED, by_turn);
    e = session_open(session_receives(s), message, data);
    if (e == OC_OK && message->n > start)
        return OC_OK;
    if (e == OC_OK)
        e = OC_SHAPE;
    fault.reason = e == OC_SIGNATURE ? "a message that does not decrypt"
                   : e == OC_SHAPE   ? "a message that holds nothing" : oc_err_text(e);
    /* A limit here is ours, of the counter or the buffer, and not the message's fault. */
    return give_up(s, reply, e == OC_LIMIT ? MDOC_SESSION_TERMINATION : status_of(e), e, fault);
}

enum oc_err mdoc_session_receive(struct mdoc_session *s, struct buf *message, struct buf *reply,
                                 struct bytes received, int64_t now)
{
    struct oc_fault fault = { 0 };
    struct mdoc_session_data m;
    enum oc_err e;

    if (s->state == MDOC_SESSION_ENDED || buf_err(message) != OC_OK || buf_err(reply) != OC_OK)
        return OC_USAGE;
    if ((e = check_time(s, reply, now)) != OC_OK)
        return e;
    if ((e = read_received(s, &m, received, &fault)) != OC_OK)
        return give_up(s, reply, status_of(e), e, fault);
    if (m.data.p != NULL) {
        if ((e = open_message(s, message, reply, m.data, received)) != OC_OK)
            return e;
        pass_turn(s, MDOC_SESSION_TO_SEND, now);
    }
    return heed(s, m.status, m.data.p != NULL);
}

enum oc_err mdoc_session_end(struct mdoc_session *s, struct buf *out)
{
    struct mdoc_session_ending ending = { .fault = by_us };
    enum oc_err e = OC_OK;

    if (s->state == MDOC_SESSION_ENDED)
        return OC_USAGE;
    if (s->is_open && (e = tell(out, MDOC_SESSION_TERMINATION)) == OC_OK)
        ending.status = MDOC_SESSION_TERMINATION;
    close_session(s, ending, false);
    return e;
}

enum oc_err mdoc_session_check_time(struct mdoc_session *s, struct buf *reply, int64_t now)
{
    return s->state == MDOC_SESSION_ENDED ? OC_USAGE : check_time(s, reply, now);
}

int64_t mdoc_session_deadline(const struct mdoc_session *s)
{
    int64_t limit_s = s->is_open ? s->limits.inactivity_s : s->limits.engagement_s;

    if (s->state == MDOC_SESSION_ENDED || s->active > INT64_MAX - limit_s)
        return INT64_MAX;
    return s->active + limit_s;
}

enum mdoc_session_state mdoc_session_state(const struct mdoc_session *s)
{
    return s->state;
}

struct mdoc_session_ending mdoc_session_ending(const struct mdoc_session *s)
{
    return s->ending;
}

struct bytes mdoc_session_engagement(const struct mdoc_session *s)
{
    return buf_view(&s->engagement);
}

struct bytes mdoc_session_transcript(const struct mdoc_session *s)
{
    return buf_view(&s->transcript);
}

const struct private_key *mdoc_session_reader_key(const struct mdoc_session *s)
{
    return s->self == SESSION_READER ? s->own_key : NULL;
}

const struct public_key *mdoc_session_peer_key(const struct mdoc_session *s)
{
    return s->peer_key;
}
