/*
 * The challenges that holders prove possession of their keys with. Each is an empty file named
 * by its hexadecimal text, in the folder "challenges"; its modification time is when it was
 * made. It serves once: the file is gone afterwards. What fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_CHALLENGES_H
#define OWNCARD_ISSUER_CHALLENGES_H

#include "core/buf.h"

enum { CHALLENGE_N = 32, CHALLENGE_HEX_N = 64, CHALLENGE_LIFE_S = 24 * 60 * 60 };

/**
 * Make a fresh challenge and sweep those that expired.
 * @param dir  the issuer's folder, NULL for the default one
 * @param hex  the text is appended
 * @retval OC_IO  also for a folder where init never ran; nothing is made there
 */
enum oc_err challenge_make(struct buf *hex, const char *dir, int64_t now) OC_MUST_CHECK;

/**
 * Look whether a challenge may serve.
 * @retval OC_REFUSED  not one of ours, used already, or expired and swept: all leave no file
 * @retval OC_EXPIRED  made more than CHALLENGE_LIFE_S before `now`
 */
enum oc_err challenge_check(struct bytes challenge, const char *dir, int64_t now) OC_MUST_CHECK;

/**
 * Use it up. Of several runs that try, one succeeds.
 * @retval OC_REFUSED  another run was faster
 */
enum oc_err challenge_claim(struct bytes challenge, const char *dir) OC_MUST_CHECK;

#endif
