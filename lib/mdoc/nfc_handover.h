/*
 * The NFC handover (ISO/IEC 18013-5, 9.2.2; NFC Forum, Connection Handover): the holder's Handover
 * Select message holds the DeviceEngagement and names the carriers on which a session can follow.
 * In a negotiated handover it answers a Handover Request, of which a session needs only the bytes.
 *
 *   Handover Select = NDEF message of
 *     "Hs": version, then an NDEF message of "ac" records, one for each carrier
 *     a configuration record for each carrier, by whose id its "ac" names it
 *     "iso.org:18013:deviceengagement", id "mdoc": the DeviceEngagement
 */
#ifndef OWNCARD_MDOC_NFC_HANDOVER_H
#define OWNCARD_MDOC_NFC_HANDOVER_H

#include "core/buf.h"

enum { MDOC_NFC_CARRIERS_MAX = 8 };

/** What the holder says of a carrier's power. */
enum mdoc_nfc_power {
    MDOC_NFC_INACTIVE = 0, MDOC_NFC_ACTIVE = 1, MDOC_NFC_ACTIVATING = 2, MDOC_NFC_UNKNOWN = 3,
};

struct mdoc_nfc_carrier {
    enum mdoc_nfc_power power;
    bool is_for_mdoc;               /* it names the engagement as belonging to it */
    struct bytes id;                /* of its configuration record */
    uint8_t format;                 /* that record's type name format: 2 media type, 4 external */
    struct bytes type, data;        /* that record's type and payload */
    uint32_t max_command, max_response;     /* of type "iso.org:18013:nfc"; 0 for others */
};

/** Parsed, not believed. */
struct mdoc_nfc_select {
    struct bytes source;            /* the whole, as the SessionTranscript takes it */
    uint8_t version;                /* of Connection Handover, 0x15 for 1.5 */
    struct bytes engagement;        /* DeviceEngagement, not parsed */
    struct mdoc_nfc_carrier carriers[MDOC_NFC_CARRIERS_MAX];
    size_t carriers_n;
};

/**
 * Parse a Handover Select message.
 *
 * @param out    Filled on OC_OK, all zero on error; views point into `src`. Nothing to release.
 * @param fault  optional
 * @retval OC_TRUNCATED, OC_TRAILING, OC_SYNTAX   no NDEF message, or more than one
 * @retval OC_SHAPE  not the structure above: no or a second engagement, no carrier, a carrier whose
 *                   configuration is missing or there twice, a record in chunks, a major version
 *                   other than 1, lengths of NFC out of bounds
 * @retval OC_LIMIT  more than MDOC_NFC_CARRIERS_MAX carriers, or than 16 KiB
 */
enum oc_err mdoc_nfc_select_read(struct mdoc_nfc_select *out, struct bytes src,
                                 struct oc_fault *fault) OC_MUST_CHECK;

/**
 * Append a Handover Select message. A carrier without a type is retrieval by NFC itself: its id,
 * type and data follow from the two lengths. Errors go to out->err: OC_USAGE for no carrier, too
 * many, one without an id or with lengths out of bounds, an empty engagement.
 */
void mdoc_nfc_select_write(struct buf *out, struct bytes engagement,
                           const struct mdoc_nfc_carrier *carriers, size_t n);

#endif
