/*
 * The structure-aware mutator of the verifier's fuzzer: its mutants carry a genuine issuer's
 * signature, so that what is behind it is what gets tried.
 */
#include "tests/fuzz/resign.h"
#include "tests/fuzz/verdict.h"
#include "tests/unit/list_world.h"
#include "tests/unit/showing.h"

enum { MUTANTS = 6000 };

static struct mdoc_report report;

/* How often each check said no, over all mutants. */
struct tally {
    size_t mutants, genuine, accepted, fails[MDOC_CHECKS_N];
};

static void count(struct tally *tally, enum oc_err e)
{
    bool genuine = report.documents_n > 0;

    for (int i = 0; i < MDOC_FIRST_DOCUMENT_CHECK; i++)
        tally->fails[i] += report.checks[i].outcome == MDOC_FAIL;
    for (size_t doc = 0; doc < report.documents_n; doc++) {
        const struct mdoc_check *checks = report.documents[doc].checks;

        genuine &= checks[MDOC_CHECK_ISSUER_SIGNATURE].outcome == MDOC_PASS;
        for (int i = MDOC_FIRST_DOCUMENT_CHECK; i < MDOC_CHECKS_N; i++)
            tally->fails[i] += checks[i].outcome == MDOC_FAIL || checks[i].outcome == MDOC_WARNING;
    }
    tally->mutants++;
    tally->genuine += genuine;
    tally->accepted += e == OC_OK;
}

/* Everything that the fuzzer would assert is asserted here too: a broken promise aborts. */
static void run(struct tally *tally, const struct fixture *f, struct bytes seed_message,
                uint64_t seed)
{
    struct mdoc_verify_in in = plain_in(f);
    struct buf mutant = new_buf();
    struct mdoc_claims *claims;
    enum oc_err e;

    in.accept_unchecked_status = true;
    if (mutate_and_resign(&mutant, seed_message, f, seed, MDOC_BYTES_MAX)) {
        in.message = buf_view(&mutant);
        e = mdoc_verify(&claims, &report, &in);
        hold_report(e, &report, claims != NULL, in.message);
        mdoc_claims_free(&claims);
        count(tally, e);
    }
    buf_cleanup(&mutant);
}

static const struct odd_item items[] = {
    { FIXTURE_SPACE, "family_name", BYTES("\x63" "Lin"), 7, false, false },
    { FIXTURE_SPACE, "age_over_18", BYTES("\xf5"), 3, false, false },
    { FIXTURE_SPACE, "issuing_country", BYTES("\x62" "CN"), 5, false, false },
    { FIXTURE_SPACE, "given_name", BYTES("\x63" "Yun"), 4, false, false },
};

static void test_round_trip(const struct fixture *f, struct bytes message)
{
    struct node *root = tree_read(message);
    struct buf out = new_buf();
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_claims *claims;

    tree_write(&out, root);
    ok(bytes_eq(buf_view(&out), message), "a tree is written back as it was read");
    resign(root, f, RESIGN_ALL);
    buf_truncate(&out, 0);
    tree_write(&out, root);
    in.message = buf_view(&out);
    ok(mdoc_verify(&claims, &report, &in) == OC_OK && !bytes_eq(buf_view(&out), message),
       "signed anew, it is genuine");
    mdoc_claims_free(&claims);
    node_free(root);
    ok(tree_read(BYTES("\xa1\x01")) == NULL && tree_read(BYTES("\x01\x01")) == NULL,
       "what is not one item has no tree");
    buf_cleanup(&out);
}

static void test_seeds(struct bytes message)
{
    struct buf a = new_buf(), b = new_buf();
    struct node *x = tree_read(message), *y = tree_read(message);
    struct rng r = { 1 }, s = { 1 };

    tree_mutate(&r, x);
    tree_mutate(&s, y);
    tree_write(&a, x);
    tree_write(&b, y);
    ok(bytes_eq(buf_view(&a), buf_view(&b)) && !bytes_eq(buf_view(&a), message),
       "a seed makes one mutant");
    node_free(x);
    node_free(y);
    buf_cleanup(&a);
    buf_cleanup(&b);
}

/* What a change of structure cannot bring about: the request, and certificates signed anew. */
static bool is_beyond_message(int id)
{
    return id == MDOC_CHECK_REQUEST_EXPIRY || id == MDOC_CHECK_RESPONSE_DECRYPTION ||
           id == MDOC_CHECK_SIGNER_COUNTRY || id == MDOC_CHECK_SIGNER_PROFILE ||
           id == MDOC_CHECK_CLOCK || id == MDOC_CHECK_SIGNER_REVOCATION ||
           id == MDOC_CHECK_SIGNER_DOC_TYPE || id == MDOC_CHECK_POLICY;
}

static void test_reach(const struct fixture *f, struct bytes message)
{
    struct tally tally = { 0 };

    for (uint64_t seed = 0; seed < MUTANTS; seed++)
        run(&tally, f, message, seed);
    note("%zu mutants, %zu (%zu %%) past the issuer's signature, %zu accepted", tally.mutants,
         tally.genuine, 100 * tally.genuine / tally.mutants, tally.accepted);
    ok(2 * tally.genuine > tally.mutants, "most mutants are past the issuer's signature");
    ok(tally.accepted > 0 && tally.accepted < tally.genuine, "some harmless, most not");
    for (int i = 0; i < MDOC_CHECKS_N; i++)
        if (!is_beyond_message(i))
            ok(tally.fails[i] > 0, "%s said no %zu times",
               mdoc_check_info((enum mdoc_check_id)i)->id, tally.fails[i]);
}

/* Lists are signed anew as well: most mutants of one are refused for what they say. */
static void test_lists(void)
{
    enum { LISTS = 1000 };
    struct list_world w;
    struct trust_list_spec spec;
    struct trust_vical vical;
    struct buf message = new_buf();
    size_t accepted = 0, unsigned_ = 0, skipped = 0;

    list_world_init(&w);
    spec = list_spec(&w);
    must(trust_vical_write(&message, &spec));
    for (uint64_t seed = 0; seed < LISTS; seed++) {
        struct buf mutant = new_buf();
        struct trust_list_in in;

        must(mutate_and_sign(&mutant, buf_view(&message), w.key, seed, mutant.max) ? OC_OK
                                                                                    : OC_BUG);
        in = list_in(&w, buf_view(&mutant));
        switch (trust_vical_verify(&vical, &in, NULL)) {
        case OC_OK:
            accepted++;
            skipped += vical.list.skipped_n > 0;
            break;
        case OC_SIGNATURE:
            unsigned_++;
            break;
        default:
            break;
        }
        trust_vical_cleanup(&vical);
        buf_cleanup(&mutant);
    }
    note("of %d mutants of a list %zu accepted, %zu with entries skipped, %zu wrongly signed",
         LISTS, accepted, skipped, unsigned_);
    ok(4 * accepted > LISTS && skipped > 0 && accepted < LISTS,
       "many lists get past the signature");
    ok(unsigned_ > 0 && 4 * unsigned_ < LISTS, "few do not");
    buf_cleanup(&message);
    list_world_cleanup(&w);
}

int main(void)
{
    static const struct showing showing = {
        .card = { .items = items, .items_n = sizeof items / sizeof items[0],
                  .key_authorizations = BYTES("\xa1\x6c" "dataElements\xa1\x61" "d\x81\x61" "x"),
                  .mso_extra = BYTES("\x66" "status\xf6\x63" "new\x01"), .mso_extra_n = 2 },
        .document = { .device_name_spaces = BYTES("\xa1\x61" "d\xa1\x61" "x\x01") },
    };
    struct buf message = new_buf();
    struct fixture f;

    must(secret_pool_init());
    fixture_keys_are_fixed = true;
    fixture_init(&f, CURVE_P256, CURVE_P256);
    put_response(&message, &f, showing);
    test_round_trip(&f, buf_view(&message));
    test_seeds(buf_view(&message));
    test_reach(&f, buf_view(&message));
    test_lists();
    buf_cleanup(&message);
    fixture_cleanup(&f);
    return done();
}
