#include "crypto/aead.h"

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>

static EVP_CIPHER *aes_128_gcm, *aes_256_gcm;

static void fetch(void)
{
    aes_128_gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

/* Everything that is wrong before the first block; the cipher for the key otherwise. */
static enum oc_err choose(const EVP_CIPHER **cipher, const struct secret *key, struct bytes nonce,
                          struct bytes aad, struct bytes input)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    size_t key_n = secret_view(key).n;

    pthread_once(&once, fetch);
    if ((key_n != 16 && key_n != 32) || nonce.n != AEAD_NONCE_N)
        return OC_USAGE;
    if (aad.n > INT_MAX || input.n > INT_MAX)
        return OC_LIMIT;
    *cipher = key_n == 16 ? aes_128_gcm : aes_256_gcm;
    return *cipher == NULL ? OC_UNAVAILABLE : OC_OK;
}

/* OpenSSL finishes the AAD when it is handed a null output, and dislikes null inputs. */
static bool update(EVP_CIPHER_CTX *ctx, uint8_t *out, struct bytes in)
{
    int n;

    return in.n == 0 || EVP_CipherUpdate(ctx, out, &n, in.p, (int)in.n) == 1;
}

enum oc_err aead_seal(struct buf *out, const struct secret *key, struct bytes nonce,
                      struct bytes aad, struct bytes plaintext)
{
    const EVP_CIPHER *cipher;
    enum oc_err e = choose(&cipher, key, nonce, aad, plaintext);
    size_t start = out->n;
    EVP_CIPHER_CTX *ctx;
    uint8_t *p;
    bool done;
    int n;

    if (e != OC_OK)
        return e;
    p = buf_extend(out, plaintext.n + AEAD_TAG_N);
    if (p == NULL)
        return buf_err(out);
    ctx = EVP_CIPHER_CTX_new();
    done = ctx != NULL &&
           EVP_EncryptInit_ex2(ctx, cipher, secret_view(key).p, nonce.p, NULL) == 1 &&
           update(ctx, NULL, aad) && update(ctx, p, plaintext) &&
           EVP_EncryptFinal_ex(ctx, p + plaintext.n, &n) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_N, p + plaintext.n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!done) {
        buf_truncate(out, start);
        return OC_MEMORY;
    }
    return OC_OK;
}

enum oc_err aead_open(struct buf *out, const struct secret *key, struct bytes nonce,
                      struct bytes aad, struct bytes ciphertext)
{
    const EVP_CIPHER *cipher;
    enum oc_err e = choose(&cipher, key, nonce, aad, ciphertext);
    size_t start = out->n;
    uint8_t tag[AEAD_TAG_N], *p;
    EVP_CIPHER_CTX *ctx;
    bool ready, done;
    int n;

    if (e != OC_OK)
        return e;
    if (ciphertext.n < AEAD_TAG_N)
        return OC_SIGNATURE;
    ciphertext.n -= AEAD_TAG_N;
    p = buf_extend(out, ciphertext.n);
    if (p == NULL)
        return buf_err(out);
    for (size_t i = 0; i < AEAD_TAG_N; i++)
        tag[i] = ciphertext.p[ciphertext.n + i];
    ctx = EVP_CIPHER_CTX_new();
    ready = ctx != NULL &&
            EVP_DecryptInit_ex2(ctx, cipher, secret_view(key).p, nonce.p, NULL) == 1 &&
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_N, tag) == 1;
    done = ready && update(ctx, NULL, aad) && update(ctx, p, ciphertext) &&
           EVP_DecryptFinal_ex(ctx, tag, &n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!done) {
        buf_truncate(out, start);
        return ready ? OC_SIGNATURE : OC_MEMORY;
    }
    return OC_OK;
}
