/*
 * Any message of the flow, shown to people who look into a file. Nothing is checked, and what is
 * no message of ours is shown as well.
 */
#ifndef OWNCARD_MDOC_DESCRIBE_H
#define OWNCARD_MDOC_DESCRIBE_H

#include "core/buf.h"

/**
 * The message that `cbor` looks like by its outermost keys, such as "DeviceRequest"; "CBOR" when
 * none, or when it is not one well-formed item. Static.
 *
 * Known: IssuerSigned, DeviceRequest, DeviceResponse, MobileSecurityObject, KeyProofs,
 * SessionTranscript, COSE_Key, COSE_Sign1, COSE_Mac0, SealedVault.
 */
const char *mdoc_message_name(struct bytes cbor);

/**
 * Append one item or a sequence of them (RFC 8742): for each a line with its name, then
 * indented diagnostic notation (RFC 8949, section 8). Embedded CBOR is opened, and what the
 * COSE_Sign1 of IssuerSigned and KeyProofs sign is shown after them. Byte strings past 64 bytes
 * are cut, their length said. Text inside is escaped as diag_write() does.
 *
 * @param fault  optional
 * @retval OC_TRUNCATED                   also for no bytes at all
 * @retval OC_SYNTAX, OC_SHAPE, OC_LIMIT  not CBOR as cbr_init() wants it
 * @retval OC_MEMORY
 *
 * What does not fit into `out`, or follows the thousandth item, is left out, and a last line says
 * so. An item of more than MDOC_BYTES_MAX bytes is OC_LIMIT.
 */
enum oc_err mdoc_describe(struct buf *out, struct bytes src, struct oc_fault *fault) OC_MUST_CHECK;

#endif
