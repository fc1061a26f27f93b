/*
 * A response in pieces, for the files that make flaws (private to this folder). Errors are sticky,
 * in each buffer or by wrong_response_fail(), and are asked for once, at the end.
 */
#ifndef OWNCARD_HOLDER_DEFECTS_RESPONSE_H
#define OWNCARD_HOLDER_DEFECTS_RESPONSE_H

#include "holder/defects/flaws.h"

struct wrong_response {
    const struct flaw_showing *showing;
    struct buf whole;                   /* the response in plain, as it was */
    struct mdoc_device_response right;  /* views of it */
    struct bytes others;                /* the documents after the first */

    struct buf document;                /* the first; its deviceSigned is replaced when signed */
    struct buf spaces;                  /* DeviceNameSpaces, a map */

    struct buf authentication;          /* DeviceAuthenticationBytes: what is signed or MACed */
    const struct private_key *key;      /* signs; the device's unless it is own_key */
    struct private_key *own_key;
    struct secret *mac_key;             /* when it is MACed */
    struct buf protected_header, unprotected_header;    /* maps */
    bool is_attached;                   /* the payload stands in the message */
    struct buf proof;                   /* signature or tag */

    struct buf documents;               /* one after the other */
    size_t documents_n;
    struct buf content;                 /* { "documents": [ … ] } */
    const struct public_key *recipient; /* the request's unless it is own_recipient's */
    struct private_key *own_recipient;
    struct bytes info;                  /* of HPKE: the transcript */
    struct buf encrypted;               /* EncryptedDocuments, a map */
    struct buf response;

    enum oc_err err;
    const char *reason;                 /* static text; NULL: none */
};

/** Give up, unless it has happened already. `reason` is static text or NULL. */
void wrong_response_fail(struct wrong_response *r, enum oc_err e, const char *reason);

/** An item shown in the first namespace of the first document; NULL after the last. */
const struct mdoc_item *wrong_response_item(const struct wrong_response *r, size_t i);

/** The first namespace anew: `with` in the place of item `i`, and `more` behind the last. Empty
 *  bytes are nothing. A namespace, and nameSpaces, of no items is left out. */
void wrong_response_items(struct wrong_response *r, size_t i, struct bytes with,
                          struct bytes more);

/** What the device signs, over other things than it should. */
void wrong_response_authenticate(struct wrong_response *r, struct bytes transcript,
                                 struct bytes doc_type, struct bytes spaces);

/** Put the device's signature or MAC into the document: "deviceSigned/deviceAuth/" and this. */
const char *wrong_response_proof_name(const struct wrong_response *r);

/** Append DeviceResponse around the members of a map, in plain. */
void wrong_response_plain(struct buf *out, struct bytes content);

/** Append DeviceResponse around `n` EncryptedDocuments, encoded one after the other. */
void wrong_response_sealed(struct buf *out, struct bytes encrypted, size_t n);

/** The tables, a file each; a row without a name ends one. */
extern const struct flaw flaws_device[], flaws_mac[], flaws_element[], flaws_document[],
    flaws_encryption[], flaws_response[];

#endif
