/* What a file of trust data seems to be, so that it goes to whoever can verify it. */
#ifndef OWNCARD_TRUST_FILE_H
#define OWNCARD_TRUST_FILE_H

#include "core/bytes.h"

enum trust_file_kind {
    TRUST_FILE_UNKNOWN,
    TRUST_FILE_CERTIFICATE,
    TRUST_FILE_LINK,            /* a link certificate, by its extended key usage */
    TRUST_FILE_CRL,
    TRUST_FILE_VICAL,
    TRUST_FILE_RICAL,
    TRUST_FILE_STATUS_LIST,     /* by the type in its COSE header … */
    TRUST_FILE_IDENTIFIER_LIST, /* … and so is this */
};

/** Nothing in here is believed. */
struct trust_file {
    enum trust_file_kind kind;
    bool has_date;
    int64_t date;               /* that a list claims to be of */
};

/** Look at a file: DER or PEM, or a COSE_Sign1 with or without its tag. */
void trust_file_look(struct trust_file *out, struct bytes src);

/** One or two words for a kind, such as "revocation list". Static. */
const char *trust_file_word(enum trust_file_kind kind);

#endif
