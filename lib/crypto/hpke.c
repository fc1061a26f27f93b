#include "crypto/hpke.h"

#include <string.h>

#include "crypto/aead.h"
#include "crypto/internal.h"
#include "crypto/kdf.h"

/* RFC 9180, section 7: KEM 0x0010, KDF 0x0001, AEAD 0x0001. */
#define KEM_SUITE BYTES("KEM\x00\x10")
#define HPKE_SUITE BYTES("HPKE\x00\x10\x00\x01\x00\x01")

enum { N_SECRET = 32, N_KEY = 16, N_HASH = 32, EXPAND_INFO_MAX = 192 };

/* Section 4: LabeledExtract(salt, label, ikm). HKDF-Extract is one HMAC. */
static enum oc_err labeled_extract(struct secret **prk, struct bytes suite, struct bytes salt,
                                   struct bytes label, struct bytes ikm)
{
    const struct bytes parts[] = { BYTES("HPKE-v1"), suite, label, ikm };
    enum oc_err e;

    *prk = secret_new(N_HASH);
    if (*prk == NULL)
        return OC_MEMORY;
    e = hmac_sha256_parts(salt, parts, 4, secret_fill(*prk));
    if (e != OC_OK)
        secret_free(prk);
    return e;
}

/* Section 4: LabeledExpand(prk, label, info, n). */
static enum oc_err labeled_expand(struct secret **out, const struct secret *prk,
                                  struct bytes suite, struct bytes label, struct bytes info,
                                  size_t n)
{
    struct buf labeled;
    enum oc_err e;

    *out = NULL;
    buf_init(&labeled, EXPAND_INFO_MAX);
    buf_add_byte(&labeled, (uint8_t)(n >> 8));
    buf_add_byte(&labeled, (uint8_t)n);
    buf_add(&labeled, BYTES("HPKE-v1"));
    buf_add(&labeled, suite);
    buf_add(&labeled, label);
    buf_add(&labeled, info);
    e = buf_err(&labeled);
    if (e == OC_OK)
        e = hkdf_expand(out, prk, buf_view(&labeled), n);
    buf_cleanup(&labeled);
    return e;
}

static void serialize(uint8_t out[HPKE_ENC_N], const struct public_key *key)
{
    struct coordinates c;

    public_key_coordinates(key, &c);
    out[0] = 4;
    memcpy(out + 1, c.x, 32);
    memcpy(out + 33, c.y, 32);
}

/* Section 4.1: the shared secret, bound to both public keys. */
static enum oc_err kem_secret(struct secret **shared, const struct private_key *mine,
                              const struct public_key *theirs, const uint8_t enc[HPKE_ENC_N],
                              const struct public_key *recipient)
{
    struct secret *dh = NULL, *prk = NULL;
    uint8_t context[2 * HPKE_ENC_N];
    enum oc_err e;

    *shared = NULL;
    memcpy(context, enc, HPKE_ENC_N);
    serialize(context + HPKE_ENC_N, recipient);
    e = key_agree(&dh, mine, theirs);
    if (e == OC_OK)
        e = labeled_extract(&prk, KEM_SUITE, BYTES(""), BYTES("eae_prk"), secret_view(dh));
    if (e == OC_OK)
        e = labeled_expand(shared, prk, KEM_SUITE, BYTES("shared_secret"), BYTES_OF(context),
                           N_SECRET);
    secret_free(&prk);
    secret_free(&dh);
    return e;
}

/* Section 5.1: KeySchedule in base mode, where psk and psk_id are empty. */
static enum oc_err key_schedule(struct secret **key, struct secret **nonce,
                                const struct secret *shared, struct bytes info)
{
    struct secret *psk_id_hash = NULL, *info_hash = NULL, *secret = NULL;
    uint8_t context[1 + 2 * N_HASH] = { 0 };    /* mode_base is 0 */
    enum oc_err e;

    *key = *nonce = NULL;
    if ((e = labeled_extract(&psk_id_hash, HPKE_SUITE, BYTES(""), BYTES("psk_id_hash"),
                             BYTES(""))) != OC_OK ||
        (e = labeled_extract(&info_hash, HPKE_SUITE, BYTES(""), BYTES("info_hash"),
                             info)) != OC_OK)
        goto out;
    memcpy(context + 1, secret_view(psk_id_hash).p, N_HASH);
    memcpy(context + 1 + N_HASH, secret_view(info_hash).p, N_HASH);
    if ((e = labeled_extract(&secret, HPKE_SUITE, secret_view(shared), BYTES("secret"),
                             BYTES(""))) != OC_OK ||
        (e = labeled_expand(key, secret, HPKE_SUITE, BYTES("key"), BYTES_OF(context),
                            N_KEY)) != OC_OK ||
        (e = labeled_expand(nonce, secret, HPKE_SUITE, BYTES("base_nonce"), BYTES_OF(context),
                            AEAD_NONCE_N)) != OC_OK)
        secret_free(key);
out:
    secret_free(&secret);
    secret_free(&info_hash);
    secret_free(&psk_id_hash);
    return e;
}

enum oc_err hpke_seal(uint8_t enc[HPKE_ENC_N], struct buf *out, const struct public_key *recipient,
                      struct bytes info, struct bytes aad, struct bytes plaintext)
{
    struct private_key *ephemeral = NULL;
    struct secret *shared = NULL, *key = NULL, *nonce = NULL;
    enum oc_err e;

    if (public_key_curve(recipient) != CURVE_P256)
        return OC_USAGE;
    e = private_key_generate(&ephemeral, CURVE_P256);
    if (e != OC_OK)
        return e;
    serialize(enc, private_key_public(ephemeral));
    e = kem_secret(&shared, ephemeral, recipient, enc, recipient);
    if (e == OC_OK)
        e = key_schedule(&key, &nonce, shared, info);
    if (e == OC_OK)
        e = aead_seal(out, key, secret_view(nonce), aad, plaintext);
    secret_free(&nonce);
    secret_free(&key);
    secret_free(&shared);
    private_key_free(&ephemeral);
    return e;
}

enum oc_err hpke_open(struct buf *out, const struct private_key *recipient, struct bytes enc,
                      struct bytes info, struct bytes aad, struct bytes ciphertext)
{
    struct public_key *ephemeral = NULL;
    struct secret *shared = NULL, *key = NULL, *nonce = NULL;
    enum oc_err e;

    if (private_key_curve(recipient) != CURVE_P256)
        return OC_USAGE;
    if (enc.n != HPKE_ENC_N || enc.p[0] != 4)
        return OC_SHAPE;
    e = public_key_new(&ephemeral, CURVE_P256, (struct bytes){ enc.p + 1, 32 },
                       (struct bytes){ enc.p + 33, 32 }, false);
    if (e != OC_OK)
        return e;
    e = kem_secret(&shared, recipient, ephemeral, enc.p, private_key_public(recipient));
    if (e == OC_OK)
        e = key_schedule(&key, &nonce, shared, info);
    if (e == OC_OK)
        e = aead_open(out, key, secret_view(nonce), aad, ciphertext);
    secret_free(&nonce);
    secret_free(&key);
    secret_free(&shared);
    public_key_free(&ephemeral);
    return e;
}
