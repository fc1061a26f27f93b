/* issuing_country and issuing_jurisdiction against the signer's certificate. */
#include "tests/unit/showing.h"

#define MDL_TYPE "org.iso.18013.5.1.mDL"
#define MDL_SPACE "org.iso.18013.5.1"

static const struct odd_item mdl[] = {
    { MDL_SPACE, "issuing_country", BYTES("\x62" "CN"), 0, false, false },
    { MDL_SPACE, "issuing_jurisdiction", BYTES("\x69" "Guangdong"), 1, false, false },
};

/* What came of the check for a card of that type with this one element. */
static const struct mdoc_check *check_of(const struct fixture *f, const char *type,
                                         struct odd_item item, const struct mdoc_policy *policy,
                                         enum oc_err want)
{
    static struct mdoc_report report;
    struct mdoc_verify_in in = plain_in(f);
    struct mdoc_claims *claims;
    struct buf message = new_buf();
    const struct mdoc_check *c;

    put_response(&message, f, (struct showing){
        .card = { .doc_type = type, .items = &item, .items_n = 1 },
        .document = { .doc_type = type } });
    in.message = buf_view(&message);
    in.request = NULL;
    in.policy = policy;
    ok(mdoc_verify(&claims, &report, &in) == want && (claims != NULL) == (want == OC_OK) &&
       count_fails(&report) == (want != OC_OK), "%s, %s: %s", type, item.name, oc_err_name(want));
    mdoc_claims_free(&claims);
    buf_cleanup(&message);
    c = &report.documents[0].checks[MDOC_CHECK_ISSUING_COUNTRY];
    note("%s", c->detail);
    return c;
}

static struct odd_item with(struct odd_item item, struct bytes value)
{
    item.value = value;
    return item;
}

static void test_licence(const struct fixture *f)
{
    const struct { struct odd_item item; const char *name; enum mdoc_outcome want; } row[] = {
        { mdl[0], "the signer's country", MDOC_PASS },
        { mdl[1], "the signer's province", MDOC_PASS },
        { with(mdl[0], BYTES("\x62" "FR")), "another country", MDOC_FAIL },
        { with(mdl[0], BYTES("\x62" "cn")), "the country in small letters", MDOC_FAIL },
        { with(mdl[0], BYTES("\x63" "CHN")), "the country in three letters", MDOC_FAIL },
        { with(mdl[0], BYTES("\x60")), "no country", MDOC_FAIL },
        { with(mdl[0], BYTES("\x01")), "a country that is no text", MDOC_FAIL },
        { with(mdl[1], BYTES("\x65" "Hunan")), "another province", MDOC_FAIL },
        { { MDL_SPACE, "family_name", BYTES("\x63" "Lin"), 0, false, false }, "neither shown",
          MDOC_NOT_CHECKED },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct mdoc_check *c = check_of(f, MDL_TYPE, row[i].item, NULL,
                                              row[i].want == MDOC_FAIL ? OC_REFUSED : OC_OK);

        ok(c->outcome == row[i].want && c->blocks == (row[i].want == MDOC_FAIL), "mDL: %s: %s",
           row[i].name, mdoc_outcome_name(c->outcome));
    }
}

/* No rule but the policy's, and nothing that would be compared with what it cannot equal. */
static void test_other_types(const struct fixture *f)
{
    struct odd_item item = { FIXTURE_SPACE, "issuing_country", BYTES("\x62" "FR"), 0, false,
                             false };
    struct mdoc_policy strict = *mdoc_policy_default(), mild = strict;
    const struct mdoc_check *c;

    strict.issuing_country = MDOC_REFUSE;
    c = check_of(f, FIXTURE_TYPE, item, NULL, OC_OK);
    ok(c->outcome == MDOC_WARNING && strstr(c->detail, "FR") != NULL &&
       strstr(c->detail, "CN") != NULL, "another type: both countries are reported");
    c = check_of(f, FIXTURE_TYPE, item, &strict, OC_REFUSED);
    ok(c->outcome == MDOC_FAIL && c->blocks, "and refused where the policy says so");
    c = check_of(f, MDL_TYPE, with(mdl[0], BYTES("\x62" "FR")), &mild, OC_REFUSED);
    ok(c->outcome == MDOC_FAIL, "of an mDL no policy lets it pass");
    c = check_of(f, FIXTURE_TYPE, with(item, BYTES("\x63" "CHN")), &strict, OC_OK);
    ok(c->outcome == MDOC_NOT_CHECKED && !c->blocks, "three letters are not compared with two");
    c = check_of(f, FIXTURE_TYPE, with(item, BYTES("\x01")), &strict, OC_REFUSED);
    ok(c->outcome == MDOC_FAIL, "a country that is no text is none");
}

/* Only where the certificate has a state is there anything to be equal to. */
static void test_no_state(struct fixture *f)
{
    struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    struct x509_spec root = certificate_spec(TRUST_IACA, f->now);
    const struct mdoc_check *c;

    spec.state = root.state = NULL;
    x509_free(&f->iaca);
    x509_free(&f->signer);
    trust_anchors_cleanup(&f->iacas);
    f->iaca = new_certificate(&root, f->iaca_key, NULL, NULL);
    f->signer = new_certificate(&spec, f->signer_key, f->iaca, f->iaca_key);
    must(trust_anchors_add(&f->iacas, f->iaca));
    c = check_of(f, MDL_TYPE, with(mdl[1], BYTES("\x65" "Hunan")), NULL, OC_OK);
    ok(c->outcome == MDOC_NOT_CHECKED && !c->blocks, "a signer without a state contradicts none");
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_licence(&f);
    test_other_types(&f);
    test_no_state(&f);
    fixture_cleanup(&f);
    return done();
}
