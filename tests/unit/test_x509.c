#include "crypto/x509.h"

#include <string.h>

#include "core/date.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

static const int64_t NOW = 1606780800;         /* 2020-12-01T00:00:00Z */
static const int64_t LATER = 1780000000;       /* 2026-05-28, after Annex D's end */

static struct x509_cert *load(const char *path)
{
    struct x509_cert *cert = NULL;
    struct buf pem;

    if (!vector_read(path, &pem) || x509_from_pem(&cert, buf_view(&pem), 0) != OC_OK)
        cert = NULL;
    buf_cleanup(&pem);
    return cert;
}

static enum oc_err check(struct x509_cert *leaf, struct x509_cert *anchor, int64_t now)
{
    const char *reason = NULL;
    size_t found = 9;
    enum oc_err e = x509_chain_check(&leaf, 1, &anchor, 1, now, &found, &reason);

    if (e == OC_OK && found != 0)
        return OC_BUG;
    if (e != OC_OK && (reason == NULL || reason[0] == '\0'))
        return OC_BUG;
    return e;
}

static void test_annex_d(void)
{
    struct x509_cert *iaca = load("annex-d/iaca.pem"), *ds = load("annex-d/ds.pem");
    struct x509_cert *root = load("annex-d/reader_root.pem"), *reader = load("annex-d/reader.pem");
    struct x509_facts f;

    if (iaca == NULL || ds == NULL || root == NULL || reader == NULL) {
        skip("no vectors here");
        goto out;
    }
    ok(check(ds, iaca, NOW) == OC_OK, "Annex D: the document signer under its IACA");
    ok(check(reader, root, NOW) == OC_OK, "Annex D: the reader under its root");
    ok(check(ds, iaca, LATER) == OC_EXPIRED, "Annex D: the document signer has expired");
    ok(check(ds, iaca, 1601510399) == OC_EXPIRED, "and was not valid a second before its start");
    ok(check(ds, iaca, 1601510400) == OC_OK, "but at its start");
    ok(check(ds, root, NOW) == OC_UNTRUSTED, "Annex D: the wrong root");
    ok(check(ds, root, LATER) == OC_UNTRUSTED, "the wrong root, whatever the date");
    ok(check(ds, ds, NOW) == OC_UNTRUSTED, "a signer is no anchor, not even for itself");
    ok(check(iaca, iaca, NOW) == OC_OK, "a root under itself");
    ok(x509_signed_by(ds, iaca) == OC_OK && x509_signed_by(ds, root) == OC_SIGNATURE &&
       x509_signed_by(ds, ds) == OC_SIGNATURE, "signatures alone");
    x509_describe(ds, &f);
    ok(f.version == 3 && f.serial_positive && strcmp(f.country, "US") == 0 &&
           f.country_is_printable && strcmp(f.common_name, "utopia ds") == 0 &&
           strcmp(f.subject, "C=US,CN=utopia ds") == 0 && f.state[0] == '\0' && !f.self_issued,
       "names of the document signer");
    ok(f.not_before == 1601510400 && f.not_after == 1633046400, "its validity");
    ok(f.curve == CURVE_P256 && f.point_is_uncompressed && f.curve_is_named &&
       f.signature_is_ecdsa && f.signature_digest == DIGEST_SHA256, "its key and signature");
    ok(f.has_ski && f.ski_is_sha1 && f.has_aki && !f.has_basic_constraints && f.path_length == -1 &&
       f.key_usage == X509_DIGITAL_SIGNATURE && f.key_usage_critical, "its identifiers and usage");
    ok(f.eku_critical && f.eku_n == 1 && strcmp(f.eku[0], "1.0.18013.5.1.2") == 0 &&
       f.has_issuer_alt_name && f.issuer_alt_name_usable && f.has_crl_dp && !f.crl_dp_odd &&
       f.unknown_critical[0] == '\0' && f.forbidden[0] == '\0', "its other extensions");
    x509_describe(iaca, &f);
    ok(f.self_issued && f.is_ca && f.path_length == 0 && f.basic_constraints_critical &&
       f.key_usage == (X509_KEY_CERT_SIGN | X509_CRL_SIGN), "the root is one");
out:
    x509_free(&iaca);
    x509_free(&ds);
    x509_free(&root);
    x509_free(&reader);
}

static void test_others_certificates(void)
{
    struct x509_cert *iaca = load("pki/owf_multipaz_iaca_p384.pem");
    struct x509_cert *ds = load("pki/owf_multipaz_ds_p384.pem");
    struct x509_facts f;

    if (iaca == NULL || ds == NULL) {
        skip("no vectors here");
    } else {
        x509_describe(ds, &f);
        ok(check(ds, iaca, f.not_before) == OC_OK && f.signature_digest == DIGEST_SHA384,
           "others' P-256 signer under their P-384 root");
        ok(!f.serial_positive && f.serial.n == 16 && !f.country_is_printable &&
           strcmp(f.country, "US") == 0, "its negative serial and UTF-8 country are seen");
    }
    x509_free(&iaca);
    x509_free(&ds);
}

static struct private_key *key_on(enum curve curve)
{
    struct private_key *key;

    return private_key_generate(&key, curve) == OC_OK ? key : NULL;
}

static const struct x509_spec ca_spec = {
    .country = "UT", .common_name = "Test root", .not_before = NOW - 86400 * 10,
    .not_after = NOW + 86400 * 100, .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN, .is_ca = true,
    .issuer_alt_uri = "root@example.org",
};
static const struct x509_spec leaf_spec = {
    .country = "UT",
    .state = "Utopia",
    .organization = "\xe5\xb9\xbf\xe5\xb7\x9e",
    .common_name = "leaf",
    .not_before = NOW - 86400,
    .not_after = NOW + 86400,
    .key_usage = X509_DIGITAL_SIGNATURE,
    .eku = { "1.0.18013.5.1.2", "1.0.23220.4.1.2", NULL },
    .issuer_alt_uri = "https://example.org/",
    .crl_uri = "https://example.org/crl",
};

/* Each signing curve can be a root, and certify a key of another. */
static void test_make(const struct curve_info *info)
{
    struct private_key *ca_key = key_on(info->curve), *leaf_key = key_on(CURVE_P256);
    struct x509_cert *ca = NULL, *leaf = NULL;
    struct x509_facts f, g;

    if (ca_key == NULL || leaf_key == NULL) {
        skip("%s is not in this OpenSSL", info->name);
        goto out;
    }
    if (info->alg == COSE_ALG_NONE) {
        ok(x509_make(&ca, &ca_spec, private_key_public(ca_key), NULL, ca_key) == OC_USAGE,
           "%s signs no certificate", info->name);
        goto out;
    }
    ok(x509_make(&ca, &ca_spec, private_key_public(ca_key), NULL, ca_key) == OC_OK &&
       x509_make(&leaf, &leaf_spec, private_key_public(leaf_key), ca, ca_key) == OC_OK &&
       check(leaf, ca, NOW) == OC_OK, "%s: a root and a leaf", info->name);
    if (ca == NULL || leaf == NULL)
        goto out;
    x509_describe(ca, &f);
    x509_describe(leaf, &g);
    ok(f.curve == info->curve && f.serial.n == 20 && f.serial_positive && f.ski_is_sha1 &&
           !f.has_aki && bytes_eq(g.aki, f.ski) && bytes_eq(g.issuer_der, f.subject_der) &&
           g.signature_digest == algorithm_digest(info->alg),
       "%s: what the root shows", info->name);
    ok(public_key_equal(x509_public_key(leaf), private_key_public(leaf_key)), "%s: the leaf's key",
       info->name);
out:
    x509_free(&ca);
    x509_free(&leaf);
    private_key_free(&ca_key);
    private_key_free(&leaf_key);
}

static void test_made_facts(void)
{
    struct private_key *ca_key = key_on(CURVE_P256), *leaf_key = key_on(CURVE_P256);
    struct x509_cert *ca = NULL, *leaf = NULL, *copy, *again = NULL;
    struct x509_spec wrong = leaf_spec;
    struct x509_facts f;
    uint8_t a[32], b[32];
    struct buf text;

    ok(x509_make(&ca, &ca_spec, private_key_public(ca_key), NULL, ca_key) == OC_OK &&
       x509_make(&leaf, &leaf_spec, private_key_public(leaf_key), ca, ca_key) == OC_OK, "made");
    x509_describe(leaf, &f);
    ok(f.not_before == leaf_spec.not_before && f.not_after == leaf_spec.not_after &&
       strcmp(f.state, "Utopia") == 0 && f.eku_n == 2 && strcmp(f.eku[1], "1.0.23220.4.1.2") == 0 &&
       strstr(f.subject, "O=\xe5\xb9\xbf\xe5\xb7\x9e") != NULL && f.issuer_alt_name_usable,
       "what was asked for is there");
    buf_init(&text, 1 << 16);
    ok(x509_text(&text, leaf) == OC_OK && strstr(buf_text(&text), "Utopia") != NULL, "as text");
    buf_truncate(&text, 0);
    x509_to_pem(&text, ca);
    x509_to_pem(&text, leaf);
    ok(x509_from_pem(&again, buf_view(&text), 1) == OC_OK &&
       bytes_eq(x509_der(again), x509_der(leaf)), "the second of two in PEM");
    x509_free(&again);
    ok(x509_from_pem(&again, buf_view(&text), 2) == OC_TRUNCATED && again == NULL,
       "there is no third");
    text.p[100] = '!';
    ok(x509_from_pem(&again, buf_view(&text), 1) == OC_SHAPE, "broken PEM is said to be");
    buf_cleanup(&text);
    copy = x509_copy(leaf);
    x509_free(&leaf);
    ok(x509_fingerprint(copy, a) == OC_OK && x509_fingerprint(ca, b) == OC_OK &&
           memcmp(a, b, 32) != 0 &&
           public_key_equal(x509_public_key(copy), private_key_public(leaf_key)),
       "a copy outlives it");
    ok(x509_make(&leaf, &leaf_spec, private_key_public(leaf_key), ca, leaf_key) == OC_USAGE &&
       x509_make(&leaf, &ca_spec, private_key_public(leaf_key), NULL, ca_key) == OC_USAGE,
       "the signer must own the issuer's key");
    wrong.country = "UTO";
    ok(x509_make(&leaf, &wrong, private_key_public(leaf_key), ca, ca_key) == OC_USAGE &&
           leaf == NULL,
       "a country of three letters");
    wrong = leaf_spec;
    wrong.crl_uri = "https://example.org/\n";
    ok(x509_make(&leaf, &wrong, private_key_public(leaf_key), ca, ca_key) == OC_USAGE,
       "a line end in a URI");
    wrong = leaf_spec;
    wrong.eku[0] = "not an OID";
    ok(x509_make(&leaf, &wrong, private_key_public(leaf_key), ca, ca_key) == OC_USAGE, "no OID");
    x509_free(&copy);
    x509_free(&ca);
    private_key_free(&ca_key);
    private_key_free(&leaf_key);
}

/* Every proper prefix, a byte more, every byte changed: parsed or refused, never believed. */
static void test_damage(void)
{
    struct private_key *key = key_on(CURVE_P256);
    struct x509_cert *cert = NULL, *bad = NULL;
    size_t accepted = 0, trusted = 0;
    uint8_t der[1024];
    size_t n;

    ok(x509_make(&cert, &ca_spec, private_key_public(key), NULL, key) == OC_OK, "made");
    n = x509_der(cert).n;
    memcpy(der, x509_der(cert).p, n);
    der[n] = 0;
    for (size_t i = 0; i < n; i++) {
        if (x509_new(&bad, (struct bytes){ der, i }) == OC_OK)
            accepted++;
        x509_free(&bad);
    }
    ok(accepted == 0, "no prefix is a certificate");
    ok(x509_new(&bad, (struct bytes){ der, n + 1 }) == OC_SHAPE && bad == NULL,
       "nor with a byte more");
    for (size_t i = 0; i < n; i++) {
        struct x509_facts f;

        der[i] ^= 0x04;
        if (x509_new(&bad, (struct bytes){ der, n }) == OC_OK) {
            x509_describe(bad, &f);
            if (x509_signed_by(bad, cert) == OC_OK || check(bad, cert, NOW) == OC_OK)
                trusted++;
        }
        x509_free(&bad);
        der[i] ^= 0x04;
    }
    ok(trusted == 0, "no changed certificate is believed");
    x509_free(&cert);
    private_key_free(&key);
}

static void test_chains(void)
{
    struct private_key *root_key = key_on(CURVE_P256), *mid_key = key_on(CURVE_P384);
    struct private_key *leaf_key = key_on(CURVE_P256), *twin_key = key_on(CURVE_P256);
    struct x509_spec mid_spec = ca_spec, late = leaf_spec;
    struct x509_cert *root = NULL, *mid = NULL, *leaf = NULL, *twin = NULL, *under_leaf = NULL;
    struct x509_cert *old = NULL;
    const char *reason;
    size_t found = 9;

    mid_spec.common_name = "Middle";
    late.not_after = NOW - 10;
    ok(x509_make(&root, &ca_spec, private_key_public(root_key), NULL, root_key) == OC_OK &&
       x509_make(&twin, &ca_spec, private_key_public(twin_key), NULL, twin_key) == OC_OK &&
       x509_make(&mid, &mid_spec, private_key_public(mid_key), root, root_key) == OC_OK &&
       x509_make(&leaf, &leaf_spec, private_key_public(leaf_key), mid, mid_key) == OC_OK &&
       x509_make(&old, &late, private_key_public(leaf_key), root, root_key) == OC_OK &&
       x509_make(&under_leaf, &leaf_spec, private_key_public(twin_key), leaf, leaf_key) == OC_OK,
       "made");
    struct x509_cert *chain[] = { leaf, mid }, *anchors[] = { twin, root };
    struct x509_cert *long_chain[] = { leaf, mid, mid, mid, mid },
                     *abuse[] = { under_leaf, leaf, mid };

    ok(x509_chain_check(chain, 1, anchors, 2, NOW, &found, &reason) == OC_UNTRUSTED,
       "without the middle there is no path");
    ok(x509_chain_check(chain, 2, anchors, 2, NOW, &found, &reason) == OC_UNTRUSTED,
       "path length 0 forbids the middle: %s", reason);
    ok(x509_chain_check(chain, 1, &mid, 1, NOW, &found, &reason) == OC_OK && found == 0,
       "an anchor need not be self-signed");
    ok(x509_chain_check(&mid, 1, anchors, 2, NOW, &found, &reason) == OC_OK && found == 1,
       "of two roots of one name the right one is found");
    ok(x509_chain_check(abuse, 3, &mid, 1, NOW, &found, &reason) == OC_UNTRUSTED,
       "a leaf issues nothing: %s", reason);
    ok(x509_chain_check(long_chain, 5, &mid, 1, NOW, &found, &reason) == OC_LIMIT, "too many");
    ok(x509_chain_check(chain, 0, &mid, 1, NOW, &found, &reason) == OC_USAGE, "none");
    ok(x509_chain_check(chain, 1, NULL, 0, NOW, &found, &reason) == OC_UNTRUSTED, "no anchors");
    ok(x509_chain_check(&old, 1, anchors, 2, NOW, &found, &reason) == OC_EXPIRED &&
       strcmp(reason, "a certificate on the path has expired") == 0, "%s", reason);
    ok(x509_chain_check(&old, 1, anchors, 1, NOW, &found, &reason) == OC_UNTRUSTED,
       "expired and by somebody else is untrusted");
    struct x509_cert **all[] = { &root, &mid, &leaf, &twin, &under_leaf, &old };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        x509_free(all[i]);
    private_key_free(&root_key);
    private_key_free(&mid_key);
    private_key_free(&leaf_key);
    private_key_free(&twin_key);
}

static void test_odd_leaves(void)
{
    struct private_key *key = key_on(CURVE_P256), *dh = key_on(CURVE_X25519);
    struct x509_spec spec = leaf_spec;
    struct x509_cert *ca = NULL, *leaf = NULL;
    struct buf text;

    ok(x509_make(&ca, &ca_spec, private_key_public(key), NULL, key) == OC_OK &&
           x509_make(&leaf, &leaf_spec, private_key_public(dh), ca, key) == OC_OK &&
           check(leaf, ca, NOW) == OC_UNTRUSTED,
       "a signer whose key cannot sign is not trusted");
    x509_free(&leaf);
    spec.common_name = "a\xe2\x80\xae" "b";          /* turns the direction of writing */
    spec.state = "c\x1b[2J";                          /* clears a terminal */
    buf_init(&text, 1 << 16);
    ok(x509_make(&leaf, &spec, private_key_public(dh), ca, key) == OC_OK &&
           x509_text(&text, leaf) == OC_OK,
       "a name with controls, as text");
    ok(strstr(buf_text(&text), "a\\u{202E}b") != NULL && strchr(buf_text(&text), 0x1b) == NULL,
       "they are escaped");
    buf_cleanup(&text);
    x509_free(&leaf);
    x509_free(&ca);
    private_key_free(&key);
    private_key_free(&dh);
}

static void test_requests(void)
{
    const struct x509_spec spec = { .common_name = "Kiosk 7" };
    struct private_key *key = key_on(CURVE_P256), *dh = key_on(CURVE_X25519);
    struct public_key *public = NULL;
    char name[128];
    struct buf pem;
    size_t i;

    buf_init(&pem, 1 << 16);
    ok(x509_request_make(&pem, &spec, dh) == OC_USAGE && pem.n == 0, "X25519 cannot ask");
    ok(x509_request_make(&pem, &spec, key) == OC_OK &&
       x509_request_read(&public, name, buf_view(&pem)) == OC_OK && strcmp(name, "Kiosk 7") == 0 &&
       public_key_equal(public, private_key_public(key)), "a request and back");
    public_key_free(&public);
    for (i = 0; pem.p[i] != '\n'; i++)
        continue;
    i += 30;                            /* in the subject: well-formed, but not what was signed */
    pem.p[i] = pem.p[i] == 'A' ? 'B' : 'A';
    enum oc_err e = x509_request_read(&public, name, buf_view(&pem));
    ok((e == OC_SIGNATURE || e == OC_SHAPE) && public == NULL && name[0] == '\0', "changed: %s",
       oc_err_name(e));
    ok(x509_request_read(&public, name, BYTES("nothing")) == OC_SHAPE, "no request");
    buf_cleanup(&pem);
    private_key_free(&key);
    private_key_free(&dh);
}

int main(void)
{
    const struct curve_info *info;

    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    test_annex_d();
    test_others_certificates();
    for (size_t i = 0; (info = curve_at(i)) != NULL; i++)
        test_make(info);
    test_made_facts();
    test_damage();
    test_chains();
    test_odd_leaves();
    test_requests();
    return done();
}
