#include "tests/bench/vault.h"

#include "wallet/seal.h"
#include "wallet/wallet.h"

/* So cheap that what comes after is not lost in it. */
static const struct argon2_cost cheap = { 1, ARGON2_MEMORY_KIB_MIN, 1 };

struct opening {
    struct secret *passphrase;
    struct wallet_key *key;
    struct wallet wallet;
    struct buf content, file;
    struct argon2_cost cost;
};

static bool derive_op(void *with, size_t i)
{
    const struct opening *o = with;
    struct wallet_key *key;
    enum oc_err e = wallet_key_new(&key, o->passphrase, o->cost);

    (void)i;
    wallet_key_free(&key);
    return e == OC_OK;
}

static bool unseal_op(void *with, size_t i)
{
    const struct opening *o = with;
    struct wallet_key *key;
    struct buf content;
    enum oc_err e;

    (void)i;
    buf_init(&content, WALLET_CLASS_MAX);
    e = wallet_unseal(&content, &key, buf_view(&o->file), o->passphrase, NULL);
    wallet_key_free(&key);
    buf_cleanup(&content);
    return e == OC_OK;
}

static bool read_op(void *with, size_t i)
{
    const struct opening *o = with;
    struct wallet wallet;
    enum oc_err e = wallet_read(&wallet, buf_view(&o->content), NULL);

    (void)i;
    wallet_cleanup(&wallet);
    return e == OC_OK;
}

/* All copies, as reading the wallet does it. */
static bool parse_op(void *with, size_t i)
{
    const struct opening *o = with;
    enum oc_err e = OC_OK;

    (void)i;
    for (size_t j = 0; j < o->wallet.copies_n && e == OC_OK; j++) {
        struct mdoc_issuer_signed parsed;

        e = mdoc_issuer_signed_init(&parsed, buf_view(&o->wallet.copies[j].issuer_signed), NULL);
        mdoc_issuer_signed_cleanup(&parsed);
    }
    return e == OC_OK;
}

static enum oc_err seal(struct buf *content, struct buf *file, const struct opening *o)
{
    enum oc_err e;

    buf_init(content, WALLET_CONTENT_MAX);
    buf_init(file, WALLET_FILE_MAX);
    wallet_write(content, &o->wallet);
    e = buf_err(content);
    return e == OC_OK ? wallet_seal(file, buf_view(content), o->key) : e;
}

static bool save_op(void *with, size_t i)
{
    struct buf content, file;
    enum oc_err e = seal(&content, &file, with);

    (void)i;
    buf_cleanup(&content);
    buf_cleanup(&file);
    return e == OC_OK;
}

static void store(struct wallet *wallet, const struct world_copy *copy, uint64_t *card, int64_t now)
{
    struct secret *d = private_key_secret(copy->device_key);
    struct private_key *key;

    must(d == NULL ? OC_MEMORY : private_key_new(&key, CURVE_P256, d));
    secret_free(&d);
    must(wallet_add_key(wallet, &key, BYTES("0123456789abcdef"), now));
    must(wallet_store(wallet, buf_view(&copy->issued), card, now, NULL));
}

bool vault_measure(struct vault_times *out, const struct world *world, struct turns turns)
{
    struct opening o = { .passphrase = secret_copy(BYTES("a passphrase")), .cost = cheap };
    uint64_t card = 0;
    double derived;

    wallet_init(&o.wallet);
    for (size_t i = 0; i < WORLD_COPIES; i++)
        store(&o.wallet, &world->copies[i], &card, world->s.f.now);
    must(wallet_key_new(&o.key, o.passphrase, cheap));
    must(seal(&o.content, &o.file, &o));
    derived = measure_us(turns, derive_op, &o) / 1000;
    *out = (struct vault_times){
        .bytes = o.file.n,
        .unseal_ms = measure_us(turns, unseal_op, &o) / 1000 - derived,
        .read_ms = measure_us(turns, read_op, &o) / 1000,
        .parse_ms = measure_us(turns, parse_op, &o) / 1000,
        .save_ms = measure_us(turns, save_op, &o) / 1000,
    };
    o.cost = WALLET_COST;
    out->argon2_ms = measure_us(turns, derive_op, &o) / 1000;
    buf_cleanup(&o.content);
    buf_cleanup(&o.file);
    wallet_cleanup(&o.wallet);
    wallet_key_free(&o.key);
    secret_free(&o.passphrase);
    return derived > 0 && out->unseal_ms > 0 && out->parse_ms > 0 && out->save_ms > 0 &&
           out->read_ms > out->parse_ms && out->argon2_ms > 0;
}
