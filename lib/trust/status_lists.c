#include "trust/status_lists.h"

#include <stdlib.h>

#include "core/array.h"

static bool is_same_authority(const struct x509_cert *a, const struct x509_cert *b)
{
    struct x509_facts of_a, of_b;

    if (bytes_eq(x509_der(a), x509_der(b)))
        return true;
    x509_describe(a, &of_a);
    x509_describe(b, &of_b);
    return bytes_eq(of_a.subject_der, of_b.subject_der) && x509_public_key(a) != NULL &&
           x509_public_key(b) != NULL && public_key_equal(x509_public_key(a), x509_public_key(b));
}

enum oc_err trust_status_lists_add(struct trust_status_lists *set, struct trust_status_list **list)
{
    const struct trust_status_list_facts *added = trust_status_list_facts(*list);

    for (size_t i = 0; i < set->n; i++) {
        const struct trust_status_list_facts *there = trust_status_list_facts(set->lists[i]);

        if (there->mechanism != added->mechanism || !bytes_eq(there->uri, added->uri) ||
            !is_same_authority(there->anchor, added->anchor))
            continue;
        if (there->issued_at > added->issued_at ||
            (there->issued_at == added->issued_at &&
             trust_status_list_forgives(*list, set->lists[i])))
            return OC_REFUSED;
        trust_status_list_free(&set->lists[i]);
        set->lists[i] = *list;
        *list = NULL;
        return OC_OK;
    }
    if (set->n == TRUST_STATUS_LISTS_MAX)
        return OC_LIMIT;
    if (!array_extend((void **)&set->lists, set->n, 1, sizeof(struct trust_status_list *)))
        return OC_MEMORY;
    set->lists[set->n++] = *list;
    *list = NULL;
    return OC_OK;
}

const struct trust_status_list *trust_status_lists_find(const struct trust_status_lists *set,
                                                        const struct trust_status_ref *ref,
                                                        const struct x509_cert *issuer)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct trust_status_list_facts *f = trust_status_list_facts(set->lists[i]);

        if (f->mechanism != ref->mechanism || !bytes_eq(f->uri, ref->uri))
            continue;
        if (ref->certificate.p != NULL ? bytes_eq(x509_der(f->anchor), ref->certificate)
                                       : issuer != NULL && is_same_authority(f->anchor, issuer))
            return set->lists[i];
    }
    return NULL;
}

void trust_status_lists_cleanup(struct trust_status_lists *set)
{
    for (size_t i = 0; i < set->n; i++)
        trust_status_list_free(&set->lists[i]);
    free(set->lists);
    *set = (struct trust_status_lists){ 0 };
}

int64_t trust_status_list_limit(const struct trust_status_list_facts *f, int64_t max_age_s)
{
    int64_t limit_s = -1;

    if (f->has_expires)
        limit_s = f->expires - f->issued_at;
    if (f->ttl_s > 0 && (limit_s < 0 || f->ttl_s < limit_s))
        limit_s = f->ttl_s;
    if (max_age_s > 0 && (limit_s < 0 || max_age_s < limit_s))
        limit_s = max_age_s;
    return limit_s;
}

static void read_entry(struct trust_status *s, const struct trust_status_list *list, uint64_t index)
{
    unsigned value;

    if (trust_status_list_entry(list, index, &value) != OC_OK) {
        s->reason = "the card's index lies past the end of its status list";
        s->is_beyond = true;
        return;
    }
    switch (value) {
    case TRUST_ENTRY_VALID:
        s->verdict = TRUST_STATUS_VALID;
        break;
    case TRUST_ENTRY_INVALID:
        s->verdict = TRUST_STATUS_REVOKED;
        s->reason = "the issuer has revoked the card";
        break;
    case TRUST_ENTRY_SUSPENDED:
        s->verdict = TRUST_STATUS_SUSPENDED;
        s->reason = "the issuer has suspended the card";
        break;
    default:
        s->reason = "the status list gives the card a value whose meaning we do not know";
    }
}

static void judge(struct trust_status *s, const struct trust_status_list *list,
                  const struct trust_status_ref *ref)
{
    if (ref->mechanism == TRUST_STATUS_LIST) {
        read_entry(s, list, ref->index);
    } else if (trust_status_list_names(list, ref->id)) {
        s->verdict = TRUST_STATUS_REVOKED;
        s->reason = "the issuer has revoked the card";
    } else {
        s->verdict = TRUST_STATUS_VALID;
    }
}

/* What an old list says against a card for good still holds; nothing else it says does. */
static void grow_stale(struct trust_status *s)
{
    const char *reason = s->limit_s < 0 ? "nothing says how long the status list may be used"
                         : s->age_s > s->limit_s ? "the status list is too old"
                                                 : NULL;

    if (reason == NULL ||
        (s->verdict != TRUST_STATUS_VALID && s->verdict != TRUST_STATUS_SUSPENDED))
        return;
    s->verdict = TRUST_STATUS_STALE;
    s->reason = reason;
    s->wants_list = true;
}

struct trust_status trust_status_lookup(const struct trust_status_lists *set,
                                        const struct trust_status_ref *ref,
                                        const struct x509_cert *issuer, int64_t now,
                                        struct trust_status_limits limits)
{
    const struct trust_status_list *list = trust_status_lists_find(set, ref, issuer);
    struct trust_status s = { .reason = "we hold no status list that the card names",
                              .wants_list = true };
    const struct trust_status_list_facts *f;

    if (list == NULL)
        return s;
    f = trust_status_list_facts(list);
    s.has_list = true;
    s.age_s = now > f->issued_at ? now - f->issued_at : 0;
    s.limit_s = trust_status_list_limit(f, limits.max_age_s);
    s.wants_list = false;
    s.reason = "the status list is dated in the future";
    if (f->issued_at > now + limits.skew_s)
        return s;
    s.reason = NULL;
    judge(&s, list, ref);
    grow_stale(&s);
    return s;
}

/* Of two answers the one that counts; of two alike the one of a list. */
static int weight(const struct trust_status *s)
{
    static const int of_verdict[] = {
        [TRUST_STATUS_VALID] = 0, [TRUST_STATUS_STALE] = 2, [TRUST_STATUS_UNKNOWN] = 4,
        [TRUST_STATUS_SUSPENDED] = 8, [TRUST_STATUS_REVOKED] = 10,
    };

    return of_verdict[s->verdict] + (s->is_beyond ? 2 : 0) + (s->has_list ? 1 : 0);
}

struct trust_status trust_status_lookup_all(const struct trust_status_lists *set,
                                            const struct trust_status_refs *refs,
                                            const struct x509_cert *issuer, int64_t now,
                                            struct trust_status_limits limits)
{
    struct trust_status s = { .verdict = TRUST_STATUS_VALID };

    if (refs->has_unknown)
        s = (struct trust_status){ .reason = "the card names a mechanism that we do not know" };
    else if (refs->n == 0)
        s = (struct trust_status){ .reason = "the card's status names no list" };
    for (size_t i = 0; i < refs->n; i++) {
        struct trust_status one = trust_status_lookup(set, &refs->ref[i], issuer, now, limits);

        if (weight(&one) > weight(&s))
            s = one;
    }
    return s;
}

const char *trust_status_word(enum trust_status_verdict verdict)
{
    switch (verdict) {
    case TRUST_STATUS_UNKNOWN:      return "unknown";
    case TRUST_STATUS_VALID:        return "valid";
    case TRUST_STATUS_STALE:        return "stale";
    case TRUST_STATUS_SUSPENDED:    return "suspended";
    case TRUST_STATUS_REVOKED:      return "revoked";
    }
    return "unknown";
}
