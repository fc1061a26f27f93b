/*
 * DeviceEngagement: how a reader finds a holder and the key that their session begins with
 * (ISO/IEC 18013-5, 9.2). It travels as a QR code or inside an NFC handover (mdoc/nfc_handover.h).
 *
 * Nobody signs it. Its very bytes are part of the SessionTranscript, so that whoever changes one
 * on the way makes every later message fail; they are kept as received and never written anew.
 */
#ifndef OWNCARD_MDOC_ENGAGEMENT_H
#define OWNCARD_MDOC_ENGAGEMENT_H

#include "core/buf.h"
#include "crypto/keys.h"

enum {
    MDOC_ENGAGEMENT_MAX = 16 * 1024,    /* bytes: as much as a SessionTranscript takes */
    MDOC_RETRIEVALS_MAX = 16,
    MDOC_NFC_COMMAND_MIN = 255, MDOC_NFC_COMMAND_MAX = 65535,      /* bytes of command data */
    MDOC_NFC_RESPONSE_MIN = 256, MDOC_NFC_RESPONSE_MAX = 65536,    /* bytes of response data */
};

/** Known types of retrieval; others are kept as they are. */
enum { MDOC_RETRIEVAL_NFC = 1, MDOC_RETRIEVAL_BLE = 2, MDOC_RETRIEVAL_WIFI_AWARE = 3 };

/** One way by which the holder can be reached. */
struct mdoc_retrieval {
    uint64_t type, version;
    struct bytes options;           /* one CBOR item, as received */
    uint32_t max_command, max_response;     /* of NFC, version 1; 0 for others */
};

/** Parsed, not believed. */
struct mdoc_engagement {
    struct bytes source;            /* the whole, as received */
    struct bytes version;           /* "1.0", "1.1" or a later minor version */
    struct bytes device_key_bytes;  /* EDeviceKeyBytes, #6.24(bstr …), as received */
    struct public_key *device_key;  /* EDeviceKey, on a curve that agrees */
    struct mdoc_retrieval retrievals[MDOC_RETRIEVALS_MAX];
    size_t retrievals_n;            /* 0: none are named, as inside an NFC handover */
    struct bytes origin_infos;      /* second edition, one CBOR item; p NULL: absent */
    struct bytes capabilities;      /* second edition, one CBOR item; p NULL: absent */
};

/**
 * Parse  DeviceEngagement  of schemas/wire/device_engagement.cddl.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Release with
 *               mdoc_engagement_cleanup().
 * @param fault  optional
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_MEMORY
 * @retval OC_SHAPE        not the CDDL, a major version other than 1, a cipher suite other than 1,
 *                         an EDeviceKey that is off its curve or on one that does not agree
 * @retval OC_LIMIT        more than MDOC_ENGAGEMENT_MAX bytes or MDOC_RETRIEVALS_MAX retrievals
 * @retval OC_UNAVAILABLE  this OpenSSL lacks the curve
 */
enum oc_err mdoc_engagement_init(struct mdoc_engagement *out, struct bytes src,
                                 struct oc_fault *fault) OC_MUST_CHECK;
void mdoc_engagement_cleanup(struct mdoc_engagement *g);

struct mdoc_engagement_spec {
    const struct public_key *device_key;
    /** `options` are written as they are; those of NFC, where empty, are made of its lengths. */
    const struct mdoc_retrieval *retrievals;
    size_t retrievals_n;
    struct bytes origin_infos;      /* one CBOR item; empty: left out */
    struct bytes capabilities;      /* one CBOR item, only beside origin_infos; empty: left out */
};

/** Append a DeviceEngagement, version "1.1" where it has something of the second edition, else
 *  "1.0". Errors go to out->err: OC_USAGE for capabilities without origin_infos, an EDeviceKey on
 *  a curve that does not agree, NFC lengths out of bounds, options missing. */
void mdoc_engagement_write(struct buf *out, const struct mdoc_engagement_spec *spec);

/** Append the text of a QR code, "mdoc:" and base64url. */
void mdoc_engagement_uri_write(struct buf *out, struct bytes engagement);

/**
 * Append the bytes that such a text holds; they are not parsed.
 * @param fault  optional
 * @retval OC_SYNTAX  another scheme, "mdoc://" (by which readers engage), padding, white space or
 *                    any other character outside base64url; `out` is left as it was
 * @retval OC_LIMIT, OC_MEMORY
 */
enum oc_err mdoc_engagement_uri_read(struct buf *out, struct bytes text,
                                     struct oc_fault *fault) OC_MUST_CHECK;

#endif
