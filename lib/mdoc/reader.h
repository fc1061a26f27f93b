/* Who asks: reader authentication (ISO/IEC 18013-5, 10.2), as the holder sees it. */
#ifndef OWNCARD_MDOC_READER_H
#define OWNCARD_MDOC_READER_H

#include "mdoc/device_request.h"
#include "trust/anchors.h"

enum { MDOC_READER_IDENTITY_N = 32 };

enum mdoc_reader_standing {
    MDOC_READER_UNSIGNED,       /* nobody signed the request */
    MDOC_READER_FORGED,         /* a signature that does not hold: answer nothing */
    MDOC_READER_UNKNOWN,        /* signed, by a certificate that leads to nobody we trust */
    MDOC_READER_TRUSTED,
};

struct mdoc_reader {
    enum mdoc_reader_standing standing;
    char name[128];             /* common name of the certificate, "" when unsigned; untrusted text
                                   unless TRUSTED; escape before printing */
    const char *reason;         /* why not TRUSTED; static text, NULL when it is */
    uint8_t fingerprint[32];    /* SHA-256 of the certificate; zero when unsigned */

    /* Who it is, whatever certificate of the day says so: SHA-256 of the key of the CA that we
     * trust and the subject that this CA named. Zero unless TRUSTED, so that nobody else can claim
     * it. */
    uint8_t identity[MDOC_READER_IDENTITY_N];
};

/**
 * Look who signed docRequest `index`: its own readerAuth, else the request's readerAuthAll.
 *
 * @param transcript  the SessionTranscript the signature must be over
 * @param anchors     reader CAs that the holder trusts
 * @return OC_OK once looked at, whatever came out; OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err mdoc_reader_check(struct mdoc_reader *out, const struct mdoc_device_request *q,
                              size_t index, struct bytes transcript,
                              const struct trust_anchors *anchors, int64_t now) OC_MUST_CHECK;

#endif
