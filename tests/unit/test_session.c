#include "mdoc/session.h"

#include "tests/unit/session_world.h"

static void test_curves(void)
{
    size_t sessions = 0;

    for (size_t i = 0; curve_at(i) != NULL; i++) {
        enum curve curve = curve_at(i)->curve;
        struct mdoc_session *s;
        struct pair p;
        bool well = true;

        if (!curve_at(i)->agrees) {
            ok(mdoc_session_holder_new(&s, &(struct mdoc_session_holder_spec){ .curve = curve },
                                       SESSION_START) == OC_USAGE && s == NULL,
               "no session on %s", curve_at(i)->name);
            continue;
        }
        p = pair_on(curve);
        for (int round = 0; round < 3; round++) {
            well &= pass(p.reader, p.holder, BYTES("a request"), false, SESSION_START + round);
            well &= pass(p.holder, p.reader, BYTES("a response"), round == 2,
                         SESSION_START + round);
        }
        ok(well && ended(p.holder, MDOC_SESSION_TERMINATION, false, OC_OK) &&
           ended(p.reader, MDOC_SESSION_TERMINATION, true, OC_OK), "three exchanges on %s",
           curve_at(i)->name);
        sessions++;
        pair_free(&p);
    }
    ok(sessions == 9, "nine curves");
}

/* Every message is another text, though it says the same. */
static void test_counters(void)
{
    struct pair p = pair_open();
    struct buf wire = new_buf(), plain = new_buf(), reply = new_buf(), first = new_buf();

    must(mdoc_session_send(p.holder, &first, BYTES("yes"), false, SESSION_START));
    must(mdoc_session_receive(p.reader, &plain, &reply, buf_view(&first), SESSION_START));
    ok(pass(p.reader, p.holder, BYTES("again"), false, SESSION_START), "asked again");
    must(mdoc_session_send(p.holder, &wire, BYTES("yes"), false, SESSION_START));
    ok(wire.n == first.n && !bytes_eq(buf_view(&wire), buf_view(&first)), "the same, otherwise");
    ok(mdoc_session_receive(p.reader, &plain, &reply, buf_view(&first), SESSION_START) ==
           OC_SIGNATURE && is_status_message(&reply, 10), "an earlier one instead is refused");
    buf_cleanup(&wire);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    buf_cleanup(&first);
    pair_free(&p);
}

static void test_turns(void)
{
    struct pair p = pair_on(CURVE_P256);
    struct buf wire = new_buf(), plain = new_buf(), reply = new_buf();
    static uint8_t large[MDOC_SESSION_PLAINTEXT_MAX + 1];

    ok(mdoc_session_send(p.holder, &wire, BYTES("x"), false, SESSION_START) == OC_USAGE &&
       mdoc_session_send(p.reader, &wire, BYTES("x"), true, SESSION_START) == OC_USAGE &&
       mdoc_session_send(p.reader, &wire, (struct bytes){ 0 }, false, SESSION_START) == OC_USAGE &&
       mdoc_session_send(p.reader, &wire, BYTES_OF(large), false, SESSION_START) == OC_USAGE &&
       wire.n == 0, "out of turn; nothing, too much, and a first message that is the last");
    ok(pass(p.reader, p.holder, BYTES("request"), false, SESSION_START), "after which it begins");
    ok(mdoc_session_send(p.reader, &wire, BYTES("x"), false, SESSION_START) == OC_USAGE &&
       mdoc_session_state(p.reader) == MDOC_SESSION_TO_RECEIVE &&
       mdoc_session_state(p.holder) == MDOC_SESSION_TO_SEND, "asking twice is misuse");
    ok(pass(p.holder, p.reader, BYTES("response"), false, SESSION_START), "and changes nothing");
    must(mdoc_session_send(p.reader, &wire, BYTES("x"), false, SESSION_START));
    must(mdoc_session_receive(p.holder, &plain, &reply, buf_view(&wire), SESSION_START));
    ok(mdoc_session_receive(p.holder, &plain, &reply, buf_view(&wire), SESSION_START) ==
           OC_REFUSED && is_status_message(&reply, 20) && plain.n == 1 &&
       ended(p.holder, MDOC_SESSION_TERMINATION, false, OC_REFUSED), "who asks in our turn");
    buf_cleanup(&wire);
    buf_cleanup(&plain);
    buf_cleanup(&reply);
    pair_free(&p);
}

static void test_full_buffers(void)
{
    struct pair p = pair_open();
    struct buf tiny, plain = new_buf(), failed = new_buf();

    buf_fail(&failed, OC_MEMORY);
    ok(mdoc_session_send(p.holder, &failed, BYTES("x"), false, SESSION_START) == OC_USAGE &&
       mdoc_session_receive(p.reader, &plain, &failed, BYTES("x"), SESSION_START) == OC_USAGE &&
       mdoc_session_receive(p.reader, &failed, &plain, BYTES("x"), SESSION_START) == OC_USAGE,
       "a buffer that has failed is misuse");
    buf_init(&tiny, 12);
    buf_add(&tiny, BYTES("before"));
    ok(mdoc_session_send(p.holder, &tiny, BYTES("x"), false, SESSION_START) == OC_LIMIT &&
       bytes_is(buf_view(&tiny), "before") &&
       ended(p.holder, MDOC_SESSION_NO_STATUS, false, OC_LIMIT), "one that is full ends it");
    ok(mdoc_session_end(p.reader, &tiny) == OC_LIMIT && bytes_is(buf_view(&tiny), "before") &&
       ended(p.reader, MDOC_SESSION_NO_STATUS, false, OC_OK), "ended, though nobody can be told");
    buf_cleanup(&tiny);
    buf_cleanup(&plain);
    buf_cleanup(&failed);
    pair_free(&p);
}

/* After the end nothing works, whoever ended it and how. */
static void test_after_the_end(void)
{
    for (int by_holder = 0; by_holder < 2; by_holder++) {
        struct pair p = pair_open();
        struct mdoc_session *by = by_holder ? p.holder : p.reader;
        struct mdoc_session *other = by_holder ? p.reader : p.holder;
        struct buf wire = new_buf(), plain = new_buf(), reply = new_buf();

        ok(mdoc_session_end(by, &wire) == OC_OK && is_status_message(&wire, 20) &&
           ended(by, MDOC_SESSION_TERMINATION, false, OC_OK), "ended by the %s",
           by_holder ? "holder" : "reader");
        ok(mdoc_session_receive(other, &plain, &reply, buf_view(&wire), SESSION_START) == OC_OK &&
           plain.n == 0 && reply.n == 0 && ended(other, MDOC_SESSION_TERMINATION, true, OC_OK),
           "which the other is told");
        ok(mdoc_session_send(by, &plain, BYTES("x"), false, SESSION_START) == OC_USAGE &&
           mdoc_session_send(other, &plain, BYTES("x"), false, SESSION_START) == OC_USAGE &&
           mdoc_session_receive(by, &plain, &reply, buf_view(&wire), SESSION_START) == OC_USAGE &&
           mdoc_session_receive(other, &plain, &reply, buf_view(&wire), SESSION_START) ==
               OC_USAGE &&
           mdoc_session_end(by, &reply) == OC_USAGE &&
           mdoc_session_check_time(other, &reply, SESSION_START) == OC_USAGE &&
           mdoc_session_by_nfc(p.holder, BYTES("x"), BYTES("x")) == OC_USAGE && plain.n == 0 &&
           reply.n == 0, "after which nothing works");
        ok(mdoc_session_reader_key(p.reader) == NULL && mdoc_session_reader_key(p.holder) == NULL &&
           mdoc_session_transcript(other).n > 0, "the key is gone, the transcript stays");
        buf_cleanup(&wire);
        buf_cleanup(&plain);
        buf_cleanup(&reply);
        pair_free(&p);
    }
}

static void test_before_the_beginning(void)
{
    struct pair p = pair_on(CURVE_P256);
    struct buf out = new_buf(), plain = new_buf();

    ok(mdoc_session_transcript(p.holder).n == 0 && mdoc_session_transcript(p.reader).n > 0 &&
       mdoc_session_peer_key(p.holder) == NULL && mdoc_session_reader_key(p.reader) != NULL,
       "the reader knows the transcript, the holder not yet");
    ok(mdoc_session_end(p.holder, &out) == OC_OK && out.n == 0 &&
       ended(p.holder, MDOC_SESSION_NO_STATUS, false, OC_OK), "there is nobody to tell");
    ok(mdoc_session_receive(p.reader, &plain, &out, BYTES("\xa1\x66" "status\x14"),
                            SESSION_START) == OC_OK &&
       ended(p.reader, MDOC_SESSION_TERMINATION, true, OC_OK), "a holder who has changed his mind");
    buf_cleanup(&out);
    buf_cleanup(&plain);
    pair_free(&p);
}

static void test_engagement_time(void)
{
    const int64_t late = SESSION_START + MDOC_SESSION_ENGAGEMENT_MIN_S;
    struct pair p = pair_on(CURVE_P256);
    struct buf out = new_buf(), plain = new_buf();

    ok(mdoc_session_deadline(p.holder) == late && mdoc_session_deadline(p.reader) == late,
       "30 seconds");
    ok(mdoc_session_check_time(p.holder, &out, late - 1) == OC_OK &&
       pass(p.reader, p.holder, BYTES("x"), false, late - 1), "in the last of them");
    pair_free(&p);
    p = pair_on(CURVE_P256);
    ok(mdoc_session_check_time(p.holder, &out, late) == OC_EXPIRED && out.n == 0 &&
       ended(p.holder, MDOC_SESSION_NO_STATUS, false, OC_EXPIRED),
       "then it is over, and nobody is told");
    ok(mdoc_session_send(p.reader, &out, BYTES("x"), false, late) == OC_EXPIRED && out.n == 0 &&
       ended(p.reader, MDOC_SESSION_NO_STATUS, false, OC_EXPIRED), "nor does the reader begin");
    pair_free(&p);
    p = pair_on(CURVE_P256);
    must(mdoc_session_send(p.reader, &out, BYTES("x"), false, SESSION_START));
    ok(mdoc_session_receive(p.holder, &plain, &plain, buf_view(&out), late) == OC_EXPIRED &&
       plain.n == 0, "a first message that comes too late");
    pair_free(&p);
    buf_cleanup(&out);
    buf_cleanup(&plain);
}

static void test_idle_time(void)
{
    const int64_t idle = MDOC_SESSION_INACTIVITY_MIN_S;
    struct pair p = pair_open();
    struct buf out = new_buf(), plain = new_buf();

    ok(pass(p.holder, p.reader, BYTES("x"), false, SESSION_START + idle - 1) &&
       pass(p.reader, p.holder, BYTES("x"), false, SESSION_START + 2 * idle - 2) &&
       mdoc_session_deadline(p.holder) == SESSION_START + 3 * idle - 2,
       "each message begins it anew");
    ok(mdoc_session_check_time(p.reader, &out, SESSION_START + 3 * idle - 2) == OC_EXPIRED &&
       is_status_message(&out, 20) && ended(p.reader, MDOC_SESSION_TERMINATION, false, OC_EXPIRED),
       "idle for 300 seconds");
    ok(mdoc_session_receive(p.holder, &plain, &plain, buf_view(&out),
                            SESSION_START + 3 * idle - 3) == OC_OK &&
       ended(p.holder, MDOC_SESSION_TERMINATION, true, OC_OK), "which the other is told");
    pair_free(&p);
    p = pair_open();
    buf_truncate(&out, 0);
    ok(mdoc_session_receive(p.reader, &plain, &out, BYTES("\xa0"), SESSION_START + idle) ==
           OC_EXPIRED && is_status_message(&out, 20), "a message after that is not looked at");
    buf_truncate(&out, 0);
    ok(mdoc_session_send(p.holder, &out, BYTES("x"), false, SESSION_START - 1) == OC_EXPIRED &&
       is_status_message(&out, 20), "a clock that goes back");
    pair_free(&p);
    buf_cleanup(&out);
    buf_cleanup(&plain);
}

static void test_limits(void)
{
    const struct { struct mdoc_session_limits limits; enum oc_err want; } row[] = {
        { { 300, 30 }, OC_OK }, { { 86400, 86400 }, OC_OK }, { { 299, 0 }, OC_USAGE },
        { { 0, 29 }, OC_USAGE }, { { 86401, 0 }, OC_USAGE }, { { 0, 86401 }, OC_USAGE },
        { { -1, 0 }, OC_USAGE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mdoc_session *s;
        enum oc_err e = mdoc_session_holder_new(&s, &(struct mdoc_session_holder_spec){
            .curve = CURVE_X25519, .limits = row[i].limits }, INT64_MAX - 10);

        ok(e == row[i].want && (s != NULL) == (e == OC_OK) &&
           (s == NULL || mdoc_session_deadline(s) == INT64_MAX), "%lld and %lld seconds: %s",
           (long long)row[i].limits.inactivity_s, (long long)row[i].limits.engagement_s,
           oc_err_name(e));
        mdoc_session_free(&s);
    }
}

static void test_reader_misuse(void)
{
    struct private_key *p384 = new_key(CURVE_P384);
    struct oc_fault fault = { 0 };
    struct pair p = pair_on(CURVE_P256);
    struct bytes engagement = mdoc_session_engagement(p.holder);
    struct mdoc_nfc_carrier nfc = { .is_for_mdoc = true, .max_command = 255, .max_response = 256 };
    struct buf broken = new_buf(), select = new_buf();
    struct mdoc_session *s;

    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){ .engagement = { 0 } },
                               SESSION_START, NULL) == OC_USAGE && s == NULL, "no engagement");
    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
           .engagement = engagement, .nfc_select = engagement }, SESSION_START, NULL) == OC_USAGE &&
       s == NULL, "two ways of engagement");
    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
           .engagement = engagement, .nfc_request = engagement }, SESSION_START, NULL) == OC_USAGE,
       "a request of NFC without its answer");
    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
           .engagement = engagement, .reader_key = &p384 }, SESSION_START, NULL) == OC_USAGE &&
       s == NULL && p384 != NULL, "a key on another curve, which stays ours");
    buf_add(&broken, engagement);
    broken.p[1] ^= 0x40;
    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
           .engagement = buf_view(&broken) }, SESSION_START, &fault) == OC_SHAPE &&
       fault.reason != NULL, "an engagement that is none");
    mdoc_nfc_select_write(&select, BYTES("\xa0"), &nfc, 1);
    ok(mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
           .nfc_select = buf_view(&select) }, SESSION_START, &fault) == OC_SHAPE &&
       fault.offset == select.n - 1, "one that is none within a handover, at %zu of %zu",
       fault.offset, select.n);
    private_key_free(&p384);
    buf_cleanup(&broken);
    buf_cleanup(&select);
    pair_free(&p);
}

/* The transcripts agree, and a changed bit of the handover is as good as another session. */
static void test_nfc(void)
{
    const struct mdoc_nfc_carrier nfc = { .power = MDOC_NFC_ACTIVE, .is_for_mdoc = true,
                                          .max_command = 65535, .max_response = 65536 };
    static uint8_t large[MDOC_ENGAGEMENT_MAX + 1];

    for (int with_request = 0; with_request < 2; with_request++)
        for (int changed = 0; changed < 2; changed++) {
            struct bytes request = with_request ? BYTES("Hr") : (struct bytes){ 0 };
            struct pair p = pair_on(CURVE_P256);
            struct buf select = new_buf();
            bool passes;

            mdoc_session_free(&p.reader);
            mdoc_nfc_select_write(&select, mdoc_session_engagement(p.holder), &nfc, 1);
            ok(mdoc_session_by_nfc(p.holder, BYTES("\xd0\x00\x00"), request) == OC_USAGE &&
               mdoc_session_by_nfc(p.holder, buf_view(&select), BYTES_OF(large)) == OC_LIMIT &&
               mdoc_session_by_nfc(p.holder, buf_view(&select), request) == OC_OK,
               "a handover of this engagement, and no other");
            select.p[11] ^= changed ? 2 : 0;        /* the carrier's power */
            must(mdoc_session_reader_new(&p.reader, &(struct mdoc_session_reader_spec){
                .nfc_select = buf_view(&select), .nfc_request = request }, SESSION_START, NULL));
            ok(mdoc_session_by_nfc(p.reader, buf_view(&select), request) == OC_USAGE,
               "which is the holder's to say");
            passes = pass(p.reader, p.holder, BYTES("request"), false, SESSION_START);
            ok(passes == !changed &&
               bytes_eq(mdoc_session_transcript(p.reader), mdoc_session_transcript(p.holder)) ==
                   !changed, "NFC, %s request, %s", with_request ? "with a" : "without a",
               changed ? "a bit changed on the way" : "as it was sent");
            ok(mdoc_session_by_nfc(p.holder, buf_view(&select), request) == OC_USAGE,
               "and not after that");
            buf_cleanup(&select);
            pair_free(&p);
        }
}

/* A last response keeps the key that may have to check its MAC; nothing else does. */
static void test_reader_key(void)
{
    struct pair p = pair_open();

    ok(public_key_equal(mdoc_session_peer_key(p.holder),
                        private_key_public(mdoc_session_reader_key(p.reader))),
       "both know EReaderKey");
    ok(pass(p.holder, p.reader, BYTES("response"), true, SESSION_START) &&
       ended(p.reader, MDOC_SESSION_TERMINATION, true, OC_OK) &&
       mdoc_session_reader_key(p.reader) != NULL && mdoc_session_reader_key(p.holder) == NULL,
       "which stays after a last response");
    pair_free(&p);
    ok(p.reader == NULL && p.holder == NULL, "until the session is freed");
}

int main(void)
{
    must(secret_pool_init());
    test_curves();
    test_counters();
    test_turns();
    test_full_buffers();
    test_after_the_end();
    test_before_the_beginning();
    test_engagement_time();
    test_idle_time();
    test_limits();
    test_reader_misuse();
    test_nfc();
    test_reader_key();
    return done();
}
