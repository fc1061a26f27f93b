/*
 * Two showings of one holder to two verifiers share nothing that a showing of somebody else, of the
 * same card type, signer, day of issue and disclosed values, does not: over all bytes that leave,
 * by QR and by a session over NFC, and over what the verifiers decrypt. And the test can tell: it fails when
 * a status index, salts, a device key or a time with seconds are shared, or a copy is shown twice.
 */
#include "mdoc/nfc_handover.h"
#include "mdoc/session.h"
#include "tests/unit/traces.h"
#include "transport/frames.h"
#include "transport/nfc_card.h"
#include "transport/nfc_reader.h"
#include "wallet/wallet.h"

enum { CROWD = 800, DIGESTS = 24, STATUS_ENTRIES = 1000000 };

static struct fixture f;

/* What a card is issued with. */
struct copy_spec {
    int person;                                 /* of what is not disclosed */
    const struct private_key *device_key;
    const struct mdoc_batch *salts;             /* drawn from a copy of this; NULL: fresh */
    uint64_t status_index;
    int64_t seconds;                            /* past midnight, in `signed`; rounded away if 0 */
};

static uint64_t random_below(uint64_t n)
{
    uint64_t drawn;

    must(random_bytes((uint8_t *)&drawn, sizeof drawn));
    return drawn % n;
}

static const char person_names[2][8] = { "\x67" "Xiaoyun", "\x67" "Jianguo" };

static void issue_rounded(struct buf *out, const struct copy_spec *spec)
{
    const struct mdoc_claim claims[] = {
        { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin") },
        { FIXTURE_SPACE, "given_name", { (const uint8_t *)person_names[spec->person], 8 } },
        { FIXTURE_SPACE, "age_over_18", BYTES("\xf5") },
    };
    const struct mdoc_space_size size = { FIXTURE_SPACE, DIGESTS };
    const struct trust_status_ref status = {
        .mechanism = TRUST_STATUS_LIST, .uri = BYTES("https://issuer.example/status/1"),
        .index = spec->status_index,
    };
    struct mdoc_batch batch = { .random = { .left = 0 } };

    if (spec->salts != NULL)
        batch.random = spec->salts->random;
    must(mdoc_issue(out, &(struct mdoc_issue_spec){
        .doc_type = FIXTURE_TYPE, .claims = claims, .claims_n = 3, .sizes = &size, .sizes_n = 1,
        .digest = DIGEST_SHA256, .device_key = private_key_public(spec->device_key), .now = f.now,
        .valid_until = f.now + 30 * DATE_DAY_S, .signer = f.signer_key, .chain = &f.signer,
        .chain_n = 1, .batch = &batch, .status = &status,
    }, NULL));
    mdoc_batch_cleanup(&batch);
}

/* As an issuer would that does not round; everybody's salts are the same, so they link nobody. */
static void issue_to_the_second(struct buf *out, const struct copy_spec *spec)
{
    const struct odd_item items[] = {
        { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 0, false, false },
        { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 1, false, false },
    };
    int64_t day = date_floor(f.now, DATE_DAY_S);

    odd_card_write(out, &f, (struct odd_card){
        .items = items, .items_n = 2, .signed_at = day + spec->seconds, .valid_from = day + DATE_DAY_S / 2,
        .device_key = private_key_public(spec->device_key) });
}

/* A wallet, and the number of its one card. */
struct holder {
    struct wallet wallet;
    uint64_t card;
};

/* Take a copy in. The key is the wallet's from then on. */
static void take_in(struct holder *h, struct copy_spec spec)
{
    struct private_key *key = new_key(CURVE_P256);
    struct buf copy = new_buf();

    if (spec.device_key == NULL)
        spec.device_key = key;
    (spec.seconds > 0 ? issue_to_the_second : issue_rounded)(&copy, &spec);
    if (spec.device_key != key) {       /* the same key again, which no wallet would make */
        struct secret *d = private_key_secret(spec.device_key);

        private_key_free(&key);
        must(private_key_new(&key, CURVE_P256, d));
        secret_free(&d);
    }
    must(wallet_add_key(&h->wallet, &key, BYTES("a challenge of 24 bytes!"), f.now));
    must(wallet_store(&h->wallet, buf_view(&copy), &h->card, f.now, NULL));
    buf_cleanup(&copy);
}

/* The Document of one showing. The copy is spent, unless one-time copies are off. */
static void show(struct buf *document, struct holder *h, struct bytes transcript, bool one_time)
{
    struct wallet_copy *copy = wallet_next_copy(&h->wallet, h->card, true, f.now);

    must(copy != NULL ? OC_OK : OC_BUG);
    fixture_present(document, &copy->parsed, fixture_shown, 2, transcript, copy->key);
    if (one_time)
        wallet_copy_sent(&h->wallet, copy, f.now);
}

/* By QR: the frames, the response in them, and what the verifier's key opens. */
static void show_by_qr(struct traces *t, struct holder *h, bool one_time)
{
    struct private_key *once = new_key(CURVE_P256);
    struct buf parameters = new_buf(), transcript = new_buf(), asked = new_buf();
    struct buf document = new_buf(), response = new_buf(), opened = new_buf(), text = new_buf();
    struct mdoc_device_request request;
    struct mdoc_device_response parsed;
    struct frames frames;
    uint8_t nonce[16];

    must(random_bytes(nonce, sizeof nonce));
    mdoc_encryption_parameters_write(&parameters, private_key_public(once),
                                     (struct bytes){ nonce, sizeof nonce });
    mdoc_transcript_qr(&transcript, buf_view(&parameters));
    fixture_request(&asked, &f, fixture_asked, 2, buf_view(&parameters), buf_view(&transcript),
                    f.now + 300);
    must(mdoc_device_request_init(&request, buf_view(&asked), NULL));
    show(&document, h, buf_view(&transcript), one_time);
    fixture_seal(&response, &f, &request, buf_view(&document), 1);

    must(frames_init(&frames, buf_view(&response), FRAME_BYTES));
    for (size_t i = 0; i < frames.all; i++) {
        buf_truncate(&text, 0);
        frames_text(&text, &frames, i);
        traces_add(t, buf_view(&text));
    }
    traces_add_message(t, "response by QR", buf_view(&response));
    must(mdoc_device_response_init(&parsed, buf_view(&response), NULL));
    must(mdoc_documents_decrypt(&opened, &parsed.encrypted[0], once, buf_view(&transcript)));
    traces_add_message(t, "documents by QR", buf_view(&opened));

    mdoc_device_response_cleanup(&parsed);
    frames_cleanup(&frames);
    mdoc_device_request_cleanup(&request);
    private_key_free(&once);
    buf_cleanup(&parameters);
    buf_cleanup(&transcript);
    buf_cleanup(&asked);
    buf_cleanup(&document);
    buf_cleanup(&response);
    buf_cleanup(&opened);
    buf_cleanup(&text);
}

/* Run what the reader has begun; every response of the card leaves the holder. Message and answer
 * are those of the session, where one is sent. */
static void by_nfc(struct traces *t, struct nfc_reader *r, struct nfc_card *card,
                   struct buf *message, struct bytes answer)
{
    struct buf command = new_buf(), response = new_buf();

    while (nfc_reader_next(r, &command)) {
        buf_truncate(&response, 0);
        if (nfc_card_take(card, &response, buf_view(&command)) == NFC_CARD_MESSAGE) {
            buf_add(message, buf_view(&response));
            buf_truncate(&response, 0);
            nfc_card_answer(card, &response, answer);
        }
        traces_add(t, buf_view(&response));
        must(nfc_reader_take(r, buf_view(&response), NULL));
        buf_truncate(&command, 0);
    }
    buf_cleanup(&command);
    buf_cleanup(&response);
}

/* Both ends of NFC, in which one message goes each way. */
struct tap {
    struct nfc_card card;
    struct nfc_reader reader;
};

static void tap_init(struct tap *n, struct traces *t, struct bytes handover)
{
    struct buf none = new_buf();

    must(nfc_card_init(&n->card, handover, APDU_DATA_SHORT, APDU_ANSWER_SHORT));
    nfc_reader_init(&n->reader);
    nfc_reader_handover(&n->reader);
    by_nfc(t, &n->reader, &n->card, &none, (struct bytes){ 0 });
    must(bytes_eq(nfc_reader_result(&n->reader), handover) ? OC_OK : OC_BUG);
    nfc_reader_open(&n->reader);
    by_nfc(t, &n->reader, &n->card, &none, (struct bytes){ 0 });
    buf_cleanup(&none);
}

static void tap_cleanup(struct tap *n)
{
    nfc_reader_cleanup(&n->reader);
    nfc_card_cleanup(&n->card);
}

/* By a session over NFC, and its engagement as a QR code as well: the engagement in each of its
 * forms, the APDUs, what is sent encrypted, and what was in it. */
static void show_by_session(struct traces *t, struct holder *h, bool one_time)
{
    const struct mdoc_nfc_carrier itself = { .power = MDOC_NFC_ACTIVE, .is_for_mdoc = true,
                                             .max_command = APDU_DATA_SHORT,
                                             .max_response = APDU_ANSWER_SHORT };
    struct mdoc_session *holder, *reader;
    struct buf uri = new_buf(), handover = new_buf(), wire = new_buf(), request = new_buf();
    struct buf document = new_buf(), response = new_buf(), none = new_buf(), arrived = new_buf();
    struct tap tap;

    must(mdoc_session_holder_new(&holder, &(struct mdoc_session_holder_spec){
        .curve = CURVE_P256 }, 0));
    mdoc_engagement_uri_write(&uri, mdoc_session_engagement(holder));
    mdoc_nfc_select_write(&handover, mdoc_session_engagement(holder), &itself, 1);
    must(buf_err(&handover));
    must(mdoc_session_by_nfc(holder, buf_view(&handover), (struct bytes){ 0 }));
    traces_add(t, buf_view(&uri));
    traces_add_message(t, "engagement", mdoc_session_engagement(holder));

    tap_init(&tap, t, buf_view(&handover));
    must(mdoc_session_reader_new(&reader, &(struct mdoc_session_reader_spec){
        .nfc_select = buf_view(&handover) }, 0, NULL));
    must(mdoc_session_send(reader, &wire, BYTES("a request"), false, 0));
    must(mdoc_session_receive(holder, &request, &none, buf_view(&wire), 0));
    show(&document, h, mdoc_session_transcript(holder), one_time);
    mdoc_device_response_write(&response, buf_view(&document), 1);
    must(nfc_reader_send(&tap.reader, buf_view(&wire)));
    buf_truncate(&wire, 0);
    must(mdoc_session_send(holder, &wire, buf_view(&response), true, 0));
    by_nfc(t, &tap.reader, &tap.card, &arrived, buf_view(&wire));
    must(bytes_eq(nfc_reader_result(&tap.reader), buf_view(&wire)) ? OC_OK : OC_BUG);
    traces_add_message(t, "session data", buf_view(&wire));
    traces_add_message(t, "response in a session", buf_view(&response));

    tap_cleanup(&tap);
    mdoc_session_free(&reader);
    mdoc_session_free(&holder);
    buf_cleanup(&uri);
    buf_cleanup(&handover);
    buf_cleanup(&wire);
    buf_cleanup(&request);
    buf_cleanup(&document);
    buf_cleanup(&response);
    buf_cleanup(&none);
    buf_cleanup(&arrived);
}

/* What the holder of A and B, and everybody else, does otherwise than it should. */
struct habit {
    const char *what;
    bool same_status, same_salts, same_key, seconds, same_copy;
};

static struct copy_spec spec_of(const struct habit *habit, int person)
{
    return (struct copy_spec){
        .person = person, .status_index = random_below(STATUS_ENTRIES),
        .seconds = habit->seconds ? 1 + (int64_t)random_below(DATE_DAY_S / 2 - 1) : 0,
    };
}

/* One showing in each of the two ways, of copies of their own. */
static void leave(struct traces *t, struct holder *h, bool one_time)
{
    show_by_qr(t, h, one_time);
    show_by_session(t, h, one_time);
}

/* Many other holders, each showing once in each way. */
static void crowd_init(struct traces *crowd, const struct habit *habit)
{
    for (int i = 0; i < CROWD; i++) {
        struct holder other = { .card = 0 };

        wallet_init(&other.wallet);
        take_in(&other, spec_of(habit, 1));
        take_in(&other, spec_of(habit, 1));
        leave(crowd, &other, true);
        wallet_cleanup(&other.wallet);
    }
    traces_sort(crowd);
}

/* What a careless issuer gives all copies of a person. */
struct shared {
    struct copy_spec spec;
    struct private_key *keys[2];
    struct mdoc_batch salts;
};

static void shared_init(struct shared *s, const struct habit *habit)
{
    *s = (struct shared){ .spec = spec_of(habit, 0), .keys = { new_key(CURVE_P256),
                                                               new_key(CURVE_P256) } };
    must(random_bytes(s->salts.random.bytes, sizeof s->salts.random.bytes));
    s->salts.random.left = sizeof s->salts.random.bytes;
}

static void shared_cleanup(struct shared *s)
{
    private_key_free(&s->keys[0]);
    private_key_free(&s->keys[1]);
    mdoc_batch_cleanup(&s->salts);
}

/* Two copies of the same person and day, one for each way. */
static void holder_init(struct holder *h, const struct habit *habit, const struct shared *shared)
{
    *h = (struct holder){ .card = 0 };
    wallet_init(&h->wallet);
    for (int i = 0; i < 2; i++) {
        struct copy_spec one = spec_of(habit, 0);

        one.seconds = shared->spec.seconds;
        if (habit->same_status)
            one.status_index = shared->spec.status_index;
        if (habit->same_salts)
            one.salts = &shared->salts;
        if (habit->same_key)
            one.device_key = shared->keys[i];
        take_in(h, one);
    }
}

/* Whether A and B are linked, and by how much, in one round. */
static bool are_linked(const struct habit *habit, const struct traces *crowd, bool report)
{
    struct traces a = { .windows = { NULL, 0, 0 } }, b = a;
    struct shared shared;
    struct holder first, second;
    size_t windows, facts;

    shared_init(&shared, habit);
    holder_init(&first, habit, &shared);
    holder_init(&second, habit, &shared);
    leave(&a, &first, !habit->same_copy);
    leave(&b, habit->same_copy ? &first : &second, true);
    traces_sort(&a);
    traces_sort(&b);
    windows = trace_links(&a.windows, &b.windows, &crowd->windows);
    facts = trace_links(&a.facts, &b.facts, &crowd->facts);
    if (report)
        note("%s: of %zu strings and %zu values %zu and %zu are in common and nobody else's",
             habit->what, a.windows.n, a.facts.n, windows, facts);
    traces_cleanup(&a);
    traces_cleanup(&b);
    wallet_cleanup(&first.wallet);
    wallet_cleanup(&second.wallet);
    shared_cleanup(&shared);
    return windows > 0 || facts > 0;
}

static void test_habit(const struct habit *habit, const struct traces *crowd, bool want)
{
    int linked = 0;

    for (int i = 0; i < LINKED_ROUNDS; i++)
        linked += are_linked(habit, crowd, i == 0);
    ok(want ? linked == LINKED_ROUNDS : linked <= LINKED_ROUNDS / 2,
       "%s: linked in %d of %d rounds", habit->what, linked, LINKED_ROUNDS);
}

int main(void)
{
    const struct habit good = { .what = "as it is done" };
    const struct habit precise = { .what = "signed to the second", .seconds = true };
    struct traces crowd = { .windows = { NULL, 0, 0 } };

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    crowd_init(&crowd, &good);
    test_habit(&good, &crowd, false);
    test_habit(&(struct habit){ .what = "a status index shared", .same_status = true }, &crowd, true);
    test_habit(&(struct habit){ .what = "salts shared", .same_salts = true }, &crowd, true);
    test_habit(&(struct habit){ .what = "a device key shared", .same_key = true }, &crowd, true);
    test_habit(&(struct habit){ .what = "a copy shown twice", .same_copy = true }, &crowd, true);
    traces_cleanup(&crowd);
    crowd_init(&crowd, &precise);
    test_habit(&precise, &crowd, true);
    traces_cleanup(&crowd);
    fixture_cleanup(&f);
    return done();
}
