/* A session whose keys are the same in every process, so that a message which was genuine in one is
 * in all; and what each side promises about whatever it receives. */
#ifndef OWNCARD_TESTS_FUZZ_SESSION_WORLD_H
#define OWNCARD_TESTS_FUZZ_SESSION_WORLD_H

#include "mdoc/session_parts.h"
#include "tests/fuzz/fuzz.h"

struct fuzz_pair {
    struct mdoc_session *reader, *holder;
};

/* On the curve that costs the least. */
static inline struct private_key *fuzz_key(uint8_t fill)
{
    struct secret *d = secret_new(curve_info(CURVE_X25519)->n);
    struct private_key *key = NULL;

    hold(d != NULL);
    memset(secret_fill(d), fill, secret_view(d).n);
    hold(private_key_new(&key, CURVE_X25519, d) == OC_OK);
    secret_free(&d);
    return key;
}

static inline struct fuzz_pair fuzz_pair(void)
{
    struct private_key *holder, *reader;
    struct fuzz_pair p;

    fuzz_pool();
    holder = fuzz_key(1);
    reader = fuzz_key(2);
    hold(mdoc_session_holder_new(&p.holder, &(struct mdoc_session_holder_spec){
        .device_key = &holder }, 0) == OC_OK && holder == NULL);
    hold(mdoc_session_reader_new(&p.reader, &(struct mdoc_session_reader_spec){
        .engagement = mdoc_session_engagement(p.holder), .reader_key = &reader }, 0, NULL) == OC_OK
        && reader == NULL);
    return p;
}

static inline void fuzz_pair_free(struct fuzz_pair *p)
{
    mdoc_session_free(&p->reader);
    mdoc_session_free(&p->holder);
}

/* A message from one to the other, which arrives; `wire` gets what crossed. */
static inline void fuzz_pass(struct mdoc_session *from, struct mdoc_session *to, struct buf *wire)
{
    struct buf plain = fuzz_buf(), reply = fuzz_buf();

    buf_truncate(wire, 0);
    hold(mdoc_session_send(from, wire, BYTES("message"), false, 0) == OC_OK);
    hold(mdoc_session_receive(to, &plain, &reply, buf_view(wire), 0) == OC_OK &&
         bytes_is(buf_view(&plain), "message") && reply.n == 0);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
}

/* No key is left, but the one that a last response may need. */
static inline void hold_destroyed(const struct mdoc_session *s, bool may_keep_reader_key)
{
    hold(s->ciphers[SESSION_READER].key == NULL && s->ciphers[SESSION_HOLDER].key == NULL);
    hold(s->own_key == NULL || (may_keep_reader_key && s->self == SESSION_READER));
}

static inline void hold_reply(const struct mdoc_session_ending *ending, struct bytes reply)
{
    struct mdoc_session_data said;

    if (ending->by_peer) {
        hold(reply.n == 0);
        return;
    }
    hold(mdoc_session_data_read(&said, reply, NULL) == OC_OK && said.data.p == NULL &&
         said.status == ending->status && said.status != MDOC_SESSION_NO_STATUS);
}

/* One message received; whether the session goes on. */
static inline bool hold_receive(struct mdoc_session *s, struct bytes src)
{
    struct buf plain = fuzz_buf(), reply = fuzz_buf();
    enum oc_err e = mdoc_session_receive(s, &plain, &reply, src, 0);
    struct mdoc_session_ending ending = mdoc_session_ending(s);
    bool goes_on = mdoc_session_state(s) != MDOC_SESSION_ENDED;

    hold(e != OC_USAGE && e != OC_BUG && e != OC_MEMORY && e != OC_EXPIRED);
    if (goes_on) {
        hold(e == OC_OK && mdoc_session_state(s) == MDOC_SESSION_TO_SEND && plain.n > 0 &&
             reply.n == 0);
    } else {
        hold(ending.why == e && ending.fault.reason != NULL && ending.fault.offset <= src.n);
        hold(e == OC_OK ? ending.by_peer && ending.status == MDOC_SESSION_TERMINATION
                        : plain.n == 0);
        hold_reply(&ending, buf_view(&reply));
        hold_destroyed(s, plain.n > 0);
    }
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    return goes_on;
}

#endif
