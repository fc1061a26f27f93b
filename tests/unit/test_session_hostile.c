/* What a stranger sends into a session, and messages changed on the way. */
#include "mdoc/handover.h"
#include "tests/unit/session_world.h"

/* What either side makes of a wrong message, and the other of its reply. */
static void test_wrong_messages(void)
{
    const struct { const char *name; struct bytes message; enum oc_err want; uint8_t status; }
    row[] = {
        { "no CBOR", BYTES("\xff\xff"), OC_SYNTAX, 11 },
        { "nothing", { 0 }, OC_TRUNCATED, 11 },
        { "cut short", BYTES("\xa1\x64" "data\x43x"), OC_TRUNCATED, 11 },
        { "a byte too many", BYTES("\xa1\x64" "data\x41x\x00"), OC_TRAILING, 11 },
        { "neither data nor status", BYTES("\xa0"), OC_SHAPE, 11 },
        { "a status unheard of", BYTES("\xa1\x66" "status\x15"), OC_SHAPE, 11 },
        { "too short to be encrypted", BYTES("\xa1\x64" "data\x41x"), OC_SIGNATURE, 10 },
        { "sixteen zeros", BYTES("\xa1\x64" "data\x50\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
          OC_SIGNATURE, 10 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        for (int by_holder = 0; by_holder < 2; by_holder++) {
            struct pair p = pair_open();
            struct mdoc_session *to = by_holder ? p.reader : p.holder;
            struct mdoc_session *from = by_holder ? p.holder : p.reader;
            struct buf plain = new_buf(), reply = new_buf(), none = new_buf();
            enum oc_err e;

            if (!by_holder)
                must(pass(p.holder, p.reader, BYTES("x"), false, SESSION_START) ? OC_OK : OC_BUG);
            e = mdoc_session_receive(to, &plain, &reply, row[i].message, SESSION_START);
            ok(e == row[i].want && plain.n == 0 && is_status_message(&reply, row[i].status) &&
               ended(to, (enum mdoc_session_status)row[i].status, false, e),
               "%s, to the %s: %s, %s", row[i].name, by_holder ? "reader" : "holder",
               oc_err_name(e), mdoc_session_ending(to).fault.reason);
            ok(mdoc_session_receive(from, &plain, &none, buf_view(&reply), SESSION_START) ==
                   OC_REFUSED && none.n == 0 && plain.n == 0 &&
               ended(from, (enum mdoc_session_status)row[i].status, true, OC_REFUSED),
               "of which the other is told");
            buf_cleanup(&plain);
            buf_cleanup(&reply);
            buf_cleanup(&none);
            pair_free(&p);
        }
}

/* Handed to a holder who waits for the first message. */
static void expect_first(struct bytes message, enum oc_err want, uint8_t status, const char *name)
{
    struct mdoc_session *s;
    struct buf plain = new_buf(), reply = new_buf();
    enum oc_err e;

    must(mdoc_session_holder_new(&s, &(struct mdoc_session_holder_spec){ .curve = CURVE_P256 },
                                 SESSION_START));
    e = mdoc_session_receive(s, &plain, &reply, message, SESSION_START);
    ok(e == want && plain.n == 0 && is_status_message(&reply, status) &&
       ended(s, (enum mdoc_session_status)status, false, want), "%s: %s, %s", name, oc_err_name(e),
       mdoc_session_ending(s).fault.reason);
    mdoc_session_free(&s);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
}

static void test_wrong_beginnings(void)
{
    struct private_key *p384 = new_key(CURVE_P384), *p256 = new_key(CURVE_P256);
    struct buf key = new_buf(), message = new_buf();

    mdoc_ereader_key_write(&key, private_key_public(p384));
    mdoc_session_establishment_write(&message, buf_view(&key), BYTES("0123456789abcdefg"));
    expect_first(buf_view(&message), OC_SIGNATURE, 10, "a key on another curve");
    buf_truncate(&key, 0);
    buf_truncate(&message, 0);
    mdoc_ereader_key_write(&key, private_key_public(p256));
    mdoc_session_establishment_write(&message, buf_view(&key), BYTES("0123456789abcdefg"));
    expect_first(buf_view(&message), OC_SIGNATURE, 10, "data under no key of ours");
    key.p[key.n - 1] ^= 1;
    buf_truncate(&message, 0);
    mdoc_session_establishment_write(&message, buf_view(&key), BYTES("0123456789abcdefg"));
    expect_first(buf_view(&message), OC_SHAPE, 11, "a point off the curve");
    expect_first(BYTES("\xa1\x66" "status\x14"), OC_SHAPE, 11, "SessionData instead");
    expect_first(BYTES("\xff"), OC_SYNTAX, 11, "no CBOR");
    private_key_free(&p384);
    private_key_free(&p256);
    buf_cleanup(&key);
    buf_cleanup(&message);
}

/* An X25519 key of small order agrees on zeros with everybody. */
static void test_small_order(void)
{
    struct mdoc_session *s;
    struct oc_fault fault = { 0 };
    struct buf plain = new_buf(), reply = new_buf(), message = new_buf(), key = new_buf();
    enum oc_err e;

    buf_add(&key, BYTES("\xa3\x01\x01\x20\x04\x21\x58\x20"));
    buf_extend(&key, 32);
    cbw_embed(&key, 0);
    mdoc_session_establishment_write(&message, buf_view(&key), BYTES("0123456789abcdefg"));
    must(mdoc_session_holder_new(&s, &(struct mdoc_session_holder_spec){ .curve = CURVE_X25519 },
                                 SESSION_START));
    e = mdoc_session_receive(s, &plain, &reply, buf_view(&message), SESSION_START);
    ok((e == OC_SIGNATURE || e == OC_SHAPE) && plain.n == 0 &&
       mdoc_session_state(s) == MDOC_SESSION_ENDED, "a key of small order: %s, %s", oc_err_name(e),
       mdoc_session_ending(s).fault.reason);
    mdoc_session_free(&s);
    buf_truncate(&message, 0);
    buf_add(&message, BYTES("\xa2\x00\x63" "1.0\x01\x82\x01"));
    buf_add(&message, buf_view(&key));
    e = mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
        .engagement = buf_view(&message) }, SESSION_START, &fault);
    ok(e == OC_SHAPE && s == NULL && fault.reason != NULL && fault.offset == 9,
       "and one in an engagement: %s, %s", oc_err_name(e), fault.reason);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    buf_cleanup(&message);
    buf_cleanup(&key);
}

static struct private_key *fixed_key(uint8_t fill)
{
    struct secret *d = secret_new(32);
    struct private_key *key = NULL;

    must(d != NULL ? OC_OK : OC_MEMORY);
    memset(secret_fill(d), fill, 32);
    must(private_key_new(&key, CURVE_P256, d));
    secret_free(&d);
    return key;
}

/* The same session each time, so that a message of one is a message of all. */
static struct pair fixed_pair(void)
{
    struct private_key *device = fixed_key(1), *reader = fixed_key(2);
    struct pair p;

    must(mdoc_session_holder_new(&p.holder, &(struct mdoc_session_holder_spec){
        .device_key = &device }, SESSION_START));
    must(mdoc_session_reader_new(&p.reader, &(struct mdoc_session_reader_spec){
        .engagement = mdoc_session_engagement(p.holder), .reader_key = &reader }, SESSION_START,
        NULL));
    must(device == NULL && reader == NULL ? OC_OK : OC_BUG);    /* moved */
    return p;
}

/* What a flip of one bit of `wire` comes to: not OC_OK, nothing said, and the end. */
static bool is_refused(struct mdoc_session *to, struct buf *wire, size_t bit)
{
    struct buf plain = new_buf(), reply = new_buf();
    enum oc_err e;
    bool refused;

    wire->p[bit / 8] ^= (uint8_t)(1 << bit % 8);
    e = mdoc_session_receive(to, &plain, &reply, buf_view(wire), SESSION_START);
    refused = e != OC_OK && plain.n == 0 && mdoc_session_state(to) == MDOC_SESSION_ENDED;
    wire->p[bit / 8] ^= (uint8_t)(1 << bit % 8);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    return refused;
}

/* A bit changed anywhere in an encrypted message, and it says nothing any more. */
static void test_flips(void)
{
    struct pair p = fixed_pair();
    struct buf request = new_buf(), response = new_buf(), again = new_buf(), plain = new_buf();
    size_t refused = 0;

    must(mdoc_session_send(p.reader, &request, BYTES("a request"), false, SESSION_START));
    must(mdoc_session_receive(p.holder, &plain, &again, buf_view(&request), SESSION_START));
    must(mdoc_session_send(p.holder, &response, BYTES("a response"), false, SESSION_START));
    pair_free(&p);
    for (size_t bit = 0; bit < 8 * request.n; bit++) {
        p = fixed_pair();
        refused += is_refused(p.holder, &request, bit);
        pair_free(&p);
    }
    ok(refused == 8 * request.n, "%zu flips of a SessionEstablishment are refused", refused);
    refused = 0;
    for (size_t bit = 0; bit < 8 * response.n; bit++) {
        p = fixed_pair();
        must(mdoc_session_send(p.reader, &again, BYTES("a request"), false, SESSION_START));
        refused += is_refused(p.reader, &response, bit);
        buf_truncate(&again, 0);
        pair_free(&p);
    }
    ok(refused == 8 * response.n, "and %zu of a SessionData", refused);
    p = fixed_pair();
    must(mdoc_session_send(p.reader, &again, BYTES("a request"), false, SESSION_START));
    ok(bytes_eq(buf_view(&again), buf_view(&request)) &&
       mdoc_session_receive(p.reader, &plain, &plain, buf_view(&response), SESSION_START) == OC_OK,
       "which as they were sent are taken");
    pair_free(&p);
    buf_cleanup(&request);
    buf_cleanup(&response);
    buf_cleanup(&again);
    buf_cleanup(&plain);
}

int main(void)
{
    must(secret_pool_init());
    test_wrong_messages();
    test_wrong_beginnings();
    test_small_order();
    test_flips();
    return done();
}
