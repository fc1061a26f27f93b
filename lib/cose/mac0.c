#include "cose/mac0.h"

#include "codec/cbw.h"
#include "cose/parts.h"
#include "crypto/hash.h"

enum { TAG_N = 32 };

void cose_mac0_read(struct cbr *r, struct cose_mac0 *out, enum cose_tagging tagging)
{
    struct cose_parts parts;

    cose_parts_read(r, &parts, CBOR_TAG_MAC0, tagging);
    *out = (struct cose_mac0){
        .protected_header = parts.protected_header,
        .alg = parts.alg,
        .is_detached = parts.is_detached,
        .payload = parts.payload,
        .tag = parts.proof,
    };
}

static enum oc_err authenticate(uint8_t tag[TAG_N], const struct secret *key,
                                struct bytes protected_header, struct bytes external_aad,
                                struct bytes payload)
{
    struct bytes parts[2];
    struct buf before;
    enum oc_err e = cose_structure(&before, parts, "MAC0", protected_header, external_aad, payload);

    if (e == OC_OK)
        e = hmac_sha256_parts(secret_view(key), parts, 2, tag);
    buf_cleanup(&before);
    return e;
}

enum oc_err cose_mac0_verify(const struct cose_mac0 *msg, const struct secret *key,
                             struct bytes payload, struct bytes external_aad)
{
    uint8_t tag[TAG_N];
    enum oc_err e;

    if (msg->alg != COSE_HMAC_256)
        return OC_SHAPE;
    e = authenticate(tag, key, msg->protected_header, external_aad, payload);
    if (e == OC_OK && !digest_equal(msg->tag, BYTES_OF(tag)))
        e = OC_SIGNATURE;
    secret_wipe(tag, sizeof tag);   /* the right answer to a wrong message */
    return e;
}

void cose_mac0_write(struct buf *out, const struct secret *key, struct bytes payload)
{
    uint8_t tag[TAG_N] = { 0 };
    struct buf protected_header;
    enum oc_err e;

    buf_init(&protected_header, 16);
    cose_protected_write(&protected_header, COSE_HMAC_256);
    e = buf_err(&protected_header);
    if (e == OC_OK)
        e = authenticate(tag, key, buf_view(&protected_header), (struct bytes){ 0 }, payload);
    if (e != OC_OK)
        buf_fail(out, e);
    cbw_array(out, 4);
    cbw_bstr(out, buf_view(&protected_header));
    cbw_map(out, 0);
    cbw_null(out);
    cbw_bstr(out, BYTES_OF(tag));
    buf_cleanup(&protected_header);
}
