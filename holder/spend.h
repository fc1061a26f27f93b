/*
 * Copies around the moment at which a response leaves. A copy is "maybe sent" in the saved vault
 * before the first byte leaves and destroyed after: a crash in between loses a copy, never shows
 * one twice. Every error has been said (cli/exit.h).
 *
 *   spend_begin()   then send; then  spend_done(),  or  spend_undo()  when not a byte has left;
 *                   neither, when some may have: the copy is not offered again
 */
#ifndef OWNCARD_HOLDER_SPEND_H
#define OWNCARD_HOLDER_SPEND_H

#include "holder/showing.h"

/** Mark the copies shown as "maybe sent", note the showing down, save. On error nothing may be
 *  sent, and the vault's file is as it was. */
enum oc_err spend_begin(struct showing *s) OC_MUST_CHECK;

/** Nothing left: every copy as it was. A vault that cannot be saved any more is warned of. */
void spend_undo(struct showing *s);

/** All of it left: say what, and how many copies are left. */
void spend_done(struct showing *s);

#endif
