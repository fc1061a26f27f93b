/*
 * A proximity session (ISO/IEC 18013-5, 9.1.1 and 12.7), either side of it: bytes in, bytes out, on
 * whatever carries them. The reader asks and the holder answers, in turns, as often as they like.
 *
 *   reader                                          holder
 *                                                   mdoc_session_holder_new()
 *   mdoc_session_reader_new()  ◀── engagement ────  mdoc_session_engagement()
 *   mdoc_session_send()        ─── request ──────▶  mdoc_session_receive()
 *   mdoc_session_receive()     ◀── response ──────  mdoc_session_send()
 *   …                                               …
 *   mdoc_session_end()         ─── status 20 ────▶  mdoc_session_receive()
 *
 * Time is an argument, in seconds of one clock that never goes back, such as CLOCK_MONOTONIC; a
 * `now` before an earlier one ends the session.
 *
 * Errors. OC_USAGE changes nothing: what was asked for is not this side's turn, comes after the
 * end, or would go to a buffer that has failed already. Every other error ends the session;
 * mdoc_session_ending() then says why, and the buffer for the carrier holds what the other side
 * must be told, if there is anything to tell: send it, and hang up. A buffer that has no room for
 * it stays as it was.
 *
 * Keys. EDeviceKey is destroyed as soon as the session's keys are derived, those at its end,
 * however it ends. EReaderKey goes with them but in one case: a last response may be under a MAC
 * that only EReaderKey can check, so where data came together with status 20 it stays until
 * mdoc_session_free().
 */
#ifndef OWNCARD_MDOC_SESSION_H
#define OWNCARD_MDOC_SESSION_H

#include "mdoc/engagement.h"
#include "mdoc/limits.h"
#include "mdoc/nfc_handover.h"
#include "mdoc/session_message.h"

enum {
    MDOC_SESSION_INACTIVITY_MIN_S = 300,    /* shorter ones the standard advises against */
    MDOC_SESSION_ENGAGEMENT_MIN_S = 30,
    MDOC_SESSION_LIMIT_MAX_S = 24 * 3600,
    MDOC_SESSION_PLAINTEXT_MAX = MDOC_BYTES_MAX - 1024, /* bytes of one request or response */
};

/** How long a side waits. 0: the least that is allowed. */
struct mdoc_session_limits {
    int64_t inactivity_s;       /* without a message of either side */
    int64_t engagement_s;       /* from the engagement to the first message */
};

struct mdoc_session;

enum mdoc_session_state {
    MDOC_SESSION_TO_SEND,       /* our turn */
    MDOC_SESSION_TO_RECEIVE,    /* the other side's */
    MDOC_SESSION_ENDED,
};

/** How a session ended. */
struct mdoc_session_ending {
    enum mdoc_session_status status;    /* what was said; NO_STATUS: nothing could be */
    bool by_peer;                       /* who said it */
    enum oc_err why;                    /* OC_OK: orderly, by status 20 */
    struct oc_fault fault;              /* in words; the offset counts within the message that was
                                           received, where one was at fault */
};

struct mdoc_session_holder_spec {
    enum curve curve;                       /* of a fresh EDeviceKey */
    struct private_key **device_key;        /* or this one, which is moved; NULL: a fresh one */
    const struct mdoc_retrieval *retrievals;    /* as in struct mdoc_engagement_spec */
    size_t retrievals_n;
    struct mdoc_session_limits limits;
};

/**
 * The holder's side, with its engagement to be shown.
 *
 * @param out  NULL on error
 * @retval OC_USAGE  a curve that does not agree, limits out of bounds, retrievals that cannot be
 *                   written
 * @retval OC_UNAVAILABLE, OC_MEMORY, OC_LIMIT
 */
enum oc_err mdoc_session_holder_new(struct mdoc_session **out,
                                    const struct mdoc_session_holder_spec *spec,
                                    int64_t now) OC_MUST_CHECK;

/**
 * The engagement went out by NFC rather than as a QR code: both messages become part of the
 * transcript. Before anything is received.
 *
 * @param select   the Handover Select message that was sent; copied
 * @param request  the Handover Request it answered; empty where there was none; copied
 * @retval OC_USAGE  not a holder's session, too late, or `select` holds another engagement or is
 *                   no Handover Select
 * @retval OC_LIMIT, OC_MEMORY   not taken over; the session goes on as it was
 */
enum oc_err mdoc_session_by_nfc(struct mdoc_session *s, struct bytes select,
                                struct bytes request) OC_MUST_CHECK;

struct mdoc_session_reader_spec {
    struct bytes engagement;                /* as a QR code held it: mdoc_engagement_uri_read() */
    struct bytes nfc_select, nfc_request;   /* or the NFC handover; no request: empty */
    struct private_key **reader_key;        /* EReaderKey, which is moved; NULL: a fresh one */
    struct mdoc_session_limits limits;
};

/**
 * The reader's side of an engagement, which is copied.
 *
 * @param out    NULL on error; then a reader_key is still the caller's
 * @param fault  optional; counts within the engagement or, where there is one, the nfc_select
 * @retval OC_USAGE  neither engagement nor nfc_select, or both; limits out of bounds; a reader_key
 *                   on another curve than EDeviceKey
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT
 *                   as mdoc_engagement_init() and mdoc_nfc_select_read()
 * @retval OC_UNAVAILABLE, OC_MEMORY
 */
enum oc_err mdoc_session_reader_new(struct mdoc_session **out,
                                    const struct mdoc_session_reader_spec *spec, int64_t now,
                                    struct oc_fault *fault) OC_MUST_CHECK;

/** Destroys the keys too, whatever the state; it tells the other side nothing. */
void mdoc_session_free(struct mdoc_session **s);

/**
 * Encrypt a message: a request in our turn as reader, a response as holder.
 *
 * @param out      the carrier's: SessionEstablishment or SessionData is appended
 * @param message  1 to MDOC_SESSION_PLAINTEXT_MAX bytes
 * @param is_last  with status 20, which ends the session; not with the reader's first message
 * @retval OC_USAGE    see above, and for a message of another length
 * @retval OC_EXPIRED  too late
 * @retval OC_LIMIT    the counter of this key is exhausted, or `out` is full
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err mdoc_session_send(struct mdoc_session *s, struct buf *out, struct bytes message,
                              bool is_last, int64_t now) OC_MUST_CHECK;

/**
 * Take what the carrier brought, one whole message. OC_OK: it held either a message, which is
 * appended to `message`, or status 20, or both: see the state.
 *
 * @param reply  the carrier's: what must be sent back, on errors only
 * @retval OC_USAGE      after the end
 * @retval OC_EXPIRED    too late
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT
 *                       not such a message: status 11 is replied
 * @retval OC_SIGNATURE  it does not decrypt, or its key is of no use: status 10 is replied
 * @retval OC_REFUSED    the other side has ended the session by status 10 or 11, or speaks in our
 *                       turn, to which status 20 is replied
 * @retval OC_UNAVAILABLE, OC_MEMORY
 */
enum oc_err mdoc_session_receive(struct mdoc_session *s, struct buf *message, struct buf *reply,
                                 struct bytes received, int64_t now) OC_MUST_CHECK;

/** End the session in order: status 20 goes to `out`, where there is anybody to tell. OC_USAGE
 *  after the end; OC_LIMIT, OC_MEMORY where `out` has no room: it has ended all the same. */
enum oc_err mdoc_session_end(struct mdoc_session *s, struct buf *out) OC_MUST_CHECK;

/** Whether it is still time: OC_OK, or OC_EXPIRED with status 20 in `reply`; OC_USAGE after the
 *  end. */
enum oc_err mdoc_session_check_time(struct mdoc_session *s, struct buf *reply,
                                    int64_t now) OC_MUST_CHECK;

/** From this moment on it is too late; INT64_MAX after the end. */
int64_t mdoc_session_deadline(const struct mdoc_session *s);

enum mdoc_session_state mdoc_session_state(const struct mdoc_session *s);
/** All zero before the end. */
struct mdoc_session_ending mdoc_session_ending(const struct mdoc_session *s);

/** DeviceEngagement, as shown or as received; lives as long as `s`. */
struct bytes mdoc_session_engagement(const struct mdoc_session *s);

/** The SessionTranscript array, over which both sides sign; lives as long as `s`. Empty: not known
 *  yet, which is so for a holder before the first message. */
struct bytes mdoc_session_transcript(const struct mdoc_session *s);

/** EReaderKey, with which a reader checks device MACs; NULL on the holder's side and once it is
 *  destroyed. Owned by `s`. */
const struct private_key *mdoc_session_reader_key(const struct mdoc_session *s);

/** EReaderKey's public part, under which a holder makes device MACs; NULL on the reader's side and
 *  before the first message. Owned by `s`. */
const struct public_key *mdoc_session_peer_key(const struct mdoc_session *s);

#endif
