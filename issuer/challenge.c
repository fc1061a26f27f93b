/*
 * Before step 1: challenge.     here  →  holder/keys.c  →  issuer/issue.c (1)
 *   out   a fresh challenge, for a holder to sign with each new device key
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "issuer/challenges.h"
#include "issuer/verbs.h"

int challenge_run(const struct command_line *cl)
{
    struct buf line;
    int64_t now;
    enum oc_err e;

    buf_init(&line, CHALLENGE_HEX_N + 1);
    if ((e = opt_time(cl, "at", &now)) == OC_OK &&
        (e = challenge_make(&line, opt(cl, "dir"), now)) == OC_OK) {
        buf_add_byte(&line, '\n');
        e = io_write(NULL, buf_view(&line), IO_TEXT);
    }
    buf_cleanup(&line);
    return exit_status(e);
}
