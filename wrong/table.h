/*
 * Messages that are wrong on purpose: what the issuer's defects (of cards) and the holder's (of
 * responses) have in common, so that neither role sees the other. Nothing in lib/ knows of them.
 */
#ifndef OWNCARD_WRONG_TABLE_H
#define OWNCARD_WRONG_TABLE_H

/** What our verifier makes of it. */
enum wrong_verdict {
    WRONG_REFUSED,
    WRONG_REPORTED,     /* a warning, and it is accepted */
    WRONG_TAKEN,        /* accepted without a word: it is in the field, or gives nobody anything */
};

/**
 * Print one row of --list-defects to standard output.
 *
 * @param check  id of the check that refuses it (struct mdoc_check_info), whose source ends the
 *               line; "message": it is not even parsed; "none": see WRONG_TAKEN
 * @param also   ids of checks, a blank between, that may fail with it and be told first; NULL: none
 * @param text   one sentence without a full stop
 */
void wrong_print(const char *name, const char *check, const char *also, const char *text,
                 enum wrong_verdict verdict);

#endif
