#include "trust/profile.h"

#include <string.h>

#include "core/date.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static const int64_t NOW = 1790000000;

static const char *const role_name[] = { "iaca", "ds", "reader_ca", "reader", "status", "vical",
                                        "link" };

struct made {
    struct x509_cert *cert[TRUST_ROLES_N];
    struct x509_facts facts[TRUST_ROLES_N];
};

static const struct x509_facts *issuer_of(const struct made *m, enum trust_role role)
{
    switch (role) {
    case TRUST_DOCUMENT_SIGNER:
    case TRUST_STATUS_SIGNER:
    case TRUST_VICAL_SIGNER:
    case TRUST_IACA_LINK:       return &m->facts[TRUST_IACA];
    case TRUST_READER:          return &m->facts[TRUST_READER_CA];
    case TRUST_IACA:
    case TRUST_READER_CA:       return NULL;
    }
    return NULL;
}

/* One certificate of each role, as our tools make them. */
static bool make_all(struct made *m)
{
    struct private_key *key[TRUST_ROLES_N] = { NULL };
    bool made = true;

    for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++) {
        struct x509_spec spec = { .common_name = role_name[role] };
        bool is_leaf = role != TRUST_IACA && role != TRUST_READER_CA;
        int issuer = !is_leaf ? role : role == TRUST_READER ? TRUST_READER_CA : TRUST_IACA;

        trust_profile_spec(&spec, (enum trust_role)role, NOW);
        if (issuer == TRUST_IACA) {
            spec.country = "UT";
            spec.organization = "Utopia";
            spec.state = "UT-1";
            spec.issuer_alt_uri = "https://example.org/";
            spec.crl_uri = "https://example.org/crl";
        }
        made =
            made && private_key_generate(&key[role], CURVE_P256) == OC_OK &&
            x509_make(&m->cert[role], &spec, private_key_public(key[role]),
                      is_leaf ? m->cert[issuer] : NULL, key[issuer]) == OC_OK;
        if (made)
            x509_describe(m->cert[role], &m->facts[role]);
    }
    for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++)
        private_key_free(&key[role]);
    return made;
}

static void test_made(const struct made *m)
{
    struct trust_finding found[TRUST_FINDINGS_MAX];
    static const int64_t longest_days[] = { 7305, 457, 7305, 1187, 1187, 1187, 7305 };

    for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++) {
        const struct x509_facts *f = &m->facts[role];
        size_t n = trust_profile_check(found, (enum trust_role)role, f,
                                       issuer_of(m, (enum trust_role)role));

        ok(n == 0, "%s: what we make conforms%s%s", role_name[role], n ? ", but " : "",
           n ? found[0].rule : "");
        ok(trust_profile_check(found, (enum trust_role)role, f, NULL) == 0,
           "%s: and with its issuer unknown", role_name[role]);
        ok(f->not_before == date_floor(NOW, DATE_DAY_S) - DATE_DAY_S &&
           f->not_after - f->not_before <= longest_days[role] * DATE_DAY_S,
           "%s: valid from yesterday's midnight", role_name[role]);
    }
}

enum { I = 1 << TRUST_IACA, D = 1 << TRUST_DOCUMENT_SIGNER, C = 1 << TRUST_READER_CA,
       R = 1 << TRUST_READER, S = 1 << TRUST_STATUS_SIGNER, V = 1 << TRUST_VICAL_SIGNER,
       L = 1 << TRUST_IACA_LINK, ALL = I | D | C | R | S | V | L };

static void version(struct x509_facts *f) { f->version = 1; }
static void serial_negative(struct x509_facts *f) { f->serial_positive = false; }
static void serial_long(struct x509_facts *f) { f->serial.n = 21; }
static void lives_long(struct x509_facts *f) { f->not_after += INT64_C(20) * 366 * DATE_DAY_S; }
static void ends_before(struct x509_facts *f) { f->not_after = f->not_before; }
static void never_valid(struct x509_facts *f)
{
    f->not_before = INT64_MAX;
    f->not_after = INT64_MIN;
}
static void other_issuer(struct x509_facts *f)
{
    f->issuer_der = BYTES("x");
    f->self_issued = false;
}
static void country_form(struct x509_facts *f)
{
    strcpy(f->country, "UT");
    f->country_is_printable = false;
}
static void no_state(struct x509_facts *f) { f->state[0] = '\0'; }
static void no_organization(struct x509_facts *f) { f->has_organization = false; }
static void no_name(struct x509_facts *f) { f->has_common_name = false; }
static void no_key(struct x509_facts *f) { f->curve = CURVE_NONE; }
static void x25519(struct x509_facts *f) { f->curve = CURVE_X25519; }
static void ed25519(struct x509_facts *f) { f->curve = CURVE_ED25519; }
static void compressed(struct x509_facts *f) { f->point_is_uncompressed = false; }
static void spelt_out(struct x509_facts *f) { f->curve_is_named = false; }
static void sha1(struct x509_facts *f) { f->signature_digest = DIGEST_NONE; }
static void eddsa(struct x509_facts *f) { f->signature_is_ecdsa = false; }
static void no_ski(struct x509_facts *f) { f->has_ski = false; }
static void ski_other(struct x509_facts *f) { f->ski_is_sha1 = false; }
static void no_aki(struct x509_facts *f) { f->has_aki = false; }
static void aki_other(struct x509_facts *f) { f->aki = BYTES("x"); }
static void no_usage(struct x509_facts *f) { f->has_key_usage = false; }
static void usage_not_critical(struct x509_facts *f) { f->key_usage_critical = false; }
static void usage_more(struct x509_facts *f)
{
    f->key_usage |= X509_NON_REPUDIATION | X509_DIGITAL_SIGNATURE;
}
static void is_ca(struct x509_facts *f) { f->is_ca = !f->is_ca; }
static void ca_not_critical(struct x509_facts *f) { f->basic_constraints_critical = false; }
static void path_length(struct x509_facts *f) { f->path_length = 1; }
static void no_path_length(struct x509_facts *f) { f->path_length = -1; }
static void no_eku(struct x509_facts *f) { f->has_eku = false; }
static void eku_critical(struct x509_facts *f) { f->eku_critical = !f->eku_critical; }
static void eku_other(struct x509_facts *f) { strcpy(f->eku[0], "1.0.18013.5.1.7"); }
static void no_contact(struct x509_facts *f) { f->has_issuer_alt_name = false; }
static void contact_critical(struct x509_facts *f)
{
    f->has_issuer_alt_name = f->issuer_alt_name_usable = f->issuer_alt_name_critical = true;
}
static void contact_useless(struct x509_facts *f)
{
    f->has_issuer_alt_name = true;
    f->issuer_alt_name_usable = false;
}
static void no_crl(struct x509_facts *f) { f->has_crl_dp = false; }
static void crl_critical(struct x509_facts *f) { f->has_crl_dp = f->crl_dp_critical = true; }
static void crl_odd(struct x509_facts *f) { f->has_crl_dp = f->crl_dp_odd = true; }
static void unknown(struct x509_facts *f) { strcpy(f->unknown_critical, "1.2.3"); }
static void forbidden(struct x509_facts *f) { strcpy(f->forbidden, "2.5.29.30"); }

/* `broken`: the roles in which the change breaks the rule, and that rule alone; in the others the
 * certificate still conforms. */
static void test_each_rule(const struct made *m)
{
    static const struct {
        const char *what, *aspect;
        void (*change)(struct x509_facts *);
        unsigned broken;
    } row[] = {
        { "version 1", "version", version, ALL },
        { "a negative serial", "serial", serial_negative, ALL },
        { "a serial of 21 octets", "serial", serial_long, ALL },
        { "20 years more", "lifetime", lives_long, ALL },
        { "no time at all", "lifetime", ends_before, ALL },
        { "times that cannot be read", "lifetime", never_valid, ALL },
        { "another issuer", "issuer", other_issuer, ALL },
        { "a country that is no PrintableString", "country", country_form, ALL },
        { "no state", "state", no_state, D | S | V | L },
        { "no organisation", "organization", no_organization, V },
        { "no common name", "common_name", no_name, ALL },
        { "a key that is not ours", "key", no_key, ALL },
        { "a key that cannot sign", "key", x25519, ALL },
        { "an Ed25519 key", "key", ed25519, I | C | S | V | L },
        { "a compressed point", "point", compressed, ALL },
        { "a curve spelt out", "named_curve", spelt_out, ALL },
        { "signed with SHA-1", "signature", sha1, ALL },
        { "signed with EdDSA", "signature", eddsa, ALL },
        { "no subject key identifier", "ski", no_ski, ALL },
        { "a subject key identifier of another kind", "ski", ski_other, ALL },
        { "no authority key identifier", "aki", no_aki, D | R | S | V | L },
        { "another authority's key identifier", "aki", aki_other, D | R | S | V | L },
        { "no key usage", "key_usage", no_usage, ALL },
        { "key usage not critical", "key_usage", usage_not_critical, ALL },
        { "one key usage more", "key_usage", usage_more, ALL },
        { "a CA where none should be, or the reverse", "basic_constraints", is_ca, ALL },
        { "basic constraints not critical", "basic_constraints", ca_not_critical, I | C | L },
        { "path length 1", "basic_constraints", path_length, I | C | L },
        { "no path length", "basic_constraints", no_path_length, I | C | L },
        { "no extended key usage", "eku", no_eku, D | R | V | L },
        { "extended key usage critical or not, the wrong way", "eku", eku_critical, ALL & ~L },
        { "extended key usage for another role", "eku", eku_other, D | R | V | L },
        { "no issuer alternative name", "issuer_alt_name", no_contact, I | D },
        { "an issuer alternative name that is critical", "issuer_alt_name", contact_critical, ALL },
        { "one without e-mail or URI", "issuer_alt_name", contact_useless, ALL },
        { "no CRL distribution point", "crl", no_crl, D | V },
        { "one that is critical", "crl", crl_critical, ALL },
        { "one with reasons", "crl", crl_odd, ALL },
        { "an unknown critical extension", "critical", unknown, ALL },
        { "name constraints", "forbidden", forbidden, ALL },
    };
    struct trust_finding found[TRUST_FINDINGS_MAX];

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        bool good = true;

        for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++) {
            struct x509_facts f = m->facts[role];
            char rule[64];
            size_t n;

            row[i].change(&f);
            snprintf(rule, sizeof rule, "%s.%s", role_name[role], row[i].aspect);
            n = trust_profile_check(found, (enum trust_role)role, &f,
                                    issuer_of(m, (enum trust_role)role));
            if (row[i].broken & 1u << role ? n != 1 || strcmp(found[0].rule, rule) != 0 ||
                                                 found[0].text[0] == '\0'
                                           : n != 0) {
                good = false;
                note("%s: %zu findings, first %s", rule, n, n > 0 ? found[0].rule : "none");
            }
        }
        ok(good, "%s: found as \"%s\", and nothing else", row[i].what, row[i].aspect);
    }
}

/* Every rule is listed, kept or broken, with a hint; the broken ones are what the check finds. */
static void test_rules(const struct made *m)
{
    for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++) {
        struct trust_rule rules[TRUST_FINDINGS_MAX];
        struct x509_facts f = m->facts[role];
        const char *why = NULL;
        size_t n, broken = 0, hinted = 0;

        ok(trust_role_guess(&f, &why) == (enum trust_role)role && why != NULL,
           "%s: guessed, since %s", role_name[role], why != NULL ? why : "");
        f.version = 1;
        n = trust_profile_rules(rules, (enum trust_role)role, &f,
                                issuer_of(m, (enum trust_role)role));
        for (size_t i = 0; i < n; i++) {
            broken += !rules[i].holds;
            hinted += trust_rule_hint((enum trust_role)role, rules[i].rule)[0] != '\0';
        }
        ok(n >= 16 && n <= TRUST_FINDINGS_MAX && broken == 1 && !rules[0].holds && hinted == n,
           "%s: %zu rules, one broken, each with a hint", role_name[role], n);
    }
}

static void test_words(void)
{
    enum trust_role role = TRUST_READER;
    size_t found = 0;

    for (int i = TRUST_IACA; i <= TRUST_IACA_LINK; i++)
        found += trust_role_by_word(trust_role_word((enum trust_role)i), &role) &&
                 role == (enum trust_role)i;
    ok(found == TRUST_ROLES_N, "every role by its word");
    role = TRUST_READER;
    ok(!trust_role_by_word("root", &role) && role == TRUST_READER, "no role of such a word");
}

/* How the rules that a vector breaks read, blank between. */
static void findings(char *out, size_t out_n, enum trust_role role, const char *path,
                     const char *issuer_path)
{
    struct trust_finding found[TRUST_FINDINGS_MAX];
    struct x509_cert *cert = NULL, *issuer = NULL;
    struct x509_facts f, g;
    struct buf pem, issuer_pem;
    size_t n;

    snprintf(out, out_n, "unreadable");
    if (vector_read(path, &pem) && x509_from_pem(&cert, buf_view(&pem), 0) == OC_OK &&
        vector_read(issuer_path, &issuer_pem)) {
        if (x509_from_pem(&issuer, buf_view(&issuer_pem), 0) == OC_OK) {
            x509_describe(cert, &f);
            x509_describe(issuer, &g);
            n = trust_profile_check(found, role, &f, &g);
            out[0] = '\0';
            for (size_t i = 0; i < n; i++)
                snprintf(out + strlen(out), out_n - strlen(out), "%s%s", i > 0 ? " " : "",
                         found[i].rule);
        }
        buf_cleanup(&issuer_pem);
    }
    x509_free(&cert);
    x509_free(&issuer);
    buf_cleanup(&pem);
}

static void test_vectors(void)
{
    static const struct {
        enum trust_role role;
        const char *path, *issuer, *want;
    } row[] = {
        { TRUST_IACA, "annex-d/iaca.pem", "annex-d/iaca.pem", "" },
        { TRUST_DOCUMENT_SIGNER, "annex-d/ds.pem", "annex-d/iaca.pem", "" },
        { TRUST_READER_CA, "annex-d/reader_root.pem", "annex-d/reader_root.pem", "" },
        { TRUST_READER, "annex-d/reader.pem", "annex-d/reader_root.pem", "" },
        { TRUST_IACA, "pki/owf_multipaz_iaca_p384.pem", "pki/owf_multipaz_iaca_p384.pem",
          "iaca.country" }, /* a UTF8String */
        { TRUST_DOCUMENT_SIGNER, "pki/owf_multipaz_ds_p384.pem", "pki/owf_multipaz_iaca_p384.pem",
          "ds.serial ds.country" }, /* negative; a UTF8String */
        { TRUST_IACA, "pki/isomdl_iaca_root_cert.pem", "pki/isomdl_iaca_root_cert.pem", "" },
        { TRUST_DOCUMENT_SIGNER, "pki/isomdl_iaca_signer.pem", "pki/isomdl_iaca_root_cert.pem",
          "" },
        { TRUST_DOCUMENT_SIGNER, "pki/isomdl_incorrect_iaca_signer.pem",
          "pki/isomdl_iaca_root_cert.pem",
          "ds.basic_constraints ds.issuer_alt_name" }, /* a CA; none */
        { TRUST_READER, "annex-d/ds.pem", "annex-d/iaca.pem", "reader.eku" },
    };
    char found[512];

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        findings(found, sizeof found, row[i].role, row[i].path, row[i].issuer);
        ok(strcmp(found, row[i].want) == 0, "%s: \"%s\"", row[i].path, found);
    }
}

int main(void)
{
    struct made m = { 0 };

    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    if (ok(make_all(&m), "one certificate of each role")) {
        test_made(&m);
        test_each_rule(&m);
        test_rules(&m);
    }
    test_words();
    test_vectors();
    for (int role = TRUST_IACA; role <= TRUST_IACA_LINK; role++)
        x509_free(&m.cert[role]);
    return done();
}
