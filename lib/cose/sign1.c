#include "cose/sign1.h"

#include "codec/cbw.h"
#include "cose/parts.h"

static const char context[] = "Signature1";

void cose_sign1_read(struct cbr *r, struct cose_sign1 *out, enum cose_tagging tagging)
{
    struct cose_parts parts;

    cose_parts_read(r, &parts, CBOR_TAG_SIGN1, tagging);
    *out = (struct cose_sign1){
        .protected_header = parts.protected_header,
        .alg = parts.alg,
        .type = parts.type,
        .x5chain_n = parts.x5chain_n,
        .x5chain_is_protected = parts.x5chain_is_protected,
        .is_detached = parts.is_detached,
        .payload = parts.payload,
        .signature = parts.proof,
    };
    for (size_t i = 0; i < parts.x5chain_n; i++)
        out->x5chain[i] = parts.x5chain[i];
}

enum oc_err cose_sign1_verify(const struct cose_sign1 *msg, const struct public_key *key,
                              struct bytes payload, struct bytes external_aad)
{
    struct bytes parts[2];
    struct buf before;
    enum oc_err e;

    if (msg->alg == COSE_ALG_NONE)
        return OC_SHAPE;
    e = cose_structure(&before, parts, context, msg->protected_header, external_aad, payload);
    if (e == OC_OK)
        e = key_verify_parts(key, msg->alg, parts, 2, msg->signature);
    buf_cleanup(&before);
    return e;
}

static void write_x5chain(struct buf *out, const struct cose_sign1_spec *spec)
{
    cbw_int(out, COSE_LABEL_X5CHAIN);
    if (spec->x5chain_n > 1)
        cbw_array(out, spec->x5chain_n);
    for (size_t i = 0; i < spec->x5chain_n; i++)
        cbw_bstr(out, x509_der(spec->x5chain[i]));
}

static void write_protected(struct buf *out, const struct cose_sign1_spec *spec)
{
    const struct curve_info *curve = curve_info(private_key_curve(spec->key));
    bool has_chain = spec->protect_x5chain && spec->x5chain_n > 0;

    cbw_map(out, 1 + (size_t)(spec->type != NULL) + has_chain);
    cbw_int(out, COSE_LABEL_ALG);
    cbw_int(out, curve->alg);
    if (spec->type != NULL) {
        cbw_int(out, COSE_LABEL_TYPE);
        cbw_str(out, spec->type);
    }
    if (has_chain)
        write_x5chain(out, spec);
}

static void write_unprotected(struct buf *out, const struct cose_sign1_spec *spec)
{
    bool has_chain = !spec->protect_x5chain && spec->x5chain_n > 0;

    cbw_map(out, has_chain);
    if (has_chain)
        write_x5chain(out, spec);
}

void cose_sign1_write(struct buf *out, const struct cose_sign1_spec *spec)
{
    enum { PROTECTED_MAX = X509_CHAIN_MAX * X509_DER_MAX + 256 };
    const struct curve_info *curve = curve_info(private_key_curve(spec->key));
    struct buf protected_header, before;
    struct bytes parts[2];
    enum oc_err e;

    if (buf_err(out) != OC_OK)
        return;
    buf_init(&protected_header, spec->protect_x5chain || spec->type != NULL ? PROTECTED_MAX : 16);
    write_protected(&protected_header, spec);
    e = cose_structure(&before, parts, context, buf_view(&protected_header), spec->external_aad,
                       spec->payload);
    if (e == OC_OK)
        e = buf_err(&protected_header);
    cbw_array(out, 4);
    cbw_bstr(out, buf_view(&protected_header));
    write_unprotected(out, spec);
    if (spec->detached)
        cbw_null(out);
    else
        cbw_bstr(out, spec->payload);
    if (e == OC_OK) {
        cbw_bstr_head(out, curve->signature_n);
        e = key_sign_parts(out, spec->key, parts, 2);
    }
    buf_fail(out, e);
    buf_cleanup(&before);
    buf_cleanup(&protected_header);
}
