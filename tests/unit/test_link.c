/* Roll-over: a document signer under a new IACA, believed by whoever trusts the old one alone. */
#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"
#include "trust/signer.h"

enum { OLD, NEW, NEWEST, IACAS_N };

/* Three IACAs of one name or of several, each linked to the one before, and a signer of each. */
struct world {
    int64_t now;
    struct private_key *key[IACAS_N];
    struct x509_cert *iaca[IACAS_N], *link[IACAS_N], *signer[IACAS_N];
};

static struct x509_cert *sign(const struct world *w, enum trust_role role, int subject, int issuer,
                              bool one_name, int64_t until)
{
    static const char *const names[] = { "Old IACA", "New IACA", "Newest IACA" };
    struct x509_spec spec = certificate_spec(role, w->now);

    if (role != TRUST_DOCUMENT_SIGNER)
        spec.common_name = one_name ? names[OLD] : names[subject];
    if (until != 0)
        spec.not_after = until;
    return new_certificate(&spec, w->key[subject], issuer < 0 ? NULL : w->iaca[issuer],
                           issuer < 0 ? NULL : w->key[issuer]);
}

static void world_init(struct world *w, bool one_name, int64_t old_until, int64_t link_until)
{
    *w = (struct world){ .now = date_start((struct date){ 2026, 11, 24 }) };
    for (int i = OLD; i < IACAS_N; i++) {
        w->key[i] = new_key(CURVE_P256);
        w->iaca[i] = sign(w, TRUST_IACA, i, -1, one_name, i == OLD ? old_until : 0);
        if (i > OLD)
            w->link[i] = sign(w, TRUST_IACA_LINK, i, i - 1, one_name, link_until);
        w->signer[i] = sign(w, TRUST_DOCUMENT_SIGNER, i, i, one_name, 0);
    }
}

static void world_cleanup(struct world *w)
{
    for (int i = OLD; i < IACAS_N; i++) {
        private_key_free(&w->key[i]);
        x509_free(&w->iaca[i]);
        x509_free(&w->link[i]);
        x509_free(&w->signer[i]);
    }
}

static struct trust_signer examine(const struct world *w, const struct trust_anchors *anchors,
                                   int signer, int64_t later)
{
    struct bytes der = x509_der(w->signer[signer]);
    struct trust_signer s;

    must(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &der, 1, anchors, w->now + later));
    return s;
}

static void test_links(bool one_name)
{
    const char *names = one_name ? "one name" : "two names";
    struct trust_anchors anchors = { 0 };
    struct trust_signer s;
    struct world w;

    world_init(&w, one_name, 0, 0);
    must(trust_anchors_add(&anchors, w.iaca[OLD]));
    s = examine(&w, &anchors, NEW, 0);
    ok(s.chain == OC_UNTRUSTED && !s.by_link, "%s: no link, not believed: %s", names,
       s.chain_reason);
    trust_signer_cleanup(&s);

    must(trust_anchors_add_link(&anchors, w.link[NEW]));
    s = examine(&w, &anchors, NEW, 0);
    ok(s.chain == OC_OK && s.by_link && s.anchor_index == 0 && s.findings_n == 0 &&
       s.country_fault == NULL && s.chain_reason == NULL &&
       bytes_eq(x509_der(s.anchor_certificate), x509_der(w.link[NEW])),
       "%s: with the link, believed", names);
    trust_signer_cleanup(&s);
    s = examine(&w, &anchors, OLD, 0);
    ok(s.chain == OC_OK && !s.by_link, "%s: the old signer needs none", names);
    trust_signer_cleanup(&s);
    s = examine(&w, &anchors, NEWEST, 0);
    ok(s.chain == OC_UNTRUSTED, "%s: one roll-over further, not believed", names);
    trust_signer_cleanup(&s);

    must(trust_anchors_add_link(&anchors, w.link[NEWEST]));
    s = examine(&w, &anchors, NEWEST, 0);
    ok(s.chain == OC_OK && s.by_link, "%s: over two links", names);
    trust_signer_cleanup(&s);

    trust_anchors_cleanup(&anchors);
    must(trust_anchors_add_link(&anchors, w.link[NEWEST]));
    must(trust_anchors_add_link(&anchors, w.link[NEW]));
    must(trust_anchors_add(&anchors, w.iaca[OLD]));
    s = examine(&w, &anchors, NEWEST, 0);
    ok(s.chain == OC_OK && s.by_link, "%s: in whatever order they were added", names);
    trust_signer_cleanup(&s);

    trust_anchors_remove(&anchors, 0);
    s = examine(&w, &anchors, NEW, 0);
    ok(s.chain == OC_UNTRUSTED, "%s: a link alone vouches for nobody", names);
    trust_signer_cleanup(&s);
    trust_anchors_cleanup(&anchors);
    world_cleanup(&w);
}

static void test_dates(void)
{
    static const struct {
        const char *name;
        int64_t old_days, link_days;
    } row[] = { { "the old IACA", 10, 0 }, { "the link", 0, 10 } };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int64_t now = date_start((struct date){ 2026, 11, 24 });
        struct trust_anchors anchors = { 0 };
        struct trust_signer s;
        struct world w;

        world_init(&w, true, row[i].old_days == 0 ? 0 : now + row[i].old_days * DATE_DAY_S,
                   row[i].link_days == 0 ? 0 : now + row[i].link_days * DATE_DAY_S);
        must(trust_anchors_add(&anchors, w.iaca[OLD]));
        must(trust_anchors_add_link(&anchors, w.link[NEW]));
        s = examine(&w, &anchors, NEW, 10 * DATE_DAY_S);
        ok(s.chain == OC_OK, "%s: on its last moment", row[i].name);
        trust_signer_cleanup(&s);
        s = examine(&w, &anchors, NEW, 10 * DATE_DAY_S + 1);
        ok(s.chain == OC_EXPIRED, "%s has expired: %s", row[i].name, s.chain_reason);
        trust_signer_cleanup(&s);
        trust_anchors_cleanup(&anchors);
        world_cleanup(&w);
    }
}

/* A link of the right names that another key has signed. */
static void test_forged(void)
{
    struct trust_anchors anchors = { 0 };
    struct trust_signer s;
    struct world w, theirs;

    world_init(&w, true, 0, 0);
    world_init(&theirs, true, 0, 0);
    must(trust_anchors_add(&anchors, w.iaca[OLD]));
    must(trust_anchors_add_link(&anchors, theirs.link[NEW]));
    s = examine(&theirs, &anchors, NEW, 0);
    ok(s.chain == OC_UNTRUSTED && !s.by_link, "a link that our IACA has not signed");
    trust_signer_cleanup(&s);
    trust_anchors_cleanup(&anchors);
    world_cleanup(&w);
    world_cleanup(&theirs);
}

static void test_check(void)
{
    struct trust_anchors anchors = { 0 };
    const char *reason;
    struct world w;

    world_init(&w, true, 0, 0);
    must(trust_anchors_add(&anchors, w.iaca[OLD]));
    ok(trust_link_check(&anchors, w.link[NEW], w.now, &reason) == OC_OK, "a link of our IACA");
    ok(trust_link_check(&anchors, w.link[NEWEST], w.now, &reason) == OC_UNTRUSTED,
       "a link of nobody we know: %s", reason);
    ok(trust_link_check(&anchors, w.link[NEW], w.now + INT64_C(10) * 366 * DATE_DAY_S, &reason) ==
       OC_EXPIRED, "one that has expired: %s", reason);
    ok(trust_link_check(&anchors, w.iaca[OLD], w.now, &reason) == OC_REFUSED,
       "an IACA is no link: %s", reason);
    ok(trust_link_check(&anchors, w.signer[OLD], w.now, &reason) == OC_REFUSED,
       "nor is a document signer: %s", reason);
    trust_anchors_cleanup(&anchors);
    world_cleanup(&w);
}

int main(void)
{
    must(secret_pool_init());
    test_links(true);
    test_links(false);
    test_dates();
    test_forged();
    test_check();
    return done();
}
