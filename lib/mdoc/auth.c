#include "mdoc/auth.h"

#include "codec/cbw.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "mdoc/limits.h"

/* Append #6.24(bstr) of `content`, and clean it up. */
static void wrap(struct buf *out, struct buf *content)
{
    buf_fail(out, buf_err(content));
    cbw_embedded(out, buf_view(content));
    buf_cleanup(content);
}

void mdoc_device_authentication(struct buf *out, struct bytes transcript, struct bytes doc_type,
                                struct bytes device_name_spaces)
{
    struct buf content;

    buf_init(&content, MDOC_SIGNED_MAX);
    cbw_array(&content, 4);
    cbw_str(&content, "DeviceAuthentication");
    cbw_raw(&content, transcript);
    cbw_tstr(&content, doc_type);
    cbw_raw(&content, device_name_spaces);
    wrap(out, &content);
}

void mdoc_reader_authentication(struct buf *out, struct bytes transcript,
                                struct bytes items_request)
{
    struct buf content;

    buf_init(&content, MDOC_SIGNED_MAX);
    cbw_array(&content, 3);
    cbw_str(&content, "ReaderAuthentication");
    cbw_raw(&content, transcript);
    cbw_raw(&content, items_request);
    wrap(out, &content);
}

void mdoc_reader_authentication_all(struct buf *out, struct bytes transcript,
                                    const struct bytes *items_requests, size_t n,
                                    struct bytes device_request_info)
{
    struct buf content;

    buf_init(&content, MDOC_SIGNED_MAX);
    cbw_array(&content, 4);
    cbw_str(&content, "ReaderAuthenticationAll");
    cbw_raw(&content, transcript);
    cbw_array(&content, n);
    for (size_t i = 0; i < n; i++)
        cbw_raw(&content, items_requests[i]);
    if (device_request_info.p != NULL)
        cbw_raw(&content, device_request_info);
    else
        cbw_null(&content);
    wrap(out, &content);
}

enum oc_err mdoc_emac_key(struct secret **out, const struct private_key *mine,
                          const struct public_key *theirs, struct bytes transcript)
{
    struct secret *shared = NULL;
    uint8_t salt[DIGEST_MAX];
    struct buf tagged;
    enum oc_err e;

    *out = NULL;
    buf_init(&tagged, MDOC_SIGNED_MAX);
    cbw_embedded(&tagged, transcript);
    if ((e = buf_err(&tagged)) != OC_OK ||
        (e = digest_of(DIGEST_SHA256, buf_view(&tagged), salt)) != OC_OK ||
        (e = key_agree(&shared, mine, theirs)) != OC_OK)
        goto out;
    e = hkdf(out, secret_view(shared), (struct bytes){ salt, 32 }, BYTES("EMacKey"), 32);
out:
    secret_free(&shared);
    buf_cleanup(&tagged);
    return e;
}
