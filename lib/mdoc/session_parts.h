/* A session's state, and what its two files share. Private to lib/mdoc. */
#ifndef OWNCARD_MDOC_SESSION_PARTS_H
#define OWNCARD_MDOC_SESSION_PARTS_H

#include "mdoc/session.h"
#include "mdoc/session_cipher.h"

struct mdoc_session {
    enum session_sender self;
    enum mdoc_session_state state;
    bool is_open;                       /* the first message has passed */
    struct mdoc_session_ending ending;

    struct mdoc_session_limits limits;
    int64_t active;                     /* when the last message passed, or the engagement */

    struct buf engagement, nfc_select, nfc_request, transcript;
    struct buf reader_key_bytes;        /* the reader's own, #6.24(bstr …) */
    struct private_key *own_key;        /* EReaderKey or EDeviceKey; NULL: destroyed */
    struct public_key *peer_key;        /* on the holder's side: EReaderKey */
    struct session_cipher ciphers[2];   /* by sender */
};

static inline struct session_cipher *session_sends(struct mdoc_session *s)
{
    return &s->ciphers[s->self];
}

static inline struct session_cipher *session_receives(struct mdoc_session *s)
{
    return &s->ciphers[s->self == SESSION_READER ? SESSION_HOLDER : SESSION_READER];
}

/** The transcript of the handover and `reader_key_bytes`, and the keys by `theirs`.
 *  @retval OC_SHAPE  the keys are on different curves, or agree on nothing but zeros */
enum oc_err session_derive(struct mdoc_session *s, struct bytes reader_key_bytes,
                           const struct public_key *theirs) OC_MUST_CHECK;

#endif
