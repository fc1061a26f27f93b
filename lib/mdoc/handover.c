#include "mdoc/handover.h"

#include <string.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "cose/key.h"
#include "crypto/hash.h"
#include "mdoc/limits.h"
#include "mdoc/transcript.h"

static const char *const fact_names[MDOC_FACTS_N] = {
    [MDOC_FACT_CLIENT_ID] = "client-id",
    [MDOC_FACT_NONCE] = "nonce",
    [MDOC_FACT_RESPONSE_URI] = "response-uri",
    [MDOC_FACT_ORIGIN] = "origin",
    [MDOC_FACT_JWK_THUMBPRINT] = "jwk-thumbprint",
    [MDOC_FACT_MDOC_NONCE] = "mdoc-nonce",
    [MDOC_FACT_ENCRYPTION_INFO] = "encryption-info",
    [MDOC_FACT_ENGAGEMENT] = "engagement",
    [MDOC_FACT_EREADER_KEY] = "ereader-key",
    [MDOC_FACT_NFC_SELECT] = "nfc-select",
    [MDOC_FACT_NFC_REQUEST] = "nfc-request",
    [MDOC_FACT_READER_ENGAGEMENT] = "reader-engagement",
    [MDOC_FACT_ENCRYPTION_PARAMETERS] = "encryption-parameters",
};

const char *mdoc_fact_name(enum mdoc_fact fact)
{
    return fact_names[fact];
}

/* Append #6.24(bstr) as it is, or any other single item wrapped in one. */
static void put_embedded(struct buf *out, struct bytes cbor)
{
    struct cbr r;
    enum oc_err e;
    bool tagged;

    cbr_init(&r, cbor);
    tagged = cbr_peek(&r) == CBR_TAG;
    if (tagged)
        cbr_embedded(&r, NULL);
    else
        cbr_skip(&r);
    if ((e = cbr_end(&r, NULL)) != OC_OK)
        buf_fail(out, e);
    else if (tagged)
        cbw_raw(out, cbor);
    else
        cbw_embedded(out, cbor);
}

static void put_embedded_or_null(struct buf *out, struct bytes cbor)
{
    if (cbor.n == 0)
        cbw_null(out);
    else
        put_embedded(out, cbor);
}

static void put_session(struct buf *out, const struct mdoc_session_facts *facts)
{
    cbw_array(out, 3);
    put_embedded_or_null(out, facts->of[MDOC_FACT_ENGAGEMENT]);
    put_embedded_or_null(out, facts->of[MDOC_FACT_EREADER_KEY]);
}

static void write_iso_qr(struct buf *out, const struct mdoc_session_facts *facts)
{
    put_session(out, facts);
    cbw_null(out);
}

static void write_iso_nfc(struct buf *out, const struct mdoc_session_facts *facts)
{
    struct bytes request = facts->of[MDOC_FACT_NFC_REQUEST];

    put_session(out, facts);
    cbw_array(out, 2);
    cbw_bstr(out, facts->of[MDOC_FACT_NFC_SELECT]);
    if (request.n == 0)
        cbw_null(out);
    else
        cbw_bstr(out, request);
}

static void write_openid4vp(struct buf *out, const struct mdoc_session_facts *facts)
{
    mdoc_transcript_openid4vp(out, facts->of[MDOC_FACT_CLIENT_ID], facts->of[MDOC_FACT_NONCE],
                              facts->of[MDOC_FACT_JWK_THUMBPRINT],
                              facts->of[MDOC_FACT_RESPONSE_URI]);
}

static void write_openid4vp_dcapi(struct buf *out, const struct mdoc_session_facts *facts)
{
    mdoc_transcript_openid4vp_dcapi(out, facts->of[MDOC_FACT_ORIGIN], facts->of[MDOC_FACT_NONCE],
                                    facts->of[MDOC_FACT_JWK_THUMBPRINT]);
}

static void write_18013_7(struct buf *out, const struct mdoc_session_facts *facts)
{
    mdoc_transcript_18013_7(out, facts->of[MDOC_FACT_CLIENT_ID],
                            facts->of[MDOC_FACT_RESPONSE_URI], facts->of[MDOC_FACT_NONCE],
                            facts->of[MDOC_FACT_MDOC_NONCE]);
}

static void write_18013_7_draft(struct buf *out, const struct mdoc_session_facts *facts)
{
    cbw_array(out, 3);
    cbw_null(out);
    cbw_null(out);
    cbw_array(out, 4);
    cbw_tstr(out, facts->of[MDOC_FACT_MDOC_NONCE]);
    cbw_tstr(out, facts->of[MDOC_FACT_CLIENT_ID]);
    cbw_tstr(out, facts->of[MDOC_FACT_RESPONSE_URI]);
    cbw_tstr(out, facts->of[MDOC_FACT_NONCE]);
}

static void write_annex_c(struct buf *out, const struct mdoc_session_facts *facts)
{
    mdoc_transcript_dcapi(out, facts->of[MDOC_FACT_ENCRYPTION_INFO], facts->of[MDOC_FACT_ORIGIN]);
}

static void write_reverse(struct buf *out, const struct mdoc_session_facts *facts)
{
    uint8_t digest[DIGEST_MAX];
    struct buf engagement;
    enum oc_err e;

    buf_init(&engagement, MDOC_BYTES_MAX);
    put_embedded(&engagement, facts->of[MDOC_FACT_READER_ENGAGEMENT]);
    put_session(out, facts);
    if ((e = buf_err(&engagement)) != OC_OK ||
        (e = digest_of(DIGEST_SHA256, buf_view(&engagement), digest)) != OC_OK)
        buf_fail(out, e);
    else
        cbw_bstr(out, (struct bytes){ digest, 32 });
    buf_cleanup(&engagement);
}

static void write_owncard_qr(struct buf *out, const struct mdoc_session_facts *facts)
{
    struct buf parameters;

    buf_init(&parameters, MDOC_BYTES_MAX);
    put_embedded(&parameters, facts->of[MDOC_FACT_ENCRYPTION_PARAMETERS]);
    buf_fail(out, buf_err(&parameters));
    mdoc_transcript_qr(out, buf_view(&parameters));
    buf_cleanup(&parameters);
}

#define NEED(fact) (1u << MDOC_FACT_##fact)

static const struct form {
    struct mdoc_handover_info info;
    void (*write)(struct buf *out, const struct mdoc_session_facts *facts);
} forms[MDOC_HANDOVERS_N] = {
    [MDOC_HANDOVER_ISO_QR] = {
        { "iso-qr", "ISO proximity, engagement by QR code", "ISO/IEC 18013-5, SessionTranscript",
          NEED(ENGAGEMENT) | NEED(EREADER_KEY), 0 }, write_iso_qr },
    [MDOC_HANDOVER_ISO_NFC] = {
        { "iso-nfc", "ISO proximity, engagement by NFC", "ISO/IEC 18013-5, SessionTranscript",
          NEED(ENGAGEMENT) | NEED(EREADER_KEY) | NEED(NFC_SELECT), NEED(NFC_REQUEST) },
        write_iso_nfc },
    [MDOC_HANDOVER_OPENID4VP] = {
        { "openid4vp", "OpenID4VP 1.0, by redirect", "OpenID4VP 1.0, OpenID4VPHandover",
          NEED(CLIENT_ID) | NEED(NONCE) | NEED(RESPONSE_URI), NEED(JWK_THUMBPRINT) },
        write_openid4vp },
    [MDOC_HANDOVER_OPENID4VP_DCAPI] = {
        { "openid4vp-dcapi", "OpenID4VP 1.0 over the Digital Credentials API",
          "OpenID4VP 1.0, OpenID4VPDCAPIHandover", NEED(ORIGIN) | NEED(NONCE),
          NEED(JWK_THUMBPRINT) }, write_openid4vp_dcapi },
    [MDOC_HANDOVER_18013_7] = {
        { "iso-18013-7", "ISO 18013-7 of 2024, OpenID4VP draft 18",
          "ISO/IEC TS 18013-7:2024, Annex B",
          NEED(CLIENT_ID) | NEED(RESPONSE_URI) | NEED(NONCE) | NEED(MDOC_NONCE), 0 },
        write_18013_7 },
    [MDOC_HANDOVER_18013_7_DRAFT] = {
        { "iso-18013-7-draft", "ISO 18013-7, the draft of August 2023",
          "ISO/IEC 18013-7, draft of 2023-08",
          NEED(CLIENT_ID) | NEED(RESPONSE_URI) | NEED(NONCE) | NEED(MDOC_NONCE), 0 },
        write_18013_7_draft },
    [MDOC_HANDOVER_ANNEX_C] = {
        { "annex-c", "ISO 18013-7 over the Digital Credentials API", "ISO/IEC TS 18013-7, Annex C",
          NEED(ENCRYPTION_INFO) | NEED(ORIGIN), 0 }, write_annex_c },
    [MDOC_HANDOVER_REVERSE] = {
        { "reverse", "ISO 18013-7, engagement by the reader or a website",
          "ISO/IEC TS 18013-7, Annex A", NEED(READER_ENGAGEMENT),
          NEED(ENGAGEMENT) | NEED(EREADER_KEY) }, write_reverse },
    [MDOC_HANDOVER_OWNCARD_QR] = {
        { "owncard-qr", "our own QR handover, from the request", "owncard, OwncardQRHandover",
          NEED(ENCRYPTION_PARAMETERS), 0 }, write_owncard_qr },
};

const struct mdoc_handover_info *mdoc_handover_info(enum mdoc_handover form)
{
    return &forms[form].info;
}

enum mdoc_handover mdoc_handover_by_name(const char *name)
{
    int i = 0;

    while (i < MDOC_HANDOVERS_N && strcmp(forms[i].info.name, name) != 0)
        i++;
    return (enum mdoc_handover)i;
}

mdoc_fact_set mdoc_handover_missing(enum mdoc_handover form,
                                    const struct mdoc_session_facts *facts)
{
    mdoc_fact_set missing = forms[form].info.needs;

    for (int i = 0; i < MDOC_FACTS_N; i++)
        if (facts->of[i].n > 0)
            missing &= ~(1u << i);
    return missing;
}

static enum oc_err check_facts(enum mdoc_handover form, const struct mdoc_session_facts *facts)
{
    struct bytes thumbprint = facts->of[MDOC_FACT_JWK_THUMBPRINT];

    if (mdoc_handover_missing(form, facts) != 0)
        return OC_USAGE;
    for (int i = 0; i < MDOC_FACTS_N; i++)
        if (facts->of[i].n > MDOC_FACT_BYTES_MAX)
            return OC_LIMIT;
    return thumbprint.n == 0 || thumbprint.n == MDOC_THUMBPRINT_N ? OC_OK : OC_SHAPE;
}

void mdoc_handover_write(struct buf *out, enum mdoc_handover form,
                         const struct mdoc_session_facts *facts)
{
    enum oc_err e = check_facts(form, facts);

    if (e != OC_OK)
        buf_fail(out, e);
    else
        forms[form].write(out, facts);
}

void mdoc_ereader_key_write(struct buf *out, const struct public_key *key)
{
    struct buf cose;

    buf_init(&cose, MDOC_FACT_BYTES_MAX);
    cose_key_write(&cose, key);
    buf_fail(out, buf_err(&cose));
    cbw_embedded(out, buf_view(&cose));
    buf_cleanup(&cose);
}
