#include "trust/signer.h"

#include "tests/unit/fixture.h"
#include "tests/unit/tap.h"

static bool has_rule(const struct trust_signer *s, const char *rule)
{
    for (size_t i = 0; i < s->findings_n; i++)
        if (strcmp(s->findings[i].rule, rule) == 0)
            return true;
    return false;
}

static void test_good(const struct fixture *f)
{
    struct bytes chain = x509_der(f->signer);
    struct trust_signer s;

    ok(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &chain, 1, &f->iacas, f->now) == OC_OK &&
       s.chain == OC_OK && s.chain_reason == NULL && s.findings_n == 0 && s.country_fault == NULL &&
       bytes_eq(x509_der(s.certificate), chain), "a document signer under its IACA");
    ok(strcmp(s.facts.common_name, "Test document signer") == 0 &&
       strcmp(s.anchor.common_name, "Test IACA") == 0, "and who they are");
    trust_signer_cleanup(&s);
    ok(s.certificate == NULL && s.findings_n == 0, "all zero after cleanup");
    trust_signer_cleanup(&s);

    chain = x509_der(f->reader);
    ok(trust_signer_init(&s, TRUST_READER, &chain, 1, &f->readers, f->now) == OC_OK &&
       s.chain == OC_OK && s.findings_n == 0, "a reader under its CA");
    trust_signer_cleanup(&s);
    ok(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &chain, 1, &f->readers, f->now) == OC_OK &&
       s.chain == OC_OK && has_rule(&s, "ds.eku") && has_rule(&s, "iaca.country"),
       "the same as a document signer: the rules it breaks, its CA's too");
    trust_signer_cleanup(&s);
}

static void test_chain(const struct fixture *f)
{
    struct bytes der = x509_der(f->signer), none = { 0 }, garbage = BYTES("\x30\x03\x02\x01\x01");
    struct bytes five[5] = { der, der, der, der, der }, broken[2] = { der, garbage };
    struct bytes with_root[2] = { der, x509_der(f->iaca) };
    struct trust_anchors nobody = { 0 };
    struct trust_signer s;
    const struct {
        const char *name;
        const struct bytes *chain;
        size_t n;
        const struct trust_anchors *anchors;
        int64_t now;
        enum oc_err want;
        bool has_leaf;
    } row[] = {
        { "no anchors", &der, 1, &nobody, f->now, OC_UNTRUSTED, true },
        { "other anchors", &der, 1, &f->readers, f->now, OC_UNTRUSTED, true },
        { "expired", &der, 1, &f->iacas, f->now + 460 * DATE_DAY_S, OC_EXPIRED, true },
        { "not valid yet", &der, 1, &f->iacas, f->now - 3 * DATE_DAY_S, OC_EXPIRED, true },
        { "no certificate", &none, 0, &f->iacas, f->now, OC_SHAPE, false },
        { "garbage", &garbage, 1, &f->iacas, f->now, OC_SHAPE, false },
        { "garbage behind the leaf", broken, 2, &f->iacas, f->now, OC_SHAPE, true },
        { "five certificates", five, 5, &f->iacas, f->now, OC_LIMIT, false },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        enum oc_err e = trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, row[i].chain, row[i].n,
                                          row[i].anchors, row[i].now);

        ok(e == OC_OK && s.chain == row[i].want && s.chain_reason != NULL &&
           (s.certificate != NULL) == row[i].has_leaf, "%s: %s, %s", row[i].name,
           oc_err_name(s.chain), s.chain_reason);
        trust_signer_cleanup(&s);
    }
    ok(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, with_root, 2, &f->iacas, f->now) == OC_OK &&
       s.chain == OC_OK && s.findings_n == 0, "a chain that carries its root");
    trust_signer_cleanup(&s);
}

static void test_country(const struct fixture *f)
{
    const struct {
        const char *country, *state, *fault;
        bool in_profile;
    } row[] = {
        { "FR", "Guangdong", "country", true }, { "CN", "Guangxi", "state", true },
        { NULL, NULL, "country", false }, { "CN", NULL, NULL, false },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct x509_spec spec = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
        struct x509_cert *cert;
        struct trust_signer s;
        struct bytes der;

        spec.country = row[i].country;
        spec.state = row[i].state;
        cert = new_certificate(&spec, f->signer_key, f->iaca, f->iaca_key);
        der = x509_der(cert);
        must(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &der, 1, &f->iacas, f->now));
        ok(s.chain == OC_OK && (s.findings_n == 0) == row[i].in_profile &&
           (row[i].fault == NULL ? s.country_fault == NULL
                                 : s.country_fault != NULL &&
                                   strstr(s.country_fault, row[i].fault) != NULL),
           "%s, %s: %s", row[i].country != NULL ? row[i].country : "no country",
           row[i].state != NULL ? row[i].state : "no state",
           s.country_fault != NULL ? s.country_fault : "agree");
        trust_signer_cleanup(&s);
        x509_free(&cert);
    }
}

/* Neither EC nor EdDSA: refused as a chain, whoever vouches for it. */
static void test_rsa(const struct fixture *f)
{
    struct x509_cert *cert = new_rsa_certificate();
    struct trust_anchors itself = { 0 };
    struct trust_signer s;
    struct bytes der;

    must(trust_anchors_add(&itself, cert));
    der = x509_der(cert);
    must(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &der, 1, &itself, f->now));
    ok(s.chain == OC_UNTRUSTED && strstr(s.chain_reason, "EC") != NULL &&
       s.certificate != NULL && x509_public_key(s.certificate) == NULL && has_rule(&s, "ds.key"),
       "RSA: %s", s.chain_reason);
    trust_signer_cleanup(&s);
    trust_anchors_cleanup(&itself);
    x509_free(&cert);
}

/* Two that name no country agree on none. */
static void test_no_country(const struct fixture *f)
{
    struct x509_spec root = certificate_spec(TRUST_IACA, f->now);
    struct x509_spec leaf = certificate_spec(TRUST_DOCUMENT_SIGNER, f->now);
    struct trust_anchors anchors = { 0 };
    struct x509_cert *ca, *cert;
    struct trust_signer s;
    struct bytes der;

    root.country = leaf.country = NULL;
    ca = new_certificate(&root, f->iaca_key, NULL, NULL);
    cert = new_certificate(&leaf, f->signer_key, ca, f->iaca_key);
    der = x509_der(cert);
    must(trust_anchors_add(&anchors, ca));
    must(trust_signer_init(&s, TRUST_DOCUMENT_SIGNER, &der, 1, &anchors, f->now));
    ok(s.chain == OC_OK && s.country_fault != NULL && has_rule(&s, "iaca.country"),
       "neither names a country: %s", s.country_fault);
    trust_signer_cleanup(&s);
    trust_anchors_cleanup(&anchors);
    x509_free(&ca);
    x509_free(&cert);
}

static void test_pin(const struct fixture *f)
{
    struct trust_signer s;

    ok(trust_signer_pin(&s, TRUST_DOCUMENT_SIGNER, f->signer) == OC_OK &&
       s.chain == OC_UNAVAILABLE && s.findings_n == 0 &&
       bytes_eq(x509_der(s.certificate), x509_der(f->signer)), "a pinned signer");
    trust_signer_cleanup(&s);
    ok(trust_signer_pin(&s, TRUST_DOCUMENT_SIGNER, f->reader) == OC_OK && has_rule(&s, "ds.eku"),
       "its profile is looked at");
    trust_signer_cleanup(&s);
}

/* Signers of status lists: made for it, made for something else, and what others use. */
static void test_status_signer(const struct fixture *f)
{
    static const struct {
        const char *name;
        unsigned key_usage;
        const char *eku;
        bool other_use;
        const char *rule;
    } row[] = {
        { "to profile", X509_NON_REPUDIATION, NULL, false, NULL },
        { "with digitalSignature instead", X509_DIGITAL_SIGNATURE, NULL, false, "status.key_usage" },
        { "with neither", X509_CRL_SIGN, NULL, true, "status.key_usage" },
        { "a document signer's usage", X509_NON_REPUDIATION, "1.0.18013.5.1.2", true, "status.eku" },
        { "a usage that must be understood", X509_NON_REPUDIATION, "1.3.6.1.5.5.7.3.3", true,
          "status.eku" },
    };
    struct trust_signer s;
    struct bytes der;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct x509_spec spec = certificate_spec(TRUST_STATUS_SIGNER, f->now);
        struct x509_cert *cert;

        spec.key_usage = row[i].key_usage;
        spec.eku[0] = row[i].eku;
        cert = new_certificate(&spec, f->reader_key, f->iaca, f->iaca_key);
        der = x509_der(cert);
        must(trust_signer_init(&s, TRUST_STATUS_SIGNER, &der, 1, &f->iacas, f->now));
        ok(s.chain == OC_OK && s.is_for_another_use == row[i].other_use &&
           s.findings_n == (row[i].rule != NULL) &&
           (row[i].rule == NULL || has_rule(&s, row[i].rule)) &&
           bytes_eq(x509_der(s.anchor_certificate), x509_der(f->iaca)),
           "status signer %s", row[i].name);
        trust_signer_cleanup(&s);
        x509_free(&cert);
    }
    der = x509_der(f->signer);
    must(trust_signer_init(&s, TRUST_STATUS_SIGNER, &der, 1, &f->iacas, f->now));
    ok(s.is_for_another_use, "a document signer signs no status lists");
    trust_signer_cleanup(&s);
}

int main(void)
{
    struct fixture f;

    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_good(&f);
    test_chain(&f);
    test_country(&f);
    test_no_country(&f);
    test_rsa(&f);
    test_pin(&f);
    test_status_signer(&f);
    fixture_cleanup(&f);
    return done();
}
