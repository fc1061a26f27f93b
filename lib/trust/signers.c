#include "trust/signers.h"

#include <stdlib.h>

struct known {
    enum trust_role role;
    struct buf chain;                   /* its certificates, one after the other */
    size_t ends[X509_CHAIN_MAX], n;     /* where each of them ends in it */
    struct trust_signer signer;
    uint64_t met;                       /* the greater, the later */
};

struct trust_signers {
    struct known known[TRUST_SIGNERS_MAX];
    size_t n;
    uint64_t calls;
    struct trust_signer unknown;        /* the last that could not be remembered */
};

struct trust_signers *trust_signers_new(void)
{
    return calloc(1, sizeof(struct trust_signers));
}

static void forget(struct known *k)
{
    trust_signer_cleanup(&k->signer);
    buf_cleanup(&k->chain);
    *k = (struct known){ 0 };
}

void trust_signers_free(struct trust_signers **signers)
{
    if (*signers == NULL)
        return;
    for (size_t i = 0; i < (*signers)->n; i++)
        forget(&(*signers)->known[i]);
    trust_signer_cleanup(&(*signers)->unknown);
    free(*signers);
    *signers = NULL;
}

static bool is_same_chain(const struct known *k, const struct bytes *x5chain, size_t n)
{
    size_t from = 0;

    for (size_t i = 0; i < n; from = k->ends[i], i++)
        if (!bytes_eq((struct bytes){ k->chain.p + from, k->ends[i] - from }, x5chain[i]))
            return false;
    return true;
}

/* Where the anchor stands now, most likely where it stood; n: it is believed no more. */
static size_t find_anchor(const struct known *k, const struct trust_anchors *anchors)
{
    struct bytes der = x509_der(k->signer.anchor_certificate);
    size_t i = k->signer.anchor_index;

    if (i < anchors->n && bytes_eq(x509_der(anchors->certificates[i]), der))
        return i;
    for (i = 0; i < anchors->n; i++)
        if (bytes_eq(x509_der(anchors->certificates[i]), der))
            break;
    return i;
}

static struct known *recall(struct trust_signers *s, enum trust_role role,
                            const struct bytes *x5chain, size_t n,
                            const struct trust_anchors *anchors, int64_t now)
{
    for (size_t i = 0; i < s->n; i++) {
        struct known *k = &s->known[i];
        size_t anchor;

        if (k->role != role || k->n != n || now < k->signer.valid_from ||
            now > k->signer.valid_until || !is_same_chain(k, x5chain, n))
            continue;
        anchor = find_anchor(k, anchors);
        if (anchor == anchors->n)
            continue;           /* another anchor may have issued it since */
        k->signer.anchor_index = anchor;
        return k;
    }
    return NULL;
}

/* An empty place, made if need be. */
static struct known *make_room(struct trust_signers *s)
{
    struct known *oldest = &s->known[0];

    if (s->n < TRUST_SIGNERS_MAX)
        return &s->known[s->n++];
    for (size_t i = 1; i < s->n; i++)
        if (s->known[i].met < oldest->met)
            oldest = &s->known[i];
    forget(oldest);
    return oldest;
}

/* Move `signer` into memory; NULL, and it stays the caller's, when there is none. */
static struct known *remember(struct trust_signers *s, struct trust_signer *signer,
                              enum trust_role role, const struct bytes *x5chain, size_t n)
{
    struct known made = { .role = role, .n = n }, *k;

    buf_init(&made.chain, (size_t)X509_CHAIN_MAX * X509_DER_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_add(&made.chain, x5chain[i]);
        made.ends[i] = made.chain.n;
    }
    if (buf_err(&made.chain) != OC_OK) {
        forget(&made);
        return NULL;
    }
    made.signer = *signer;
    *signer = (struct trust_signer){ 0 };
    k = make_room(s);
    *k = made;
    return k;
}

enum oc_err trust_signers_find(const struct trust_signer **out, struct trust_signers *s,
                               enum trust_role role, const struct bytes *x5chain,
                               size_t x5chain_n, const struct trust_anchors *anchors, int64_t now)
{
    struct known *k = recall(s, role, x5chain, x5chain_n, anchors, now);
    enum oc_err e;

    *out = NULL;
    if (k == NULL) {
        trust_signer_cleanup(&s->unknown);
        e = trust_signer_init(&s->unknown, role, x5chain, x5chain_n, anchors, now);
        *out = &s->unknown;
        if (e != OC_OK)
            return e;
        /* A way over links rests on the links too, which may be taken away. */
        if (s->unknown.chain == OC_OK && !s->unknown.by_link)
            k = remember(s, &s->unknown, role, x5chain, x5chain_n);
    }
    if (k == NULL)
        return OC_OK;
    k->met = ++s->calls;
    *out = &k->signer;
    return OC_OK;
}
