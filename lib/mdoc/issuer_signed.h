/* IssuerSigned: what an issuer hands to a holder, and a holder, cut down, to a verifier. */
#ifndef OWNCARD_MDOC_ISSUER_SIGNED_H
#define OWNCARD_MDOC_ISSUER_SIGNED_H

#include "cose/sign1.h"
#include "mdoc/limits.h"
#include "mdoc/mso.h"

struct mdoc_item {
    struct bytes tagged;            /* #6.24(bstr …), as received: what the digest is over */
    uint64_t digest_id;
    struct bytes random, name, value;
};

struct mdoc_item_space {
    struct bytes name;              /* the namespace */
    size_t first, n;                /* its items within mdoc_issuer_signed.items */
};

/** Parsed, not believed. */
struct mdoc_issuer_signed {
    struct mdoc_item_space *spaces;
    size_t spaces_n;
    struct mdoc_item *items;
    size_t items_n;
    struct bytes auth_cbor;         /* issuerAuth, as received */
    struct cose_sign1 auth;
    struct mdoc_mso mso;            /* from the payload of issuerAuth */
};

/**
 * Parse the message an issuer hands to a holder.
 *
 *   IssuerSigned = { ? "nameSpaces": { + NameSpace => [ + #6.24(bstr .cbor IssuerSignedItem) ] },
 *                    "issuerAuth": COSE_Sign1 }          schemas/wire/issuer_signed.cddl
 *
 * Shapes only, the MSO's included: signature, digests and validity are mdoc_verify()'s business.
 *
 * @param out    Filled on OC_OK, all zero on error. Every `struct bytes` inside points into `src`,
 *               so `src` must outlive `out`. Release with mdoc_issuer_signed_cleanup().
 * @param src    One CBOR item, at most MDOC_BYTES_MAX bytes; borrowed.
 * @param fault  Optional; on error, the offset in bytes from the start of `src`, and why.
 *
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING   not exactly one CBOR item
 * @retval OC_SHAPE   not the CDDL above, a key twice, or `random` under 16 bytes
 * @retval OC_LIMIT   larger, deeper or with more elements than we accept
 * @retval OC_UNAVAILABLE  the device key's curve is not in this OpenSSL
 * @retval OC_MEMORY
 *
 * Source: ISO/IEC 18013-5, IssuerSigned and its digest input.
 */
enum oc_err mdoc_issuer_signed_init(struct mdoc_issuer_signed *out, struct bytes src,
                                    struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_issuer_signed_cleanup(struct mdoc_issuer_signed *s);

/** Length of the first message of a CBOR sequence (RFC 8742), as copies are handed over.
 *  @retval the errors of cbr_item_length() */
enum oc_err mdoc_sequence_next(struct bytes sequence, size_t *n,
                               struct oc_fault *fault) OC_MUST_CHECK;

/** Read the message from within a larger one. All zero after a failure of the reader. */
void mdoc_issuer_signed_read(struct cbr *r, struct mdoc_issuer_signed *out);

/** The item of that name, or NULL. With several of one name, the first. */
const struct mdoc_item *mdoc_issuer_signed_item(const struct mdoc_issuer_signed *s,
                                                struct bytes name_space, struct bytes name);

/** Append the message holding only the items i for which keep[i]; every kept byte as received.
 *  Namespaces left without items are left out. */
void mdoc_issuer_signed_write(struct buf *out, const struct mdoc_issuer_signed *s,
                              const bool *keep);

#endif
