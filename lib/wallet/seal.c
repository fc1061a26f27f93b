#include "wallet/seal.h"

#include <stdlib.h>
#include <string.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "crypto/aead.h"
#include "crypto/random.h"

#define MAGIC "OwncardVault"

enum { VERSION = 1, ITEMS = 8, KEY_N = 32, HEADER_MAX = 128, PAD_FIRST = 0x80 };

struct wallet_key {
    struct secret *derived;
    uint8_t salt[ARGON2_SALT_N];
    struct argon2_cost cost;
};

/* What stands in a sealed file; views into it. */
struct sealed {
    struct bytes header;        /* everything before the ciphertext: the additional data */
    struct bytes salt;
    struct argon2_cost cost;
    struct bytes nonce;
    struct bytes ciphertext;
};

static enum oc_err derive(struct wallet_key **out, const struct secret *passphrase,
                          struct bytes salt, struct argon2_cost cost)
{
    struct wallet_key *key = calloc(1, sizeof *key);
    enum oc_err e;

    *out = NULL;
    if (key == NULL)
        return OC_MEMORY;
    key->cost = cost;
    e = argon2id(&key->derived, passphrase, salt, cost, KEY_N);
    if (e != OC_OK) {
        wallet_key_free(&key);
        return e;
    }
    memcpy(key->salt, salt.p, sizeof key->salt);
    *out = key;
    return OC_OK;
}

enum oc_err wallet_key_new(struct wallet_key **out, const struct secret *passphrase,
                           struct argon2_cost cost)
{
    uint8_t salt[ARGON2_SALT_N];
    enum oc_err e = random_bytes(salt, sizeof salt);

    *out = NULL;
    if (e != OC_OK)
        return e;
    return derive(out, passphrase, BYTES_OF(salt), cost);
}

void wallet_key_free(struct wallet_key **key)
{
    if (*key == NULL)
        return;
    secret_free(&(*key)->derived);
    free(*key);
    *key = NULL;
}

struct argon2_cost wallet_key_cost(const struct wallet_key *key)
{
    return key->cost;
}

static bool is_size_class(size_t n)
{
    return n >= WALLET_CLASS_MIN && n <= WALLET_CLASS_MAX && (n & (n - 1)) == 0;
}

/* Padding after ISO/IEC 7816-4: one byte 0x80, which is always there, then zeros. */
static enum oc_err pad(struct buf *out, struct bytes content)
{
    size_t n = WALLET_CLASS_MIN;
    uint8_t *p;

    if (content.n > WALLET_CONTENT_MAX)
        return OC_LIMIT;
    while (n <= content.n)
        n *= 2;
    p = buf_extend(out, n);
    if (p == NULL)
        return buf_err(out);
    if (content.n > 0)
        memcpy(p, content.p, content.n);
    p[content.n] = PAD_FIRST;
    return OC_OK;
}

/* Called on what was authenticated: other padding was never written by us. */
static enum oc_err unpad(struct buf *b)
{
    size_t n = b->n;

    while (n > 0 && b->p[n - 1] == 0)
        n--;
    if (n == 0 || b->p[n - 1] != PAD_FIRST)
        return OC_SHAPE;
    buf_truncate(b, n - 1);
    return OC_OK;
}

static void put_header(struct buf *out, const struct wallet_key *key, struct bytes nonce)
{
    cbw_array(out, ITEMS);
    cbw_str(out, MAGIC);
    cbw_uint(out, VERSION);
    cbw_bstr(out, BYTES_OF(key->salt));
    cbw_uint(out, key->cost.passes);
    cbw_uint(out, key->cost.memory_kib);
    cbw_uint(out, key->cost.lanes);
    cbw_bstr(out, nonce);
}

enum oc_err wallet_seal(struct buf *out, struct bytes content, const struct wallet_key *key)
{
    uint8_t nonce[AEAD_NONCE_N];
    struct buf padded, header, ciphertext;
    enum oc_err e;

    buf_init(&padded, WALLET_CLASS_MAX);
    buf_init(&header, HEADER_MAX);
    buf_init(&ciphertext, WALLET_CLASS_MAX + AEAD_TAG_N);
    if ((e = random_bytes(nonce, sizeof nonce)) != OC_OK ||
        (e = pad(&padded, content)) != OC_OK)
        goto out;
    put_header(&header, key, BYTES_OF(nonce));
    if ((e = buf_err(&header)) != OC_OK ||
        (e = aead_seal(&ciphertext, key->derived, BYTES_OF(nonce), buf_view(&header),
                       buf_view(&padded))) != OC_OK)
        goto out;
    cbw_raw(out, buf_view(&header));
    cbw_bstr(out, buf_view(&ciphertext));
    e = buf_err(out);
out:
    buf_cleanup(&ciphertext);
    buf_cleanup(&header);
    buf_cleanup(&padded);
    return e;
}

static uint32_t read_cost(struct cbr *r, uint32_t min, uint32_t max)
{
    uint64_t value = cbr_uint(r);

    if (cbr_ok(r) && (value < min || value > max)) {
        cbr_fail(r, OC_LIMIT, "a cost of Argon2id that is out of bounds");
        return 0;
    }
    return (uint32_t)value;
}

static struct bytes read_bstr_of(struct cbr *r, size_t n, const char *reason)
{
    struct bytes value = cbr_bstr(r);

    if (cbr_ok(r) && value.n != n)
        cbr_fail(r, OC_SHAPE, reason);
    return value;
}

/* SealedVault, in its order. A newer version may have more items, so that the version is looked
 * at before their number. */
static void read_sealed(struct cbr *r, struct sealed *s)
{
    const uint8_t *start = r->src.p;
    size_t items = cbr_array(r);
    uint64_t version;

    if (!bytes_is(cbr_tstr(r), MAGIC))
        cbr_fail(r, OC_SHAPE, "expected \"" MAGIC "\"");
    version = cbr_uint(r);
    if (version > VERSION)
        cbr_fail(r, OC_UNAVAILABLE, "the vault was sealed by a newer version");
    if (version < VERSION || items != ITEMS)
        cbr_fail(r, OC_SHAPE, "not a vault of version 1");
    s->salt = read_bstr_of(r, ARGON2_SALT_N, "the salt is not 16 bytes long");
    s->cost.passes = read_cost(r, ARGON2_PASSES_MIN, ARGON2_PASSES_MAX);
    s->cost.memory_kib = read_cost(r, ARGON2_MEMORY_KIB_MIN, ARGON2_MEMORY_KIB_MAX);
    s->cost.lanes = read_cost(r, 1, ARGON2_LANES_MAX);
    s->nonce = read_bstr_of(r, AEAD_NONCE_N, "the nonce is not 12 bytes long");
    s->header = (struct bytes){ start, r->at };
    s->ciphertext = cbr_bstr(r);
    if (cbr_ok(r) && (s->ciphertext.n < AEAD_TAG_N ||
                      !is_size_class(s->ciphertext.n - AEAD_TAG_N)))
        cbr_fail(r, OC_SHAPE, "the ciphertext is of no size class");
}

enum oc_err wallet_unseal(struct buf *content, struct wallet_key **key, struct bytes file,
                          const struct secret *passphrase, struct oc_fault *fault)
{
    struct wallet_key *derived = NULL;
    struct sealed sealed = { 0 };
    struct buf padded;
    struct cbr r;
    enum oc_err e;

    *key = NULL;
    if (fault != NULL)
        *fault = (struct oc_fault){ 0 };
    if (file.n > WALLET_FILE_MAX) {
        if (fault != NULL)
            *fault = (struct oc_fault){ WALLET_FILE_MAX, "the vault is longer than 64 MiB" };
        return OC_LIMIT;
    }
    cbr_init(&r, file);
    read_sealed(&r, &sealed);
    buf_init(&padded, WALLET_CLASS_MAX);
    if ((e = cbr_end(&r, fault)) != OC_OK ||
        (e = derive(&derived, passphrase, sealed.salt, sealed.cost)) != OC_OK ||
        (e = aead_open(&padded, derived->derived, sealed.nonce, sealed.header,
                       sealed.ciphertext)) != OC_OK ||
        (e = unpad(&padded)) != OC_OK)
        goto out;
    buf_take(content, &padded);
    *key = derived;
    derived = NULL;
out:
    wallet_key_free(&derived);
    buf_cleanup(&padded);
    return e;
}
