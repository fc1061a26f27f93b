#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crypto/internal.h"

/* 112 bits: neither SHA-1 nor curves under 224 bits. */
enum { AUTH_LEVEL = 2 };

static bool is_ca(X509 *x)
{
    return X509_check_ca(x) == 1;       /* the other values are guesses about old certificates */
}

static bool can_sign(const EVP_PKEY *pkey)
{
    const struct curve_info *info = pkey == NULL ? NULL : curve_info(pkey_curve(pkey));

    return info != NULL && info->alg != COSE_ALG_NONE;
}

/* What X509_verify_cert() lets pass and we do not. */
static const char *path_fault(STACK_OF(X509) *path)
{
    for (int i = 0; i < sk_X509_num(path); i++) {
        X509 *x = sk_X509_value(path, i);

        if (!can_sign(X509_get0_pubkey(x)))
            return "a key on the path is neither EC nor EdDSA on a curve we know";
        if (i > 0 && !is_ca(x))
            return "an issuer on the path is not a CA certificate";
    }
    return NULL;
}

static const char *time_fault(STACK_OF(X509) *path, int64_t now)
{
    for (int i = 0; i < sk_X509_num(path); i++) {
        X509 *x = sk_X509_value(path, i);

        /* Both ends count as inside; a time that cannot be read compares as -2. */
        int start = ASN1_TIME_cmp_time_t(X509_get0_notBefore(x), (time_t)now);
        int end = ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), (time_t)now);

        if (start > 0 || start == -2)
            return "a certificate on the path is not valid yet";
        if (end < 0)
            return "a certificate on the path has expired";
    }
    return NULL;
}

static STACK_OF(X509) *others(struct x509_cert *const *chain, size_t chain_n)
{
    STACK_OF(X509) *stack = sk_X509_new_null();

    for (size_t i = 1; stack != NULL && i < chain_n; i++) {
        if (sk_X509_push(stack, chain[i]->x) == 0) {
            sk_X509_free(stack);
            stack = NULL;
        }
    }
    return stack;
}

/*
 * The path to this one anchor. Dates are looked at last, and apart: OpenSSL stops at the first
 * fault, so that an expired root would hide a forged leaf.
 */
static enum oc_err check_path(X509 *leaf, STACK_OF(X509) *untrusted, X509 *anchor, int64_t now,
                              const char **reason)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *param;
    enum oc_err e = OC_OK;

    if (store == NULL || ctx == NULL || X509_STORE_add_cert(store, anchor) != 1 ||
        X509_STORE_CTX_init(ctx, store, leaf, untrusted) != 1) {
        *reason = "out of memory";
        e = OC_MEMORY;
        goto out;
    }
    param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
    X509_VERIFY_PARAM_set_depth(param, X509_CHAIN_MAX);
    X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
    if (X509_verify_cert(ctx) != 1) {
        int fault = X509_STORE_CTX_get_error(ctx);

        e = fault == X509_V_ERR_OUT_OF_MEM ? OC_MEMORY : openssl_failure(OC_UNTRUSTED);
        *reason = X509_verify_cert_error_string(fault);
    } else if ((*reason = path_fault(X509_STORE_CTX_get0_chain(ctx))) != NULL) {
        e = OC_UNTRUSTED;
    } else if ((*reason = time_fault(X509_STORE_CTX_get0_chain(ctx), now)) != NULL) {
        e = OC_EXPIRED;
    }
out:
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return e;
}

/* By name and key identifier. An issuer whose key cannot be read fits in every other way, since
 * names are compared first. */
static bool may_issue(X509 *issuer, X509 *x)
{
    /* Twice, for the same reason as in try_anchor(). */
    for (int i = 0; i < 2; i++) {
        int issued = X509_check_issued(issuer, x);

        if (issued == X509_V_OK || issued == X509_V_ERR_NO_ISSUER_PUBLIC_KEY)
            return true;
    }
    return false;
}

/* By names and key identifiers alone: whether trying this anchor is worth the signatures. */
static bool may_lead_to(struct x509_cert *const *chain, size_t chain_n, X509 *anchor)
{
    for (size_t i = 0; i < chain_n; i++)
        if (may_issue(anchor, chain[i]->x) || X509_cmp(anchor, chain[i]->x) == 0)
            return true;
    return false;
}

/* How much a failed attempt tells: a path that has merely expired says more than no path, and one
 * that cannot be checked here might be good. */
static int weight(enum oc_err e)
{
    return e == OC_UNAVAILABLE ? 2 : e == OC_EXPIRED ? 1 : 0;
}

static enum oc_err try_anchor(struct x509_cert *leaf, STACK_OF(X509) *untrusted,
                              const struct x509_cert *anchor, int64_t now, const char **reason)
{
    enum oc_err e;

    *reason = "a trust anchor's key is on a curve that this OpenSSL does not offer";
    if (anchor->facts.key_unavailable)
        return OC_UNAVAILABLE;
    e = check_path(leaf->x, untrusted, anchor->x, now, reason);
    /* OpenSSL may fail for want of memory without a word: a refusal is one that comes twice. */
    return e == OC_UNTRUSTED ? check_path(leaf->x, untrusted, anchor->x, now, reason) : e;
}

enum oc_err x509_chain_check(struct x509_cert *const *chain, size_t chain_n,
                             struct x509_cert *const *anchors, size_t anchors_n, int64_t now,
                             size_t *anchor, const char **reason)
{
    STACK_OF(X509) *untrusted;
    enum oc_err best = OC_UNTRUSTED;

    *reason = "no certificate to check";
    if (chain_n == 0)
        return OC_USAGE;
    *reason = "more certificates than we accept";
    if (chain_n > X509_CHAIN_MAX)
        return OC_LIMIT;
    *reason = "out of memory";
    untrusted = others(chain, chain_n);
    if (untrusted == NULL)
        return OC_MEMORY;
    *reason = "no trust anchor has issued it";
    ERR_clear_error();
    for (size_t i = 0; i < anchors_n && best != OC_OK && best != OC_MEMORY; i++) {
        const char *why;
        enum oc_err e;

        if (!is_ca(anchors[i]->x) || !may_lead_to(chain, chain_n, anchors[i]->x))
            continue;
        e = try_anchor(chain[0], untrusted, anchors[i], now, &why);
        if (e == OC_OK || e == OC_MEMORY || best == OC_UNTRUSTED || weight(e) > weight(best)) {
            best = e;
            *reason = why;
            *anchor = i;
        }
    }
    sk_X509_free(untrusted);
    return best == OC_UNTRUSTED ? openssl_failure(best) : best;
}
