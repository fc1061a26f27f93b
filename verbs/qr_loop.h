/* QR codes on a terminal, one after the other, round and round. */
#ifndef OWNCARD_VERBS_QR_LOOP_H
#define OWNCARD_VERBS_QR_LOOP_H

#include <stdint.h>

#include "transport/qr.h"

enum { QR_LOOP_MS = 200 };      /* how long each code stands */

/**
 * Show `n` codes on the terminal behind standard output, `loops` times or, when that is 0, until a
 * key is pressed. The signals that end or stop a program at a terminal (SIGINT, SIGTERM, SIGHUP,
 * SIGQUIT and SIGTSTP) end the loop as a key does, and nothing else: whoever showed something has
 * then still to note that it was shown. The terminal is left as it was.
 *
 * @param lasts_s  seconds after which it ends as well, which is then said; 0: never
 *
 * @retval OC_IO  said already
 */
enum oc_err qr_loop(const struct qr *codes, size_t n, uint64_t loops, uint64_t lasts_s)
    OC_MUST_CHECK;

/* Lines below a code, on which is said how to end it. */
enum { QR_LOOP_LINES = 1 };

#endif
