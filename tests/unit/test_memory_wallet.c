/* Every allocation failed in turn in what the wallet does; tests/unit/failing_heap.h says how. */
#include "tests/unit/failing_heap.h"
#include "wallet/backup.h"
#include "wallet/consent.h"
#include "wallet/seal.h"
#include "wallet/wallet.h"

#define CHALLENGE BYTES("0123456789abcdef")

static struct fixture f;
static const uint8_t verifier[MDOC_READER_IDENTITY_N] = { 7 };
static struct mdoc_reader reader;
static struct consent consent;
static struct buf vault, content;
static struct secret *passphrase;
static struct wallet_key *sealing;

static enum oc_err seal(void)
{
    struct buf out = new_buf();
    enum oc_err e = wallet_seal(&out, buf_view(&content), sealing);

    buf_cleanup(&out);
    return e;
}

static enum oc_err unseal(void)
{
    struct wallet_key *key = NULL;
    struct buf out = new_buf();
    enum oc_err e = wallet_unseal(&out, &key, buf_view(&vault), passphrase, NULL);

    check((key != NULL) == (e == OC_OK) && (out.n > 0) == (e == OC_OK), "a vault half open");
    wallet_key_free(&key);
    buf_cleanup(&out);
    return e;
}

static enum oc_err wallet(void)
{
    struct buf out = new_buf();
    struct wallet w;
    enum oc_err e = wallet_read(&w, buf_view(&content), NULL);

    check(e == OC_OK || (w.copies == NULL && w.keys == NULL && w.issuers.n == 0),
          "a wallet half filled");
    if (e == OC_OK) {
        wallet_write(&out, &w);
        e = buf_err(&out);
        check(e != OC_OK || bytes_eq(buf_view(&out), buf_view(&content)), "another wallet");
    }
    wallet_cleanup(&w);
    buf_cleanup(&out);
    return e;
}

static enum oc_err store(void)
{
    struct private_key *key = NULL;
    struct secret *d = private_key_secret(f.device_key);
    uint64_t card = 0;
    struct wallet w;
    enum oc_err e = d == NULL ? OC_MEMORY : private_key_new(&key, CURVE_P256, d);

    secret_free(&d);
    wallet_init(&w);
    if (e == OC_OK)
        e = wallet_add_key(&w, &key, CHALLENGE, f.now);
    check(e == OC_OK || w.keys_n == 0, "a key half added");
    if (e == OC_OK) {
        e = wallet_store(&w, buf_view(&f.card_bytes), &card, f.now, NULL);
        check(e == OC_OK ? w.copies_n == 1 && w.keys_n == 0 : w.copies_n == 0 && w.keys_n == 1,
              "a copy half stored");
    }
    private_key_free(&key);
    wallet_cleanup(&w);
    return e;
}

/* Reading and sealing, as a change to the vault does it. */
static enum oc_err save(void)
{
    struct buf opened = new_buf(), written = new_buf(), file = new_buf();
    struct wallet_key *key = NULL;
    struct wallet w = { 0 };
    enum oc_err e;

    if ((e = wallet_unseal(&opened, &key, buf_view(&vault), passphrase, NULL)) != OC_OK ||
        (e = wallet_read(&w, buf_view(&opened), NULL)) != OC_OK)
        goto out;
    w.copies[0].state = WALLET_MAYBE_SENT;
    wallet_write(&written, &w);
    if ((e = buf_err(&written)) == OC_OK)
        e = wallet_seal(&file, buf_view(&written), key);
    check((buf_err(&file) == OC_OK && file.n > 0) == (e == OC_OK), "a file half written");
out:
    wallet_cleanup(&w);
    wallet_key_free(&key);
    buf_cleanup(&file);
    buf_cleanup(&written);
    buf_cleanup(&opened);
    return e;
}

static enum oc_err stretch(void)
{
    struct wallet_key *key;
    enum oc_err e = wallet_key_new(&key, passphrase, wallet_key_cost(sealing));

    check((key != NULL) == (e == OC_OK), "a key half derived");
    wallet_key_free(&key);
    return e;
}

static enum oc_err open_key(void)
{
    struct wallet w;
    enum oc_err e = wallet_read(&w, buf_view(&content), NULL);

    if (e == OC_OK) {
        e = private_key_open(w.copies[0].key);
        check(private_key_is_open(w.copies[0].key) == (e == OC_OK), "a key half open");
    }
    if (e != OC_OK && w.copies_n > 0)
        check(private_key_open(w.copies[0].key) == OC_MEMORY || private_key_is_open(w.copies[0].key),
              "a key that does not open any more");
    wallet_cleanup(&w);
    return e;
}

/* The oldest of the history makes room when there is no more: what cannot be noted loses nothing. */
static enum oc_err note_down(void)
{
    struct wallet w;
    enum oc_err e = wallet_read(&w, buf_view(&content), NULL);

    if (e == OC_OK) {
        size_t before = w.history.n;

        e = wallet_history_add(&w.history, &(struct wallet_showing_spec){
            .at = f.now, .reader = &reader, .card = 1, .parsed = &f.card, .consent = &consent,
            .issuer_signed = buf_view(&f.card_bytes) });
        check(w.history.n == before + (e == OC_OK), "a showing half noted down");
    }
    wallet_cleanup(&w);
    return e;
}

/* A backup is the wallet in quarantine, written. */
static enum oc_err back_up(void)
{
    struct buf out = new_buf();
    struct wallet w;
    enum oc_err e = wallet_read(&w, buf_view(&content), NULL);

    if (e == OC_OK) {
        wallet_quarantine(&w);
        wallet_write(&out, &w);
        e = buf_err(&out);
    }
    wallet_cleanup(&w);
    buf_cleanup(&out);
    return e;
}

static enum oc_err merge(void)
{
    struct wallet_merged merged;
    struct wallet w, from;
    enum oc_err e = wallet_read(&from, buf_view(&content), NULL);

    wallet_init(&w);
    if (e == OC_OK)
        e = wallet_merge(&w, &from, &merged);
    if (e == OC_OK) {
        wallet_cleanup(&from);
        check(merged.copies == 2 && merged.keys == 1 && merged.showings == 1 &&
              wallet_accept(&w, 0, 0) == 1, "a backup that did not come back");
        e = wallet_read(&from, buf_view(&content), NULL);
    }
    if (e == OC_OK) {
        e = wallet_merge(&w, &from, &merged);
        check(e != OC_OK || (merged.copies == 0 && merged.known == 3), "a copy that came twice");
    }
    wallet_cleanup(&from);
    wallet_cleanup(&w);
    return e;
}

/* Choosing and destroying copies needs no memory, so that what was sent is always known as sent. */
static enum oc_err send(void)
{
    struct wallet_copy *copy;
    struct wallet w;
    enum oc_err e = wallet_read(&w, buf_view(&content), NULL);

    if (e == OC_OK) {
        copy = wallet_bound_copy(&w, 1, verifier, f.now);
        check(copy != NULL, "no copy that is bound");
        if (copy != NULL)
            wallet_copy_sent(&w, copy, f.now);
        check(wallet_bound_copy(&w, 1, verifier, f.now) != NULL, "a bound copy was destroyed");
        copy = wallet_next_copy(&w, 1, false, f.now);
        check(copy != NULL, "no copy that is fresh");
        if (copy != NULL)
            wallet_copy_sent(&w, copy, f.now);
        check(wallet_next_copy(&w, 1, false, f.now) == NULL && w.copies_n == 2,
              "a copy that was sent is fresh");
    }
    wallet_cleanup(&w);
    return e;
}

static const struct failing operations[] = {
    { "seal", seal }, { "unseal", unseal }, { "wallet", wallet }, { "store", store },
    { "save", save }, { "stretch a passphrase", stretch }, { "open a key", open_key },
    { "note down", note_down }, { "back up", back_up }, { "merge", merge },
    { "send", send },
};

static void add_copy(struct wallet *w)
{
    struct private_key *key = new_key(CURVE_P256);
    struct buf copy = new_buf();
    uint64_t card = 0;

    fixture_issue(&copy, &f, f.now + (int64_t)30 * DATE_DAY_S, private_key_public(key));
    must(wallet_add_key(w, &key, CHALLENGE, f.now));
    if (w->copies_n > 0)
        card = w->copies[0].card;
    must(wallet_store(w, buf_view(&copy), &card, f.now, NULL));
    buf_cleanup(&copy);
}

/* A bound copy, a fresh one, a key that waits, an authority and a showing. */
static void prepare(void)
{
    struct private_key *pending = new_key(CURVE_P256);
    struct wallet w;

    must(mdoc_reader_check(&reader, &f.request, 0, buf_view(&f.transcript), &f.readers, f.now));
    must(consent_init(&consent, &f.request, 0, &f.card));
    consent.elements[0].agreed = true;
    wallet_init(&w);
    add_copy(&w);
    add_copy(&w);
    w.copies[0].state = WALLET_SHOWN;
    w.copies[0].is_bound = true;
    memcpy(w.copies[0].verifier, verifier, sizeof verifier);
    must(wallet_add_key(&w, &pending, CHALLENGE, f.now));
    must(trust_anchors_add(&w.issuers, f.iaca));
    must(wallet_history_add(&w.history, &(struct wallet_showing_spec){
        .at = f.now, .reader = &reader, .card = 1, .parsed = &f.card, .consent = &consent,
        .issuer_signed = buf_view(&f.card_bytes) }));
    vault = new_buf();
    content = new_buf();
    wallet_write(&content, &w);
    passphrase = secret_copy(BYTES("correct horse"));
    must(wallet_key_new(&sealing, passphrase,
                        (struct argon2_cost){ 1, ARGON2_MEMORY_KIB_MIN, 1 }));
    must(wallet_seal(&vault, buf_view(&content), sealing));
    wallet_cleanup(&w);
}

int main(void)
{
    failing_heap_init();
    fixture_init(&f, CURVE_P256, CURVE_P256);
    prepare();
    fail_all(operations, sizeof operations / sizeof operations[0]);
    consent_cleanup(&consent);
    wallet_key_free(&sealing);
    secret_free(&passphrase);
    buf_cleanup(&vault);
    buf_cleanup(&content);
    fixture_cleanup(&f);
    return done();
}
