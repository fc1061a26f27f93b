/* COSE messages with headers and signatures that no writer of ours makes. */
#ifndef OWNCARD_WRONG_COSE_H
#define OWNCARD_WRONG_COSE_H

#include "core/buf.h"

/** Append Sig_structure ("Signature1") or MAC_structure ("MAC0") without external data: RFC 9052,
 *  sections 4.4 and 6.3. Errors go to out->err. */
void wrong_structure(struct buf *out, const char *context, struct bytes protected_header,
                     struct bytes payload);

/** One bit of the last byte becomes another. OC_BUG: there is none. */
void wrong_last_bit(struct buf *bytes);

/** An ECDSA signature, r and s, becomes the DER of both. */
void wrong_der(struct buf *signature);

#endif
