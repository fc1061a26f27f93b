/* Responses that are wrong on purpose: each is refused by the check that its row names, by no
 * other, and the same response without the flaw is accepted. */
#include <string.h>

#include "holder/defects/response.h"
#include "tests/unit/showing.h"
#include "tests/unit/wrong_row.h"

/* One way to show the fixture's card. */
struct world {
    const char *name;
    struct fixture *f;
    struct private_key *reader_key;         /* for a MAC; NULL: signed */
    struct mdoc_encryption_parameters encryption;
    bool is_sealed;
    struct buf request_bytes;
    struct mdoc_device_request request;     /* of two documents; docs_n 0: the fixture's */
    struct buf documents;
    struct flaw_showing showing;
};

/* The fixture's card with an age that follows from another. */
static void age_card(struct fixture *f)
{
    const struct mdoc_claim claims[] = {
        { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin") },
        { FIXTURE_SPACE, "age_over_14", BYTES("\xf5") },
        { FIXTURE_SPACE, "age_over_18", BYTES("\xf5") },
        { FIXTURE_SPACE, "age_over_60", BYTES("\xf4") },
        { "example.guangzhou.vid.1", "ethnicity", BYTES("\x62" "01") },
    };

    mdoc_issuer_signed_cleanup(&f->card);
    buf_truncate(&f->card_bytes, 0);
    must(mdoc_issue(&f->card_bytes, &(struct mdoc_issue_spec){
        .doc_type = FIXTURE_TYPE, .claims = claims, .claims_n = sizeof claims / sizeof claims[0],
        .digest = DIGEST_SHA256, .device_key = private_key_public(f->device_key), .now = f->now,
        .valid_until = f->now + 30 * (int64_t)DATE_DAY_S, .signer = f->signer_key,
        .chain = &f->signer,
        .chain_n = 1 }, NULL));
    must(mdoc_issuer_signed_init(&f->card, buf_view(&f->card_bytes), NULL));
}

static void put_document(struct world *w)
{
    const struct mdoc_issuer_signed *card = &w->f->card;
    bool keep[16] = { false };

    for (size_t i = 0; i < card->items_n; i++)
        keep[i] = bytes_is(card->items[i].name, "family_name") ||
                  bytes_is(card->items[i].name, "age_over_18");
    must(mdoc_document_write(&w->documents, &(struct mdoc_document_spec){
        .card = card, .keep = keep, .transcript = buf_view(&w->f->transcript),
        .device_key = w->f->device_key,
        .reader_key = w->reader_key != NULL ? private_key_public(w->reader_key) : NULL }));
    w->showing.documents_n++;
}

static void ask_twice(struct world *w)
{
    const struct mdoc_doc_request_spec doc = {
        .doc_type = FIXTURE_TYPE, .elements = fixture_asked, .elements_n = 2 };
    const struct mdoc_doc_request_spec docs[] = { doc, doc };

    mdoc_device_request_write(&w->request_bytes, &(struct mdoc_request_spec){
        .docs = docs, .docs_n = 2, .transcript = buf_view(&w->f->transcript) });
    must(buf_err(&w->request_bytes));
    must(mdoc_device_request_init(&w->request, buf_view(&w->request_bytes), NULL));
}

static void world_init(struct world *w, const char *name, struct fixture *f, bool sealed, bool mac,
                       size_t documents_n)
{
    *w = (struct world){ .name = name, .f = f, .is_sealed = sealed, .documents = new_buf(),
                         .request_bytes = new_buf() };
    if (mac)
        w->reader_key = new_key(CURVE_P256);
    if (documents_n > 1)
        ask_twice(w);
    must(mdoc_encryption_parameters_init(&w->encryption, &f->request, NULL));
    while (w->showing.documents_n < documents_n)
        put_document(w);
    w->showing.documents = buf_view(&w->documents);
    w->showing.card = &f->card;
    w->showing.device_key = f->device_key;
    w->showing.reader_key = mac ? private_key_public(w->reader_key) : NULL;
    w->showing.transcript = buf_view(&f->transcript);
    w->showing.encryption = sealed ? &w->encryption : NULL;
}

static void world_cleanup(struct world *w)
{
    mdoc_device_request_cleanup(&w->request);
    mdoc_encryption_parameters_cleanup(&w->encryption);
    private_key_free(&w->reader_key);
    buf_cleanup(&w->documents);
    buf_cleanup(&w->request_bytes);
}

static enum oc_err verify(struct mdoc_report *report, const struct world *w, struct bytes message)
{
    struct mdoc_verify_in in = w->is_sealed ? fixture_verify_in(w->f) : plain_in(w->f);
    struct mdoc_claims *claims;
    enum oc_err e;

    in.message = message;
    in.reader_key = w->reader_key;
    if (w->request.docs_n > 0)
        in.request = &w->request;
    e = mdoc_verify(&claims, report, &in);
    mdoc_claims_free(&claims);
    return e;
}

/* Whether `id` stands among the words of `ids`. */
static bool is_among(const char *id, const char *ids)
{
    for (size_t n = strlen(id); ids != NULL && *ids != '\0'; ids += strspn(ids, " ")) {
        size_t word = strcspn(ids, " ");

        if (word == n && memcmp(ids, id, n) == 0)
            return true;
        ids += word;
    }
    return false;
}

/* The named check fails, and none but those of the row. */
static bool fails_alone(const struct flaw *flaw, const struct mdoc_report *report)
{
    bool named = false;

    for (int doc = -1; doc < (int)report->documents_n; doc++) {
        const struct mdoc_check *checks =
            doc < 0 ? report->checks : report->documents[doc].checks;
        int to = doc < 0 ? MDOC_FIRST_DOCUMENT_CHECK : MDOC_CHECKS_N;

        for (int i = doc < 0 ? 0 : MDOC_FIRST_DOCUMENT_CHECK; i < to; i++) {
            const char *id = mdoc_check_info((enum mdoc_check_id)i)->id;

            if (checks[i].outcome != MDOC_FAIL)
                continue;
            named |= strcmp(id, flaw->check) == 0;
            if (strcmp(id, flaw->check) != 0 && !is_among(id, flaw->also))
                return false;
        }
    }
    return named;
}

static bool is_as_promised(const struct flaw *flaw, enum oc_err e,
                           const struct mdoc_report *report)
{
    if (strcmp(flaw->check, "message") == 0)
        return e >= OC_SYNTAX && e <= OC_LIMIT && report->documents_n == 0 &&
               report->fault.reason != NULL;
    if (flaw->verdict == WRONG_TAKEN)
        return e == OC_OK && report->accepted;
    return e != OC_OK && !report->accepted && fails_alone(flaw, report);
}

/* How many flaws cannot be made in this world. */
static size_t test_world(const struct world *w)
{
    const struct flaw *flaw;
    size_t left_out = 0;

    for (size_t i = 0; (flaw = flaw_at(i)) != NULL; i++) {
        static struct mdoc_report report;
        struct buf wrong = new_buf();
        const char *reason = NULL;
        enum oc_err e = flaw_write(&wrong, flaw, &w->showing, &reason);

        if (e == OC_USAGE) {
            left_out++;
            ok(reason != NULL && wrong.n == 0, "%s: %s: %s", w->name, flaw->name, reason);
        } else {
            const struct mdoc_check *block;

            must(e);
            e = verify(&report, w, buf_view(&wrong));
            block = mdoc_report_first_block(&report, NULL, NULL);
            ok(is_as_promised(flaw, e, &report), "%s: %s: %s: %s (%s)", w->name, flaw->name,
               flaw->check, oc_err_name(e), report.fault.reason != NULL ? report.fault.reason
                                            : block != NULL ? block->detail : "accepted");
        }
        buf_cleanup(&wrong);
    }
    return left_out;
}

static void change_nothing(struct wrong_response *r, const struct flaw *flaw)
{
    (void)r;
    (void)flaw;
}

/* Whatever differs in a wrong response, the flaw made it: at no stage is anything else changed.
 * What ECDSA and HPKE make is made anew each time. */
static void test_control(const struct world *w)
{
    struct buf right = new_buf();
    bool is_random = w->is_sealed || (w->reader_key == NULL &&
                                      private_key_curve(w->f->device_key) != CURVE_ED25519);
    size_t well = 0;

    if (w->is_sealed)
        must(mdoc_response_encrypt(&right, w->showing.documents, w->showing.documents_n,
                                   &w->encryption, w->showing.transcript, 0));
    else
        mdoc_device_response_write(&right, w->showing.documents, w->showing.documents_n);
    for (int stage = FLAW_ELEMENTS; stage <= FLAW_RESPONSE; stage++) {
        const struct flaw none = { .name = "none", .stage = (enum flaw_stage)stage,
                                   .make = change_nothing };
        static struct mdoc_report report;
        struct buf same = new_buf();

        must(flaw_write(&same, &none, &w->showing, NULL));
        well += same.n == right.n && verify(&report, w, buf_view(&same)) == OC_OK &&
                report.accepted && (is_random || bytes_eq(buf_view(&same), buf_view(&right)));
        buf_cleanup(&same);
    }
    ok(well == FLAW_RESPONSE + 1, "%s: without a flaw it is %s, and accepted", w->name,
       is_random ? "as long as it was" : "byte for byte the same");
    buf_cleanup(&right);
}

static void test_table(void)
{
    const struct flaw *flaw;
    size_t n = 0, odd = 0;

    for (; (flaw = flaw_at(n)) != NULL; n++) {
        if (!is_good_row(flaw->name, flaw->check, flaw->also, flaw->text, flaw->verdict) ||
            flaw_find(flaw->name) != flaw) {
            note("%s", flaw->name);
            odd++;
        }
    }
    ok(n >= 50, "%zu flaws", n);
    ok(odd == 0, "each has a name of its own, a sentence, and a check that there is");
    ok(flaw_find("no-such-flaw") == NULL, "a name that none has finds none");
}

/* Where the issuer lets the device say an element, that both say it is all that is wrong. */
static void test_authorized(struct fixture *f)
{
    struct flaw alone = *flaw_find("element-by-both");
    static struct mdoc_report report;
    struct buf wrong = new_buf();
    struct world w;
    enum oc_err e;

    mdoc_issuer_signed_cleanup(&f->card);
    buf_truncate(&f->card_bytes, 0);
    odd_card_write(&f->card_bytes, f, (struct odd_card){
        .items = good_items, .items_n = GOOD_N,
        .key_authorizations = BYTES("\xa1\x6a" "nameSpaces" "\x81\x6f" FIXTURE_SPACE) });
    must(mdoc_issuer_signed_init(&f->card, buf_view(&f->card_bytes), NULL));
    world_init(&w, "authorised", f, false, false, 1);
    alone.also = NULL;
    must(flaw_write(&wrong, &alone, &w.showing, NULL));
    e = verify(&report, &w, buf_view(&wrong));
    ok(is_as_promised(&alone, e, &report), "an element by both, and the device may say it: %s",
       oc_err_name(e));
    buf_truncate(&wrong, 0);
    e = flaw_write(&wrong, flaw_find("element-age-wrong"), &w.showing, NULL);
    ok(e == OC_USAGE && wrong.n == 0, "no age too many is shown of a card that has no weaker one");
    world_cleanup(&w);
    buf_cleanup(&wrong);
}

static void test_not_documents(const struct world *w)
{
    struct flaw_showing showing = w->showing;
    struct buf wrong = new_buf();
    enum oc_err e;

    showing.documents = BYTES("\xa0");
    showing.documents_n = 1;
    e = flaw_write(&wrong, flaw_at(0), &showing, NULL);
    ok(e == OC_SHAPE && wrong.n == 0, "what is no document is not made a wrong one: %s",
       oc_err_name(e));
    buf_cleanup(&wrong);
}

/* An element too many tells nobody more than those agreed to. */
static void test_discloses_nothing(const struct world *w)
{
    struct buf wrong = new_buf();
    struct mdoc_device_response p;
    const struct mdoc_issuer_signed *card;

    must(flaw_write(&wrong, flaw_find("element-unasked"), &w->showing, NULL));
    must(mdoc_device_response_init(&p, buf_view(&wrong), NULL));
    card = &p.documents[0].issuer_signed;
    ok(card->items_n == 3 &&
       mdoc_issuer_signed_item(card, BYTES(FIXTURE_SPACE), BYTES("age_over_14")) != NULL,
       "from \"over 18\" follows \"over 14\", and that is all that is shown beyond it");
    mdoc_device_response_cleanup(&p);
    buf_cleanup(&wrong);
}

int main(void)
{
    enum { OF_MACS = 5, OF_SIGNATURES = 5, OF_ENCRYPTION = 12, OF_SEVERAL = 1 };
    struct fixture f;
    struct world w;

    must(secret_pool_init());
    test_table();
    fixture_init(&f, CURVE_P256, CURVE_P256);
    age_card(&f);
    world_init(&w, "sealed", &f, true, false, 1);
    test_control(&w);
    ok(test_world(&w) == OF_MACS + OF_SEVERAL, "all but those of MACs and of several documents");
    test_not_documents(&w);
    world_cleanup(&w);
    world_init(&w, "signed", &f, false, false, 2);
    test_control(&w);
    test_discloses_nothing(&w);
    ok(test_world(&w) == OF_MACS + OF_ENCRYPTION, "all but those of MACs and encryption");
    world_cleanup(&w);
    world_init(&w, "MACed", &f, false, true, 1);
    test_control(&w);
    ok(test_world(&w) == OF_SIGNATURES + OF_ENCRYPTION + OF_SEVERAL,
       "all but those of signatures, encryption and several documents");
    world_cleanup(&w);
    test_authorized(&f);
    fixture_cleanup(&f);
    fixture_init(&f, CURVE_P256, CURVE_ED25519);
    age_card(&f);
    world_init(&w, "Ed25519", &f, false, false, 1);
    test_control(&w);
    ok(test_world(&w) == OF_MACS + OF_ENCRYPTION + OF_SEVERAL + 1,
       "all but those, several documents and DER");
    world_cleanup(&w);
    fixture_cleanup(&f);
    return done();
}
