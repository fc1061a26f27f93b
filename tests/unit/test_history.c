#include "wallet/history.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "wallet/wallet.h"

static struct fixture f;
static struct mdoc_reader reader;
static struct consent consent;

static enum oc_err add(struct wallet_history *h, int64_t at)
{
    return wallet_history_add(h, &(struct wallet_showing_spec){
        .at = at, .reader = &reader, .card = 3, .parsed = &f.card,
        .issuer_signed = buf_view(&f.card_bytes), .consent = &consent });
}

static bool has(struct bytes text, struct bytes word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if (bytes_eq((struct bytes){ text.p + i, word.n }, word))
            return true;
    return false;
}

static void test_names(void)
{
    struct wallet_history h = { .n = 0 };
    const struct wallet_showing *s;

    must(add(&h, f.now));
    s = &h.showings[0];
    ok(h.n == 1 && s->at == f.now && !s->sent && s->card == 3 && s->is_trusted &&
       bytes_is(s->reader, reader.name) && bytes_is(s->doc_type, FIXTURE_TYPE) &&
       s->copy.n == WALLET_COPY_ID_N, "when, to whom, which copy; at first perhaps sent");
    ok(s->n == 1 && bytes_eq(s->elements[0].name, consent.elements[0].item->name) &&
       bytes_eq(s->elements[0].name_space, consent.elements[0].name_space),
       "which elements: those agreed to alone");
    ok(!has(buf_view(&s->encoded), consent.elements[0].item->value), "never a value");
    ok(bytes_within(s->reader, buf_view(&s->encoded)), "views are into its own bytes");
    wallet_history_drop(&h, 5);
    ok(h.n == 0, "what did not leave is dropped");
    h.is_off = true;
    ok(add(&h, f.now) == OC_USAGE && h.n == 0, "nothing is noted down when it is off");
    wallet_history_cleanup(&h);
    wallet_history_cleanup(&h);
    ok(h.showings == NULL && !h.is_off, "cleaned up");
}

/* The wallet with that history, saved and read again. */
static struct wallet saved(struct wallet *w)
{
    struct buf bytes = new_buf();
    struct wallet out;

    wallet_write(&bytes, w);
    must(buf_err(&bytes));
    must(wallet_read(&out, buf_view(&bytes), NULL));
    buf_cleanup(&bytes);
    return out;
}

static void test_bound(void)
{
    struct wallet w, again;

    wallet_init(&w);
    for (int64_t i = 0; i < WALLET_HISTORY_MAX; i++)
        must(add(&w.history, f.now + i));
    must(add(&w.history, f.now + WALLET_HISTORY_MAX));
    wallet_history_drop(&w.history, 1);
    again = saved(&w);
    ok(again.history.n == WALLET_HISTORY_MAX && again.history.showings[0].at == f.now,
       "what did not leave pushes nothing out");
    wallet_cleanup(&again);
    must(add(&w.history, f.now + WALLET_HISTORY_MAX));
    again = saved(&w);
    ok(again.history.n == WALLET_HISTORY_MAX && again.history.showings[0].at == f.now + 1 &&
       again.history.showings[again.history.n - 1].at == f.now + WALLET_HISTORY_MAX,
       "the oldest make room");
    wallet_cleanup(&again);
    wallet_cleanup(&w);
}

/* A reader's name is cut by bytes, and its last character may be cut too. */
static void test_cut_name(void)
{
    struct wallet_history h = { .n = 0 };

    strcpy(reader.name, "\xe7\xa4\xba\xe4\xbe");
    ok(add(&h, f.now) == OC_OK && bytes_is(h.showings[0].reader, "\xe7\xa4\xba"),
       "half a character is left out");
    wallet_history_cleanup(&h);
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    must(mdoc_reader_check(&reader, &f.request, 0, buf_view(&f.transcript), &f.readers, f.now));
    must(consent_init(&consent, &f.request, 0, &f.card));
    consent.elements[0].agreed = true;
    test_names();
    test_bound();
    test_cut_name();
    consent_cleanup(&consent);
    fixture_cleanup(&f);
    return done();
}
