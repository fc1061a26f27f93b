#include "trust/status_list.h"

#include <stdlib.h>

#include "codec/cbw.h"
#include "codec/zip.h"
#include "trust/signer.h"
#include "trust/status_token.h"

struct trust_status_list {
    struct trust_status_list_facts facts;
    struct buf uri;
    struct x509_cert *anchor;
    struct buf array;           /* inflated; or the map of identifiers … */
    struct bytes *identifiers;  /* … and views of them in it, sorted */
};

static enum oc_err refuse(struct oc_fault *fault, enum oc_err e, const char *reason)
{
    if (fault != NULL)
        *fault = (struct oc_fault){ 0, reason != NULL ? reason : oc_err_text(e) };
    return e;
}

static enum oc_err check_signer(const struct trust_signer *s, bool accept_profile,
                                struct oc_fault *fault)
{
    if (s->chain != OC_OK)
        return refuse(fault, s->chain, s->chain_reason);
    if (s->is_for_another_use)
        return refuse(fault, OC_REFUSED, "the signer's certificate is made for something else");
    if (s->country_fault != NULL)
        return refuse(fault, OC_REFUSED, s->country_fault);
    if (s->findings_n > 0 && !accept_profile)
        return refuse(fault, OC_REFUSED, s->findings[0].text);
    return OC_OK;
}

static enum oc_err verify_token(struct trust_signer *signer, const struct status_token *t,
                                const struct trust_status_list_in *in, struct oc_fault *fault)
{
    const struct cose_sign1 *m = &t->message;
    enum oc_err e;

    if (m->x5chain_n > 0 && !m->x5chain_is_protected)
        return refuse(fault, OC_SHAPE, "the certificates stand in the unprotected header");
    e = trust_signer_init(signer, TRUST_STATUS_SIGNER, m->x5chain, m->x5chain_n, in->anchors,
                          in->now);
    if (e != OC_OK)
        return refuse(fault, e, NULL);
    if ((e = check_signer(signer, in->accept_profile, fault)) != OC_OK)
        return e;
    e = cose_sign1_verify(m, x509_public_key(signer->certificate), m->payload, BYTES(""));
    if (e != OC_OK)
        return refuse(fault, e, e == OC_SHAPE ? "the algorithm is not that of the signer's key"
                                              : NULL);
    if (t->issued_at > in->now + in->skew_s)
        return refuse(fault, OC_REFUSED, "the list is dated in the future");
    return OC_OK;
}

static int compare_ids(const void *a, const void *b)
{
    return bytes_cmp(*(const struct bytes *)a, *(const struct bytes *)b);
}

static enum oc_err keep_identifiers(struct trust_status_list *list, const struct status_token *t,
                                    struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    buf_init(&list->array, t->identifiers.n);
    buf_add(&list->array, t->identifiers);
    list->identifiers = calloc(t->identifiers_n + 1, sizeof *list->identifiers);
    if (buf_err(&list->array) != OC_OK || list->identifiers == NULL)
        return refuse(fault, OC_MEMORY, NULL);
    cbr_init(&r, buf_view(&list->array));
    for (size_t i = 0, n = cbr_map(&r); i < n && cbr_ok(&r); i++) {
        list->identifiers[i] = cbr_bstr(&r);
        cbr_skip(&r);
    }
    if ((e = cbr_end(&r, NULL)) != OC_OK)
        return refuse(fault, e, NULL);
    qsort(list->identifiers, t->identifiers_n, sizeof *list->identifiers, compare_ids);
    list->facts.entries = t->identifiers_n;
    return OC_OK;
}

static enum oc_err keep_array(struct trust_status_list *list, const struct status_token *t,
                              struct oc_fault *fault)
{
    enum oc_err e;

    buf_init(&list->array, TRUST_STATUS_ARRAY_MAX);
    e = zip_inflate(&list->array, t->packed);
    if (e == OC_LIMIT)
        return refuse(fault, e, "the status list inflates to more than 64 MiB");
    if (e != OC_OK)
        return refuse(fault, e, e == OC_MEMORY ? NULL : "lst is not exactly one zlib stream");
    list->facts.bits = t->bits;
    list->facts.entries = (uint64_t)list->array.n * 8 / t->bits;
    return OC_OK;
}

/* Nothing of the token is kept but copies. */
static enum oc_err keep(struct trust_status_list *list, const struct status_token *t,
                        struct trust_signer *signer, struct oc_fault *fault)
{
    buf_init(&list->uri, TRUST_STATUS_URI_MAX);
    buf_add(&list->uri, t->uri);
    list->anchor = signer->anchor_certificate;
    signer->anchor_certificate = NULL;      /* moved to the list */
    list->facts = (struct trust_status_list_facts){
        .mechanism = t->mechanism, .uri = buf_view(&list->uri), .issued_at = t->issued_at,
        .has_expires = t->has_expires, .expires = t->expires, .ttl_s = t->ttl_s,
        .anchor = list->anchor,
        .broken_rule = signer->findings_n > 0 ? signer->findings[0].rule : NULL,
    };
    if (buf_err(&list->uri) != OC_OK)
        return refuse(fault, OC_MEMORY, NULL);
    return t->mechanism == TRUST_STATUS_LIST ? keep_array(list, t, fault)
                                             : keep_identifiers(list, t, fault);
}

enum oc_err trust_status_list_verify(struct trust_status_list **out,
                                     const struct trust_status_list_in *in, struct oc_fault *fault)
{
    struct trust_status_list *list = calloc(1, sizeof *list);
    struct trust_signer signer = { 0 };
    struct status_token token;
    enum oc_err e;

    *out = NULL;
    if (list == NULL)
        return refuse(fault, OC_MEMORY, NULL);
    if ((e = status_token_read(&token, in->token, fault)) == OC_OK &&
        (e = verify_token(&signer, &token, in, fault)) == OC_OK &&
        (e = keep(list, &token, &signer, fault)) == OC_OK) {
        *out = list;
        list = NULL;
    }
    trust_signer_cleanup(&signer);
    trust_status_list_free(&list);
    return e;
}

void trust_status_list_free(struct trust_status_list **list)
{
    if (*list == NULL)
        return;
    buf_cleanup(&(*list)->uri);
    buf_cleanup(&(*list)->array);
    x509_free(&(*list)->anchor);
    free((*list)->identifiers);
    free(*list);
    *list = NULL;
}

const struct trust_status_list_facts *trust_status_list_facts(const struct trust_status_list *list)
{
    return &list->facts;
}

enum oc_err trust_status_list_entry(const struct trust_status_list *list, uint64_t index,
                                    unsigned *value)
{
    unsigned bits = list->facts.bits;
    uint64_t a_byte;

    *value = 0;
    if (list->facts.mechanism != TRUST_STATUS_LIST)
        return OC_USAGE;
    if (index >= list->facts.entries)
        return OC_LIMIT;
    a_byte = 8 / bits;
    *value = list->array.p[index / a_byte] >> (index % a_byte * bits) & ((1U << bits) - 1);
    return OC_OK;
}

bool trust_status_list_names(const struct trust_status_list *list, struct bytes id)
{
    return list->facts.mechanism == TRUST_IDENTIFIER_LIST &&
           bsearch(&id, list->identifiers, list->facts.entries, sizeof id, compare_ids) != NULL;
}

static bool is_revoked(const struct trust_status_list *list, uint64_t index)
{
    unsigned value;

    return trust_status_list_entry(list, index, &value) == OC_OK && value == TRUST_ENTRY_INVALID;
}

bool trust_status_list_forgives(const struct trust_status_list *list,
                                const struct trust_status_list *other)
{
    bool by_index = other->facts.mechanism == TRUST_STATUS_LIST;

    for (uint64_t i = 0; i < other->facts.entries; i++)
        if (by_index ? is_revoked(other, i) && !is_revoked(list, i)
                     : !trust_status_list_names(list, other->identifiers[i]))
            return true;
    return false;
}

void trust_status_put(uint8_t *array, unsigned bits, uint64_t index, unsigned value)
{
    uint64_t a_byte = 8 / bits;
    unsigned shift = (unsigned)(index % a_byte) * bits;
    unsigned mask = ((1U << bits) - 1) << shift;
    uint8_t *p = &array[index / a_byte];

    *p = (uint8_t)((*p & ~mask) | (value << shift & mask));
}

static bool is_writable(const struct trust_status_list_spec *spec)
{
    unsigned b = spec->bits;
    bool has_bits = b == 1 || b == 2 || b == 4 || b == 8;
    const struct public_key *named =
        spec->chain_n > 0 ? x509_public_key(spec->chain[0]) : NULL;

    return (spec->mechanism != TRUST_STATUS_LIST || has_bits) && spec->issued_at >= 0 &&
           spec->expires > spec->issued_at && spec->ttl_s >= 0 && named != NULL &&
           public_key_equal(named, private_key_public(spec->signer));
}

/* StatusList or IdentifierList, as the claim's value. */
static enum oc_err write_list(struct buf *claims, const struct trust_status_list_spec *spec)
{
    struct buf packed;
    enum oc_err e = OC_OK;

    if (spec->mechanism == TRUST_IDENTIFIER_LIST) {
        cbw_map(claims, 1);
        cbw_str(claims, "identifiers");
        cbw_map(claims, spec->identifiers_n);
        for (size_t i = 0; i < spec->identifiers_n; i++) {
            cbw_bstr(claims, spec->identifiers[i]);
            cbw_map(claims, 0);
        }
        return buf_err(claims);
    }
    buf_init(&packed, TRUST_STATUS_PACKED_MAX);
    if ((e = zip_deflate(&packed, spec->array)) == OC_OK) {
        cbw_map(claims, 2);
        cbw_str(claims, "bits");
        cbw_uint(claims, spec->bits);
        cbw_str(claims, "lst");
        cbw_bstr(claims, buf_view(&packed));
        e = buf_err(claims);
    }
    buf_cleanup(&packed);
    return e;
}

static enum oc_err write_claims(struct buf *claims, const struct trust_status_list_spec *spec)
{
    cbw_map(claims, 4 + (size_t)(spec->ttl_s > 0));
    cbw_int(claims, STATUS_CLAIM_SUB);
    cbw_str(claims, spec->uri);
    cbw_int(claims, STATUS_CLAIM_IAT);
    cbw_int(claims, spec->issued_at);
    cbw_int(claims, STATUS_CLAIM_EXP);
    cbw_int(claims, spec->expires);
    if (spec->ttl_s > 0) {
        cbw_int(claims, STATUS_CLAIM_TTL);
        cbw_int(claims, spec->ttl_s);
    }
    cbw_int(claims, spec->mechanism == TRUST_STATUS_LIST ? STATUS_CLAIM_LIST
                                                         : STATUS_CLAIM_IDENTIFIERS);
    return write_list(claims, spec);
}

enum oc_err trust_status_list_write(struct buf *out, const struct trust_status_list_spec *spec)
{
    bool is_list = spec->mechanism == TRUST_STATUS_LIST;
    struct buf claims;
    enum oc_err e;

    if (!is_writable(spec))
        return OC_USAGE;
    if (spec->array.n > TRUST_STATUS_ARRAY_MAX ||
        spec->identifiers_n > TRUST_STATUS_IDENTIFIERS_MAX)
        return OC_LIMIT;
    buf_init(&claims, TRUST_STATUS_TOKEN_MAX);
    if ((e = write_claims(&claims, spec)) == OC_OK) {
        cbw_tag(out, CBOR_TAG_SIGN1);
        cose_sign1_write(out, &(struct cose_sign1_spec){
            .key = spec->signer, .payload = buf_view(&claims),
            .type = is_list ? STATUS_TYPE_PREFIX STATUS_TYPE_LIST
                            : STATUS_TYPE_PREFIX STATUS_TYPE_IDENTIFIERS,
            .x5chain = spec->chain, .x5chain_n = spec->chain_n, .protect_x5chain = true,
        });
        e = buf_err(out);
    }
    buf_cleanup(&claims);
    return e;
}
