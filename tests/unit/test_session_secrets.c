/* However a session ends, its keys are nowhere in memory afterwards. While it goes on they are
 * found, so that the search is known to find them. */
#include "mdoc/handover.h"
#include "mdoc/session_parts.h"
#include "tests/unit/memory_search.h"
#include "tests/unit/session_world.h"

enum { SK_READER, SK_DEVICE, E_READER_KEY, E_DEVICE_KEY, AGREED, SECRETS_N };
static const char *const names[SECRETS_N] = { "SKReader", "SKDevice", "EReaderKey", "EDeviceKey",
                                              "the agreed secret" };

struct watched {
    struct pair p;
    struct disguised secret[SECRETS_N];
};

/* OpenSSL keeps the scalar of an EC key as a number, its lowest byte first. */
static struct disguised watch_private(const struct private_key *key)
{
    struct secret *d = private_key_secret(key);
    struct disguised out;
    size_t n;

    must(d != NULL ? OC_OK : OC_MEMORY);
    n = secret_view(d).n;
    if (!curve_info(private_key_curve(key))->is_okp)
        for (size_t i = 0; i < n / 2; i++) {
            uint8_t high = secret_fill(d)[i];

            secret_fill(d)[i] = secret_fill(d)[n - 1 - i];
            secret_fill(d)[n - 1 - i] = high;
        }
    out = disguise(secret_view(d));
    secret_free(&d);
    return out;
}

static struct watched begin(enum curve curve)
{
    struct watched w = { .p = pair_on(curve) };
    struct secret *agreed;

    must(key_agree(&agreed, w.p.reader->own_key, private_key_public(w.p.holder->own_key)));
    w.secret[AGREED] = disguise(secret_view(agreed));
    secret_free(&agreed);
    w.secret[E_DEVICE_KEY] = watch_private(w.p.holder->own_key);
    w.secret[E_READER_KEY] = watch_private(w.p.reader->own_key);
    for (int i = 0; i < 2; i++)
        w.secret[i] = disguise(secret_view(w.p.reader->ciphers[i].key));
    return w;
}

static bool is_gone(const struct watched *w, int secret)
{
    size_t found = memory_search(&w->secret[secret]);

    if (found > 0)
        note("%s: %zu times", names[secret], found);
    return found == 0;
}

static bool are_gone(const struct watched *w)
{
    bool gone = true;

    for (int i = 0; i < SECRETS_N; i++)
        gone &= is_gone(w, i);
    return gone;
}

static bool are_null(const struct mdoc_session *s)
{
    return s->ciphers[0].key == NULL && s->ciphers[1].key == NULL && s->own_key == NULL;
}

/* The end of both, each in the way that a case says. */
typedef void ending(struct pair *p);

static void receive(struct mdoc_session *s, struct bytes message)
{
    struct buf plain = new_buf(), reply = new_buf();

    (void)!mdoc_session_receive(s, &plain, &reply, message, SESSION_START);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
}

static void in_order(struct pair *p)
{
    struct buf wire = new_buf();

    must(mdoc_session_end(p->reader, &wire));
    receive(p->holder, buf_view(&wire));
    buf_cleanup(&wire);
}

static void by_garbage(struct pair *p)
{
    receive(p->reader, BYTES("\xff"));
    receive(p->holder, BYTES("\xff"));
}

static void by_ciphertext(struct pair *p)
{
    const struct bytes wrong = BYTES("\xa1\x64" "data\x51" "0123456789abcdefg");

    receive(p->reader, wrong);
    receive(p->holder, wrong);
}

static void by_status(struct pair *p)
{
    receive(p->reader, BYTES("\xa1\x66" "status\x0a"));
    receive(p->holder, BYTES("\xa1\x66" "status\x0b"));
}

static void by_time(struct pair *p)
{
    struct buf out = new_buf();

    (void)!mdoc_session_check_time(p->reader, &out, SESSION_START + 301);
    (void)!mdoc_session_check_time(p->holder, &out, SESSION_START + 301);
    buf_cleanup(&out);
}

static void by_exhaustion(struct pair *p)
{
    struct buf wire = new_buf();

    session_sends(p->holder)->used = UINT32_MAX;
    (void)!mdoc_session_send(p->holder, &wire, BYTES("x"), false, SESSION_START);
    receive(p->reader, buf_view(&wire));
    buf_cleanup(&wire);
}

static void by_freeing(struct pair *p)
{
    pair_free(p);
}

static void test_endings(void)
{
    const struct { const char *name; ending *end; } row[] = {
        { "in order", in_order }, { "by what is no CBOR", by_garbage },
        { "by what does not decrypt", by_ciphertext }, { "by error status", by_status },
        { "by time", by_time }, { "by an exhausted counter", by_exhaustion },
        { "by being freed", by_freeing },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct watched w = begin(CURVE_P256);

        ok(memory_search(&w.secret[SK_READER]) == 1 && memory_search(&w.secret[SK_DEVICE]) == 1 &&
           memory_search(&w.secret[E_READER_KEY]) >= 1 &&
           memory_search(&w.secret[E_DEVICE_KEY]) >= 1 && is_gone(&w, AGREED),
           "found while they are needed, and what they were made of is not");
        must(pass(w.p.reader, w.p.holder, BYTES("request"), false, SESSION_START) ? OC_OK : OC_BUG);
        ok(w.p.holder->own_key == NULL && is_gone(&w, E_DEVICE_KEY) &&
           memory_search(&w.secret[SK_READER]) == 2,
           "EDeviceKey is gone once the keys are derived");
        row[i].end(&w.p);
        ok((w.p.reader == NULL || (are_null(w.p.reader) && are_null(w.p.holder))) && are_gone(&w),
           "ended %s: no key anywhere", row[i].name);
        pair_free(&w.p);
    }
}

/* A holder who could not even begin. */
static void test_failed_beginnings(void)
{
    struct watched w = begin(CURVE_X25519);
    struct private_key *other = new_key(CURVE_P256);
    struct buf key = new_buf(), message = new_buf();

    mdoc_ereader_key_write(&key, private_key_public(other));
    mdoc_session_establishment_write(&message, buf_view(&key), BYTES("0123456789abcdefg"));
    receive(w.p.holder, buf_view(&message));
    ok(are_null(w.p.holder) && is_gone(&w, E_DEVICE_KEY), "a key on another curve");
    pair_free(&w.p);
    ok(are_gone(&w), "and the reader's, freed");
    private_key_free(&other);
    buf_cleanup(&key);
    buf_cleanup(&message);
}

/* The one exception: EReaderKey after a last response, until the session is freed. */
static void test_last_response(void)
{
    struct watched w = begin(CURVE_P256);

    must(pass(w.p.reader, w.p.holder, BYTES("request"), false, SESSION_START) ? OC_OK : OC_BUG);
    must(pass(w.p.holder, w.p.reader, BYTES("response"), true, SESSION_START) ? OC_OK : OC_BUG);
    ok(is_gone(&w, SK_READER) && is_gone(&w, SK_DEVICE) && is_gone(&w, E_DEVICE_KEY) &&
       memory_search(&w.secret[E_READER_KEY]) >= 1, "of a last response EReaderKey alone is left");
    pair_free(&w.p);
    ok(are_gone(&w), "until it is freed");
}

int main(void)
{
    must(secret_pool_init());
    if (access("/proc/self/mem", R_OK) != 0) {
        skip("no /proc/self/mem here");
        return done();
    }
    test_endings();
    test_failed_beginnings();
    test_last_response();
    return done();
}
