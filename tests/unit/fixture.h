/*
 * A small world in memory: an issuing authority with its document signer, a reader CA with a
 * reader, a holder's device, one card, one request of the QR handover and its response. And,
 * beneath the library's own writers, ways to make cards and documents that are wrong in one
 * place. Whatever fails in here ends the test: nothing after it would mean anything.
 */
#ifndef OWNCARD_TESTS_FIXTURE_H
#define OWNCARD_TESTS_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "core/date.h"
#include "cose/key.h"
#include "crypto/hash.h"
#include "mdoc/auth.h"
#include "mdoc/encryption.h"
#include "mdoc/issue.h"
#include "mdoc/transcript.h"
#include "mdoc/value.h"
#include "mdoc/verify.h"
#include "trust/profile.h"

enum { FIXTURE_BYTES_MAX = 8 << 20 };

#define FIXTURE_TYPE "example.guangzhou.vid.1"
#define FIXTURE_SPACE "org.iso.23220.1"

static inline void must_at(enum oc_err e, const char *file, int line, const char *what)
{
    if (e == OC_OK)
        return;
    printf("Bail out! %s:%d: %s: %s\n", file, line, what, oc_err_name(e));
    exit(EXIT_FAILURE);
}

#define must(call) must_at((call), __FILE__, __LINE__, #call)

/* A value of `struct buf` that is empty and may grow to 8 MiB. */
static inline struct buf new_buf(void)
{
    struct buf b;

    buf_init(&b, FIXTURE_BYTES_MAX);
    return b;
}

/* Set before fixture_init(): keys that are the same in every run, for messages that outlive one. */
static bool fixture_keys_are_fixed;

static inline struct private_key *numbered_key(enum curve curve)
{
    static uint8_t number;
    struct secret *d = secret_new(curve_info(curve)->n);
    struct private_key *key;

    must(d != NULL ? OC_OK : OC_MEMORY);
    memset(secret_fill(d) + 1, 0x11, curve_info(curve)->n - 1);
    secret_fill(d)[1] = ++number;
    must(private_key_new(&key, curve, d));
    secret_free(&d);
    return key;
}

static inline struct private_key *new_key(enum curve curve)
{
    struct private_key *key;

    if (fixture_keys_are_fixed)
        return numbered_key(curve);
    must(private_key_generate(&key, curve));
    return key;
}

/* What a certificate of `role` conforming to the profile holds. */
static inline struct x509_spec certificate_spec(enum trust_role role, int64_t now)
{
    struct x509_spec spec = {
        .common_name = role == TRUST_IACA ? "Test IACA" : role == TRUST_READER_CA ? "Test readers"
                       : role == TRUST_READER ? "Pearl Hotel"
                       : role == TRUST_STATUS_SIGNER ? "Test status signer"
                       : role == TRUST_VICAL_SIGNER ? "Test list signer"
                       : role == TRUST_IACA_LINK ? "Test IACA"
                       : "Test document signer",
        .issuer_alt_uri = "https://issuer.example/",
    };

    if (role != TRUST_READER_CA && role != TRUST_READER) {
        spec.country = "CN";
        spec.state = "Guangdong";
    }
    if (role == TRUST_VICAL_SIGNER)
        spec.organization = "Test";
    if (role == TRUST_DOCUMENT_SIGNER || role == TRUST_VICAL_SIGNER)
        spec.crl_uri = "https://issuer.example/crl";
    trust_profile_spec(&spec, role, now);
    return spec;
}

static inline struct x509_cert *new_certificate(const struct x509_spec *spec,
                                                const struct private_key *key,
                                                const struct x509_cert *issuer,
                                                const struct private_key *issuer_key)
{
    struct x509_cert *made;

    must(x509_make(&made, spec, private_key_public(key), issuer,
                   issuer != NULL ? issuer_key : key));
    return made;
}

/* One element, encoded anew at each place it is used. */
struct fixture_element {
    const char *name_space, *name;
    struct bytes value;         /* one CBOR item */
};

static const struct fixture_element fixture_elements[] = {
    { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin") },
    { FIXTURE_SPACE, "given_name", BYTES("\x67" "Xiaoyun") },
    { FIXTURE_SPACE, "birth_date", BYTES("\xd9\x03\xec\x6a" "1990-05-01") },
    { FIXTURE_SPACE, "age_over_18", BYTES("\xf5") },
    { FIXTURE_SPACE, "portrait", BYTES("\x44\xff\xd8\xff\xd9") },
    { "example.guangzhou.vid.1", "ethnicity", BYTES("\x62" "01") },
};
enum { FIXTURE_ELEMENTS_N = sizeof fixture_elements / sizeof fixture_elements[0] };

struct fixture {
    int64_t now;
    struct private_key *iaca_key, *signer_key, *reader_ca_key, *reader_key, *device_key, *once_key;
    struct x509_cert *iaca, *signer, *reader_ca, *reader;
    struct trust_anchors iacas, readers;

    struct buf card_bytes;          /* IssuerSigned, 30 days */
    struct mdoc_issuer_signed card;

    struct buf parameters;          /* EncryptionParametersBytes of the request */
    struct buf transcript;          /* of the QR handover */
    struct buf request_bytes;       /* asks for family_name and age_over_18 */
    struct mdoc_device_request request;

    struct buf document;            /* the answer to it, as one Document */
    struct buf response;            /* the same encrypted to once_key */
};

static inline void fixture_issue(struct buf *out, const struct fixture *f, int64_t valid_until,
                                 const struct public_key *device_key)
{
    struct mdoc_claim claims[FIXTURE_ELEMENTS_N];

    for (size_t i = 0; i < FIXTURE_ELEMENTS_N; i++)
        claims[i] = (struct mdoc_claim){ fixture_elements[i].name_space, fixture_elements[i].name,
                                         fixture_elements[i].value };
    must(mdoc_issue(out, &(struct mdoc_issue_spec){
        .doc_type = FIXTURE_TYPE, .claims = claims, .claims_n = FIXTURE_ELEMENTS_N,
        .digest = DIGEST_SHA256, .device_key = device_key, .now = f->now,
        .valid_until = valid_until, .signer = f->signer_key, .chain = &f->signer, .chain_n = 1,
    }, NULL));
}

/* A request for one document; expires 0: never. Signed by f->reader unless `unsigned_`. */
static inline void fixture_request(struct buf *out, const struct fixture *f,
                                   const struct mdoc_requested *elements, size_t n,
                                   struct bytes parameters, struct bytes transcript,
                                   int64_t expires)
{
    struct mdoc_doc_request_spec doc = {
        .doc_type = FIXTURE_TYPE, .elements = elements, .elements_n = n,
        .encryption = parameters, .expires = expires, .purpose = "to prove your age",
    };

    mdoc_device_request_write(out, &(struct mdoc_request_spec){
        .docs = &doc, .docs_n = 1, .transcript = transcript,
        .reader = f->reader_key, .chain = &f->reader, .chain_n = 1,
    });
    must(buf_err(out));
}

/* The Document that discloses exactly the named elements of `card`. */
static inline void fixture_present(struct buf *out, const struct mdoc_issuer_signed *card,
                                   const char *const *names, size_t n, struct bytes transcript,
                                   const struct private_key *device_key)
{
    bool *keep = calloc(card->items_n + 1, sizeof *keep);

    must(keep != NULL ? OC_OK : OC_MEMORY);
    for (size_t i = 0; i < card->items_n; i++)
        for (size_t j = 0; j < n; j++)
            keep[i] |= bytes_is(card->items[i].name, names[j]);
    must(mdoc_document_write(out, &(struct mdoc_document_spec){
        .card = card, .keep = keep, .transcript = transcript, .device_key = device_key }));
    free(keep);
}

static inline void fixture_seal(struct buf *out, const struct fixture *f,
                                const struct mdoc_device_request *request, struct bytes documents,
                                size_t n)
{
    struct mdoc_encryption_parameters parameters;
    struct buf transcript = new_buf();

    (void)f;
    must(mdoc_encryption_parameters_init(&parameters, request, NULL));
    mdoc_transcript_qr(&transcript, parameters.tagged);
    must(mdoc_response_encrypt(out, documents, n, &parameters, buf_view(&transcript), 0));
    mdoc_encryption_parameters_cleanup(&parameters);
    buf_cleanup(&transcript);
}

static const struct mdoc_requested fixture_asked[] = {
    { BYTES(FIXTURE_SPACE), BYTES("family_name"), false },
    { BYTES(FIXTURE_SPACE), BYTES("age_over_18"), true },
};
static const char *const fixture_shown[] = { "family_name", "age_over_18" };

static inline void fixture_people(struct fixture *f, enum curve signer, enum curve device)
{
    struct x509_spec iaca = certificate_spec(TRUST_IACA, f->now);
    struct x509_spec ds = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    struct x509_spec reader_ca = certificate_spec(TRUST_READER_CA, f->now);
    struct x509_spec reader = certificate_spec(TRUST_READER, f->now);

    f->iaca_key = new_key(CURVE_P256);
    f->signer_key = new_key(signer);
    f->reader_ca_key = new_key(CURVE_P256);
    f->reader_key = new_key(CURVE_P256);
    f->device_key = new_key(device);
    f->once_key = new_key(CURVE_P256);
    f->iaca = new_certificate(&iaca, f->iaca_key, NULL, NULL);
    f->signer = new_certificate(&ds, f->signer_key, f->iaca, f->iaca_key);
    f->reader_ca = new_certificate(&reader_ca, f->reader_ca_key, NULL, NULL);
    f->reader = new_certificate(&reader, f->reader_key, f->reader_ca, f->reader_ca_key);
    must(trust_anchors_add(&f->iacas, f->iaca));
    must(trust_anchors_add(&f->readers, f->reader_ca));
}

static inline void fixture_init(struct fixture *f, enum curve signer, enum curve device)
{
    *f = (struct fixture){
        .now = date_start((struct date){ 2026, 11, 24 }) + 12 * DATE_HOUR_S,
        .card_bytes = new_buf(), .parameters = new_buf(), .transcript = new_buf(),
        .request_bytes = new_buf(), .document = new_buf(), .response = new_buf(),
    };
    fixture_people(f, signer, device);
    fixture_issue(&f->card_bytes, f, f->now + 30 * DATE_DAY_S, private_key_public(f->device_key));
    must(mdoc_issuer_signed_init(&f->card, buf_view(&f->card_bytes), NULL));

    mdoc_encryption_parameters_write(&f->parameters, private_key_public(f->once_key),
                                     BYTES("0123456789abcdef"));
    mdoc_transcript_qr(&f->transcript, buf_view(&f->parameters));
    must(buf_err(&f->transcript));
    fixture_request(&f->request_bytes, f, fixture_asked, 2, buf_view(&f->parameters),
                    buf_view(&f->transcript), f->now + 5 * 60);
    must(mdoc_device_request_init(&f->request, buf_view(&f->request_bytes), NULL));

    fixture_present(&f->document, &f->card, fixture_shown, 2, buf_view(&f->transcript),
                    f->device_key);
    fixture_seal(&f->response, f, &f->request, buf_view(&f->document), 1);
}

static inline void fixture_cleanup(struct fixture *f)
{
    mdoc_device_request_cleanup(&f->request);
    mdoc_issuer_signed_cleanup(&f->card);
    trust_anchors_cleanup(&f->iacas);
    trust_anchors_cleanup(&f->readers);
    private_key_free(&f->iaca_key);
    private_key_free(&f->signer_key);
    private_key_free(&f->reader_ca_key);
    private_key_free(&f->reader_key);
    private_key_free(&f->device_key);
    private_key_free(&f->once_key);
    x509_free(&f->iaca);
    x509_free(&f->signer);
    x509_free(&f->reader_ca);
    x509_free(&f->reader);
    buf_cleanup(&f->card_bytes);
    buf_cleanup(&f->parameters);
    buf_cleanup(&f->transcript);
    buf_cleanup(&f->request_bytes);
    buf_cleanup(&f->document);
    buf_cleanup(&f->response);
}

/* The verification of f->response that is accepted. */
static inline struct mdoc_verify_in fixture_verify_in(const struct fixture *f)
{
    return (struct mdoc_verify_in){
        .message = buf_view(&f->response), .now = f->now, .anchors = &f->iacas,
        .request = &f->request, .recipient = f->once_key,
    };
}

/* Below: cards and documents beneath the library's writers, to be wrong in one place. */

struct odd_item {
    const char *name_space, *name;
    struct bytes value;
    uint64_t digest_id;
    bool unsigned_;             /* its digest is left out of the MSO */
    bool changed;               /* its digest is of another value */
};

/* As fixture_issue() makes it where a field is zero. Items of one namespace stand together. */
struct odd_card {
    const struct odd_item *items;
    size_t items_n;
    size_t shown_n;                     /* only the first so many are shown; 0: all */
    const char *unsigned_space;         /* a namespace that is not in the MSO */
    const char *doc_type, *version, *algorithm;
    enum digest digest;
    int64_t signed_at, valid_from, valid_until;
    const struct public_key *device_key;
    struct bytes device_key_cbor;       /* in place of device_key */
    struct bytes key_authorizations;    /* one CBOR item; empty: none */
    struct bytes mso_extra;             /* pairs appended to the MSO */
    size_t mso_extra_n;
    const struct private_key *signer;
    struct x509_cert *const *chain;
    size_t chain_n;
    bool map16;                         /* two-byte map heads in the MSO */
};

static inline void put_map16(struct buf *out, size_t n)
{
    buf_add_byte(out, 0xb9);
    buf_add_byte(out, (uint8_t)(n >> 8));
    buf_add_byte(out, (uint8_t)n);
}

static inline void odd_map(struct buf *out, const struct odd_card *c, size_t n)
{
    if (c->map16)
        put_map16(out, n);
    else
        cbw_map(out, n);
}

static inline size_t odd_run(const struct odd_card *c, size_t first)
{
    size_t n = 1;

    while (first + n < c->items_n &&
           strcmp(c->items[first + n].name_space, c->items[first].name_space) == 0)
        n++;
    return n;
}

static inline void odd_item_write(struct buf *out, const struct odd_item *item, struct bytes value)
{
    struct buf content = new_buf();

    cbw_map(&content, 4);
    cbw_str(&content, "elementIdentifier");
    cbw_str(&content, item->name);
    cbw_str(&content, "random");
    cbw_bstr(&content, BYTES("sixteen bytes of"));
    cbw_str(&content, "elementValue");
    cbw_raw(&content, value);
    cbw_str(&content, "digestID");
    cbw_uint(&content, item->digest_id);
    cbw_embedded(out, buf_view(&content));
    buf_cleanup(&content);
}

static inline void odd_digests(struct buf *out, const struct odd_card *c)
{
    size_t spaces = 0;

    for (size_t i = 0; i < c->items_n; i += odd_run(c, i))
        spaces += c->unsigned_space == NULL ||
                  strcmp(c->items[i].name_space, c->unsigned_space) != 0;
    odd_map(out, c, spaces);
    for (size_t i = 0, n; i < c->items_n; i += n) {
        size_t here = 0;

        n = odd_run(c, i);
        if (c->unsigned_space != NULL && strcmp(c->items[i].name_space, c->unsigned_space) == 0)
            continue;
        for (size_t j = i; j < i + n; j++)
            here += !c->items[j].unsigned_;
        cbw_str(out, c->items[i].name_space);
        odd_map(out, c, here);
        for (size_t j = i; j < i + n; j++) {
            struct buf item = new_buf();
            uint8_t digest[DIGEST_MAX];

            if (c->items[j].unsigned_)
                continue;
            odd_item_write(&item, &c->items[j],
                           c->items[j].changed ? BYTES("\xf6") : c->items[j].value);
            must(digest_of(c->digest, buf_view(&item), digest));
            cbw_uint(out, c->items[j].digest_id);
            cbw_bstr(out, (struct bytes){ digest, digest_size(c->digest) });
            buf_cleanup(&item);
        }
    }
}

static inline void odd_mso(struct buf *out, const struct odd_card *c)
{
    odd_map(out, c, 6 + c->mso_extra_n);
    cbw_str(out, "validityInfo");
    odd_map(out, c, 3);
    cbw_str(out, "validUntil");
    cbw_tdate(out, c->valid_until);
    cbw_str(out, "signed");
    cbw_tdate(out, c->signed_at);
    cbw_str(out, "validFrom");
    cbw_tdate(out, c->valid_from);
    cbw_str(out, "docType");
    cbw_str(out, c->doc_type);
    cbw_str(out, "deviceKeyInfo");
    odd_map(out, c, c->key_authorizations.n > 0 ? 2 : 1);
    if (c->key_authorizations.n > 0) {
        cbw_str(out, "keyAuthorizations");
        cbw_raw(out, c->key_authorizations);
    }
    cbw_str(out, "deviceKey");
    if (c->device_key_cbor.n > 0)
        cbw_raw(out, c->device_key_cbor);
    else
        cose_key_write(out, c->device_key);
    cbw_str(out, "valueDigests");
    odd_digests(out, c);
    cbw_str(out, "digestAlgorithm");
    cbw_str(out, c->algorithm);
    cbw_str(out, "version");
    cbw_str(out, c->version);
    cbw_raw(out, c->mso_extra);
}

static inline void odd_card_write(struct buf *out, const struct fixture *f, struct odd_card c)
{
    struct buf mso = new_buf(), payload = new_buf();
    size_t spaces = 0;

    c.doc_type = c.doc_type != NULL ? c.doc_type : FIXTURE_TYPE;
    c.version = c.version != NULL ? c.version : "1.0";
    c.algorithm = c.algorithm != NULL ? c.algorithm : "SHA-256";
    c.digest = c.digest != DIGEST_NONE ? c.digest : DIGEST_SHA256;
    c.signed_at = c.signed_at != 0 ? c.signed_at : date_floor(f->now, DATE_DAY_S);
    c.valid_from = c.valid_from != 0 ? c.valid_from : c.signed_at;
    c.valid_until = c.valid_until != 0 ? c.valid_until : f->now + 30 * DATE_DAY_S;
    c.device_key = c.device_key != NULL ? c.device_key : private_key_public(f->device_key);
    if (c.signer == NULL)
        c.signer = f->signer_key;
    if (c.chain == NULL) {
        c.chain = &f->signer;
        c.chain_n = 1;
    }
    odd_mso(&mso, &c);
    cbw_embedded(&payload, buf_view(&mso));
    if (c.shown_n > 0)
        c.items_n = c.shown_n;
    for (size_t i = 0; i < c.items_n; i += odd_run(&c, i))
        spaces++;
    cbw_map(out, 2);
    cbw_str(out, "issuerAuth");
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = c.signer, .payload = buf_view(&payload), .x5chain = c.chain,
        .x5chain_n = c.chain_n });
    cbw_str(out, "nameSpaces");
    cbw_map(out, spaces);
    for (size_t i = 0, n; i < c.items_n; i += n) {
        n = odd_run(&c, i);
        cbw_str(out, c.items[i].name_space);
        cbw_array(out, n);
        for (size_t j = i; j < i + n; j++)
            odd_item_write(out, &c.items[j], c.items[j].value);
    }
    must(buf_err(out));
    buf_cleanup(&payload);
    buf_cleanup(&mso);
}

/* A Document around any IssuerSigned; zero fields as the fixture would have them. */
struct odd_document {
    struct bytes issuer_signed;
    const char *doc_type;
    struct bytes device_name_spaces;    /* the map; empty: none */
    struct bytes transcript;
    const struct private_key *device_key;
    bool attached;                      /* the signature carries its payload */
};

static inline void odd_document_write(struct buf *out, const struct fixture *f,
                                      struct odd_document d)
{
    struct buf spaces = new_buf(), authentication = new_buf();

    if (d.device_name_spaces.n == 0)
        d.device_name_spaces = BYTES("\xa0");
    if (d.transcript.n == 0)
        d.transcript = buf_view(&f->transcript);
    d.doc_type = d.doc_type != NULL ? d.doc_type : FIXTURE_TYPE;
    cbw_embedded(&spaces, d.device_name_spaces);
    mdoc_device_authentication(&authentication, d.transcript, bytes_str(d.doc_type),
                               buf_view(&spaces));
    cbw_map(out, 3);
    cbw_str(out, "docType");
    cbw_str(out, d.doc_type);
    cbw_str(out, "issuerSigned");
    cbw_raw(out, d.issuer_signed);
    cbw_str(out, "deviceSigned");
    cbw_map(out, 2);
    cbw_str(out, "nameSpaces");
    cbw_raw(out, buf_view(&spaces));
    cbw_str(out, "deviceAuth");
    cbw_map(out, 1);
    cbw_str(out, "deviceSignature");
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = d.device_key != NULL ? d.device_key : f->device_key,
        .payload = buf_view(&authentication), .detached = !d.attached });
    must(buf_err(out));
    buf_cleanup(&authentication);
    buf_cleanup(&spaces);
}

/* A CA certificate with an RSA key, made for these tests alone. */
static const char fixture_rsa_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDGTCCAgGgAwIBAgIUS8YV2+wkrkVk4hrpDfD+1M8unvswDQYJKoZIhvcNAQEL\n"
    "BQAwGzELMAkGA1UEBhMCQ04xDDAKBgNVBAMMA1JTQTAgFw0yNjExMjQwMDM2NTda\n"
    "GA8yMTI2MTAzMTAwMzY1N1owGzELMAkGA1UEBhMCQ04xDDAKBgNVBAMMA1JTQTCC\n"
    "ASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAK/ii5rSxuLWWh1Ah/czFDHG\n"
    "JXCIvTILiUkFyQ8+hE8ayKPQcerPzBEXRMZbGJ6ZqVswmuzho9qBpe+ffOEa/QBf\n"
    "zV8idv6hSNKR43fB6BzW+Ug5iDmtwPm8vVanOCIwMbrSjJfQYl9kvz4yYLC+a4PC\n"
    "63K9mz0wr0XLajmbKK7UXG3bAchNmb8WBdZq4vZZOydkZG5HM8cvE4Cn+pgfK6+G\n"
    "NWPxPT4UjNwo/ux7KLRqhc+h0d/qNAxEOWzAKWUEQL0+c53FZQldPsRcU4vYrlOf\n"
    "wlQdBB5+VvVEp91e0an7TyM9mbQyb6w+bIgocoJKMfINwj7Nz4sh9jjjfdLsF50C\n"
    "AwEAAaNTMFEwHQYDVR0OBBYEFDYOcijBzDmWNORL+ZUeNaigjjhFMB8GA1UdIwQY\n"
    "MBaAFDYOcijBzDmWNORL+ZUeNaigjjhFMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI\n"
    "hvcNAQELBQADggEBAJrgZnWHJuP3IsTIGPnFa4Af3o6RH99eunw9qI//ukcex/fM\n"
    "NJfSBKP6dJRWACRrE8zxzPKaJvk9f5lENFraYPXJycVVqF8SRqZgkdCy6Wki6Wb8\n"
    "xuhPQnaIDSp0eXIJEI+0W/Zs16CBk4lVQoVk2gtjsjFPVkb9kbwcMxBCUhq6Gwsl\n"
    "1e53SBIp2hqshfbqgxBMKr1TvE+9/fbdrUJ5JNSsge1Ny0xOLYBrHqS2/Tngx4Pj\n"
    "bv+sL2g4Kw2LbL/LpgsJW5u47UTSpoz6c8dqIV+YiXwmRgbUJeKygXH7gjvEpddX\n"
    "YE+y2AI7F3JRsXJJlQH7Db8/yJXAOhSrpGdM7Mk=\n"
    "-----END CERTIFICATE-----\n";

static inline struct x509_cert *new_rsa_certificate(void)
{
    struct x509_cert *cert;

    must(x509_from_pem(&cert, bytes_str(fixture_rsa_pem), 0));
    return cert;
}

#endif
