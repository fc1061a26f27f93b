/*
 * What reader and device put their signatures under (ISO/IEC 18013-5, 10.2 and 12.4). All three
 * are #6.24(bstr .cbor [ context, SessionTranscript, … ]), given here as bytes; errors go to
 * out->err.
 */
#ifndef OWNCARD_MDOC_AUTH_H
#define OWNCARD_MDOC_AUTH_H

#include "core/buf.h"
#include "crypto/keys.h"

/** DeviceAuthenticationBytes. `device_name_spaces` are the tag-24 bytes as sent or received. */
void mdoc_device_authentication(struct buf *out, struct bytes transcript, struct bytes doc_type,
                                struct bytes device_name_spaces);

/** ReaderAuthenticationBytes. `items_request` are the tag-24 bytes as sent or received. */
void mdoc_reader_authentication(struct buf *out, struct bytes transcript,
                                struct bytes items_request);

/** ReaderAuthenticationAllBytes over every docRequest; `device_request_info` are tag-24 bytes, p
 *  NULL for none. */
void mdoc_reader_authentication_all(struct buf *out, struct bytes transcript,
                                    const struct bytes *items_requests, size_t n,
                                    struct bytes device_request_info);

/** EMacKey: HKDF-SHA-256 over the keys' agreement, salt SHA-256(SessionTranscriptBytes).
 *  @param mine, theirs  SDeviceKey and EReaderKey, private on one's own side
 *  @retval OC_SHAPE     the keys are on different curves */
enum oc_err mdoc_emac_key(struct secret **out, const struct private_key *mine,
                          const struct public_key *theirs, struct bytes transcript) OC_MUST_CHECK;

#endif
