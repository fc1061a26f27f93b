/* A signed status list, of both kinds: its claims, the list that is believed, and what it says. */
#include "tests/fuzz/mutator_token.h"
#include "tests/fuzz/trust_world.h"
#include "trust/file.h"
#include "trust/status_token.h"

static void check_token(const struct status_token *t, struct bytes src)
{
    bool is_list = t->mechanism == TRUST_STATUS_LIST;

    hold_inside(t->uri, src);
    hold_inside(t->packed, src);
    hold_inside(t->identifiers, src);
    hold(t->uri.n >= 1 && t->uri.n <= TRUST_STATUS_URI_MAX);
    hold(t->packed.n <= TRUST_STATUS_PACKED_MAX && t->ttl_s >= 0 && t->issued_at >= 0);
    hold(!t->has_expires || t->expires > t->issued_at);
    hold(is_list ? t->bits == 1 || t->bits == 2 || t->bits == 4 || t->bits == 8 : t->bits == 0);
    hold(is_list ? t->identifiers_n == 0 : t->identifiers_n <= TRUST_STATUS_IDENTIFIERS_MAX);
}

/* No look beyond the array's end, and none of it larger than the ceiling. */
static void check_entries(const struct trust_status_list *list)
{
    const struct trust_status_list_facts *f = trust_status_list_facts(list);
    const uint64_t places[] = { 0, 1, f->entries / 2, f->entries - 1, f->entries, f->entries + 1,
                                UINT64_MAX };
    unsigned value;

    hold(f->entries * f->bits / 8 <= TRUST_STATUS_ARRAY_MAX);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        enum oc_err e = trust_status_list_entry(list, places[i], &value);

        hold(e == (places[i] < f->entries ? OC_OK : OC_LIMIT));
        hold(e == OC_OK ? value < 1U << f->bits : value == 0);
    }
    hold(!trust_status_list_names(list, BYTES("")));
}

static void check_identifiers(const struct trust_status_list *list, const struct status_token *t)
{
    struct cbr r;
    unsigned value;

    hold(trust_status_list_facts(list)->entries == t->identifiers_n);
    hold(trust_status_list_entry(list, 0, &value) == OC_USAGE && value == 0);
    cbr_init(&r, t->identifiers);
    for (size_t n = cbr_map(&r); n > 0; n--) {
        hold(trust_status_list_names(list, cbr_bstr(&r)));
        cbr_skip(&r);
    }
    hold(cbr_ok(&r));
    hold(!trust_status_list_names(list, BYTES("an identifier that no list of ours has")));
}

static void check_lookup(struct trust_status_list *list, const struct x509_cert *issuer,
                         int64_t now)
{
    const struct trust_status_list_facts *f = trust_status_list_facts(list);
    struct trust_status_refs refs = { .n = 1, .ref = { { .mechanism = f->mechanism, .uri = f->uri,
                                                         .index = f->entries / 2,
                                                         .id = BYTES("\x01") } } };
    struct trust_status_limits limits = { .max_age_s = DATE_DAY_S, .skew_s = 60 };
    struct trust_status_lists set = { 0 };
    struct trust_status s, past;

    hold(trust_status_lists_add(&set, &list) == OC_OK && list == NULL && set.n == 1);
    s = trust_status_lookup_all(&set, &refs, issuer, now, limits);
    hold(s.has_list && s.age_s >= 0 && s.limit_s <= limits.max_age_s);
    hold((s.reason == NULL) == (s.verdict == TRUST_STATUS_VALID));
    refs.ref[0].index = UINT64_MAX;
    past = trust_status_lookup_all(&set, &refs, issuer, now, limits);
    hold(f->mechanism == TRUST_IDENTIFIER_LIST || past.verdict == TRUST_STATUS_UNKNOWN);
    refs.has_unknown = true;
    hold(trust_status_lookup_all(&set, &refs, issuer, now, limits).verdict != TRUST_STATUS_VALID);
    trust_status_lists_cleanup(&set);
    hold_zero(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    const struct status_world *w = fuzz_status_world();
    struct trust_status_list_in in = status_in(w, (struct bytes){ p, n });
    struct oc_fault fault = { 0 };
    struct trust_status_list *list = NULL;
    struct status_token token;
    struct trust_file look;
    enum oc_err e = status_token_read(&token, in.token, &fault);

    if (e == OC_OK) {
        check_token(&token, in.token);
    } else {
        hold_fault(e, &fault, in.token);
        hold_zero(token);
    }
    trust_file_look(&look, in.token);
    fault = (struct oc_fault){ 0 };
    e = trust_status_list_verify(&list, &in, &fault);
    hold((list != NULL) == (e == OC_OK));
    if (e != OC_OK) {
        hold_fault(e, &fault, in.token);
        return 0;
    }
    hold(is_genuine(in.token) && token.issued_at <= in.now + in.skew_s && look.has_date);
    if (token.mechanism == TRUST_STATUS_LIST)
        check_entries(list);
    else
        check_identifiers(list, &token);
    check_lookup(list, w->f.iaca, in.now);
    return 0;
}
