/* A certificate revocation list: read, verified past its signature, asked. */
#include "crypto/ecdsa_der.h"
#include "tests/fuzz/custom.h"
#include "tests/fuzz/world.h"
#include "trust/crl.h"
#include "trust/file.h"

enum { SEQUENCE = 0x30, BIT_STRING = 0x03, GROWTH_MAX = 256 };

/* The first item of `rest` moves out of it, if it is of that tag and all there. */
static bool der_take(struct bytes *rest, uint8_t tag, struct bytes *whole, struct bytes *content)
{
    size_t n, head = 2;

    if (rest->n < 2 || rest->p[0] != tag)
        return false;
    n = rest->p[1];
    if (n > 0x80 && n <= 0x83) {
        head += n - 0x80;
        if (rest->n < head)
            return false;
        n = 0;
        for (size_t i = 2; i < head; i++)
            n = n << 8 | rest->p[i];
    }
    if (rest->n - head < n)
        return false;
    *whole = (struct bytes){ rest->p, head + n };
    *content = (struct bytes){ rest->p + head, n };
    *rest = (struct bytes){ rest->p + head + n, rest->n - head - n };
    return true;
}

static void der_add(struct buf *out, uint8_t tag, struct bytes content)
{
    buf_add_byte(out, tag);
    if (content.n >= 0x80)
        buf_add(out, (struct bytes){ (const uint8_t[]){ 0x83, (uint8_t)(content.n >> 16),
                                                        (uint8_t)(content.n >> 8) }, 3 });
    buf_add_byte(out, (uint8_t)content.n);
    buf_add(out, content);
}

/* CertificateList around this tbsCertList, signed by the world's IACA. */
static void sign_list(struct buf *out, struct bytes tbs, struct bytes algorithm)
{
    uint8_t der[1 + ECDSA_DER_MAX] = { 0 };     /* no unused bits, then the signature */
    struct buf list = fuzz_buf(), pair = fuzz_buf();
    size_t n;

    der_add(&list, SEQUENCE, tbs);
    must(key_sign(&pair, fuzz_world()->iaca_key, buf_view(&list)));
    buf_add(&list, algorithm);
    n = 1 + ecdsa_to_der(der + 1, pair.n / 2, pair.p);
    der_add(&list, BIT_STRING, (struct bytes){ der, n });
    der_add(out, SEQUENCE, buf_view(&list));
    buf_cleanup(&list);
    buf_cleanup(&pair);
}

/* What is signed changes in its bytes, and is signed anew. */
static bool mutate_crl(struct buf *out, struct bytes src, uint64_t seed, size_t max)
{
    struct bytes list, whole, tbs, algorithm, unused;
    uint8_t *body;
    size_t n;

    (void)max;
    if (seed % 8 == 0 || !der_take(&src, SEQUENCE, &whole, &list) ||
        !der_take(&list, SEQUENCE, &whole, &tbs) ||
        !der_take(&list, SEQUENCE, &algorithm, &unused))
        return false;
    body = malloc(tbs.n + GROWTH_MAX);
    hold(body != NULL);
    if (tbs.n > 0)
        memcpy(body, tbs.p, tbs.n);
    n = LLVMFuzzerMutate(body, tbs.n, tbs.n + GROWTH_MAX);
    sign_list(out, (struct bytes){ body, n }, algorithm);
    free(body);
    return true;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
    return mutate_with(mutate_crl, p, n, max, seed);
}

static void check_facts(const struct x509_crl *crl)
{
    struct x509_crl_facts facts;

    x509_crl_describe(crl, &facts);
    hold_text(facts.issuer, sizeof facts.issuer);
    hold(facts.issuer_der.n <= x509_crl_der(crl).n && facts.number.n <= x509_crl_der(crl).n);
    hold(facts.has_number || facts.number.n == 0);
    hold(facts.number.n == 0 || facts.number.p[0] != 0);
    hold(facts.revoked_n <= x509_crl_der(crl).n);
}

/* What a set with this one list says of a certificate. */
static void check_answer(const struct trust_crls *set, const struct x509_cert *cert,
                         const struct x509_cert *issuer, int64_t now)
{
    struct trust_revocation r = trust_crls_check(set, cert, issuer, now,
                                                 (struct trust_status_limits){ .skew_s = 60 });

    hold((r.status.reason == NULL) == (r.status.verdict == TRUST_STATUS_VALID));
    hold(r.status.has_list && r.status.age_s >= 0);
    hold(r.status.verdict != TRUST_STATUS_VALID || r.status.age_s <= r.status.limit_s);
    if (r.status.verdict == TRUST_STATUS_REVOKED || r.status.verdict == TRUST_STATUS_SUSPENDED)
        hold(r.why != NULL && trust_crl_facts(set->crls[0])->revoked_n > 0);
}

static void check_believed(struct trust_crl *crl, const struct x509_crl *parsed)
{
    const struct fixture *f = fuzz_world();
    struct trust_crls set = { 0 };

    hold(x509_crl_signed_by(parsed, f->iaca) == OC_OK);
    hold(bytes_eq(trust_crl_der(crl), x509_crl_der(parsed)));
    hold(trust_crl_facts(crl)->this_update <= f->now + 60);
    hold(bytes_eq(x509_der(trust_crl_issuer(crl)), x509_der(f->iaca)));
    hold(trust_crl_is_like(crl, crl) && !trust_crl_is_newer(crl, crl));
    hold(trust_crls_add(&set, &crl) == OC_OK && crl == NULL && set.n == 1);
    check_answer(&set, f->signer, f->iaca, f->now);
    check_answer(&set, f->iaca, f->iaca, f->now + 4000 * (int64_t)DATE_DAY_S);
    hold(!trust_crls_check(&set, f->reader, f->reader_ca, f->now,
                           (struct trust_status_limits){ 0 }).status.has_list);
    trust_crls_cleanup(&set);
    hold_zero(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct fixture *f = fuzz_world();
    struct bytes src = { p, n };
    const char *reason = NULL;
    struct x509_crl *parsed = NULL;
    struct trust_crl *crl = NULL;
    struct trust_file look;
    enum oc_err e = x509_crl_new(&parsed, src, &reason);

    hold((parsed != NULL) == (e == OC_OK));
    hold(e == OC_OK || e == OC_SHAPE || e == OC_REFUSED || e == OC_LIMIT);
    hold(e == OC_OK || reason != NULL);
    trust_file_look(&look, src);
    if (parsed != NULL) {
        check_facts(parsed);
        hold(look.kind == TRUST_FILE_CERTIFICATE || look.kind == TRUST_FILE_LINK ||
             (look.kind == TRUST_FILE_CRL && look.has_date));
    }
    reason = NULL;
    if (trust_crl_verify(&crl, src, &f->iacas, f->now, 60, &reason) == OC_OK)
        check_believed(crl, parsed);
    else
        hold(crl == NULL && reason != NULL);
    x509_crl_free(&parsed);
    return 0;
}
