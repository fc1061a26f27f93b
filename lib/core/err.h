/*
 * One enum for everything that can go wrong. The hundreds are categories; cli/exit.c turns a
 * category into an exit status.
 */
#ifndef OWNCARD_CORE_ERR_H
#define OWNCARD_CORE_ERR_H

#include <stddef.h>

#define OC_MUST_CHECK __attribute__((warn_unused_result))

enum oc_err {
    OC_OK = 0,

    OC_USAGE = 100,     /* the caller's mistake: a null argument, an impossible combination */

    OC_SYNTAX = 200,    /* not well-formed: no such encoding */
    OC_TRUNCATED,       /* the bytes end before the message does */
    OC_TRAILING,        /* the message ends before the bytes do */
    OC_SHAPE,           /* well-formed, but not the schema: wrong type, key missing or twice */
    OC_LIMIT,           /* larger, deeper or with more parts than we accept */

    OC_SIGNATURE = 300, /* a signature, MAC or authenticated decryption does not hold */
    OC_DIGEST,          /* an element's digest is not the one that was signed */
    OC_UNTRUSTED,       /* nobody we trust vouches for it */
    OC_EXPIRED,         /* outside its validity, before or after */
    OC_REFUSED,         /* examined in every other way: no */

    OC_IO = 400,        /* reading or writing failed */
    OC_MEMORY,          /* out of memory */
    OC_UNAVAILABLE,     /* this OpenSSL does not offer the algorithm or curve */

    OC_BUG = 500,       /* a promise between our own functions was broken */
};

/** The stable lower-case word for `e`, such as "truncated"; never NULL. Static. */
const char *oc_err_name(enum oc_err e);

/** One plain phrase for `e`, such as "the message ends too early"; never NULL. Static. */
const char *oc_err_text(enum oc_err e);

/**
 * Where and why a message was refused.
 *
 * `offset` counts bytes from the start of the buffer given to the parser. `reason` is static
 * text without offset or full stop, such as "random is shorter than 16 bytes"; NULL when
 * nothing was refused.
 */
struct oc_fault {
    size_t offset;
    const char *reason;
};

#endif
