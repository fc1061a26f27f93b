/* Cards that are wrong on purpose: each is refused by the check that its row names, by no other,
 * and the same card without the defect is accepted. */
#include <string.h>

#include "issuer/defects/card.h"
#include "wrong/patch.h"
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "tests/unit/wrong_row.h"

static struct defect_signer signer_of(const struct fixture *f)
{
    return (struct defect_signer){
        .now = f->now, .key = f->signer_key, .chain = &f->signer, .chain_n = 1,
        .iaca = f->iaca, .iaca_key = f->iaca_key,
    };
}

static enum oc_err verify(struct mdoc_report *report, const struct fixture *f, struct bytes card)
{
    const struct mdoc_verify_in in = { .message = card, .now = f->now, .anchors = &f->iacas };
    struct mdoc_issuer_claims *claims;
    enum oc_err e = mdoc_verify_issuer(&claims, report, &in);

    mdoc_issuer_claims_free(&claims);
    return e;
}

/* A signature by a key of another curve fails by its algorithm. */
static bool is_named(const struct defect *d, const char *id)
{
    if (strcmp(id, "issuer.algorithm") == 0 && d->also != NULL)
        id = "issuer.signature";
    return strcmp(id, d->check) == 0 || (d->also != NULL && strcmp(id, d->also) == 0);
}

/* No check fails but those that the row names, and a profile is broken in one rule. */
static bool fails_alone(const struct defect *d, const struct mdoc_report *report)
{
    const struct mdoc_check *checks = report->documents[0].checks;

    for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++) {
        static const char broken[] = "is not kept";
        const char *rule = strstr(checks[i].detail, broken);

        if (checks[i].outcome != MDOC_FAIL)
            continue;
        if (!is_named(d, mdoc_check_info((enum mdoc_check_id)i)->id))
            return false;
        if (i == MDOC_CHECK_SIGNER_PROFILE && d->also == NULL &&
            (rule == NULL || strstr(rule + 1, broken) != NULL))
            return false;
    }
    return true;
}

static bool is_not_a_message(enum oc_err e, const struct mdoc_report *report)
{
    return e >= OC_SYNTAX && e <= OC_LIMIT && report->documents_n == 0 &&
           report->fault.reason != NULL;
}

static bool warns(const struct defect *d, const struct mdoc_report *report)
{
    const struct mdoc_check *checks = report->documents[0].checks;

    for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++)
        if (checks[i].outcome == MDOC_WARNING &&
            strcmp(mdoc_check_info((enum mdoc_check_id)i)->id, d->check) == 0)
            return true;
    return false;
}

static bool is_as_promised(const struct defect *d, enum oc_err e, const struct mdoc_report *report)
{
    enum mdoc_check_id first = MDOC_CHECKS_N;

    if (strcmp(d->check, "message") == 0)
        return is_not_a_message(e, report);
    if (d->verdict == WRONG_REPORTED)
        return e == OC_OK && warns(d, report);
    if (d->verdict == WRONG_TAKEN)
        return e == OC_OK && strcmp(d->check, "none") == 0;
    return e != OC_OK && mdoc_report_first_block(report, &first, NULL) != NULL &&
           strcmp(mdoc_check_info(first)->id, d->check) == 0 && fails_alone(d, report);
}

/* How many defects cannot be made of this world's card. */
static size_t test_world(const struct fixture *f, const char *world)
{
    const struct defect_signer signer = signer_of(f);
    const struct defect *d;
    size_t left_out = 0;

    for (size_t i = 0; (d = defect_at(i)) != NULL; i++) {
        struct mdoc_report report = { .accepted = false };
        struct buf wrong = new_buf();
        const char *reason = NULL;
        enum oc_err e = defect_write(&wrong, buf_view(&f->card_bytes), d, &signer, &reason);

        if (e == OC_USAGE) {
            left_out++;
            ok(reason != NULL && wrong.n == 0, "%s: %s: says why it cannot be made", world,
               d->name);
        } else {
            must(e);
            e = verify(&report, f, buf_view(&wrong));
            ok(is_as_promised(d, e, &report), "%s: %s: %s (%s)", world, d->name, d->check,
               report.fault.reason != NULL ? report.fault.reason : oc_err_name(e));
        }
        buf_cleanup(&wrong);
    }
    return left_out;
}

static void change_nothing(struct wrong_card *card, const struct defect *defect)
{
    (void)card;
    (void)defect;
}

/* Whatever differs in a wrong card, the defect made it: without one, only the signature, which
 * ECDSA makes anew, is another. */
static void test_control(const struct fixture *f)
{
    const struct defect_signer signer = signer_of(f);
    const struct defect none = { .name = "none", .make = change_nothing };
    const size_t signature_n = curve_info(private_key_curve(f->signer_key))->signature_n;
    struct mdoc_report report;
    struct buf same = new_buf();

    must(defect_write(&same, buf_view(&f->card_bytes), &none, &signer, NULL));
    ok(same.n == f->card_bytes.n && memcmp(same.p, f->card_bytes.p, same.n - signature_n) == 0,
       "without a defect every byte but the signature's is the same");
    ok(verify(&report, f, buf_view(&same)) == OC_OK && report.accepted,
       "and the card is accepted");
    ok(verify(&report, f, buf_view(&f->card_bytes)) == OC_OK, "as it was before");
    buf_cleanup(&same);
}

static void test_table(void)
{
    const struct defect *d;
    size_t n = 0, odd = 0;

    for (; (d = defect_at(n)) != NULL; n++) {
        if (!is_good_row(d->name, d->check, d->also, d->text, d->verdict) ||
            defect_find(d->name) != d) {
            note("%s", d->name);
            odd++;
        }
    }
    ok(n >= 100, "%zu defects", n);
    ok(odd == 0, "each has a name of its own, a sentence, and a check that there is");
    ok(defect_find("no-such-defect") == NULL, "a name that none has finds none");
}

static void test_without_iaca(const struct fixture *f)
{
    struct defect_signer signer = signer_of(f);
    const struct defect *d;
    size_t needed = 0, refused = 0;

    signer.iaca = NULL;
    signer.iaca_key = NULL;
    for (size_t i = 0; (d = defect_at(i)) != NULL; i++) {
        struct buf wrong = new_buf();
        const char *reason = NULL;
        enum oc_err e = defect_write(&wrong, buf_view(&f->card_bytes), d, &signer, &reason);

        if (d->element != NULL) {
            ok(e == OC_USAGE, "%s: not of this card", d->name);
        } else if (d->stage == DEFECT_CERTIFICATE) {
            needed++;
            refused += e == OC_USAGE && reason != NULL && wrong.n == 0;
        } else {
            must(e);
        }
        buf_cleanup(&wrong);
    }
    ok(needed > 20 && refused == needed, "%zu certificates are not made without the IACA's key",
       needed);
}

static void test_not_a_card(const struct fixture *f)
{
    const struct defect_signer signer = signer_of(f);
    struct buf wrong = new_buf();
    enum oc_err e = defect_write(&wrong, BYTES("\xa0"), defect_at(0), &signer, NULL);

    ok(e == OC_SHAPE && wrong.n == 0, "what is no card is not made a wrong one: %s",
       oc_err_name(e));
    buf_cleanup(&wrong);
}

static void test_patch(void)
{
    /* {"a": 1, 5: {"b": h'00', -3: 2}} */
    static const char text[] = "\xa2\x61" "a\x01\x05\xa2\x61" "b\x41\x00\x22\x02";
    struct bytes right = { (const uint8_t *)text, sizeof text - 1 };
    struct buf b = new_buf();

    ok(bytes_eq(patch_get(right, "#5/b"), BYTES("\x41\x00")) &&
       bytes_eq(patch_get(right, "#5/#-3"), BYTES("\x02")) &&
       bytes_eq(patch_get(right, ""), right), "patch_get finds text and integer keys");
    ok(patch_get(right, "c").p == NULL && patch_get(right, "a/b").p == NULL &&
       patch_get(right, "#5/#3").p == NULL, "and nothing where there is nothing");
    buf_add(&b, right);
    patch_set(&b, "#5/b", BYTES("\xf5"));
    patch_remove(&b, "#5/#-3");
    patch_add(&b, "", BYTES("\x06\xf4"));
    ok(buf_err(&b) == OC_OK &&
       bytes_eq(buf_view(&b), BYTES("\xa3\x06\xf4\x61" "a\x01\x05\xa1\x61" "b\xf5")),
       "set, remove and add change their place and the counts alone");
    patch_set(&b, "a/b", BYTES("\x00"));
    ok(b.err == OC_BUG, "a path that leads nowhere is a bug");
    buf_cleanup(&b);
    b = new_buf();
    buf_add(&b, right);
    patch_remove(&b, "");
    ok(b.err == OC_BUG, "and so is taking everything out");
    buf_cleanup(&b);
}

/* The fixture's card becomes a driving licence. */
static void make_licence(struct fixture *f)
{
    static const char space[] = "org.iso.18013.5.1";
    const struct mdoc_claim claims[] = {
        { space, "family_name", BYTES("\x63" "Lin") },
        { space, "issuing_country", BYTES("\x62" "CN") },
        { space, "issuing_jurisdiction", BYTES("\x69" "Guangdong") },
    };

    buf_truncate(&f->card_bytes, 0);
    must(mdoc_issue(&f->card_bytes, &(struct mdoc_issue_spec){
        .doc_type = "org.iso.18013.5.1.mDL", .claims = claims, .claims_n = 3,
        .digest = DIGEST_SHA256, .device_key = private_key_public(f->device_key), .now = f->now,
        .valid_until = f->now + 30 * (int64_t)DATE_DAY_S, .signer = f->signer_key,
        .chain = &f->signer,
        .chain_n = 1 }, NULL));
}

/* What only a licence can have wrong. */
enum { OF_LICENCES = 2 };

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    test_table();
    test_patch();
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_control(&f);
    ok(test_world(&f, "P-256") == OF_LICENCES,
       "all but those of licences can be made of a card on P-256");
    test_without_iaca(&f);
    test_not_a_card(&f);
    make_licence(&f);
    test_control(&f);
    ok(test_world(&f, "mDL") == 0, "all of them can be made of a licence on P-256");
    fixture_cleanup(&f);
    fixture_init(&f, CURVE_P384, CURVE_P384);
    test_control(&f);
    ok(test_world(&f, "P-384") == OF_LICENCES + 1,
       "of a card on P-384 all but those and self-signing: the IACA is on another curve");
    fixture_cleanup(&f);
    fixture_init(&f, CURVE_ED25519, CURVE_ED25519);
    test_control(&f);
    ok(test_world(&f, "Ed25519") == OF_LICENCES + 6,
       "of a card on Ed25519 all but those, those of x and y, of DER, and of self-signing");
    fixture_cleanup(&f);
    return done();
}
