/* A session of which everything is known. */
#ifndef OWNCARD_TESTS_SESSION_FACTS_H
#define OWNCARD_TESTS_SESSION_FACTS_H

#include "mdoc/handover.h"

static const uint8_t thumbprint[32] = { 1, 2, 3 };

static const struct mdoc_session_facts all_facts = { .of = {
    [MDOC_FACT_CLIENT_ID] = BYTES("x509_san_dns:example.com"),
    [MDOC_FACT_NONCE] = BYTES("bm9uY2U"),
    [MDOC_FACT_RESPONSE_URI] = BYTES("https://example.com/r"),
    [MDOC_FACT_ORIGIN] = BYTES("https://example.com"),
    [MDOC_FACT_JWK_THUMBPRINT] = { thumbprint, sizeof thumbprint },
    [MDOC_FACT_MDOC_NONCE] = BYTES("d2FsbGV0"),
    [MDOC_FACT_ENCRYPTION_INFO] = BYTES("gmVkY2FwaQ"),
    [MDOC_FACT_ENGAGEMENT] = BYTES("\xa1\x00\x63" "1.0"),
    [MDOC_FACT_EREADER_KEY] = BYTES("\xd8\x18\x43\xa1\x01\x02"),
    [MDOC_FACT_NFC_SELECT] = BYTES("\x91\x02"),
    [MDOC_FACT_NFC_REQUEST] = BYTES("\x91\x03"),
    [MDOC_FACT_READER_ENGAGEMENT] = BYTES("\xa1\x00\x63" "1.1"),
    [MDOC_FACT_ENCRYPTION_PARAMETERS] = BYTES("\xd8\x18\x41\xa0"),
} };

#endif
