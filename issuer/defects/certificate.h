/*
 * A document signer's certificate in pieces (RFC 5280, section 4.1), for the files that make
 * defects (private to this folder). It is the signer's own, changed in one place and signed again.
 */
#ifndef OWNCARD_ISSUER_DEFECTS_CERTIFICATE_H
#define OWNCARD_ISSUER_DEFECTS_CERTIFICATE_H

#include "issuer/defects/card.h"

/* The members of TBSCertificate before the extensions. */
enum {
    TBS_VERSION, TBS_SERIAL, TBS_ALGORITHM, TBS_ISSUER, TBS_VALIDITY, TBS_SUBJECT, TBS_KEY,
    TBS_FIELDS_N,
};

enum { TBS_EXTENSIONS_MAX = 16 };

struct wrong_certificate {
    struct buf fields[TBS_FIELDS_N];        /* each a DER element, whole */
    struct buf extensions[TBS_EXTENSIONS_MAX];
    size_t extensions_n;
    const struct private_key *by;           /* who signs it */
    enum oc_err err;
};

/** Release it with certificate_cleanup(). */
void certificate_take_apart(struct wrong_certificate *c, const struct x509_cert *certificate);
void certificate_cleanup(struct wrong_certificate *c);

/** Append the whole, signed by c->by. */
enum oc_err certificate_put_together(struct buf *out, struct wrong_certificate *c) OC_MUST_CHECK;

/** Put other DER in the place of a field. */
void certificate_set(struct wrong_certificate *c, int field, struct bytes der);

/** The extension of that object identifier (its content octets); NULL: none. */
struct buf *certificate_extension(struct wrong_certificate *c, struct bytes oid);

/** Take an extension out. OC_BUG when there is none. */
void certificate_drop(struct wrong_certificate *c, struct bytes oid);

/** Put a whole Extension in the place of the one of its identifier, or behind the others. */
void certificate_put(struct wrong_certificate *c, struct bytes extension);

/** Take the folder's own signer's certificate apart, to be signed by the IACA. False: it cannot be
 *  had, and the card has failed. */
bool wrong_certificate_open(struct wrong_card *card, struct wrong_certificate *c) OC_MUST_CHECK;

/** Let the card carry it; it is cleaned up. */
void wrong_certificate_close(struct wrong_card *card, struct wrong_certificate *c);

/* The object identifiers of extensions, their content octets. */
#define SUBJECT_KEY_ID BYTES("\x55\x1d\x0e")
#define KEY_USAGE BYTES("\x55\x1d\x0f")
#define ISSUER_ALT_NAME BYTES("\x55\x1d\x12")
#define CRL_POINTS BYTES("\x55\x1d\x1f")
#define AUTHORITY_KEY_ID BYTES("\x55\x1d\x23")
#define EXTENDED_KEY_USAGE BYTES("\x55\x1d\x25")

/* AuthorityKeyIdentifier as an Extension, up to the twenty bytes of the identifier. */
#define AUTHORITY_HEAD "\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30\x16\x80\x14"

/* DER, as far as certificates need it. */

/**
 * Take the next element off `rest`.
 * @param content  optional
 * @return the element, whole; p NULL at the end, or where there is none
 */
struct bytes der_next(struct bytes *rest, struct bytes *content);

/** Append an element of this tag, at most 65,535 bytes long. */
void der_put(struct buf *out, uint8_t tag, struct bytes content);

enum { DER_BOOLEAN = 0x01, DER_BIT_STRING = 0x03, DER_OCTET_STRING = 0x04, DER_UTC_TIME = 0x17,
       DER_SEQUENCE = 0x30, DER_EXTENSIONS = 0xa3 };

#endif
