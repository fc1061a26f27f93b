#include "mdoc/session_cipher.h"

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "mdoc/transcript.h"

enum { KEY_N = 32 };

enum oc_err session_ciphers_init(struct session_cipher ciphers[2], const struct private_key *mine,
                                 const struct public_key *theirs, struct bytes transcript)
{
    struct session_cipher reader = { .sender = SESSION_READER };
    struct session_cipher holder = { .sender = SESSION_HOLDER };
    struct secret *shared = NULL;
    uint8_t digest[DIGEST_MAX];
    struct bytes salt = { digest, 32 };
    enum oc_err e;

    if ((e = mdoc_transcript_digest(digest, transcript)) != OC_OK ||
        (e = key_agree(&shared, mine, theirs)) != OC_OK ||
        (e = hkdf(&reader.key, secret_view(shared), salt, BYTES("SKReader"), KEY_N)) != OC_OK ||
        (e = hkdf(&holder.key, secret_view(shared), salt, BYTES("SKDevice"), KEY_N)) != OC_OK) {
        session_cipher_cleanup(&reader);
        session_cipher_cleanup(&holder);
    }
    secret_free(&shared);
    ciphers[SESSION_READER] = reader;
    ciphers[SESSION_HOLDER] = holder;
    return e;
}

void session_cipher_cleanup(struct session_cipher *c)
{
    secret_free(&c->key);
    *c = (struct session_cipher){ 0 };
}

/* A nonce under the same key a second time would give both messages away, so the counter never
 * wraps. */
static enum oc_err next_nonce(struct session_cipher *c, uint8_t nonce[AEAD_NONCE_N])
{
    enum { SENDER_AT = 7, COUNTER_AT = 8 };
    uint32_t counter = c->used + 1;

    if (c->used == UINT32_MAX)
        return OC_LIMIT;
    memset(nonce, 0, AEAD_NONCE_N);
    nonce[SENDER_AT] = (uint8_t)c->sender;
    for (int i = 0; i < 4; i++)
        nonce[COUNTER_AT + i] = (uint8_t)(counter >> (24 - 8 * i));
    c->used = counter;
    return OC_OK;
}

enum oc_err session_seal(struct session_cipher *c, struct buf *out, struct bytes plaintext)
{
    uint8_t nonce[AEAD_NONCE_N];
    enum oc_err e = next_nonce(c, nonce);

    return e != OC_OK ? e
                      : aead_seal(out, c->key, BYTES_OF(nonce), (struct bytes){ 0 }, plaintext);
}

enum oc_err session_open(struct session_cipher *c, struct buf *out, struct bytes ciphertext)
{
    uint8_t nonce[AEAD_NONCE_N];
    enum oc_err e = next_nonce(c, nonce);

    return e != OC_OK ? e
                      : aead_open(out, c->key, BYTES_OF(nonce), (struct bytes){ 0 }, ciphertext);
}
