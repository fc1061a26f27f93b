/* The slips that mdoc_diagnose() tries, as changes to a session's facts or to what is signed. */
#ifndef OWNCARD_MDOC_SLIPS_H
#define OWNCARD_MDOC_SLIPS_H

#include "mdoc/diagnose.h"

enum slip_kind {
    SLIP_DROP_PREFIX, SLIP_ADD_PREFIX, SLIP_DROP_SLASH, SLIP_ADD_SLASH, SLIP_REPLACE,
    SLIP_LEAVE_OUT, SLIP_ENCODE, SLIP_DECODE, SLIP_PAD,
    SLIP_SIGN_WRAPPED,      /* SessionTranscriptBytes within DeviceAuthentication */
    SLIP_SIGN_UNTAGGED,     /* DeviceAuthentication without its tag 24 */
};

struct slip {
    enum slip_kind kind;
    enum mdoc_fact fact;    /* what it changes; MDOC_FACTS_N: what is signed */
    enum mdoc_fact by;      /* SLIP_REPLACE: what stands in its place */
    const char *text;       /* the prefix */
    struct mdoc_slip said;
};

/** The i-th slip, or NULL after the last. */
const struct slip *slip_at(size_t i);

/**
 * Make a slip about a fact.
 * @param store    Cleaned up and written where the changed fact needs bytes of its own; must
 *                 outlive `facts`.
 * @param applies  false where it changes nothing: the fact is not known, or not of the kind; and
 *                 on error
 * @retval OC_LIMIT   the fact is longer than any
 * @retval OC_MEMORY
 */
enum oc_err slip_make(const struct slip *slip, struct mdoc_session_facts *facts, struct buf *store,
                      bool *applies) OC_MUST_CHECK;

#endif
