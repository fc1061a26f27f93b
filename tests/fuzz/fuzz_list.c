/* VICAL and RICAL: believed only what the world's signer has signed, and of that only entries that
 * are what they say. */
#include "tests/fuzz/mutator_token.h"
#include "tests/fuzz/trust_world.h"
#include "trust/file.h"

static void check_entries(const struct trust_list *list, bool has_doc_types)
{
    struct bytes own = buf_view(&list->bytes);
    size_t next_kept = 0, next_skipped = 0;

    for (size_t i = 0; i < list->entries_n + list->skipped_n; i++) {
        const struct trust_list_entry *entry;
        struct x509_facts facts;

        if (next_skipped < list->skipped_n && list->skipped[next_skipped].index == i) {
            hold(list->skipped[next_skipped++].reason != NULL);
            continue;
        }
        hold(next_kept < list->entries_n);
        entry = &list->entries[next_kept++];
        hold(entry->index == i);
        x509_describe(entry->certificate, &facts);
        hold(facts.is_ca && facts.has_ski && x509_public_key(entry->certificate) != NULL);
        hold(has_doc_types ? entry->doc_types_n >= 1 : entry->doc_types_n == 0);
        hold(entry->doc_types_n <= TRUST_LIST_DOC_TYPES_MAX);
        for (size_t j = 0; j < entry->doc_types_n; j++)
            hold_inside(entry->doc_types[j], own);
    }
}

static void check_freshness(const struct trust_list *list, int64_t now)
{
    static const struct trust_list_limits limits = { .max_age_s = DATE_DAY_S, .grace_s = 60 };
    struct trust_status fresh = trust_list_freshness(list, now, limits);
    struct trust_status late = trust_list_freshness(list, now + 2 * (int64_t)DATE_DAY_S, limits);

    hold((fresh.reason == NULL) == (fresh.verdict == TRUST_STATUS_VALID));
    hold(fresh.age_s >= 0 && fresh.limit_s <= limits.max_age_s);
    hold((fresh.verdict == TRUST_STATUS_UNKNOWN) == (list->date > now));
    hold(late.verdict != TRUST_STATUS_VALID);
    hold(!trust_list_is_newer(list, list));
}

static void check_list(const struct trust_list *list, const struct trust_list_in *in,
                       bool has_doc_types)
{
    hold(bytes_eq(buf_view(&list->bytes), in->message) && is_genuine(in->message));
    hold_inside(list->provider, buf_view(&list->bytes));
    hold_text(list->signer, sizeof list->signer);
    hold(bytes_eq(x509_der(list->root), x509_der(fuzz_list_world()->root)));
    hold(list->date <= in->now + in->skew_s && (list->broken_rule == NULL || in->accept_profile));
    check_entries(list, has_doc_types);
    check_freshness(list, in->now);
}

static enum oc_err check_vical(const struct trust_list_in *in)
{
    struct oc_fault fault = { 0 };
    struct trust_anchors anchors = { 0 };
    struct trust_vical vical;
    enum oc_err e = trust_vical_verify(&vical, in, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, in->message);
        hold_zero(vical);
        return e;
    }
    check_list(&vical.list, in, true);
    hold(trust_vical_add_to(&anchors, &vical) == OC_OK && anchors.n <= vical.list.entries_n);
    hold((anchors.n > 0) == (vical.list.entries_n > 0));
    for (size_t i = 0; i < anchors.n; i++)
        hold(anchors.doc_types[i].is_restricted && anchors.doc_types[i].n > 0);
    trust_anchors_cleanup(&anchors);
    trust_vical_cleanup(&vical);
    hold_zero(vical);
    return e;
}

static enum oc_err check_rical(const struct trust_list_in *in)
{
    struct oc_fault fault = { 0 };
    struct trust_anchors anchors = { 0 };
    struct trust_rical rical;
    enum oc_err e = trust_rical_verify(&rical, in, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, in->message);
        hold_zero(rical);
        return e;
    }
    check_list(&rical.list, in, false);
    hold(trust_rical_add_to(&anchors, &rical) == OC_OK && anchors.n <= rical.list.entries_n);
    trust_anchors_cleanup(&anchors);
    trust_rical_cleanup(&rical);
    hold_zero(rical);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct trust_list_in in = list_in(fuzz_list_world(), (struct bytes){ p, n });
    struct trust_file look;
    enum oc_err vical = check_vical(&in), rical = check_rical(&in);

    hold(vical != OC_OK || rical != OC_OK);
    trust_file_look(&look, in.message);
    if (vical == OC_OK || rical == OC_OK)
        hold(look.has_date && (look.kind == TRUST_FILE_VICAL || look.kind == TRUST_FILE_RICAL));
    in.accept_profile = true;
    hold(vical != OC_OK || check_vical(&in) == OC_OK);
    hold(rical != OC_OK || check_rical(&in) == OC_OK);
    return 0;
}
