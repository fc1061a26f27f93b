#include "crypto/ff1.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "crypto/internal.h"

enum { BLOCK_N = 16, ROUNDS = 10 };

/* One run: the key set up, and what stays from round to round. Names as in the standard. */
struct ff1 {
    EVP_CIPHER_CTX *aes;        /* CBC without padding, so that its last block is the PRF */
    uint8_t p[BLOCK_N];
    struct bytes tweak;
    uint32_t radix;
    size_t u, v;                /* numerals in the left and the right half */
    uint64_t radix_u, radix_v;  /* how many values each has */
    size_t b;                   /* bytes of the right half's value */
};

/* radix^n, or 0 when it is over 2^55: so a value times 256 and a byte more fits 64 bits. */
static uint64_t power(uint32_t radix, size_t n)
{
    uint64_t value = 1;

    for (; n > 0; n--) {
        if (value > (UINT64_C(1) << 55) / radix)
            return 0;
        value *= radix;
    }
    return value;
}

/* Bytes that hold every value below `count`. */
static size_t bytes_below(uint64_t count)
{
    size_t n = 0;

    for (uint64_t last = count - 1; last > 0; last >>= 8)
        n++;
    return n;
}

static void put_be(uint8_t *p, size_t n, uint64_t value)
{
    for (; n > 0; n--, value >>= 8)
        p[n - 1] = (uint8_t)value;
}

static bool is_in_domain(uint32_t radix, const uint16_t *numerals, size_t n)
{
    if (radix < 2 || radix > 65536 || n < 2 || n > FF1_NUMERALS_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (numerals[i] >= radix)
            return false;
    return true;
}

static const EVP_CIPHER *cipher_for(size_t key_n)
{
    switch (key_n) {
    case 16: return EVP_aes_128_cbc();
    case 24: return EVP_aes_192_cbc();
    case 32: return EVP_aes_256_cbc();
    default: return NULL;
    }
}

static enum oc_err begin(struct ff1 *f, const struct secret *key, struct bytes tweak,
                         uint32_t radix, size_t n)
{
    const EVP_CIPHER *cipher = cipher_for(secret_view(key).n);

    *f = (struct ff1){ .tweak = tweak, .radix = radix, .u = n / 2, .v = n - n / 2 };
    f->radix_u = power(radix, f->u);
    f->radix_v = power(radix, f->v);
    if (cipher == NULL || tweak.n > FF1_TWEAK_MAX || f->radix_u == 0 || f->radix_v == 0 ||
        f->radix_v < (FF1_DOMAIN_MIN + f->radix_u - 1) / f->radix_u)
        return OC_USAGE;
    f->b = bytes_below(f->radix_v);
    f->p[0] = 1;
    f->p[1] = 2;
    f->p[2] = 1;
    put_be(f->p + 3, 3, radix);
    f->p[6] = ROUNDS;
    f->p[7] = (uint8_t)f->u;
    put_be(f->p + 8, 4, n);
    put_be(f->p + 12, 4, tweak.n);
    f->aes = EVP_CIPHER_CTX_new();
    if (f->aes == NULL)
        return OC_MEMORY;
    ERR_clear_error();
    if (EVP_EncryptInit_ex2(f->aes, cipher, secret_view(key).p, NULL, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(f->aes, 0) != 1)
        return openssl_failure(OC_UNAVAILABLE);
    return OC_OK;
}

/* Steps 6.i to 6.iv: the round function's value, below `modulus`, a power of the radix. */
static enum oc_err round_value(uint64_t *y, struct ff1 *f, unsigned round, uint64_t half,
                               uint64_t modulus)
{
    static const uint8_t zero[BLOCK_N];
    uint8_t in[BLOCK_N + FF1_TWEAK_MAX + 2 * BLOCK_N] = { 0 };
    uint8_t out[sizeof in];
    size_t d = 4 * ((f->b + 3) / 4) + 4;        /* at most 12, so one block of S is enough */
    size_t used = f->tweak.n + 1 + f->b;
    size_t n = BLOCK_N + (used + BLOCK_N - 1) / BLOCK_N * BLOCK_N;
    int written;

    memcpy(in, f->p, BLOCK_N);
    if (f->tweak.n > 0)
        memcpy(in + BLOCK_N, f->tweak.p, f->tweak.n);
    in[n - f->b - 1] = (uint8_t)round;
    put_be(in + n - f->b, f->b, half);
    if (EVP_EncryptInit_ex2(f->aes, NULL, NULL, zero, NULL) != 1 ||
        EVP_EncryptUpdate(f->aes, out, &written, in, (int)n) != 1 || written != (int)n)
        return openssl_failure(OC_UNAVAILABLE);
    *y = 0;
    for (size_t i = 0; i < d; i++)
        *y = (*y << 8 | out[n - BLOCK_N + i]) % modulus;
    secret_wipe(in, sizeof in);
    secret_wipe(out, sizeof out);
    return OC_OK;
}

/* The ten rounds on both halves as numbers; backwards they undo themselves. */
static enum oc_err run(struct ff1 *f, uint64_t *a, uint64_t *b, bool backwards)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned round = backwards ? ROUNDS - 1 - i : i;
        uint64_t modulus = round % 2 == 0 ? f->radix_u : f->radix_v;
        uint64_t y = 0, c;
        enum oc_err e = round_value(&y, f, round, backwards ? *a : *b, modulus);

        if (e != OC_OK)
            return e;
        if (backwards) {
            c = (*b + modulus - y) % modulus;
            *b = *a;
            *a = c;
        } else {
            c = (*a + y) % modulus;
            *a = *b;
            *b = c;
        }
    }
    return OC_OK;
}

static uint64_t number_of(const uint16_t *numerals, size_t n, uint32_t radix)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * radix + numerals[i];
    return value;
}

static void numerals_of(uint16_t *numerals, size_t n, uint32_t radix, uint64_t value)
{
    for (; n > 0; n--, value /= radix)
        numerals[n - 1] = (uint16_t)(value % radix);
}

static enum oc_err crypt(const struct secret *key, struct bytes tweak, uint32_t radix,
                         uint16_t *numerals, size_t n, bool backwards)
{
    uint64_t a, b;
    struct ff1 f;
    enum oc_err e;

    if (!is_in_domain(radix, numerals, n))
        return OC_USAGE;
    if ((e = begin(&f, key, tweak, radix, n)) == OC_OK) {
        a = number_of(numerals, f.u, radix);
        b = number_of(numerals + f.u, f.v, radix);
        if ((e = run(&f, &a, &b, backwards)) == OC_OK) {
            numerals_of(numerals, f.u, radix, a);
            numerals_of(numerals + f.u, f.v, radix, b);
        }
    }
    EVP_CIPHER_CTX_free(f.aes);
    return e;
}

enum oc_err ff1_encrypt(const struct secret *key, struct bytes tweak, uint32_t radix,
                        uint16_t *numerals, size_t n)
{
    return crypt(key, tweak, radix, numerals, n, false);
}

enum oc_err ff1_decrypt(const struct secret *key, struct bytes tweak, uint32_t radix,
                        uint16_t *numerals, size_t n)
{
    return crypt(key, tweak, radix, numerals, n, true);
}

static enum oc_err walk(const struct secret *key, uint64_t size, uint64_t in, uint64_t *out,
                        bool backwards)
{
    struct ff1 f;
    size_t bits = 0;
    uint64_t a, b;
    enum oc_err e;

    *out = 0;
    if (size < FF1_DOMAIN_MIN || size > UINT64_C(1) << 32 || in >= size)
        return OC_USAGE;
    for (uint64_t last = size - 1; last > 0; last >>= 1)
        bits++;
    e = begin(&f, key, (struct bytes){ 0 }, 2, bits);
    do {
        a = in >> f.v;
        b = in & (f.radix_v - 1);
        if (e == OC_OK)
            e = run(&f, &a, &b, backwards);
        in = a << f.v | b;
    } while (e == OC_OK && in >= size);
    if (e == OC_OK)
        *out = in;
    EVP_CIPHER_CTX_free(f.aes);
    return e;
}

enum oc_err ff1_permute(const struct secret *key, uint64_t size, uint64_t in, uint64_t *out)
{
    return walk(key, size, in, out, false);
}

enum oc_err ff1_unpermute(const struct secret *key, uint64_t size, uint64_t in, uint64_t *out)
{
    return walk(key, size, in, out, true);
}
