#include "trust/signer.h"

#include <string.h>

/* ISO/IEC 18013-5, 12.8.1: C as in the IACA, and ST too when both have one. */
static const char *country_fault(const struct x509_facts *leaf, const struct x509_facts *anchor)
{
    if (leaf->country[0] == '\0' || strcmp(leaf->country, anchor->country) != 0)
        return "the signer's country is not its issuer's";
    if (leaf->state[0] != '\0' && anchor->state[0] != '\0' &&
        strcmp(leaf->state, anchor->state) != 0)
        return "the signer's state or province is not its issuer's";
    return NULL;
}

static bool is_for_another_use(const struct x509_facts *leaf, enum trust_role role)
{
    const char *use = trust_role_eku(role);
    bool names_use = false;

    for (size_t i = 0; i < leaf->eku_n; i++)
        names_use |= strcmp(leaf->eku[i], use) == 0;
    return leaf->is_ca || (leaf->has_eku && !names_use) ||
           (leaf->has_key_usage && (leaf->key_usage & X509_DIGITAL_SIGNATURE) == 0);
}

static void describe_leaf(struct trust_signer *out, enum trust_role role)
{
    x509_describe(out->certificate, &out->facts);
    out->is_for_another_use = is_for_another_use(&out->facts, role);
}

static enum trust_role anchor_role(enum trust_role leaf)
{
    return leaf == TRUST_DOCUMENT_SIGNER ? TRUST_IACA : TRUST_READER_CA;
}

static const char key_unavailable[] =
    "a key in the chain is on a curve that this OpenSSL does not offer";

/* The chain as certificates; the leaf is kept in `out` even when the rest is broken. */
static enum oc_err parse_chain(struct trust_signer *out, struct x509_cert **chain,
                               const struct bytes *x5chain, size_t n)
{
    if (n == 0) {
        out->chain_reason = "the signature carries no certificate";
        return OC_SHAPE;
    }
    if (n > X509_CHAIN_MAX) {
        out->chain_reason = "more than four certificates in the chain";
        return OC_LIMIT;
    }
    for (size_t i = 0; i < n; i++) {
        enum oc_err e = x509_new(&chain[i], x5chain[i]);

        if (e != OC_OK) {
            out->chain_reason = "a certificate of the chain cannot be parsed";
            return e;
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct x509_facts facts;

        if (x509_public_key(chain[i]) != NULL)
            continue;
        x509_describe(chain[i], &facts);
        out->chain_reason = facts.key_unavailable
                                ? key_unavailable
                                : "a key in the chain is neither EC nor EdDSA on a curve we know";
        return facts.key_unavailable ? OC_UNAVAILABLE : OC_UNTRUSTED;
    }
    return OC_OK;
}

/* What keeps from looking further, as opposed to what was seen. */
static enum oc_err unfinished(enum oc_err chain)
{
    return chain == OC_MEMORY || chain == OC_UNAVAILABLE ? chain : OC_OK;
}

static void narrow(struct trust_signer *out, const struct x509_cert *certificate)
{
    int64_t from, until;

    x509_validity(certificate, &from, &until);
    if (from > out->valid_from)
        out->valid_from = from;
    if (until < out->valid_until)
        out->valid_until = until;
}

/* Certificates that are not on the path narrow it too: that only costs a look anew. */
static void find_validity(struct trust_signer *out, struct x509_cert *const *chain, size_t n,
                          const struct x509_cert *anchor)
{
    x509_validity(anchor, &out->valid_from, &out->valid_until);
    for (size_t i = 0; i < n; i++)
        narrow(out, chain[i]);
}

enum oc_err trust_signer_init(struct trust_signer *out, enum trust_role role,
                              const struct bytes *x5chain, size_t x5chain_n,
                              const struct trust_anchors *anchors, int64_t now)
{
    struct x509_cert *chain[X509_CHAIN_MAX] = { NULL };
    struct x509_facts next = { 0 };
    const struct x509_facts *issuer = NULL;
    size_t found = 0;

    *out = (struct trust_signer){ 0 };
    out->chain = parse_chain(out, chain, x5chain, x5chain_n);
    if (chain[0] != NULL) {
        out->certificate = x509_copy(chain[0]);
        if (out->certificate != NULL)
            describe_leaf(out, role);
        else
            out->chain = OC_MEMORY;
    }
    if (out->chain == OC_OK)
        out->chain = x509_chain_check(chain, x5chain_n, anchors->certificates, anchors->n, now,
                                      &found, &out->chain_reason);
    if (out->chain == OC_OK) {
        x509_describe(anchors->certificates[found], &out->anchor);
        out->anchor_index = found;
        find_validity(out, chain, x5chain_n, anchors->certificates[found]);
        if (role == TRUST_DOCUMENT_SIGNER)
            out->country_fault = country_fault(&out->facts, &out->anchor);
        out->findings_n = trust_profile_check(out->findings, anchor_role(role), &out->anchor, NULL);
        issuer = &out->anchor;
    }
    /* The profile compares with the issuing certificate, which may stand between leaf and anchor;
     * one that is not the issuer by name is of no account. */
    if (x5chain_n > 1 && chain[1] != NULL &&
        (issuer == NULL || !bytes_eq(out->facts.issuer_der, issuer->subject_der))) {
        x509_describe(chain[1], &next);
        if (bytes_eq(out->facts.issuer_der, next.subject_der))
            issuer = &next;
    }
    if (out->certificate != NULL)
        out->findings_n += trust_profile_check(out->findings + out->findings_n, role, &out->facts,
                                               issuer);
    for (size_t i = 0; i < X509_CHAIN_MAX; i++)
        x509_free(&chain[i]);
    return unfinished(out->chain);
}

enum oc_err trust_signer_pin(struct trust_signer *out, enum trust_role role,
                             const struct x509_cert *certificate)
{
    *out = (struct trust_signer){ .chain = OC_UNAVAILABLE };
    out->certificate = x509_copy(certificate);
    if (out->certificate == NULL)
        return OC_MEMORY;
    describe_leaf(out, role);
    out->findings_n = trust_profile_check(out->findings, role, &out->facts, NULL);
    if (!out->facts.key_unavailable)
        return OC_OK;
    out->chain_reason = key_unavailable;
    return OC_UNAVAILABLE;
}

void trust_signer_cleanup(struct trust_signer *signer)
{
    x509_free(&signer->certificate);
    *signer = (struct trust_signer){ 0 };
}
