#include "mdoc/auth.h"

#include "codec/cbw.h"
#include "crypto/kdf.h"
#include "mdoc/transcript.h"

void mdoc_device_authentication(struct buf *out, struct bytes transcript, struct bytes doc_type,
                                struct bytes device_name_spaces)
{
    enum { HEADS_MAX = 64 };    /* and the context */
    size_t start = out->n;

    buf_reserve(out, HEADS_MAX + transcript.n + doc_type.n + device_name_spaces.n);
    cbw_array(out, 4);
    cbw_str(out, "DeviceAuthentication");
    cbw_raw(out, transcript);
    cbw_tstr(out, doc_type);
    cbw_raw(out, device_name_spaces);
    cbw_embed(out, start);
}

void mdoc_reader_authentication(struct buf *out, struct bytes transcript,
                                struct bytes items_request)
{
    size_t start = out->n;

    cbw_array(out, 3);
    cbw_str(out, "ReaderAuthentication");
    cbw_raw(out, transcript);
    cbw_raw(out, items_request);
    cbw_embed(out, start);
}

void mdoc_reader_authentication_all(struct buf *out, struct bytes transcript,
                                    const struct bytes *items_requests, size_t n,
                                    struct bytes device_request_info)
{
    size_t start = out->n;

    cbw_array(out, 4);
    cbw_str(out, "ReaderAuthenticationAll");
    cbw_raw(out, transcript);
    cbw_array(out, n);
    for (size_t i = 0; i < n; i++)
        cbw_raw(out, items_requests[i]);
    if (device_request_info.p != NULL)
        cbw_raw(out, device_request_info);
    else
        cbw_null(out);
    cbw_embed(out, start);
}

enum oc_err mdoc_emac_key(struct secret **out, const struct private_key *mine,
                          const struct public_key *theirs, struct bytes transcript)
{
    struct secret *shared = NULL;
    uint8_t salt[DIGEST_MAX];
    enum oc_err e;

    *out = NULL;
    if ((e = mdoc_transcript_digest(salt, transcript)) == OC_OK &&
        (e = key_agree(&shared, mine, theirs)) == OC_OK)
        e = hkdf(out, secret_view(shared), (struct bytes){ salt, 32 }, BYTES("EMacKey"), 32);
    secret_free(&shared);
    return e;
}
