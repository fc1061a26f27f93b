#include "wallet/backup.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

#define CHALLENGE BYTES("a challenge of 24 bytes!")

static struct fixture f;

static void store(struct wallet *w, uint64_t *card)
{
    struct private_key *key = new_key(CURVE_P256);
    struct buf copy = new_buf();

    fixture_issue(&copy, &f, f.now + 30 * DATE_DAY_S, private_key_public(key));
    must(wallet_add_key(w, &key, CHALLENGE, f.now));
    must(wallet_store(w, buf_view(&copy), card, f.now, NULL));
    buf_cleanup(&copy);
}

/* What a vault would hold after it was saved and opened. */
static void twin(struct wallet *out, const struct wallet *w)
{
    struct buf bytes = new_buf();

    wallet_write(&bytes, w);
    must(buf_err(&bytes));
    must(wallet_read(out, buf_view(&bytes), NULL));
    buf_cleanup(&bytes);
}

static struct wallet_card look(const struct wallet *w, uint64_t number)
{
    struct wallet_card card;

    wallet_card_get(w, number, &card);
    return card;
}

static void merge(struct wallet *w, struct wallet *from, struct wallet_merged *merged)
{
    must(wallet_merge(w, from, merged));
    wallet_cleanup(from);
}

static void test_quarantine(void)
{
    uint64_t a = 0, b = 0;
    struct wallet w;

    wallet_init(&w);
    for (int i = 0; i < 3; i++)
        store(&w, &a);
    store(&w, &b);
    w.copies[0].state = WALLET_SHOWN;
    w.copies[1].state = WALLET_MAYBE_SENT;
    wallet_quarantine(&w);
    ok(look(&w, a).quarantined == 1 && look(&w, a).shown == 1 && look(&w, a).maybe_sent == 1 &&
       look(&w, b).quarantined == 1, "what was fresh is quarantined, and nothing else");
    ok(wallet_next_copy(&w, a, false, f.now) == NULL &&
       wallet_next_copy(&w, b, true, f.now) == NULL,
       "and not offered, for reuse neither");
    ok(wallet_accept(&w, a, 0) == 1 && look(&w, a).fresh == 1 && look(&w, b).fresh == 0,
       "one card is accepted");
    ok(wallet_accept(&w, 0, 0) == 1 && look(&w, b).fresh == 1 && look(&w, a).maybe_sent == 1,
       "then all; what may have been sent stays so");
    wallet_cleanup(&w);
}

static void test_restore(void)
{
    struct private_key *key = new_key(CURVE_P256);
    struct wallet_merged merged;
    struct wallet w, backup, fresh;
    uint64_t a = 0, b = 0;

    wallet_init(&w);
    store(&w, &a);
    store(&w, &b);
    store(&w, &b);
    wallet_remove_card(&w, a);
    must(wallet_add_key(&w, &key, CHALLENGE, f.now));
    w.keys[0].card = b;
    must(trust_anchors_add(&w.issuers, f.iaca));
    twin(&backup, &w);
    wallet_init(&fresh);
    merge(&fresh, &backup, &merged);
    ok(merged.copies == 2 && merged.keys == 1 && merged.authorities == 1 && merged.known == 0,
       "all of it comes into an empty wallet");
    ok(look(&fresh, b).quarantined == 2 && fresh.next_card == w.next_card &&
       fresh.keys[0].card == b,
       "under the numbers that it had");
    ok(fresh.keys[0].from_backup, "a key's copy will be quarantined too");
    twin(&backup, &w);
    merge(&fresh, &backup, &merged);
    ok(merged.copies == 0 && merged.keys == 0 && merged.authorities == 0 && merged.known == 3 &&
       fresh.copies_n == 2, "once");
    wallet_cleanup(&fresh);
    wallet_cleanup(&w);
}

static void test_merge(void)
{
    struct wallet_merged merged;
    struct wallet w, backup, other;
    uint64_t a = 0, b = 0;

    wallet_init(&w);
    store(&w, &a);
    store(&w, &a);
    twin(&backup, &w);
    wallet_copy_sent(&w, wallet_next_copy(&w, a, false, f.now), f.now);
    merge(&w, &backup, &merged);
    ok(merged.copies == 1 && merged.known == 1 && look(&w, a).fresh == 1 &&
       look(&w, a).quarantined == 1, "what was sent since is quarantined; the rest stays fresh");
    wallet_init(&other);
    store(&other, &b);
    merge(&w, &other, &merged);
    ok(merged.copies == 1 && look(&w, a).fresh == 1 && look(&w, a + 1).quarantined == 1 &&
       w.next_card == a + 2, "another wallet's card has a number of its own");
    wallet_cleanup(&w);
}

/* The wallet still waits for a copy that the backup has: the copy exists once. */
static void test_key_gives_way(void)
{
    struct private_key *key = new_key(CURVE_P256), *same;
    struct secret *d = private_key_secret(key);
    struct buf copy = new_buf();
    struct wallet_merged merged;
    struct wallet w, backup;
    uint64_t card = 0, again = 0;

    must(private_key_new(&same, CURVE_P256, d));
    secret_free(&d);
    fixture_issue(&copy, &f, f.now + 30 * DATE_DAY_S, private_key_public(key));
    wallet_init(&w);
    wallet_init(&backup);
    must(wallet_add_key(&w, &key, CHALLENGE, f.now));
    must(wallet_add_key(&backup, &same, CHALLENGE, f.now));
    must(wallet_store(&backup, buf_view(&copy), &card, f.now, NULL));
    merge(&w, &backup, &merged);
    ok(merged.copies == 1 && w.copies_n == 1 && w.keys_n == 0, "a key gives way to its copy");
    ok(wallet_store(&w, buf_view(&copy), &again, f.now, NULL) == OC_REFUSED && w.copies_n == 1,
       "which is not stored once more");
    wallet_cleanup(&w);
    buf_cleanup(&copy);
}

/* Of two backups, one accepted and one not. */
static void test_accept_of_one(void)
{
    struct wallet_merged merged;
    struct wallet w, old, new;
    uint64_t a = 0, b = 0;
    size_t before;

    wallet_init(&w);
    wallet_init(&old);
    wallet_init(&new);
    store(&old, &a);
    store(&new, &b);
    merge(&w, &old, &merged);
    before = w.copies_n;
    merge(&w, &new, &merged);
    ok(wallet_accept(&w, 0, before) == 1 && w.copies[0].state == WALLET_QUARANTINED &&
       w.copies[1].state == WALLET_FRESH, "what came before stays quarantined");
    wallet_cleanup(&w);
}

/* A showing of a card that gets another number names that number, once saved too. */
static void test_history_follows(void)
{
    const struct mdoc_reader reader = { .standing = MDOC_READER_UNSIGNED };
    const struct consent nothing = { .n = 0 };
    struct wallet_merged merged;
    struct wallet w, other, saved;
    uint64_t a = 0, b = 0;

    wallet_init(&w);
    wallet_init(&other);
    store(&w, &a);
    store(&other, &b);
    must(wallet_history_add(&other.history, &(struct wallet_showing_spec){
        .at = f.now, .reader = &reader, .card = b, .parsed = &other.copies[0].parsed,
        .issuer_signed = buf_view(&other.copies[0].issuer_signed), .consent = &nothing }));
    merge(&w, &other, &merged);
    twin(&saved, &w);
    ok(merged.showings == 1 && a == b && saved.history.showings[0].card == a + 1 &&
       look(&saved, a + 1).quarantined == 1, "the history follows a card to its new number");
    wallet_cleanup(&saved);
    wallet_cleanup(&w);
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_quarantine();
    test_restore();
    test_merge();
    test_key_gives_way();
    test_accept_of_one();
    test_history_follows();
    fixture_cleanup(&f);
    return done();
}
