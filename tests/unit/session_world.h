/* Both sides of a session in memory, and what passes between them. */
#ifndef OWNCARD_TESTS_SESSION_WORLD_H
#define OWNCARD_TESTS_SESSION_WORLD_H

#include "mdoc/session.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

enum { SESSION_START = 1000 };      /* a moment to begin at */

struct pair {
    struct mdoc_session *reader, *holder;
};

static inline struct pair pair_on(enum curve curve)
{
    struct pair p;

    must(mdoc_session_holder_new(&p.holder, &(struct mdoc_session_holder_spec){ .curve = curve },
                                 SESSION_START));
    must(mdoc_session_reader_new(&p.reader, &(struct mdoc_session_reader_spec){
        .engagement = mdoc_session_engagement(p.holder) }, SESSION_START, NULL));
    return p;
}

static inline void pair_free(struct pair *p)
{
    mdoc_session_free(&p->reader);
    mdoc_session_free(&p->holder);
}

/* Encrypted by one and decrypted by the other; true where the very message arrived. */
static inline bool pass(struct mdoc_session *from, struct mdoc_session *to, struct bytes message,
                        bool is_last, int64_t now)
{
    struct buf wire = new_buf(), plain = new_buf(), reply = new_buf();
    bool same = mdoc_session_send(from, &wire, message, is_last, now) == OC_OK &&
                mdoc_session_receive(to, &plain, &reply, buf_view(&wire), now) == OC_OK &&
                bytes_eq(buf_view(&plain), message) && reply.n == 0;

    buf_cleanup(&wire);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    return same;
}

/* A pair that has begun: the holder is to answer. */
static inline struct pair pair_open(void)
{
    struct pair p = pair_on(CURVE_P256);

    must(pass(p.reader, p.holder, BYTES("request"), false, SESSION_START) ? OC_OK : OC_BUG);
    return p;
}

/* Ended so, and said so. */
static inline bool ended(const struct mdoc_session *s, enum mdoc_session_status status,
                         bool by_peer, enum oc_err why)
{
    struct mdoc_session_ending e = mdoc_session_ending(s);

    return mdoc_session_state(s) == MDOC_SESSION_ENDED && e.status == status &&
           e.by_peer == by_peer && e.why == why && e.fault.reason != NULL &&
           mdoc_session_deadline(s) == INT64_MAX;
}

/* Exactly this SessionData of a status alone. */
static inline bool is_status_message(const struct buf *wire, uint8_t status)
{
    struct buf want = new_buf();
    bool same;

    buf_add(&want, BYTES("\xa1\x66" "status"));
    cbw_uint(&want, status);
    same = bytes_eq(buf_view(wire), buf_view(&want));
    buf_cleanup(&want);
    return same;
}

#endif
