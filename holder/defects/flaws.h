/*
 * Responses that are wrong on purpose, in one place each, for people who test their own readers:
 * what the holder's side alone can have wrong. (Cards that are wrong come from the issuer.)
 *
 * A response is first made right; then its first document is taken apart, one thing is changed,
 * what rests on it is made anew (device signature or MAC, encryption), and all other bytes stay as
 * they were. So the same response without a flaw is its control. Nothing is shown that nobody
 * agreed to: where an element too many is needed, it is an age attestation that follows from one
 * agreed to, as "over 16" does from "over 18".
 */
#ifndef OWNCARD_HOLDER_DEFECTS_FLAWS_H
#define OWNCARD_HOLDER_DEFECTS_FLAWS_H

#include "mdoc/encryption.h"
#include "wrong/table.h"

struct wrong_response;

/** When a flaw comes in while a response is put together again. */
enum flaw_stage {
    FLAW_ELEMENTS,          /* what is shown, and what the device says: before it signs */
    FLAW_AUTHENTICATION,    /* what the device signs, with which key and headers */
    FLAW_PROOF,             /* the signature or MAC */
    FLAW_DOCUMENT,          /* the first document, whole */
    FLAW_DOCUMENTS,         /* all of them */
    FLAW_CONTENT,           /* the map that holds them, before it is encrypted */
    FLAW_ENCRYPTED,         /* EncryptedDocuments */
    FLAW_RESPONSE,          /* DeviceResponse, whole */
};

/** Of which showings alone it is one. */
enum flaw_need { FLAW_ANY, FLAW_SIGNED, FLAW_MACED, FLAW_SEALED };

/** One row: what is wrong, and how it is made so. */
struct flaw {
    const char *name, *text;        /* the text is one sentence without a full stop */
    const char *check;              /* as wrong_print() has it: refuses it, at a verifier that holds
                                       the request */
    const char *also;               /* ids of other checks that may fail with it, a space between
                                       them; NULL: none */
    enum wrong_verdict verdict;
    enum flaw_stage stage;
    enum flaw_need need;
    void (*make)(struct wrong_response *r, const struct flaw *flaw);
    const char *path;               /* for `make`: where, as wrong/patch.h has it */
    struct bytes with;              /* for `make`: what to put there */
};

/** The rows one after the other, from 0; NULL after the last. Static. */
const struct flaw *flaw_at(size_t i);

/** By name; NULL: none. */
const struct flaw *flaw_find(const char *name);

/** The response as it would be without a flaw. Borrowed. */
struct flaw_showing {
    struct bytes documents;                     /* encoded, one after the other */
    size_t documents_n;                         /* at least one */
    const struct mdoc_issuer_signed *card;      /* the whole copy that the first was cut from */
    const struct private_key *device_key;       /* its own */
    const struct public_key *reader_key;        /* NULL: signed; else MACed */
    struct bytes transcript;
    const struct mdoc_encryption_parameters *encryption;    /* NULL: in plain */
    size_t doc_request;                         /* that the encrypted documents answer */
};

/**
 * Append a DeviceResponse with this flaw.
 *
 * @param reason  on error optional static text
 * @retval OC_USAGE     it cannot be made of this showing: of one that is not encrypted, signed or
 *                      MACed, of a single document, of a card without a weaker age
 * @retval OC_MEMORY, OC_LIMIT, OC_UNAVAILABLE, OC_BUG
 */
enum oc_err flaw_write(struct buf *out, const struct flaw *flaw,
                       const struct flaw_showing *showing, const char **reason) OC_MUST_CHECK;

#endif
