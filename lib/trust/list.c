#include "trust/list.h"

#include <stdlib.h>

#include "trust/list_parts.h"
#include "trust/signer.h"

static enum oc_err refuse(struct oc_fault *fault, enum oc_err e, const char *reason)
{
    if (fault != NULL)
        *fault = (struct oc_fault){ 0, reason != NULL ? reason : oc_err_text(e) };
    return e;
}

/* Country and anchor have no rule here: providers list many countries, and their roots are not
 * IACAs. */
static enum oc_err check_signer(struct trust_list *out, const struct trust_signer *s,
                                bool accept_profile, struct oc_fault *fault)
{
    if (s->chain != OC_OK)
        return refuse(fault, s->chain, s->chain_reason);
    if (s->is_for_another_use)
        return refuse(fault, OC_REFUSED, "the signer's certificate is made for something else");
    if (s->findings_n > 0 && !accept_profile)
        return refuse(fault, OC_REFUSED, s->findings[0].text);
    if (s->findings_n > 0)
        out->broken_rule = s->findings[0].rule;
    for (size_t i = 0; i < sizeof out->signer; i++)
        out->signer[i] = s->facts.subject[i];
    out->root = x509_copy(s->anchor_certificate);
    return out->root == NULL ? refuse(fault, OC_MEMORY, NULL) : OC_OK;
}

static enum oc_err verify_message(struct trust_list *out, const struct cose_sign1 *m,
                                  const struct trust_list_in *in, struct oc_fault *fault)
{
    struct trust_signer signer;
    enum oc_err e = trust_signer_init(&signer, TRUST_VICAL_SIGNER, m->x5chain, m->x5chain_n,
                                      in->roots, in->now);

    if (e != OC_OK) {
        refuse(fault, e, NULL);
    } else if ((e = check_signer(out, &signer, in->accept_profile, fault)) == OC_OK) {
        e = cose_sign1_verify(m, x509_public_key(signer.certificate), m->payload, BYTES(""));
        if (e != OC_OK)
            refuse(fault, e, e == OC_SHAPE ? "the algorithm is not that of the signer's key"
                                           : NULL);
    }
    trust_signer_cleanup(&signer);
    return e;
}

/* The copy is read, so that every view lives as long as the list. */
static enum oc_err read_message(struct cose_sign1 *m, struct trust_list *out,
                                const struct list_kind *kind, const struct trust_list_in *in,
                                struct oc_fault *fault)
{
    struct cbr r;

    buf_init(&out->bytes, TRUST_LIST_BYTES_MAX);
    buf_add(&out->bytes, in->message);
    if (buf_err(&out->bytes) != OC_OK)
        return refuse(fault, buf_err(&out->bytes), "the list is larger than we accept");
    cbr_init(&r, buf_view(&out->bytes));
    cose_sign1_read(&r, m, COSE_UNTAGGED);
    if (cbr_ok(&r) && m->is_detached)
        cbr_fail(&r, OC_SHAPE, "the list is not in the message");
    if (cbr_ok(&r) && kind->protects_x5chain && m->x5chain_n > 0 && !m->x5chain_is_protected)
        cbr_fail(&r, OC_SHAPE, "the certificates stand in the unprotected header");
    return cbr_end(&r, fault);
}

static enum oc_err read_payload(struct trust_list *out, const struct cose_sign1 *m,
                                const struct list_kind *kind, struct oc_fault *fault)
{
    struct cbr message, payload;

    cbr_init(&message, buf_view(&out->bytes));
    cbr_init_inside(&payload, m->payload, &message);
    list_payload_read(&payload, out, kind);
    return cbr_end(&payload, fault);
}

/* The signature first: a list has certificates by the thousand, and what a stranger sends is not
 * worth parsing them. */
enum oc_err list_verify(struct trust_list *out, const struct list_kind *kind,
                        const struct trust_list_in *in, struct oc_fault *fault)
{
    struct cose_sign1 message = { 0 };
    enum oc_err e;

    *out = (struct trust_list){ 0 };
    if ((e = read_message(&message, out, kind, in, fault)) == OC_OK &&
        (e = verify_message(out, &message, in, fault)) == OC_OK)
        e = read_payload(out, &message, kind, fault);
    if (e == OC_OK && out->date > in->now + in->skew_s)
        e = refuse(fault, OC_REFUSED, "the list is dated in the future");
    if (e != OC_OK)
        list_cleanup(out);
    return e;
}

void list_cleanup(struct trust_list *list)
{
    for (size_t i = 0; i < list->entries_n; i++) {
        x509_free(&list->entries[i].certificate);
        free(list->entries[i].doc_types);
    }
    free(list->entries);
    free(list->skipped);
    x509_free(&list->root);
    buf_cleanup(&list->bytes);
    *list = (struct trust_list){ 0 };
}

/* The least of all limits to a list's age; -1 when there is none. */
static int64_t limit_of(const struct trust_list *list, struct trust_list_limits limits)
{
    int64_t limit_s = limits.max_age_s > 0 ? limits.max_age_s : -1;

    if (list->has_next_update) {
        int64_t until = list->next_update + limits.grace_s - list->date;

        limit_s = limit_s < 0 || until < limit_s ? until : limit_s;
    }
    if (list->has_not_after) {
        int64_t until = list->not_after - list->date;

        limit_s = limit_s < 0 || until < limit_s ? until : limit_s;
    }
    return limit_s;
}

struct trust_status trust_list_freshness(const struct trust_list *list, int64_t now,
                                         struct trust_list_limits limits)
{
    struct trust_status s = {
        .verdict = TRUST_STATUS_VALID, .has_list = true,
        .age_s = now > list->date ? now - list->date : 0, .limit_s = limit_of(list, limits),
    };
    bool is_limited = limits.max_age_s > 0 || list->has_next_update || list->has_not_after;

    if (list->date > now + limits.skew_s) {
        s.verdict = TRUST_STATUS_UNKNOWN;
        s.reason = "the list is dated in the future";
    } else if (!is_limited || s.age_s > s.limit_s) {
        s.verdict = TRUST_STATUS_STALE;
        s.reason = is_limited ? "the list is too old"
                              : "nothing says how long the list may be used";
    }
    return s;
}

bool trust_list_is_newer(const struct trust_list *a, const struct trust_list *b)
{
    if (a->date != b->date)
        return a->date > b->date;
    return a->has_issue_id && (!b->has_issue_id || a->issue_id > b->issue_id);
}
