/*
 * What the files of this folder share: OpenSSL's objects behind our types. Nobody else
 * includes it.
 */
#ifndef OWNCARD_CRYPTO_INTERNAL_H
#define OWNCARD_CRYPTO_INTERNAL_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdatomic.h>

#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/x509.h"

/*
 * A place for a context that nobody uses right now, ready for its one operation; making one takes
 * as long as hashing several messages. Whoever works with a key takes it, leaving NULL, and puts
 * it back, so that threads may share a key. Reached by a pointer, since to those who use it the
 * key is constant.
 */
typedef _Atomic(EVP_PKEY_CTX *) resting_ctx;

struct public_key {
    EVP_PKEY *pkey;             /* always imported from an uncompressed point */
    resting_ctx *verify, place; /* the one points to the other */
    struct coordinates point;
};

/** The context, no longer in its place; NULL: none rests there. */
EVP_PKEY_CTX *resting_take(resting_ctx *place);
/** Put it to rest, NULL included; another thread's, which came before, is freed. */
void resting_put(resting_ctx *place, EVP_PKEY_CTX *ctx);

struct private_key {
    EVP_PKEY *pkey;             /* NULL: deferred, or in a token that is not open */
    struct secret *deferred;    /* what is to be imported, else NULL */
    char *uri;                  /* of a key in a token, else NULL */
    resting_ctx *sign, place;
    struct public_key *public;
};

struct x509_cert {
    X509 *x;
    struct public_key *key;     /* NULL: of a kind that is not ours, or not to be had here */
    struct x509_facts facts;
    size_t n;
    uint8_t der[];              /* as received */
};

/** OpenSSL's digest, fetched once; NULL for DIGEST_NONE or when it is not offered. */
const EVP_MD *digest_md(enum digest digest);

/** Find out what stands in a certificate whose other members are filled, into cert->facts. */
void x509_examine(struct x509_cert *cert);

/** SHA-1, fetched once, for the one thing it is good for: naming keys. NULL: not offered. */
const EVP_MD *sha1_md(void);
enum { SHA1_N = 20 };

/** The key identifier of RFC 5280, method 1. False: no SHA-1 here, or for want of memory, which
 *  openssl_failure() then tells. */
bool sha1_of_key(uint8_t out[SHA1_N], const X509 *x);

/** Why OpenSSL failed just now: OC_MEMORY when memory was out, else `otherwise`, so that what could
 *  not be examined is not taken for examined. Empties its queue of errors; whoever asks has emptied
 *  it with ERR_clear_error() before, since others leave theirs there. */
enum oc_err openssl_failure(enum oc_err otherwise);

/** Import a key of a curve that we know: an OKP key as it is, a point as 04 ‖ x ‖ y or compressed,
 *  02 or 03 ‖ x. @retval the errors of public_key_new() */
enum oc_err public_key_from_encoded(struct public_key **out, enum curve curve,
                                    struct bytes encoded) OC_MUST_CHECK;

/** Why OpenSSL, which keeps it to itself, decoded no key of ours.
 *  @retval OC_SHAPE  not a key, or not on a curve that we know and this OpenSSL offers
 *  @retval OC_UNAVAILABLE
 *  @retval OC_MEMORY  it could have */
enum oc_err x509_why_no_key(X509_PUBKEY *from) OC_MUST_CHECK;

/** Whether this OpenSSL offers a curve that we know. */
bool curve_is_offered(enum curve curve);

/** The curve of a key; CURVE_NONE when its kind or curve is not ours. */
enum curve pkey_curve(const EVP_PKEY *pkey);

/** The public half of `pkey`, imported anew and so checked once more, whatever decoder it came
 *  from. OC_SHAPE when its kind or curve is not ours. */
enum oc_err public_key_from_pkey(struct public_key **out, const EVP_PKEY *pkey) OC_MUST_CHECK;

/** A second owner of the same key; NULL: no memory. */
struct public_key *public_key_share(const struct public_key *key) OC_MUST_CHECK;

/**
 * Append the content of the `index`-th PEM block labelled `label`; other blocks are passed over.
 * @retval OC_TRUNCATED  there are not that many
 * @retval OC_SHAPE      a broken block comes first
 * @retval OC_LIMIT      more text than OpenSSL takes, or more content than `der` holds
 * @retval OC_MEMORY
 */
enum oc_err pem_read(struct buf *der, struct bytes pem, const char *label,
                     size_t index) OC_MUST_CHECK;

/** A name as encoded, a view; and in one line, as RFC 4514, cut to fit. */
struct bytes x509_name_der(const X509_NAME *name);
void x509_name_text(char *out, size_t out_n, const X509_NAME *name);

/** The moment of `time`; false, *out untouched, when its text is no time at all. */
bool x509_seconds(const ASN1_TIME *time, int64_t *out);

/** Append `der` as a PEM block. */
void pem_write(struct buf *pem, const char *label, struct bytes der);

#endif
