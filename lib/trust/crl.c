#include "trust/crl.h"

#include <stdlib.h>

#include "core/array.h"

struct trust_crl {
    struct x509_crl *crl;
    struct x509_crl_facts facts;
    struct x509_cert *issuer;
};

/* By name, and with the right to sign lists where rights are written down. */
static bool may_have_signed(const struct x509_crl_facts *crl, const struct x509_cert *issuer)
{
    struct x509_facts facts;

    x509_describe(issuer, &facts);
    return bytes_eq(facts.subject_der, crl->issuer_der) &&
           (!facts.has_key_usage || (facts.key_usage & X509_CRL_SIGN) != 0);
}

static enum oc_err find_issuer(struct trust_crl *c, struct x509_cert *const *among, size_t n)
{
    enum oc_err e = OC_UNTRUSTED;

    for (size_t i = 0; i < n && e != OC_OK; i++) {
        if (!may_have_signed(&c->facts, among[i]))
            continue;
        e = x509_crl_signed_by(c->crl, among[i]);
        if (e == OC_OK && (c->issuer = x509_copy(among[i])) == NULL)
            return OC_MEMORY;
    }
    return e;
}

static enum oc_err verify(struct trust_crl *c, const struct trust_anchors *anchors, int64_t now,
                          int64_t skew_s, const char **reason)
{
    enum oc_err e = find_issuer(c, anchors->certificates, anchors->n);

    if (e == OC_UNTRUSTED || e == OC_SIGNATURE) {
        enum oc_err by_link = find_issuer(c, anchors->links, anchors->links_n);

        e = by_link == OC_UNTRUSTED ? e : by_link;
    }
    *reason = e == OC_UNTRUSTED
                  ? "no authority we believe has the issuer's name and may sign revocation lists"
                  : oc_err_text(e);
    if (e == OC_OK && c->facts.this_update > now + skew_s) {
        *reason = "the revocation list is dated in the future";
        e = OC_REFUSED;
    }
    return e;
}

enum oc_err trust_crl_verify(struct trust_crl **out, struct bytes src,
                             const struct trust_anchors *anchors, int64_t now, int64_t skew_s,
                             const char **reason)
{
    struct trust_crl *c = calloc(1, sizeof *c);
    enum oc_err e = OC_MEMORY;

    *out = NULL;
    *reason = oc_err_text(e);
    if (c != NULL && (e = x509_crl_new(&c->crl, src, reason)) == OC_OK) {
        x509_crl_describe(c->crl, &c->facts);
        e = verify(c, anchors, now, skew_s, reason);
    }
    if (e == OC_OK) {
        *out = c;
        c = NULL;
    }
    trust_crl_free(&c);
    return e;
}

void trust_crl_free(struct trust_crl **crl)
{
    if (*crl == NULL)
        return;
    x509_crl_free(&(*crl)->crl);
    x509_free(&(*crl)->issuer);
    free(*crl);
    *crl = NULL;
}

const struct x509_crl_facts *trust_crl_facts(const struct trust_crl *crl)
{
    return &crl->facts;
}

struct bytes trust_crl_der(const struct trust_crl *crl)
{
    return x509_crl_der(crl->crl);
}

const struct x509_cert *trust_crl_issuer(const struct trust_crl *crl)
{
    return crl->issuer;
}

/* A certificate renewed with the same name and key is the same issuer. */
static bool is_same_issuer(const struct x509_cert *a, const struct x509_cert *b)
{
    const struct public_key *key_a = x509_public_key(a), *key_b = x509_public_key(b);
    struct x509_facts facts_a, facts_b;

    x509_describe(a, &facts_a);
    x509_describe(b, &facts_b);
    return bytes_eq(facts_a.subject_der, facts_b.subject_der) && key_a != NULL && key_b != NULL &&
           public_key_equal(key_a, key_b);
}

bool trust_crl_is_like(const struct trust_crl *a, const struct trust_crl *b)
{
    return is_same_issuer(a->issuer, b->issuer);
}

bool trust_crl_is_newer(const struct trust_crl *a, const struct trust_crl *b)
{
    struct bytes x = a->facts.number, y = b->facts.number;

    if (a->facts.this_update != b->facts.this_update)
        return a->facts.this_update > b->facts.this_update;
    return x.n != y.n ? x.n > y.n : bytes_cmp(x, y) > 0;
}

enum oc_err trust_crls_add(struct trust_crls *set, struct trust_crl **crl)
{
    size_t i = 0;

    while (i < set->n && !trust_crl_is_like(set->crls[i], *crl))
        i++;
    if (i < set->n && trust_crl_is_newer(set->crls[i], *crl))
        return OC_REFUSED;
    if (i == set->n) {
        if (set->n == TRUST_CRLS_MAX)
            return OC_LIMIT;
        if (!array_extend((void **)&set->crls, set->n, 1, sizeof(struct trust_crl *)))
            return OC_MEMORY;
        set->n++;
    }
    trust_crl_free(&set->crls[i]);
    set->crls[i] = *crl;
    *crl = NULL;
    return OC_OK;
}

void trust_crls_cleanup(struct trust_crls *set)
{
    for (size_t i = 0; i < set->n; i++)
        trust_crl_free(&set->crls[i]);
    free(set->crls);
    *set = (struct trust_crls){ 0 };
}

/* The least of both limits to a list's age; -1 when there is none. */
static int64_t limit_of(const struct x509_crl_facts *facts, int64_t max_age_s)
{
    int64_t limit_s = max_age_s > 0 ? max_age_s : -1;

    if (facts->has_next_update) {
        int64_t until = facts->next_update - facts->this_update;

        limit_s = limit_s < 0 || until < limit_s ? until : limit_s;
    }
    return limit_s;
}

static void judge(struct trust_revocation *r, const struct trust_crl *crl,
                  const struct x509_cert *certificate)
{
    struct x509_revoked revoked;
    const char *word;

    r->status.reason = NULL;
    if (!x509_crl_find(crl->crl, certificate, &revoked)) {
        r->status.verdict = TRUST_STATUS_VALID;
        return;
    }
    word = x509_reason_word(revoked.reason);
    r->at = revoked.at;
    r->why = word != NULL ? word : "unspecified";
    r->status.verdict = revoked.reason == X509_HOLD ? TRUST_STATUS_SUSPENDED : TRUST_STATUS_REVOKED;
    r->status.reason = revoked.reason == X509_HOLD ? "its issuer has put the certificate on hold"
                                                   : "its issuer has revoked the certificate";
}

/* What an old list says against a certificate for good still holds; nothing else it says does. */
static void grow_stale(struct trust_status *s)
{
    bool is_limited = s->limit_s >= 0;

    if ((is_limited && s->age_s <= s->limit_s) || s->verdict == TRUST_STATUS_REVOKED)
        return;
    s->verdict = TRUST_STATUS_STALE;
    s->wants_list = true;
    s->reason = is_limited ? "the revocation list is too old"
                           : "nothing says how long the revocation list may be used";
}

struct trust_revocation trust_crls_check(const struct trust_crls *set,
                                         const struct x509_cert *certificate,
                                         const struct x509_cert *issuer, int64_t now,
                                         struct trust_status_limits limits)
{
    struct trust_revocation r = {
        .status = { .reason = "we hold no revocation list of the certificate's issuer",
                    .wants_list = true, .limit_s = -1 },
    };
    const struct x509_crl_facts *facts;
    size_t i = 0;

    while (i < set->n && !is_same_issuer(set->crls[i]->issuer, issuer))
        i++;
    if (i == set->n)
        return r;
    facts = &set->crls[i]->facts;
    r.status.has_list = true;
    r.status.age_s = now > facts->this_update ? now - facts->this_update : 0;
    r.status.limit_s = limit_of(facts, limits.max_age_s);
    r.status.wants_list = false;
    r.status.reason = "the revocation list is dated in the future";
    if (facts->this_update > now + limits.skew_s)
        return r;
    judge(&r, set->crls[i], certificate);
    grow_stale(&r.status);
    return r;
}
