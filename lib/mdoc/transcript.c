#include "mdoc/transcript.h"

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "mdoc/limits.h"

static void put_sha256(struct buf *out, struct bytes data)
{
    uint8_t digest[DIGEST_MAX];
    enum oc_err e = digest_of(DIGEST_SHA256, data, digest);

    if (e != OC_OK)
        buf_fail(out, e);
    else
        cbw_bstr(out, (struct bytes){ digest, 32 });
}

static void put_bstr_or_null(struct buf *out, struct bytes bstr)
{
    if (bstr.n == 0)
        cbw_null(out);
    else
        cbw_bstr(out, bstr);
}

/* [null, null, [name, SHA-256(info)]]; `info` is cleaned up. */
static void put_online(struct buf *out, const char *name, struct buf *info)
{
    buf_fail(out, buf_err(info));
    cbw_array(out, 3);
    cbw_null(out);
    cbw_null(out);
    cbw_array(out, 2);
    cbw_str(out, name);
    put_sha256(out, buf_view(info));
    buf_cleanup(info);
}

void mdoc_transcript_qr(struct buf *out, struct bytes encryption_parameters)
{
    cbw_array(out, 3);
    cbw_null(out);
    cbw_raw(out, encryption_parameters);
    cbw_array(out, 2);
    cbw_str(out, "OwncardQRHandover");
    put_sha256(out, encryption_parameters);
}

void mdoc_transcript_openid4vp(struct buf *out, struct bytes client_id, struct bytes nonce,
                               struct bytes thumbprint, struct bytes response_uri)
{
    struct buf info;

    buf_init(&info, MDOC_BYTES_MAX);
    cbw_array(&info, 4);
    cbw_tstr(&info, client_id);
    cbw_tstr(&info, nonce);
    put_bstr_or_null(&info, thumbprint);
    cbw_tstr(&info, response_uri);
    put_online(out, "OpenID4VPHandover", &info);
}

void mdoc_transcript_openid4vp_dcapi(struct buf *out, struct bytes origin, struct bytes nonce,
                                     struct bytes thumbprint)
{
    struct buf info;

    buf_init(&info, MDOC_BYTES_MAX);
    cbw_array(&info, 3);
    cbw_tstr(&info, origin);
    cbw_tstr(&info, nonce);
    put_bstr_or_null(&info, thumbprint);
    put_online(out, "OpenID4VPDCAPIHandover", &info);
}

static void put_hash_of_pair(struct buf *out, struct bytes first, struct bytes second)
{
    struct buf pair;

    buf_init(&pair, MDOC_BYTES_MAX);
    cbw_array(&pair, 2);
    cbw_tstr(&pair, first);
    cbw_tstr(&pair, second);
    buf_fail(out, buf_err(&pair));
    put_sha256(out, buf_view(&pair));
    buf_cleanup(&pair);
}

void mdoc_transcript_18013_7(struct buf *out, struct bytes client_id, struct bytes response_uri,
                             struct bytes nonce, struct bytes mdoc_nonce)
{
    cbw_array(out, 3);
    cbw_null(out);
    cbw_null(out);
    cbw_array(out, 3);
    put_hash_of_pair(out, client_id, mdoc_nonce);
    put_hash_of_pair(out, response_uri, mdoc_nonce);
    cbw_tstr(out, nonce);
}

void mdoc_transcript_dcapi(struct buf *out, struct bytes encryption_info, struct bytes origin)
{
    cbw_array(out, 3);
    cbw_null(out);
    cbw_null(out);
    cbw_array(out, 2);
    cbw_str(out, "dcapi");
    put_hash_of_pair(out, encryption_info, origin);
}

enum oc_err mdoc_transcript_read(struct bytes *array, struct bytes cbor, struct oc_fault *fault)
{
    struct cbr outer, r, ahead;
    enum oc_err e;

    *array = (struct bytes){ 0 };
    cbr_init(&outer, cbor);
    r = outer;
    if (cbr_peek(&outer) == CBR_TAG) {
        struct bytes inner = cbr_embedded(&outer, NULL);

        cbr_init_inside(&r, inner, &outer);
    }
    ahead = r;
    cbr_array_of(&ahead, 3, "expected a SessionTranscript, an array of three");
    if (!cbr_ok(&ahead))
        cbr_adopt(&r, &ahead);
    else
        *array = cbr_any(&r);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        *array = (struct bytes){ 0 };
    return e;
}

enum oc_err mdoc_transcript_digest(uint8_t out[DIGEST_MAX], struct bytes transcript)
{
    struct buf tagged;
    enum oc_err e;

    buf_init(&tagged, MDOC_SIGNED_MAX);
    cbw_embedded(&tagged, transcript);
    if ((e = buf_err(&tagged)) == OC_OK)
        e = digest_of(DIGEST_SHA256, buf_view(&tagged), out);
    buf_cleanup(&tagged);
    return e;
}

size_t mdoc_transcript_difference(struct bytes a, struct bytes b, const char **part)
{
    static const char *const parts[] = { "DeviceEngagementBytes", "EReaderKeyBytes", "Handover" };
    size_t at = 0, element = 0;
    struct cbr r;

    while (at < a.n && at < b.n && a.p[at] == b.p[at])
        at++;
    cbr_init(&r, a);
    cbr_array(&r);
    for (; element < 2; element++) {
        struct bytes item = cbr_any(&r);

        if (!cbr_ok(&r) || at < (size_t)(item.p - a.p) + item.n)
            break;
    }
    *part = parts[element];
    return at;
}
