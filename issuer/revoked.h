/*
 * The issuer's note of which certificates its authorities have revoked, `revoked` in its folder:
 * a line for each, AUTHORITY SERIAL TIME REASON, the authority by its subject key identifier. What
 * fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_REVOKED_H
#define OWNCARD_ISSUER_REVOKED_H

#include "crypto/x509_crl.h"

struct revoked_entry {
    struct buf authority, serial;   /* bytes */
    int64_t at;
    int reason;
};

/* All zero is empty. */
struct revoked {
    struct revoked_entry *entries;
    size_t n;
};

/** Read the note; a missing one is empty. @retval OC_SHAPE  a line that is none of ours */
enum oc_err revoked_init(struct revoked *out, const char *path) OC_MUST_CHECK;
void revoked_cleanup(struct revoked *revoked);

/** Whether a certificate of this authority stands in it. */
bool revoked_has(const struct revoked *revoked, struct bytes authority, struct bytes serial);

/** Add one and write the note anew, all of it or nothing. */
enum oc_err revoked_append(struct revoked *revoked, const char *path, struct bytes authority,
                           struct bytes serial, int64_t at, int reason) OC_MUST_CHECK;

#endif
