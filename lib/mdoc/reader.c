#include "mdoc/reader.h"

#include <string.h>

#include "crypto/hash.h"
#include "mdoc/auth.h"
#include "trust/signer.h"

static void forged(struct mdoc_reader *out, const char *reason)
{
    out->standing = MDOC_READER_FORGED;
    out->reason = reason;
}

/* Renewing a certificate, of the reader or of its CA, keeps key of the CA and subject. */
static enum oc_err identify(uint8_t out[MDOC_READER_IDENTITY_N], const struct trust_signer *signer)
{
    struct hasher once = { NULL };
    uint8_t digest[DIGEST_MAX];
    struct coordinates ca;
    enum oc_err e;

    public_key_coordinates(x509_public_key(signer->anchor_certificate), &ca);
    e = hasher_of_parts(&once, DIGEST_SHA256, (struct bytes[]){
        BYTES("owncard reader"), { ca.x, ca.n }, { ca.y, ca.n }, signer->facts.subject_der,
    }, 4, digest);
    hasher_cleanup(&once);
    if (e == OC_OK)
        memcpy(out, digest, MDOC_READER_IDENTITY_N);
    return e;
}

/* The signature, then the chain, then the profile: each says more than the one before. */
static enum oc_err examine(struct mdoc_reader *out, const struct cose_sign1 *auth,
                           struct bytes authentication, const struct trust_anchors *anchors,
                           int64_t now)
{
    struct trust_signer signer;
    const struct public_key *key;
    enum oc_err e = trust_signer_init(&signer, TRUST_READER, auth->x5chain, auth->x5chain_n,
                                      anchors, now);

    if (e != OC_OK)
        goto out;
    key = signer.certificate != NULL ? x509_public_key(signer.certificate) : NULL;
    if (key == NULL) {
        forged(out, "it carries no certificate with a key that we accept");
        goto out;
    }
    memcpy(out->name, signer.facts.common_name, sizeof out->name);
    if (!auth->is_detached)
        e = OC_SHAPE;
    else
        e = cose_sign1_verify(auth, key, authentication, (struct bytes){ 0 });
    if (e == OC_SIGNATURE || e == OC_SHAPE) {
        forged(out, "its signature does not hold");
        e = OC_OK;
        goto out;
    }
    if (e != OC_OK || (e = x509_fingerprint(signer.certificate, out->fingerprint)) != OC_OK)
        goto out;
    out->standing = MDOC_READER_UNKNOWN;
    if (signer.chain != OC_OK)
        out->reason = signer.chain_reason;
    else if (signer.findings_n > 0)
        out->reason = signer.findings[0].text;
    else if ((e = identify(out->identity, &signer)) == OC_OK)
        out->standing = MDOC_READER_TRUSTED;
out:
    trust_signer_cleanup(&signer);
    return e;
}

/* One signature that does not hold spoils all; else the most trusted one speaks. */
static enum oc_err examine_all(struct mdoc_reader *out, const struct cose_sign1 *auths, size_t n,
                               struct bytes authentication, const struct trust_anchors *anchors,
                               int64_t now)
{
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < n && e == OC_OK; i++) {
        struct mdoc_reader one = { .standing = MDOC_READER_UNSIGNED };

        e = examine(&one, &auths[i], authentication, anchors, now);
        if (i == 0 || one.standing == MDOC_READER_FORGED || one.standing > out->standing)
            *out = one;
        if (one.standing == MDOC_READER_FORGED)
            break;
    }
    return e;
}

enum oc_err mdoc_reader_check(struct mdoc_reader *out, const struct mdoc_device_request *q,
                              size_t index, struct bytes transcript,
                              const struct trust_anchors *anchors, int64_t now)
{
    const struct mdoc_doc_request *doc = &q->docs[index];
    struct bytes items[MDOC_DOCUMENTS_MAX];
    struct buf authentication;
    enum oc_err e;

    *out = (struct mdoc_reader){ .standing = MDOC_READER_UNSIGNED,
                                 .reason = "nobody signed the request" };
    if (!doc->has_reader_auth && q->reader_auth_all_n == 0)
        return OC_OK;
    buf_init(&authentication, MDOC_SIGNED_MAX);
    if (doc->has_reader_auth) {
        mdoc_reader_authentication(&authentication, transcript, doc->items_request);
    } else {
        for (size_t i = 0; i < q->docs_n; i++)
            items[i] = q->docs[i].items_request;
        mdoc_reader_authentication_all(&authentication, transcript, items, q->docs_n, q->info);
    }
    e = buf_err(&authentication);
    if (e == OC_OK)
        e = examine_all(out, doc->has_reader_auth ? &doc->reader_auth : q->reader_auth_all,
                        doc->has_reader_auth ? 1 : q->reader_auth_all_n,
                        buf_view(&authentication), anchors, now);
    buf_cleanup(&authentication);
    return e;
}
