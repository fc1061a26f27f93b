#include "trust/crl.h"

#include <string.h>

#include "tests/unit/fixture.h"
#include "tests/unit/parser.h"

enum { WEEK = 7 * DATE_DAY_S };

static struct fixture f;

/* A list of f.iaca, dated `date`, for a week, that revokes f.signer for `reason`; below 0: not. */
static struct buf make(int64_t date, uint64_t number, int reason)
{
    struct x509_facts signer;
    struct x509_revoked revoked = { .at = date - 60, .reason = reason };
    struct buf der = new_buf();

    x509_describe(f.signer, &signer);
    revoked.serial = signer.serial;
    must(x509_crl_make(&der, &(struct x509_crl_spec){
        .this_update = date, .next_update = date + WEEK, .number = number, .revoked = &revoked,
        .revoked_n = reason >= 0 }, f.iaca, f.iaca_key));
    return der;
}

static struct trust_crl *verified(struct bytes der)
{
    struct trust_crl *crl;
    const char *reason;

    must(trust_crl_verify(&crl, der, &f.iacas, f.now, 0, &reason));
    return crl;
}

static enum oc_err verify(struct bytes der, const struct trust_anchors *anchors,
                          const char **reason)
{
    struct trust_crl *crl;
    enum oc_err e = trust_crl_verify(&crl, der, anchors, f.now, 0, reason);

    if ((e == OC_OK) != (crl != NULL))
        ok(false, "a list if and only if it is verified");
    trust_crl_free(&crl);
    return e;
}

static void test_round_trip(void)
{
    struct buf der = make(f.now, 300, X509_KEY_COMPROMISE), pem = new_buf(), longer = new_buf();
    struct trust_crl *crl = verified(buf_view(&der));
    const struct x509_crl_facts *facts = trust_crl_facts(crl);
    size_t refused = 0;
    const char *reason;

    ok(facts->this_update == f.now && facts->has_next_update &&
       facts->next_update == f.now + WEEK && facts->has_number &&
       bytes_eq(facts->number, BYTES("\x01\x2c")) && facts->revoked_n == 1 &&
       strstr(facts->issuer, "Test IACA") != NULL, "what it says of itself");
    ok(bytes_eq(trust_crl_der(crl), buf_view(&der)), "as received");
    trust_crl_free(&crl);
    for (size_t n = 0; n < der.n; n++) {
        struct guard guard;
        struct bytes cut = guard_copy(&guard, (struct bytes){ der.p, n });

        refused += verify(cut, &f.iacas, &reason) == OC_SHAPE && reason != NULL;
        guard_free(&guard);
    }
    ok(refused == der.n, "refused cut at every byte");
    buf_add(&longer, buf_view(&der));
    buf_add_byte(&longer, 0);
    ok(verify(buf_view(&longer), &f.iacas, &reason) == OC_SHAPE, "refused with a byte appended");
    buf_cleanup(&der);
    buf_cleanup(&pem);
    buf_cleanup(&longer);
}

static enum oc_err verify_by_iaca(struct bytes der, struct oc_fault *fault)
{
    const char *reason;

    (void)fault;
    return verify(der, &f.iacas, &reason);
}

static void test_mutation(void)
{
    struct buf der = make(f.now, 1, X509_SUPERSEDED);

    ok(parser_flips_accepted(verify_by_iaca, &der) == 0, "%zu bits flipped one by one: none accepted", 8 * der.n);
    buf_cleanup(&der);
}

static void test_issuer(void)
{
    struct x509_spec spec = certificate_spec(TRUST_IACA, f.now);
    struct trust_anchors others = { 0 }, link = { 0 };
    struct buf der = make(f.now, 1, -1), future = make(f.now + 1, 1, -1);
    struct private_key *key = new_key(CURVE_P256);
    struct x509_cert *namesake, *no_lists;
    const char *reason;

    ok(verify(buf_view(&der), &f.readers, &reason) == OC_UNTRUSTED, "nobody of that name: %s",
       reason);
    namesake = new_certificate(&spec, key, NULL, NULL);
    must(trust_anchors_add(&others, namesake));
    ok(verify(buf_view(&der), &others, &reason) == OC_SIGNATURE, "a namesake: %s", reason);
    must(trust_anchors_add(&others, f.iaca));
    ok(verify(buf_view(&der), &others, &reason) == OC_OK, "and the issuer beside it");
    trust_anchors_cleanup(&others);
    spec.key_usage = X509_KEY_CERT_SIGN;
    no_lists = new_certificate(&spec, f.iaca_key, NULL, NULL);
    must(trust_anchors_add(&others, no_lists));
    ok(verify(buf_view(&der), &others, &reason) == OC_UNTRUSTED, "one that may not sign lists");
    must(trust_anchors_add_link(&link, f.iaca));
    ok(verify(buf_view(&der), &link, &reason) == OC_OK, "a link's own list");
    ok(verify(buf_view(&future), &f.iacas, &reason) == OC_REFUSED, "a second ahead: %s", reason);
    trust_anchors_cleanup(&others);
    trust_anchors_cleanup(&link);
    x509_free(&namesake);
    x509_free(&no_lists);
    private_key_free(&key);
    buf_cleanup(&der);
    buf_cleanup(&future);
}

static void test_set(void)
{
    struct buf old = make(f.now - DATE_DAY_S, 9, -1), new = make(f.now, 10, -1),
               renumbered = make(f.now, 11, -1);
    struct trust_crls set = { 0 };
    struct trust_crl *crl = verified(buf_view(&old)), *kept;

    ok(trust_crls_add(&set, &crl) == OC_OK && crl == NULL && set.n == 1, "the first");
    crl = verified(buf_view(&new));
    ok(trust_crls_add(&set, &crl) == OC_OK && set.n == 1, "a newer one in its place");
    crl = verified(buf_view(&old));
    kept = set.crls[0];
    ok(trust_crls_add(&set, &crl) == OC_REFUSED && crl != NULL && set.crls[0] == kept,
       "an older one is refused");
    trust_crl_free(&crl);
    crl = verified(buf_view(&renumbered));
    ok(trust_crls_add(&set, &crl) == OC_OK && set.n == 1 &&
       trust_crl_facts(set.crls[0])->number.p[0] == 11, "of one second, the higher number");
    crl = verified(buf_view(&new));
    ok(trust_crls_add(&set, &crl) == OC_REFUSED, "and not back");
    trust_crl_free(&crl);
    trust_crls_cleanup(&set);
    ok(set.n == 0 && set.crls == NULL, "all zero after cleanup");
    buf_cleanup(&old);
    buf_cleanup(&new);
    buf_cleanup(&renumbered);
}

static void test_check(void)
{
    static const struct {
        const char *name;
        int reason;
        int64_t after;
        struct trust_status_limits limits;
        enum trust_status_verdict want;
        const char *why;
    } row[] = {
        { "not in it", -1, 0, { 0, 0 }, TRUST_STATUS_VALID, NULL },
        { "not in it, on its last moment", -1, WEEK, { 0, 0 }, TRUST_STATUS_VALID, NULL },
        { "not in it, past nextUpdate", -1, WEEK + 1, { 0, 0 }, TRUST_STATUS_STALE, NULL },
        { "not in it, older than we accept", -1, 61, { 60, 0 }, TRUST_STATUS_STALE, NULL },
        { "not in it, before its date", -1, -1, { 0, 0 }, TRUST_STATUS_UNKNOWN, NULL },
        { "not in it, within the skew", -1, -1, { 0, 1 }, TRUST_STATUS_VALID, NULL },
        { "revoked", X509_KEY_COMPROMISE, 0, { 0, 0 }, TRUST_STATUS_REVOKED, "keyCompromise" },
        { "revoked without a reason", X509_UNSPECIFIED, 0, { 0, 0 }, TRUST_STATUS_REVOKED,
          "unspecified" },
        { "revoked in an old list", X509_SUPERSEDED, 9 * WEEK, { 0, 0 }, TRUST_STATUS_REVOKED,
          "superseded" },
        { "on hold", X509_HOLD, 0, { 0, 0 }, TRUST_STATUS_SUSPENDED, "certificateHold" },
        { "on hold in an old list", X509_HOLD, WEEK + 1, { 0, 0 }, TRUST_STATUS_STALE,
          "certificateHold" },
    };
    struct trust_crls none = { 0 };
    struct trust_revocation r;

    r = trust_crls_check(&none, f.signer, f.iaca, f.now, (struct trust_status_limits){ 0 });
    ok(r.status.verdict == TRUST_STATUS_UNKNOWN && !r.status.has_list && r.status.reason != NULL,
       "no list: %s", r.status.reason);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf der = make(f.now, 1, row[i].reason);
        struct trust_crls set = { 0 };
        struct trust_crl *crl = verified(buf_view(&der));

        must(trust_crls_add(&set, &crl));
        r = trust_crls_check(&set, f.signer, f.iaca, f.now + row[i].after, row[i].limits);
        ok(r.status.verdict == row[i].want && r.status.has_list &&
           (r.status.reason == NULL) == (r.status.verdict == TRUST_STATUS_VALID) &&
           (row[i].why == NULL ? r.why == NULL
                               : r.why != NULL && strcmp(r.why, row[i].why) == 0 &&
                                     r.at == f.now - 60),
           "%s: %s, %s", row[i].name, trust_status_word(r.status.verdict),
           r.status.reason != NULL ? r.status.reason : "");
        if (i == 0)
            ok(trust_crls_check(&set, f.reader, f.reader_ca, f.now, row[i].limits)
                       .status.verdict == TRUST_STATUS_UNKNOWN, "of another issuer: unknown");
        trust_crls_cleanup(&set);
        buf_cleanup(&der);
    }
}

static void test_make_refuses(void)
{
    struct x509_revoked revoked = { .serial = BYTES(""), .at = f.now };
    struct x509_crl_spec spec = { .this_update = f.now, .next_update = f.now + 1,
                                  .revoked = &revoked, .revoked_n = 1 };
    struct buf der = new_buf();

    ok(x509_crl_make(&der, &spec, f.iaca, f.iaca_key) == OC_USAGE, "an empty serial");
    revoked.serial = BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11"
                           "\x12\x13\x14\x15");
    ok(x509_crl_make(&der, &spec, f.iaca, f.iaca_key) == OC_USAGE, "a serial of 21 octets");
    revoked.serial.n--;
    ok(x509_crl_make(&der, &spec, f.iaca, f.iaca_key) == OC_OK, "but one of 20");
    buf_truncate(&der, 0);
    revoked.serial = BYTES("\x05");
    revoked.reason = 7;
    ok(x509_crl_make(&der, &spec, f.iaca, f.iaca_key) == OC_USAGE, "a reason that is none");
    revoked.reason = X509_SUPERSEDED;
    ok(x509_crl_make(&der, &spec, f.iaca, f.signer_key) == OC_USAGE, "another's key");
    spec.next_update = f.now;
    ok(x509_crl_make(&der, &spec, f.iaca, f.iaca_key) == OC_USAGE && der.n == 0,
       "no time between two lists");
    buf_cleanup(&der);
}

int main(void)
{
    must(secret_pool_init());
    fixture_init(&f, CURVE_P256, CURVE_P256);
    test_round_trip();
    test_mutation();
    test_issuer();
    test_set();
    test_check();
    test_make_refuses();
    fixture_cleanup(&f);
    return done();
}
