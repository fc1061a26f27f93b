#include "mdoc/session_cipher.h"

#include "mdoc/session_parts.h"
#include "tests/unit/session_world.h"

static struct session_cipher cipher(enum session_sender sender, uint32_t used)
{
    struct session_cipher c = { secret_copy(BYTES("0123456789abcdef0123456789abcdef")), used,
                                sender };

    must(c.key != NULL ? OC_OK : OC_MEMORY);
    return c;
}

static void test_order(void)
{
    struct session_cipher sends = cipher(SESSION_READER, 0), opens = cipher(SESSION_READER, 0);
    struct session_cipher other = cipher(SESSION_HOLDER, 0), late = cipher(SESSION_READER, 1);
    struct buf first = new_buf(), second = new_buf(), plain = new_buf();

    must(session_seal(&sends, &first, BYTES("same")));
    must(session_seal(&sends, &second, BYTES("same")));
    ok(sends.used == 2 && first.n == 4 + 16 && !bytes_eq(buf_view(&first), buf_view(&second)),
       "no two alike");
    ok(session_open(&other, &plain, buf_view(&first)) == OC_SIGNATURE && plain.n == 0,
       "not for another sender");
    ok(session_open(&late, &plain, buf_view(&first)) == OC_SIGNATURE && plain.n == 0,
       "not in another place");
    ok(session_open(&opens, &plain, buf_view(&first)) == OC_OK &&
       session_open(&opens, &plain, buf_view(&second)) == OC_OK &&
       bytes_is(buf_view(&plain), "samesame"), "in order");
    session_cipher_cleanup(&sends);
    session_cipher_cleanup(&opens);
    session_cipher_cleanup(&other);
    session_cipher_cleanup(&late);
    ok(sends.key == NULL && sends.used == 0, "all zero after cleanup");
    buf_cleanup(&first);
    buf_cleanup(&second);
    buf_cleanup(&plain);
}

/* The last counter serves, once. */
static void test_exhaustion(void)
{
    struct session_cipher sends = cipher(SESSION_HOLDER, UINT32_MAX - 1);
    struct session_cipher opens = cipher(SESSION_HOLDER, UINT32_MAX - 1);
    struct buf wire = new_buf(), plain = new_buf();

    ok(session_seal(&sends, &wire, BYTES("last")) == OC_OK && sends.used == UINT32_MAX &&
       session_open(&opens, &plain, buf_view(&wire)) == OC_OK, "the last message");
    ok(session_seal(&sends, &wire, BYTES("more")) == OC_LIMIT && wire.n == 4 + 16 &&
       session_open(&opens, &plain, buf_view(&wire)) == OC_LIMIT && plain.n == 4,
       "and none after it");
    session_cipher_cleanup(&sends);
    session_cipher_cleanup(&opens);
    buf_cleanup(&wire);
    buf_cleanup(&plain);
}

/* So it ends the session, on whichever side it is noticed. */
static void test_exhausted_session(void)
{
    struct pair p = pair_open();
    struct buf wire = new_buf(), plain = new_buf(), reply = new_buf();

    session_sends(p.holder)->used = UINT32_MAX;
    ok(mdoc_session_send(p.holder, &wire, BYTES("x"), false, SESSION_START) == OC_LIMIT &&
       is_status_message(&wire, 20) && ended(p.holder, MDOC_SESSION_TERMINATION, false, OC_LIMIT),
       "a session does not go on beyond its counter");
    pair_free(&p);
    p = pair_open();
    buf_truncate(&wire, 0);
    must(mdoc_session_send(p.holder, &wire, BYTES("x"), false, SESSION_START));
    session_receives(p.reader)->used = UINT32_MAX;
    ok(mdoc_session_receive(p.reader, &plain, &reply, buf_view(&wire), SESSION_START) == OC_LIMIT &&
       is_status_message(&reply, 20) && plain.n == 0 &&
       ended(p.reader, MDOC_SESSION_TERMINATION, false, OC_LIMIT), "nor when it receives");
    pair_free(&p);
    buf_cleanup(&wire);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
}

static void test_keys(void)
{
    struct private_key *p256 = new_key(CURVE_P256), *p384 = new_key(CURVE_P384);
    struct session_cipher c[2];

    ok(session_ciphers_init(c, p256, private_key_public(p384), BYTES("\x80")) == OC_SHAPE &&
       c[0].key == NULL && c[1].key == NULL, "keys on two curves");
    ok(session_ciphers_init(c, p256, private_key_public(p256), BYTES("\x80")) == OC_OK &&
       secret_view(c[SESSION_READER].key).n == 32 &&
       !secret_equal(c[SESSION_READER].key, secret_view(c[SESSION_HOLDER].key)),
       "one key for each direction");
    session_cipher_cleanup(&c[0]);
    session_cipher_cleanup(&c[1]);
    private_key_free(&p256);
    private_key_free(&p384);
}

int main(void)
{
    must(secret_pool_init());
    test_order();
    test_exhaustion();
    test_exhausted_session();
    test_keys();
    return done();
}
