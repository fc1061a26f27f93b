#include "wallet/consent.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

#define SPACE FIXTURE_SPACE
#define OTHER "org.example.other"

#define YES BYTES("\xf5")
#define NO BYTES("\xf4")

/* A card with age attestations that are wrong in their own ways. */
static const struct odd_item items[] = {
    { .name_space = SPACE, .name = "family_name", .value = BYTES("\x63" "Lin"), .digest_id = 1 },
    { .name_space = SPACE, .name = "age_over_16", .value = YES, .digest_id = 2 },
    { .name_space = SPACE, .name = "age_over_21", .value = YES, .digest_id = 3 },
    { .name_space = SPACE, .name = "age_over_65", .value = NO, .digest_id = 4 },
    { .name_space = SPACE, .name = "age_over_40", .value = BYTES("\x01"), .digest_id = 5 },
    { .name_space = SPACE, .name = "age_over_7", .value = YES, .digest_id = 6 },
    { .name_space = OTHER, .name = "age_over_60", .value = YES, .digest_id = 1 },
    { .name_space = OTHER, .name = "family_name", .value = BYTES("\x61" "L"), .digest_id = 2 },
};
enum { ITEMS_N = sizeof items / sizeof items[0] };

static void ask(struct buf *bytes, struct mdoc_device_request *request, const struct fixture *f,
                const struct mdoc_requested *elements, size_t n)
{
    *bytes = new_buf();
    fixture_request(bytes, f, elements, n, (struct bytes){ 0 }, buf_view(&f->transcript), 0);
    must(mdoc_device_request_init(request, buf_view(bytes), NULL));
}

/* Which item of `items` answers one element of the namespace: its index, or -1. */
static int answer(const struct fixture *f, const struct mdoc_issuer_signed *card,
                  const char *name_space, const char *name)
{
    struct mdoc_requested one = { bytes_str(name_space), bytes_str(name), false };
    struct mdoc_device_request request;
    struct buf bytes;
    struct consent consent;
    int found;

    ask(&bytes, &request, f, &one, 1);
    must(consent_init(&consent, &request, 0, card));
    found = consent.elements[0].item == NULL ? -1 : (int)(consent.elements[0].item - card->items);
    if (consent.n != 1 || consent.missing != (found < 0))
        found = -2;
    consent_cleanup(&consent);
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&bytes);
    return found;
}

static void test_answers(const struct fixture *f, const struct mdoc_issuer_signed *card)
{
    const struct { const char *name_space, *name; int want; } row[] = {
        { SPACE, "family_name", 0 },        { OTHER, "family_name", 7 },
        { SPACE, "given_name", -1 },        { "org.example.none", "family_name", -1 },
        { SPACE, "age_over_16", 1 },        { SPACE, "age_over_65", 3 },
        { SPACE, "age_over_18", 2 },        { SPACE, "age_over_10", 1 },
        { SPACE, "age_over_70", 3 },        { SPACE, "age_over_30", -1 },
        { SPACE, "age_over_40", -1 },       { SPACE, "age_over_7", 5 },
        { OTHER, "age_over_16", 6 },        { OTHER, "age_over_65", -1 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int got = answer(f, card, row[i].name_space, row[i].name);

        ok(got == row[i].want, "%s of %s: %s", row[i].name, row[i].name_space,
           got < 0 ? "missing" : items[got].name);
    }
}

static size_t kept(const struct consent *consent, const struct mdoc_issuer_signed *card,
                   bool keep[ITEMS_N])
{
    memset(keep, true, ITEMS_N * sizeof *keep);
    return consent_keep(keep, consent, card);
}

static void test_keep(const struct fixture *f, const struct mdoc_issuer_signed *card)
{
    static const struct mdoc_requested asked[] = {
        { BYTES(SPACE), BYTES("family_name"), true },
        { BYTES(SPACE), BYTES("age_over_18"), false },
        { BYTES(SPACE), BYTES("age_over_20"), false },
        { BYTES(SPACE), BYTES("portrait"), false },
    };
    struct mdoc_device_request request;
    struct mdoc_issuer_signed shown;
    struct buf bytes, out = new_buf();
    struct consent consent;
    bool keep[ITEMS_N];

    ask(&bytes, &request, f, asked, 4);
    must(consent_init(&consent, &request, 0, card));
    ok(consent.n == 4 && consent.missing == 1 && consent.elements[3].item == NULL,
       "three of four elements are answered");
    ok(consent.elements[0].intent_to_retain && !consent.elements[1].intent_to_retain,
       "what the verifier means to keep is carried along");
    ok(bytes_is(consent.elements[1].name, "age_over_18") &&
       bytes_is(consent.elements[1].item->name, "age_over_21"),
       "the asked name stands beside the one that answers it");
    ok(kept(&consent, card, keep) == 0 && !keep[0], "nothing is shown until it is agreed to");
    consent.elements[3].agreed = true;
    ok(kept(&consent, card, keep) == 0, "nor what is missing");
    consent.elements[1].agreed = consent.elements[2].agreed = true;
    ok(kept(&consent, card, keep) == 1 && keep[2], "one attestation answers two questions once");
    consent.elements[0].agreed = true;
    ok(kept(&consent, card, keep) == 2 && keep[0] && keep[2], "and the name, when agreed to");

    mdoc_issuer_signed_write(&out, card, keep);
    ok(mdoc_issuer_signed_init(&shown, buf_view(&out), NULL) == OC_OK && shown.items_n == 2 &&
       shown.spaces_n == 1, "what is written holds those two and no more");
    mdoc_issuer_signed_cleanup(&shown);

    ok(!consent_is_beyond(&consent.elements[0], asked, 1) &&
       consent_is_beyond(&consent.elements[1], asked, 1), "an element beyond the usual is found");
    ok(consent_is_beyond(&consent.elements[0],
                         &(struct mdoc_requested){ BYTES(OTHER), BYTES("family_name"), true }, 1),
       "of another namespace it is not the same");
    ok(consent_is_beyond(&consent.elements[0], NULL, 0), "where nothing is usual all is beyond");
    consent_cleanup(&consent);
    ok(consent.elements == NULL && consent.n == 0, "cleaned up");
    consent_cleanup(&consent);
    mdoc_device_request_cleanup(&request);
    buf_cleanup(&bytes);
    buf_cleanup(&out);
}

static void test_fit(const struct fixture *f, const struct mdoc_issuer_signed *card)
{
    struct odd_card other = { .items = items, .items_n = 1, .doc_type = "org.example.ticket" };
    struct mdoc_issuer_signed ticket;
    struct buf bytes = new_buf();
    struct consent consent;

    odd_card_write(&bytes, f, other);
    must(mdoc_issuer_signed_init(&ticket, buf_view(&bytes), NULL));
    ok(consent_fits(&f->request.docs[0], card), "a card of the docType fits");
    ok(!consent_fits(&f->request.docs[0], &ticket), "another does not");
    ok(consent_init(&consent, &f->request, 0, &ticket) == OC_USAGE && consent.elements == NULL,
       "and answers nothing");
    ok(consent_init(&consent, &f->request, 1, card) == OC_USAGE && consent.elements == NULL,
       "a docRequest that is not there");
    mdoc_issuer_signed_cleanup(&ticket);
    buf_cleanup(&bytes);
}

int main(void)
{
    struct mdoc_issuer_signed card;
    struct buf bytes = new_buf();
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    odd_card_write(&bytes, &f, (struct odd_card){ .items = items, .items_n = ITEMS_N });
    must(mdoc_issuer_signed_init(&card, buf_view(&bytes), NULL));
    test_answers(&f, &card);
    test_keep(&f, &card);
    test_fit(&f, &card);
    mdoc_issuer_signed_cleanup(&card);
    buf_cleanup(&bytes);
    fixture_cleanup(&f);
    return done();
}
