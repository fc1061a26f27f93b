#include "wallet/wallet.h"

#include "crypto/token.h"
#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

#define CHALLENGE BYTES("a challenge of 24 bytes!")

static struct fixture f;

/* A pending key, and the copy that the issuer makes for it, valid for so many days. */
static void issue(struct wallet *w, struct buf *copy, int64_t days)
{
    struct private_key *key = new_key(CURVE_P256);

    *copy = new_buf();
    fixture_issue(copy, &f, f.now + days * DATE_DAY_S, private_key_public(key));
    must(wallet_add_key(w, &key, CHALLENGE, f.now));
}

/* The same, stored under the card. */
static void store(struct wallet *w, uint64_t *card, int64_t days)
{
    struct buf copy;

    issue(w, &copy, days);
    must(wallet_store(w, buf_view(&copy), card, f.now, NULL));
    buf_cleanup(&copy);
}

static struct wallet_card look(const struct wallet *w, uint64_t number)
{
    struct wallet_card card;

    wallet_card_get(w, number, &card);
    return card;
}

/* The day on which the copy to show next ends, counted from now; -1 without one. */
static int64_t next_ends(struct wallet *w, uint64_t card, bool reuse, int64_t now)
{
    struct wallet_copy *copy = wallet_next_copy(w, card, reuse, now);

    return copy == NULL ? -1
         : (copy->parsed.mso.valid_until - date_floor(f.now, DATE_DAY_S)) / DATE_DAY_S;
}

static void test_keys(void)
{
    struct wallet w;
    struct private_key *key = new_key(CURVE_P256), *same, *ed = new_key(CURVE_ED25519);
    struct secret *d = private_key_secret(key);
    const struct wallet_pending *found;

    wallet_init(&w);
    must(d == NULL ? OC_MEMORY : private_key_new(&same, CURVE_P256, d));
    secret_free(&d);
    ok(wallet_add_key(&w, &key, BYTES("15 bytes only.."), f.now) == OC_USAGE && key != NULL,
       "a challenge of 15 bytes is refused, the key stays the caller's");
    ok(wallet_add_key(&w, &key, CHALLENGE, f.now) == OC_OK && key == NULL && w.keys_n == 1,
       "a key moves into the wallet");
    ok(wallet_add_key(&w, &same, CHALLENGE, f.now) == OC_USAGE && same != NULL && w.keys_n == 1,
       "but once");
    ok(wallet_find_key(&w, private_key_public(ed)) == NULL, "another key is not found");
    must(wallet_add_key(&w, &ed, BYTES("0123456789abcdef"), f.now));
    found = wallet_find_key(&w, private_key_public(same));
    ok(found == &w.keys[0] && found->made == f.now &&
       bytes_eq((struct bytes){ found->challenge, found->challenge_n }, CHALLENGE),
       "found by its public part, with its challenge");
    private_key_free(&same);
    wallet_cleanup(&w);
    ok(w.keys == NULL && w.keys_n == 0, "cleaned up");
    wallet_cleanup(&w);
}

static void test_store(void)
{
    struct odd_item item = { .name_space = "n", .name = "e", .value = BYTES("\x01") };
    struct buf first, second, other = new_buf();
    struct oc_fault fault;
    struct wallet w;
    uint64_t card = 0, absent = 7;

    wallet_init(&w);
    issue(&w, &first, 30);
    issue(&w, &second, 30);
    ok(wallet_store(&w, buf_view(&first), &absent, f.now, &fault) == OC_USAGE &&
       w.copies_n == 0 && w.keys_n == 2, "a card that is not there");
    ok(wallet_store(&w, buf_view(&first), &card, f.now, NULL) == OC_OK && card == 1 &&
       w.keys_n == 1 && w.copies_n == 1, "a copy takes its key, and the first number");
    ok(wallet_find_key(&w, w.copies[0].parsed.mso.device_key) == NULL &&
       public_key_equal(private_key_public(w.copies[0].key), w.copies[0].parsed.mso.device_key),
       "the key is no longer pending");
    ok(wallet_store(&w, buf_view(&first), &card, f.now, &fault) == OC_REFUSED &&
       w.copies_n == 1, "the same copy again");
    ok(wallet_store(&w, buf_view(&f.card_bytes), &card, f.now, &fault) == OC_REFUSED &&
       w.copies_n == 1 && w.keys_n == 1, "a copy for somebody else's key");
    odd_card_write(&other, &f, (struct odd_card){
        .items = &item, .items_n = 1, .doc_type = "org.example.ticket",
        .device_key = private_key_public(w.keys[0].key) });
    ok(wallet_store(&w, buf_view(&other), &card, f.now, &fault) == OC_REFUSED && w.keys_n == 1,
       "another docType");
    ok(wallet_store(&w, BYTES("\xa0"), &card, f.now, &fault) == OC_SHAPE && fault.offset == 0 &&
       fault.reason != NULL && w.copies_n == 1, "something else");
    ok(wallet_store(&w, (struct bytes){ first.p, MDOC_BYTES_MAX + 1 }, &card, f.now, &fault) ==
       OC_LIMIT && w.copies_n == 1, "a copy of more than 1 MiB, unread");
    buf_cleanup(&first);
    ok(wallet_store(&w, buf_view(&second), &card, f.now, NULL) == OC_OK && card == 1 &&
       look(&w, 1).fresh == 2, "a refill joins its card");
    buf_cleanup(&second);
    ok(bytes_is(w.copies[0].parsed.mso.doc_type, FIXTURE_TYPE) &&
       bytes_within(w.copies[0].parsed.mso.doc_type, buf_view(&w.copies[0].issuer_signed)),
       "a stored copy points into its own bytes");
    buf_cleanup(&other);
    wallet_cleanup(&w);
}

static void test_cards(void)
{
    uint64_t a = 0, b = 0;
    struct wallet_card card = { 0 };
    struct wallet w;

    wallet_init(&w);
    ok(!wallet_next_card(&w, &card) && card.number == 0, "an empty wallet has no cards");
    store(&w, &a, 30);
    store(&w, &b, 60);
    store(&w, &a, 20);
    store(&w, &a, 40);
    w.copies[0].state = WALLET_MAYBE_SENT;
    w.copies[2].state = WALLET_SHOWN;
    ok(wallet_next_card(&w, &card) && card.number == a && card.fresh == 1 &&
       card.maybe_sent == 1 && card.shown == 1 && bytes_is(card.doc_type, FIXTURE_TYPE),
       "the first card, its copies counted by state");
    ok(card.ends_last - card.ends_first == 20 * DATE_DAY_S, "with the first and the last end");
    ok(wallet_next_card(&w, &card) && card.number == b && card.fresh == 1 &&
       card.maybe_sent == 0 && card.ends_first == card.ends_last, "the second");
    ok(!wallet_next_card(&w, &card), "and no third");
    ok(wallet_remove_card(&w, a) == 3 && w.copies_n == 1 && w.copies[0].card == b &&
       look(&w, a).number == 0, "a card is removed with all its copies");
    ok(wallet_remove_card(&w, a) == 0, "once");
    a = 0;
    store(&w, &a, 30);
    ok(a == 3, "its number is not given again");
    wallet_cleanup(&w);
}

static void test_one_time(void)
{
    int64_t later = f.now + 25 * DATE_DAY_S, end = f.now + 200 * DATE_DAY_S;
    uint64_t card = 0, other = 0;
    struct wallet w;

    wallet_init(&w);
    store(&w, &card, 30);
    store(&w, &card, 20);
    store(&w, &card, 40);
    store(&w, &other, 10);
    ok(next_ends(&w, card, false, f.now) == 20, "the copy that ends first is next");
    ok(next_ends(&w, card, false, later) == 30, "an expired one never");
    ok(next_ends(&w, card, true, end) == -1 && next_ends(&w, card, true, 0) == -1,
       "none when all have ended, none before they begin");
    wallet_next_copy(&w, card, false, f.now)->state = WALLET_MAYBE_SENT;
    ok(next_ends(&w, card, true, f.now) == 30, "one that may have been sent is not offered");

    wallet_copy_sent(&w, wallet_next_copy(&w, card, false, f.now), f.now);
    ok(look(&w, card).fresh == 1 && look(&w, card).shown == 0 && w.copies_n == 3,
       "a copy that was sent is destroyed while there is another");
    wallet_copy_sent(&w, wallet_next_copy(&w, card, false, f.now), f.now);
    ok(look(&w, card).fresh == 0 && look(&w, card).shown == 1 && w.copies_n == 3,
       "the last one is kept as shown");
    ok(next_ends(&w, card, false, f.now) == -1, "which is not offered by itself");
    ok(next_ends(&w, card, true, f.now) == 40, "but for reuse");
    wallet_copy_sent(&w, wallet_next_copy(&w, card, true, f.now), f.now);
    ok(look(&w, card).shown == 1, "and is kept again");

    store(&w, &card, 50);
    ok(next_ends(&w, card, true, f.now) == 50, "after a refill the fresh one goes first");
    wallet_copy_sent(&w, wallet_next_copy(&w, card, true, f.now), f.now);
    ok(look(&w, card).shown == 1 && next_ends(&w, card, true, f.now) == 50,
       "and takes the place of the one shown before");
    ok(look(&w, card).maybe_sent == 1 && look(&w, other).fresh == 1, "the others are untouched");
    wallet_remove_copy(&w, wallet_next_copy(&w, card, true, f.now));
    ok(look(&w, card).shown == 0 && w.copies_n == 2, "a copy is removed");
    wallet_cleanup(&w);
}

/* Copies kept for a verifier are nobody else's, whatever state the others are in. */
static void test_bound(void)
{
    uint8_t one[MDOC_READER_IDENTITY_N] = { 1 }, two[MDOC_READER_IDENTITY_N] = { 2 };
    struct wallet_copy *copy;
    uint64_t card = 0;
    struct wallet w;

    wallet_init(&w);
    store(&w, &card, 30);
    store(&w, &card, 40);
    store(&w, &card, 50);
    copy = wallet_next_copy(&w, card, false, f.now);
    memcpy(copy->verifier, one, sizeof one);
    copy->is_bound = true;
    wallet_copy_sent(&w, copy, f.now);
    ok(look(&w, card).bound == 1 && look(&w, card).shown == 1 && look(&w, card).fresh == 2,
       "a bound copy is kept though there are others");
    copy = wallet_bound_copy(&w, card, one, f.now);
    ok(copy != NULL && copy->state == WALLET_SHOWN, "and found for its verifier");
    ok(wallet_bound_copy(&w, card, two, f.now) == NULL, "not for another");
    ok(wallet_bound_copy(&w, card, one, f.now + 100 * DATE_DAY_S) == NULL, "nor when it has ended");
    ok(next_ends(&w, card, false, f.now) == 40, "the next for others is a fresh one");
    wallet_copy_sent(&w, wallet_next_copy(&w, card, false, f.now), f.now);
    wallet_copy_sent(&w, wallet_next_copy(&w, card, false, f.now), f.now);
    ok(look(&w, card).bound == 1 && look(&w, card).shown == 2, "the last copy leaves it alone");
    ok(next_ends(&w, card, true, f.now) == 50, "reuse takes the one that is nobody's");
    wallet_remove_copy(&w, wallet_next_copy(&w, card, true, f.now));
    ok(next_ends(&w, card, false, f.now) == -1 && next_ends(&w, card, true, f.now) == -1,
       "and never the bound one, which is one verifier's alone");
    wallet_cleanup(&w);
}

static void test_refill(void)
{
    uint64_t card = 0, again = 0;
    struct buf copy;
    struct wallet w;

    wallet_init(&w);
    store(&w, &card, 30);
    issue(&w, &copy, 30);
    w.keys[0].card = card;
    ok(wallet_count_keys(&w, card) == 1 && wallet_count_fresh(&w, card, f.now) == 1 &&
       wallet_count_fresh(&w, card, f.now + 40 * DATE_DAY_S) == 0, "keys and valid copies, counted");
    ok(wallet_store(&w, buf_view(&copy), &again, f.now, NULL) == OC_OK && again == card &&
       look(&w, card).fresh == 2, "a copy joins the card that its key was made for");
    buf_cleanup(&copy);
    issue(&w, &copy, 30);
    buf_cleanup(&copy);
    w.keys[0].card = card;
    ok(wallet_remove_card(&w, card) == 2 && w.keys_n == 0, "a card goes with its keys");
    wallet_cleanup(&w);
}

static void test_last_valid(void)
{
    int64_t later = f.now + 25 * DATE_DAY_S;
    uint64_t card = 0;
    struct wallet w;

    wallet_init(&w);
    store(&w, &card, 20);
    store(&w, &card, 30);
    wallet_copy_sent(&w, wallet_next_copy(&w, card, false, later), later);
    ok(look(&w, card).shown == 1 && next_ends(&w, card, true, later) == 30,
       "an expired copy does not make the last valid one go");
    wallet_cleanup(&w);
}

/* A showing of the fixture's card to its reader. */
static void note_showing(struct wallet *w)
{
    struct mdoc_reader reader;
    struct consent consent;

    must(mdoc_reader_check(&reader, &f.request, 0, buf_view(&f.transcript), &f.readers, f.now));
    must(consent_init(&consent, &f.request, 0, &f.card));
    consent.elements[0].agreed = true;
    must(wallet_history_add(&w->history, &(struct wallet_showing_spec){
        .at = f.now, .reader = &reader, .card = 1, .parsed = &f.card,
        .issuer_signed = buf_view(&f.card_bytes), .consent = &consent }));
    consent_cleanup(&consent);
}

/* A wallet with a bit of everything. */
static void fill(struct wallet *w)
{
    struct private_key *ed = new_key(CURVE_ED25519), *elsewhere;
    struct buf pending;
    uint64_t a = 0, b = 0;

    wallet_init(w);
    store(w, &a, 30);
    store(w, &a, 30);
    store(w, &b, 40);
    w->copies[1].state = WALLET_SHOWN;
    issue(w, &pending, 30);
    buf_cleanup(&pending);
    must(wallet_add_key(w, &ed, CHALLENGE, f.now));
    must(token_key_new(&elsewhere, BYTES("pkcs11:token=a;object=b"),
                       private_key_public(f.once_key)));
    must(wallet_add_key(w, &elsewhere, CHALLENGE, f.now));
    w->keys[0].card = 2;
    w->keys[1].from_backup = true;
    w->copies[1].is_bound = true;
    memset(w->copies[1].verifier, 7, sizeof w->copies[1].verifier);
    w->copies[2].state = WALLET_QUARANTINED;
    note_showing(w);
    w->history.showings[0].sent = true;
    note_showing(w);
    w->history.is_off = true;
    must(trust_anchors_add(&w->issuers, f.iaca));
    must(trust_anchors_add(&w->readers, f.reader_ca));
}

static void test_round_trip(struct buf *bytes)
{
    struct wallet w, again;
    struct buf once_more = new_buf();
    struct oc_fault fault = { 0 };

    fill(&w);
    wallet_write(bytes, &w);
    must(buf_err(bytes));
    if (!ok(wallet_read(&again, buf_view(bytes), &fault) == OC_OK, "what is written is read: %s",
            fault.reason != NULL ? fault.reason : "all of it"))
        return;
    ok(again.next_card == 3 && again.copies_n == 3 && again.keys_n == 3 && again.issuers.n == 1 &&
       again.readers.n == 1, "with all its parts");
    ok(again.copies[1].state == WALLET_SHOWN && again.copies[1].stored == f.now &&
       again.copies[2].card == 2 && again.keys[1].made == f.now &&
       private_key_curve(again.keys[1].key) == CURVE_ED25519, "and their values");
    ok(again.keys[0].card == 2 && again.keys[1].from_backup && again.copies[1].is_bound &&
       again.copies[1].verifier[31] == 7 && again.copies[2].state == WALLET_QUARANTINED &&
       again.history.n == 2 && again.history.is_off && again.history.showings[0].sent &&
       !again.history.showings[1].sent, "those of version 2 too");
    ok(private_key_uri(again.keys[2].key) != NULL && !private_key_is_open(again.keys[2].key) &&
       public_key_equal(private_key_public(again.keys[2].key), private_key_public(f.once_key)),
       "a key in a token is known by its URI and its public part");
    wallet_write(&once_more, &again);
    ok(bytes_eq(buf_view(bytes), buf_view(&once_more)), "written again it is the same");
    wallet_cleanup(&again);
    wallet_cleanup(&w);

    wallet_init(&w);
    buf_truncate(&once_more, 0);
    wallet_write(&once_more, &w);
    ok(wallet_read(&again, buf_view(&once_more), NULL) == OC_OK && again.next_card == 1 &&
       again.copies_n == 0, "so with an empty wallet");
    wallet_cleanup(&again);
    buf_cleanup(&once_more);
}

static bool is_empty(const struct wallet *w)
{
    static const struct wallet none;

    return memcmp(w, &none, sizeof none) == 0;
}

static void test_lengths(struct buf *bytes)
{
    size_t accepted = 0;
    struct wallet w;

    for (size_t n = 0; n < bytes->n; n++) {
        struct guard guard;
        struct bytes prefix = guard_copy(&guard, (struct bytes){ bytes->p, n });

        accepted += wallet_read(&w, prefix, NULL) == OC_OK || !is_empty(&w);
        guard_free(&guard);
    }
    ok(accepted == 0, "each of %zu prefixes is refused and leaves nothing", bytes->n);
    buf_add_byte(bytes, 0);
    ok(wallet_read(&w, buf_view(bytes), NULL) == OC_TRAILING && is_empty(&w),
       "one byte appended is refused");
}

/* One part of a Vault put in place of the good one; all of them empty otherwise. */
enum part { PART_VERSION, PART_NEXT, PART_KEYS, PART_COPIES, PART_ISSUERS, PART_READERS, PARTS_N };

static void vault(struct buf *out, enum part odd, struct bytes value)
{
    static const char *const names[PARTS_N] = { "version", "nextCard", "keys", "copies",
                                                "issuers", "readers" };
    static const struct bytes good[PARTS_N] = { BYTES("\x01"), BYTES("\x09"), BYTES("\x80"),
                                                BYTES("\x80"), BYTES("\x80"), BYTES("\x80") };

    buf_truncate(out, 0);
    cbw_map(out, PARTS_N);
    for (size_t i = 0; i < PARTS_N; i++) {
        cbw_str(out, names[i]);
        cbw_raw(out, i == odd ? value : good[i]);
    }
}

/* [Copy] around the fixture's card; a NULL key leaves the part out. */
static void copy_of(struct buf *out, uint64_t card, uint64_t state, const struct private_key *key)
{
    buf_truncate(out, 0);
    cbw_array(out, 1);
    cbw_map(out, key != NULL ? 5 : 4);
    cbw_str(out, "card");
    cbw_uint(out, card);
    cbw_str(out, "state");
    cbw_uint(out, state);
    cbw_str(out, "stored");
    cbw_tdate(out, f.now);
    cbw_str(out, "issuerSigned");
    cbw_bstr(out, buf_view(&f.card_bytes));
    if (key != NULL) {
        cbw_str(out, "key");
        cose_key_write_private(out, key);
    }
}

static void refused(const char *name, struct bytes src, enum oc_err want)
{
    struct oc_fault fault = { 0 };
    struct wallet w;
    enum oc_err e = wallet_read(&w, src, &fault);

    ok(e == want && is_empty(&w) && fault.reason != NULL, "%s: %s at %zu, %s", name,
       oc_err_name(e), fault.offset, fault.reason != NULL ? fault.reason : "no reason");
}

static void test_faults(void)
{
    const struct {
        const char *name;
        enum part part;
        struct bytes value;
        enum oc_err want;
    } row[] = {
        { "version 3",         PART_VERSION, BYTES("\x03"), OC_UNAVAILABLE },
        { "version 0",         PART_VERSION, BYTES("\x00"), OC_SHAPE },
        { "nextCard 0",        PART_NEXT,    BYTES("\x00"), OC_SHAPE },
        { "keys no array",     PART_KEYS,    BYTES("\xa0"), OC_SHAPE },
        { "a key of nothing",  PART_KEYS,    BYTES("\x81\xa0"), OC_SHAPE },
        { "a short challenge", PART_KEYS,    BYTES("\x81\xa1\x69" "challenge\x41\0"), OC_SHAPE },
        { "an unknown part",   PART_KEYS,    BYTES("\x81\xa1\x64" "more\0"), OC_SHAPE },
        { "a copy of nothing", PART_COPIES,  BYTES("\x81\xa0"), OC_SHAPE },
        { "a copy that does not parse", PART_COPIES,
          BYTES("\x81\xa1\x6c" "issuerSigned\x41\xa0"), OC_SHAPE },
        { "a key that refills no card", PART_KEYS, BYTES("\x81\xa1\x64" "card\x0a"), OC_SHAPE },
        { "a token key of nothing", PART_KEYS, BYTES("\x81\xa1\x65" "token\xa0"), OC_SHAPE },
        { "a token key with another scheme", PART_KEYS,
          BYTES("\x81\xa1\x65" "token\xa1\x63" "uri\x61" "x"), OC_SHAPE },
        { "a verifier of one byte", PART_COPIES, BYTES("\x81\xa1\x68" "verifier\x41\0"), OC_SHAPE },
        { "an issuer that is no certificate", PART_ISSUERS, BYTES("\x81\x41\0"), OC_SHAPE },
        { "a reader that is text", PART_READERS, BYTES("\x81\x61\x30"), OC_SHAPE },
    };
    struct buf bytes = new_buf();

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        vault(&bytes, row[i].part, row[i].value);
        refused(row[i].name, buf_view(&bytes), row[i].want);
    }
    refused("no parts", BYTES("\xa0"), OC_SHAPE);
    refused("an unknown part", BYTES("\xa1\x64" "more\0"), OC_SHAPE);
    buf_cleanup(&bytes);
}

static void test_bad_copies(void)
{
    struct private_key *stranger = new_key(CURVE_P256);
    const struct {
        const char *name;
        uint64_t card, state;
        const struct private_key *key;
    } row[] = {
        { "a copy with another's key",  1, WALLET_FRESH,     stranger },
        { "a copy without key",         1, WALLET_FRESH,     NULL },
        { "a card not below nextCard",  9, WALLET_FRESH,     f.device_key },
        { "card 0",                     0, WALLET_FRESH,     f.device_key },
        { "an unknown state",           1, WALLET_QUARANTINED + 1, f.device_key },
    };
    struct buf bytes = new_buf(), part = new_buf();
    struct wallet w;

    copy_of(&part, 1, WALLET_FRESH, f.device_key);
    vault(&bytes, PART_COPIES, buf_view(&part));
    ok(wallet_read(&w, buf_view(&bytes), NULL) == OC_OK && w.copies_n == 1, "a good copy");
    ok(!private_key_is_open(w.copies[0].key) && private_key_open(w.copies[0].key) == OC_OK &&
       private_key_is_open(w.copies[0].key), "its key is imported when it is asked to be");
    wallet_cleanup(&w);
    part.p[part.n - 1] ^= 1;                    /* of d, which ends it */
    vault(&bytes, PART_COPIES, buf_view(&part));
    ok(wallet_read(&w, buf_view(&bytes), NULL) == OC_OK && w.copies_n == 1 &&
       private_key_open(w.copies[0].key) == OC_SHAPE &&
       wallet_next_copy(&w, 1, false, f.now) == &w.copies[0],
       "a private part that is not its own is found out then, and loses no copy");
    wallet_cleanup(&w);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        copy_of(&part, row[i].card, row[i].state, row[i].key);
        vault(&bytes, PART_COPIES, buf_view(&part));
        refused(row[i].name, buf_view(&bytes), OC_SHAPE);
    }

    buf_truncate(&part, 0);
    cbw_array(&part, 1);
    cbw_bstr(&part, x509_der(f.signer));
    vault(&bytes, PART_ISSUERS, buf_view(&part));
    refused("an anchor that is no CA", buf_view(&bytes), OC_UNTRUSTED);
    buf_cleanup(&part);
    buf_cleanup(&bytes);
    private_key_free(&stranger);
}

int main(void)
{
    struct buf bytes = new_buf();

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_keys();
    test_store();
    test_cards();
    test_one_time();
    test_bound();
    test_refill();
    test_last_valid();
    test_round_trip(&bytes);
    test_lengths(&bytes);
    test_faults();
    test_bad_copies();
    buf_cleanup(&bytes);
    fixture_cleanup(&f);
    return done();
}
