/*
 * SessionTranscript: what both sides must have seen alike, [ engagement or null, reader key or
 * null, handover ]. Every signature and MAC of a showing is over it, which is what makes a
 * recorded one useless elsewhere. Here the handovers that need no session.
 *
 * Writers append one encoded SessionTranscript array; errors go to out->err.
 */
#ifndef OWNCARD_MDOC_TRANSCRIPT_H
#define OWNCARD_MDOC_TRANSCRIPT_H

#include "core/buf.h"
#include "crypto/hash.h"

/**
 * Our QR handover:  [null, EncryptionParametersBytes, ["OwncardQRHandover", SHA-256(of those)]]
 * @param encryption_parameters  the tag-24 bytes exactly as in the request
 */
void mdoc_transcript_qr(struct buf *out, struct bytes encryption_parameters);

/** OpenID4VP 1.0 redirect flow. `thumbprint` is the SHA-256 JWK thumbprint, empty for none.
 *  Source: OpenID4VP, annex on ISO mdoc, OpenID4VPHandover. */
void mdoc_transcript_openid4vp(struct buf *out, struct bytes client_id, struct bytes nonce,
                               struct bytes thumbprint, struct bytes response_uri);

/** OpenID4VP 1.0 over the Digital Credentials API, OpenID4VPDCAPIHandover. */
void mdoc_transcript_openid4vp_dcapi(struct buf *out, struct bytes origin, struct bytes nonce,
                                     struct bytes thumbprint);

/** ISO/IEC 18013-7 of 2024 and OpenID4VP draft 18, Annex B. */
void mdoc_transcript_18013_7(struct buf *out, struct bytes client_id, struct bytes response_uri,
                             struct bytes nonce, struct bytes mdoc_nonce);

/** ISO/IEC 18013-7 Annex C ("dcapi"); `encryption_info` as base64url text. */
void mdoc_transcript_dcapi(struct buf *out, struct bytes encryption_info, struct bytes origin);

/**
 * Check that `cbor` is a SessionTranscript, an array of three; also accepted is the whole
 * wrapped as #6.24(bstr).
 *
 * @param array  the array, a view into `cbor`; empty on error
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING   not exactly one CBOR item
 * @retval OC_SHAPE   no array of three
 * @retval OC_LIMIT   nested too deep
 */
enum oc_err mdoc_transcript_read(struct bytes *array, struct bytes cbor,
                                 struct oc_fault *fault) OC_MUST_CHECK;

/** SHA-256(SessionTranscriptBytes), the salt of every key derived in a session: its first 32 bytes
 *  are written. @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE */
enum oc_err mdoc_transcript_digest(uint8_t out[DIGEST_MAX], struct bytes transcript) OC_MUST_CHECK;

/**
 * Where two SessionTranscript arrays first differ, as a byte offset from the start of both; the
 * length of both when they are equal.
 * @param part  static text: the element of `a` that the offset lies in
 */
size_t mdoc_transcript_difference(struct bytes a, struct bytes b, const char **part);

#endif
