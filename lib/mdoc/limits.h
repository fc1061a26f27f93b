/* What is accepted at most, checked while parsing and so before any signature. */
#ifndef OWNCARD_MDOC_LIMITS_H
#define OWNCARD_MDOC_LIMITS_H

enum {
    MDOC_BYTES_MAX = 1 << 20,   /* one message */
    MDOC_SIGNED_MAX = 4 << 20,  /* what one signature is made over: messages, wrapped */
    MDOC_DOCUMENTS_MAX = 16,    /* documents in a response, docRequests in a request */
    MDOC_DEVICE_ITEMS_MAX = 4096,   /* elements that a device says of its own in a document */
    MDOC_RANDOM_MIN = 16,       /* bytes of an item's random: ISO/IEC 18013-5 */
    MDOC_NONCE_MIN = 16,        /* bytes of a request's nonce */
};
/* Entries a map: CBR_ENTRIES_MAX (4,096). Certificates a chain: X509_CHAIN_MAX (4). */

#endif
