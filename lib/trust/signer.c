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

/* A signer of status lists has no usage of its own yet; those of the standard's other roles, and
 * what must be understood and is not, are somebody else's. */
static bool is_for_another_role(const struct x509_facts *leaf, enum trust_role role)
{
    static const char *const standards[] = { "1.0.18013.", "1.0.23220." };
    const char *use = trust_role_eku(role);
    bool names_use = false, names_other = false;

    for (size_t i = 0; i < leaf->eku_n; i++) {
        names_use |= use != NULL && strcmp(leaf->eku[i], use) == 0;
        for (size_t j = 0; j < sizeof standards / sizeof standards[0]; j++)
            names_other |= strncmp(leaf->eku[i], standards[j], strlen(standards[j])) == 0;
    }
    return use != NULL ? leaf->has_eku && !names_use : leaf->eku_critical || names_other;
}

static bool is_for_another_use(const struct x509_facts *leaf, enum trust_role role)
{
    bool signs_lists = role == TRUST_STATUS_SIGNER || role == TRUST_VICAL_SIGNER;
    unsigned signs = X509_DIGITAL_SIGNATURE | (signs_lists ? X509_NON_REPUDIATION : 0);

    return leaf->is_ca || is_for_another_role(leaf, role) ||
           (leaf->has_key_usage && (leaf->key_usage & signs) == 0);
}

static void describe_leaf(struct trust_signer *out, enum trust_role role)
{
    x509_describe(out->certificate, &out->facts);
    out->is_for_another_use = is_for_another_use(&out->facts, role);
}

/* Roots of lists of authorities have no profile. */
static size_t check_anchor(struct trust_signer *out, enum trust_role leaf)
{
    enum trust_role role = leaf == TRUST_READER ? TRUST_READER_CA : TRUST_IACA;

    if (leaf == TRUST_VICAL_SIGNER)
        return 0;
    return trust_profile_check(out->findings, out->by_link ? TRUST_IACA_LINK : role, &out->anchor,
                               NULL);
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
static void find_validity(struct trust_signer *out, struct x509_cert *const *chain, size_t n)
{
    x509_validity(out->anchor_certificate, &out->valid_from, &out->valid_until);
    for (size_t i = 0; i < n; i++)
        narrow(out, chain[i]);
}

/* Another link that has signed this one; NULL when none has. */
static struct x509_cert *link_before(struct x509_cert *link, const struct trust_anchors *anchors,
                                     int64_t now)
{
    for (size_t i = 0; i < anchors->links_n; i++) {
        const char *reason;
        size_t zero;

        if (link != anchors->links[i] &&
            x509_chain_check(&link, 1, &anchors->links[i], 1, now, &zero, &reason) == OC_OK)
            return anchors->links[i];
    }
    return NULL;
}

/* The anchor that vouches for a link, over other links where need be; every one is a path of its
 * own, so that the dates and the signature of each are looked at. */
static enum oc_err vouch(struct x509_cert *link, const struct trust_anchors *anchors, int64_t now,
                         size_t *anchor, const char **reason)
{
    enum { LINKS_IN_A_ROW_MAX = 8 };
    enum oc_err e = OC_UNTRUSTED;

    for (size_t i = 0; i < LINKS_IN_A_ROW_MAX && link != NULL; i++) {
        e = x509_chain_check(&link, 1, anchors->certificates, anchors->n, now, anchor, reason);
        if (e == OC_OK || e == OC_MEMORY)
            break;
        link = link_before(link, anchors, now);
    }
    return e;
}

/* A way by a link, when no anchor has issued it; what failed first is said unless there is one that
 * has merely expired. */
static void find_by_link(struct trust_signer *out, struct x509_cert *const *chain, size_t n,
                         const struct trust_anchors *anchors, int64_t now)
{
    for (size_t i = 0; i < anchors->links_n; i++) {
        size_t zero, anchor = 0;
        const char *reason;
        enum oc_err e = x509_chain_check(chain, n, &anchors->links[i], 1, now, &zero, &reason);

        if (e == OC_OK)
            e = vouch(anchors->links[i], anchors, now, &anchor, &reason);
        if (e == OC_EXPIRED || e == OC_MEMORY || e == OC_OK) {
            out->chain = e;
            out->chain_reason = e == OC_OK ? NULL : reason;
        }
        if (e == OC_OK) {
            out->anchor_index = anchor;
            out->by_link = true;
            out->anchor_certificate = x509_copy(anchors->links[i]);
            return;
        }
    }
}

static void find_anchor(struct trust_signer *out, struct x509_cert *const *chain, size_t n,
                        const struct trust_anchors *anchors, int64_t now)
{
    size_t found = anchors->n;

    out->chain = x509_chain_check(chain, n, anchors->certificates, anchors->n, now, &found,
                                  &out->chain_reason);
    if (out->chain == OC_OK) {
        out->anchor_index = found;
        out->anchor_certificate = x509_copy(anchors->certificates[found]);
    } else if (out->chain != OC_MEMORY) {
        find_by_link(out, chain, n, anchors, now);
    }
    if (out->chain == OC_OK && out->anchor_certificate == NULL)
        out->chain = OC_MEMORY;
    out->wants_anchor = out->chain == OC_UNTRUSTED && found == anchors->n;
}

enum oc_err trust_signer_init(struct trust_signer *out, enum trust_role role,
                              const struct bytes *x5chain, size_t x5chain_n,
                              const struct trust_anchors *anchors, int64_t now)
{
    struct x509_cert *chain[X509_CHAIN_MAX] = { NULL };
    struct x509_facts next = { 0 };
    const struct x509_facts *issuer = NULL;

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
        find_anchor(out, chain, x5chain_n, anchors, now);
    if (out->chain == OC_OK) {
        x509_describe(out->anchor_certificate, &out->anchor);
        find_validity(out, chain, x5chain_n);
        if (role == TRUST_DOCUMENT_SIGNER || role == TRUST_STATUS_SIGNER)
            out->country_fault = country_fault(&out->facts, &out->anchor);
        out->findings_n = check_anchor(out, role);
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

enum oc_err trust_link_check(const struct trust_anchors *anchors, const struct x509_cert *link,
                             int64_t now, const char **reason)
{
    struct x509_cert *shared = x509_copy(link);
    struct x509_facts facts;
    enum oc_err e;
    size_t anchor;

    *reason = "out of memory";
    if (shared == NULL)
        return OC_MEMORY;
    x509_describe(shared, &facts);
    *reason = "not a link certificate to profile: a CA whose extended key usage names it";
    e = !facts.is_ca || is_for_another_role(&facts, TRUST_IACA_LINK) || !facts.has_eku
            ? OC_REFUSED : vouch(shared, anchors, now, &anchor, reason);
    x509_free(&shared);
    return e;
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
    x509_free(&signer->anchor_certificate);
    *signer = (struct trust_signer){ 0 };
}
