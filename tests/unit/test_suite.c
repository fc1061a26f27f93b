/*
 * Every algorithm of ISO/IEC 18013-5 from issuing to verifying: signers, roots and device keys on
 * every curve, all digests, device signatures and device MACs. What this OpenSSL lacks is
 * skipped, by name.
 */
#include <string.h>

#include "mdoc/device_response.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static const struct bytes transcript = BYTES("\x83\xf6\xf6\xf6");

struct suite {
    enum curve root, signer, device;
    enum digest digest;
    bool mac;
};

/* Those who take part in one showing. */
struct cast {
    struct private_key *root_key, *signer_key, *device_key, *reader_key;
    struct x509_cert *root, *signer;
    struct trust_anchors anchors;
};

static void cast_init(struct cast *c, const struct suite *s, int64_t now)
{
    struct x509_spec root = certificate_spec(TRUST_IACA, now);
    struct x509_spec signer = certificate_spec(TRUST_DOCUMENT_SIGNER, now);

    *c = (struct cast){
        .root_key = new_key(s->root), .signer_key = new_key(s->signer),
        .device_key = new_key(s->device), .reader_key = s->mac ? new_key(s->device) : NULL,
    };
    c->root = new_certificate(&root, c->root_key, NULL, NULL);
    c->signer = new_certificate(&signer, c->signer_key, c->root, c->root_key);
    must(trust_anchors_add(&c->anchors, c->root));
}

static void cast_cleanup(struct cast *c)
{
    trust_anchors_cleanup(&c->anchors);
    private_key_free(&c->root_key);
    private_key_free(&c->signer_key);
    private_key_free(&c->device_key);
    private_key_free(&c->reader_key);
    x509_free(&c->root);
    x509_free(&c->signer);
}

/* A DeviceResponse that shows one element. */
static void put_response(struct buf *out, const struct suite *s, const struct cast *c, int64_t now)
{
    const struct mdoc_claim claim = { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin") };
    struct buf issued = new_buf(), document = new_buf();
    struct mdoc_issuer_signed card;
    const bool keep = true;

    must(mdoc_issue(&issued, &(struct mdoc_issue_spec){
        .doc_type = FIXTURE_TYPE, .claims = &claim, .claims_n = 1, .digest = s->digest,
        .device_key = private_key_public(c->device_key), .now = now,
        .valid_until = now + 30 * DATE_DAY_S, .signer = c->signer_key, .chain = &c->signer,
        .chain_n = 1,
    }, NULL));
    must(mdoc_issuer_signed_init(&card, buf_view(&issued), NULL));
    must(mdoc_document_write(&document, &(struct mdoc_document_spec){
        .card = &card, .keep = &keep, .transcript = transcript, .device_key = c->device_key,
        .reader_key = s->mac ? private_key_public(c->reader_key) : NULL,
    }));
    mdoc_device_response_write(out, buf_view(&document), 1);
    must(buf_err(out));
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&document);
    buf_cleanup(&issued);
}

static enum oc_err verify(struct bytes message, const struct cast *c, int64_t now,
                          const struct private_key *reader_key)
{
    static struct mdoc_report report;
    struct mdoc_claims *claims;
    enum oc_err e = mdoc_verify(&claims, &report, &(struct mdoc_verify_in){
        .message = message, .now = now, .anchors = &c->anchors, .transcript = transcript,
        .reader_key = reader_key,
    });

    mdoc_claims_free(&claims);
    return e;
}

/* The last byte of a response belongs to its device signature or MAC, but for "status": 0. */
static void spoil(struct buf *response)
{
    enum { AFTER_PROOF = sizeof "\x66" "status" };  /* and its value */

    response->p[response->n - AFTER_PROOF - 1] ^= 1;
}

static bool is_missing(enum curve curve)
{
    struct private_key *key;
    enum oc_err e = private_key_generate(&key, curve);

    private_key_free(&key);
    return e == OC_UNAVAILABLE;
}

static void one(const struct suite *s, const char *name)
{
    const int64_t now = date_start((struct date){ 2026, 11, 24 }) + 12 * DATE_HOUR_S;
    struct private_key *other = NULL;
    struct buf response = new_buf();
    struct cast c;
    enum oc_err good, bad;

    if (is_missing(s->root) || is_missing(s->signer) || is_missing(s->device)) {
        skip("%s is not in this OpenSSL", name);
        return;
    }
    cast_init(&c, s, now);
    put_response(&response, s, &c, now);
    good = verify(buf_view(&response), &c, now, c.reader_key);
    spoil(&response);
    bad = verify(buf_view(&response), &c, now, c.reader_key);
    ok(good == OC_OK && bad == OC_SIGNATURE, "%s: %s, spoilt %s", name, oc_err_name(good),
       oc_err_name(bad));
    spoil(&response);
    if (s->mac) {
        other = new_key(s->device == CURVE_P256 ? CURVE_P384 : CURVE_P256);
        ok(verify(buf_view(&response), &c, now, other) == OC_SIGNATURE,
           "%s: a reader key on another curve", name);
    }
    private_key_free(&other);
    buf_cleanup(&response);
    cast_cleanup(&c);
}

static const char *name_of(enum curve curve)
{
    return curve_info(curve)->name;
}

int main(void)
{
    const struct curve_info *curve;
    char name[128];

    must(secret_pool_init());
    for (size_t i = 0; (curve = curve_at(i)) != NULL; i++) {
        if (curve->alg == COSE_ALG_NONE)
            continue;
        for (enum digest digest = DIGEST_SHA256; digest <= DIGEST_SHA512; digest++) {
            snprintf(name, sizeof name, "signer on %s, %s", name_of(curve->curve),
                     digest_name(digest));
            one(&(struct suite){ CURVE_P256, curve->curve, CURVE_P256, digest, false }, name);
        }
        if (curve->is_okp)
            continue;       /* a root signs with ECDSA */
        snprintf(name, sizeof name, "root on %s", name_of(curve->curve));
        one(&(struct suite){ curve->curve, CURVE_P256, CURVE_P256, DIGEST_SHA256, false }, name);
    }
    for (size_t i = 0; (curve = curve_at(i)) != NULL; i++) {
        snprintf(name, sizeof name, "device signature on %s", name_of(curve->curve));
        if (curve->alg != COSE_ALG_NONE)
            one(&(struct suite){ CURVE_P256, CURVE_P256, curve->curve, DIGEST_SHA256, false },
                name);
        snprintf(name, sizeof name, "device MAC on %s", name_of(curve->curve));
        if (curve->agrees)
            one(&(struct suite){ CURVE_P256, CURVE_P256, curve->curve, DIGEST_SHA256, true },
                name);
    }
    return done();
}
