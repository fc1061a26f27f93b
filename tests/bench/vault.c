#include "tests/bench/vault.h"

#include "wallet/seal.h"
#include "wallet/wallet.h"

/* So cheap that what comes after is not lost in it. */
static const struct argon2_cost cheap = { 1, ARGON2_MEMORY_KIB_MIN, 1 };

struct opening {
    struct secret *passphrase;
    struct wallet_key *key;
    struct wallet wallet;
    struct buf file;
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

static bool open_op(void *with, size_t i)
{
    const struct opening *o = with;
    struct wallet_key *key;
    struct wallet wallet = { 0 };
    struct buf content;
    enum oc_err e;

    (void)i;
    buf_init(&content, WALLET_CLASS_MAX);
    e = wallet_unseal(&content, &key, buf_view(&o->file), o->passphrase, NULL);
    if (e == OC_OK)
        e = wallet_read(&wallet, buf_view(&content), NULL);
    wallet_cleanup(&wallet);
    wallet_key_free(&key);
    buf_cleanup(&content);
    return e == OC_OK;
}

static enum oc_err seal(struct buf *file, const struct opening *o)
{
    struct buf content;
    enum oc_err e;

    buf_init(&content, WALLET_CONTENT_MAX);
    buf_init(file, WALLET_FILE_MAX);
    wallet_write(&content, &o->wallet);
    e = buf_err(&content);
    if (e == OC_OK)
        e = wallet_seal(file, buf_view(&content), o->key);
    buf_cleanup(&content);
    return e;
}

static bool save_op(void *with, size_t i)
{
    struct buf file;
    enum oc_err e = seal(&file, with);

    (void)i;
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
    double derived, opened, saved, usual;
    uint64_t card = 0;

    wallet_init(&o.wallet);
    for (size_t i = 0; i < WORLD_COPIES; i++)
        store(&o.wallet, &world->copies[i], &card, world->s.f.now);
    must(wallet_key_new(&o.key, o.passphrase, cheap));
    must(seal(&o.file, &o));
    derived = measure_us(turns, derive_op, &o);
    opened = measure_us(turns, open_op, &o);
    saved = measure_us(turns, save_op, &o);
    o.cost = WALLET_COST;
    usual = measure_us(turns, derive_op, &o);
    *out = (struct vault_times){ .argon2_ms = usual / 1000, .beyond_ms = (opened - derived) / 1000,
                                 .save_ms = saved / 1000, .bytes = o.file.n };
    buf_cleanup(&o.file);
    wallet_cleanup(&o.wallet);
    wallet_key_free(&o.key);
    secret_free(&o.passphrase);
    return derived > 0 && opened > derived && saved > 0 && usual > 0;
}
