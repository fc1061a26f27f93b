#include "trust/status_lists.h"

#include <time.h>

#include "tests/unit/status_world.h"
#include "tests/unit/tap.h"

static struct status_world w;

static struct trust_status_ref ref_of(uint64_t index)
{
    return (struct trust_status_ref){ .mechanism = TRUST_STATUS_LIST, .uri = BYTES(STATUS_URI),
                                      .index = index };
}

static struct trust_status_lists set_of(const struct trust_status_list_spec *spec)
{
    struct trust_status_lists set = { 0 };
    struct trust_status_list *list = status_list(&w, spec);

    must(trust_status_lists_add(&set, &list));
    return set;
}

static struct trust_status look(const struct trust_status_lists *set, uint64_t index, int64_t now,
                                int64_t max_age_s)
{
    struct trust_status_ref ref = ref_of(index);

    return trust_status_lookup(set, &ref, w.f.iaca, now,
                               (struct trust_status_limits){ max_age_s, 60 });
}

static void check_verdict(struct trust_status s, enum trust_status_verdict want, const char *name)
{
    ok(s.verdict == want && (s.reason == NULL) == (want == TRUST_STATUS_VALID), "%s: %s, %s", name,
       trust_status_word(s.verdict), s.reason != NULL ? s.reason : "");
}

/* Entries 0 to 3 of two bits: valid, invalid, suspended, and the application's own. */
static void test_values(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\xe4"), 2);
    struct trust_status_lists set = set_of(&spec), none = { 0 };

    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_VALID, "0");
    check_verdict(look(&set, 1, w.f.now, 0), TRUST_STATUS_REVOKED, "1");
    check_verdict(look(&set, 2, w.f.now, 0), TRUST_STATUS_SUSPENDED, "2");
    check_verdict(look(&set, 3, w.f.now, 0), TRUST_STATUS_UNKNOWN, "3");
    check_verdict(look(&set, 4, w.f.now, 0), TRUST_STATUS_UNKNOWN, "an index past the end");
    check_verdict(look(&set, UINT64_MAX, w.f.now, 0), TRUST_STATUS_UNKNOWN,
                  "the last index of all");
    check_verdict(look(&none, 0, w.f.now, 0), TRUST_STATUS_UNKNOWN, "no lists at all");
    trust_status_lists_cleanup(&set);
    ok(set.lists == NULL && set.n == 0, "all zero after cleanup");

    spec = status_spec(&w, BYTES("\x0c\x0f\x10"), 4);
    set = set_of(&spec);
    for (uint64_t i = 0; i <= 5; i++)
        check_verdict(look(&set, i, w.f.now, 0),
                      i == 5 ? TRUST_STATUS_REVOKED
                      : i == 1 || i == 3 || i == 4 ? TRUST_STATUS_VALID : TRUST_STATUS_UNKNOWN,
                      "of four bits 0x0c, 0, 0x0f, 0, 0, 1");
    trust_status_lists_cleanup(&set);
}

/* Whose list it is: URI, kind and CA all count. */
static void test_key(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x00"), 1);
    struct trust_status_lists set = set_of(&spec);
    struct trust_status_ref ref = ref_of(0);
    struct x509_spec renewed_spec = certificate_spec(TRUST_IACA, w.f.now + DATE_DAY_S);
    struct x509_cert *renewed = new_certificate(&renewed_spec, w.f.iaca_key, NULL, NULL);

    ok(trust_status_lists_find(&set, &ref, w.f.iaca) != NULL, "found by URI and IACA");
    ok(trust_status_lists_find(&set, &ref, renewed) != NULL, "and by the IACA renewed");
    ok(trust_status_lists_find(&set, &ref, w.f.reader_ca) == NULL, "not under another CA");
    ok(trust_status_lists_find(&set, &ref, NULL) == NULL, "nor under none");
    ref.certificate = x509_der(w.f.iaca);
    ok(trust_status_lists_find(&set, &ref, NULL) != NULL, "the certificate that the card names");
    ref.certificate = x509_der(w.f.reader_ca);
    ok(trust_status_lists_find(&set, &ref, w.f.iaca) == NULL,
       "which goes before the card's IACA");
    ref = ref_of(0);
    ref.uri = BYTES(STATUS_URI "0");
    ok(trust_status_lists_find(&set, &ref, w.f.iaca) == NULL, "not by another URI");
    ref = ref_of(0);
    ref.mechanism = TRUST_IDENTIFIER_LIST;
    ref.id = BYTES("\x01");
    ok(trust_status_lists_find(&set, &ref, w.f.iaca) == NULL, "not by another kind");
    x509_free(&renewed);
    trust_status_lists_cleanup(&set);
}

static void test_replace(void)
{
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\x00"), 1);
    struct trust_status_lists set = set_of(&spec);
    struct trust_status_list *list;

    spec.array = BYTES("\x01");
    list = status_list(&w, &spec);
    ok(trust_status_lists_add(&set, &list) == OC_OK && list == NULL && set.n == 1,
       "one of the same time takes its place");
    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_REVOKED, "what it says");
    spec.array = BYTES("\x00");
    list = status_list(&w, &spec);
    ok(trust_status_lists_add(&set, &list) == OC_REFUSED && list != NULL,
       "but none that says less against a card");
    trust_status_list_free(&list);
    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_REVOKED, "what it still says");
    spec.issued_at--;
    list = status_list(&w, &spec);
    ok(trust_status_lists_add(&set, &list) == OC_REFUSED && list != NULL && set.n == 1,
       "an older one does not");
    trust_status_list_free(&list);
    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_REVOKED, "what it still says");
    spec.issued_at += 2;
    list = status_list(&w, &spec);
    ok(trust_status_lists_add(&set, &list) == OC_OK && set.n == 1, "a newer one does");
    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_VALID, "what it says");
    spec.uri = STATUS_URI "0";
    list = status_list(&w, &spec);
    ok(trust_status_lists_add(&set, &list) == OC_OK && set.n == 2, "another URI stands beside it");
    trust_status_lists_cleanup(&set);
}

/* Issued 12 hours ago. Limits in hours after that; 0: none. Ages in hours too. */
static void test_staleness(void)
{
    static const struct {
        const char *name;
        int expires, ttl, max_age, age;
        int limit;
        bool stale;
    } row[] = {
        { "within all limits", 72, 48, 36, 12, 36, false },
        { "on the limit", 72, 48, 36, 36, 36, false },
        { "past the policy's", 72, 48, 36, 37, 36, true },
        { "past ttl", 72, 24, 36, 25, 24, true },
        { "past exp", 20, 48, 36, 21, 20, true },
        { "exp alone, within", 72, 0, 0, 71, 72, false },
        { "exp alone, past", 72, 0, 0, 73, 72, true },
    };
    struct trust_status_list_spec spec = status_spec(&w, BYTES("\xe4"), 2);

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct trust_status_lists set;
        struct trust_status valid, revoked, suspended, unknown;
        int64_t now;

        spec.expires = spec.issued_at + row[i].expires * DATE_HOUR_S;
        spec.ttl_s = row[i].ttl * DATE_HOUR_S;
        set = set_of(&spec);
        now = spec.issued_at + row[i].age * DATE_HOUR_S;
        valid = look(&set, 0, now, row[i].max_age * DATE_HOUR_S);
        revoked = look(&set, 1, now, row[i].max_age * DATE_HOUR_S);
        suspended = look(&set, 2, now, row[i].max_age * DATE_HOUR_S);
        unknown = look(&set, 3, now, row[i].max_age * DATE_HOUR_S);
        ok(valid.verdict == (row[i].stale ? TRUST_STATUS_STALE : TRUST_STATUS_VALID) &&
           suspended.verdict == (row[i].stale ? TRUST_STATUS_STALE : TRUST_STATUS_SUSPENDED) &&
           revoked.verdict == TRUST_STATUS_REVOKED && unknown.verdict == TRUST_STATUS_UNKNOWN,
           "%s: valid is %s, suspended %s, revoked stays", row[i].name,
           trust_status_word(valid.verdict), trust_status_word(suspended.verdict));
        ok(valid.has_list && valid.age_s == row[i].age * DATE_HOUR_S &&
           valid.limit_s == row[i].limit * DATE_HOUR_S, "%s: its age and limit", row[i].name);
        trust_status_lists_cleanup(&set);
    }
}

static void test_no_limit(void)
{
    static const struct bytes claims =
        BYTES("\xa3\x02\x78\x1f" STATUS_URI "\x06\x1a\x60\x00\x00\x00\x19\xff\xfd\xa2"
              "\x64" "bits\x01" "\x63lst\x4a\x78\xda\xdb\xb9\x18\x00\x02\x17\x01\x5d");
    struct trust_status_lists set = { 0 };
    struct trust_status_list_in in;
    struct trust_status_list *list;
    struct buf token = new_buf();

    _Static_assert(sizeof STATUS_URI - 1 == 0x1f, "the length in the claims");
    status_sign(&token, &w, claims, "application/statuslist+cwt");
    in = status_in(&w, buf_view(&token));
    must(trust_status_list_verify(&list, &in, NULL));
    must(trust_status_lists_add(&set, &list));
    check_verdict(look(&set, 1, w.f.now, 0), TRUST_STATUS_STALE, "neither exp, ttl nor a policy");
    ok(look(&set, 1, w.f.now, 0).limit_s == -1, "and that is told");
    check_verdict(look(&set, 1, w.f.now, INT32_MAX), TRUST_STATUS_VALID, "a policy alone");
    check_verdict(look(&set, 0, w.f.now, 0), TRUST_STATUS_REVOKED, "revoked all the same");
    check_verdict(look(&set, 1, 0x60000000 - 60, 0), TRUST_STATUS_STALE, "ahead by the skew");
    check_verdict(look(&set, 0, 0x60000000 - 61, 0), TRUST_STATUS_UNKNOWN, "ahead by more");
    ok(look(&set, 1, 0x60000000 - 60, 0).age_s == 0, "an age is not below 0");
    trust_status_lists_cleanup(&set);
    buf_cleanup(&token);
}

/* A card in both kinds of list, or in one that nobody knows. */
static void test_all(void)
{
    static const struct bytes revoked_id[] = { BYTES("\x02") };
    struct trust_status_list_spec array = status_spec(&w, BYTES("\x02"), 1), ids = array;
    struct trust_status_lists set = set_of(&array);
    struct trust_status_list *list;
    const struct {
        const char *name;
        size_t n;
        uint64_t index;
        struct bytes id;
        bool has_unknown;
        enum trust_status_verdict want;
    } row[] = {
        { "good in both", 2, 0, BYTES("\x01"), false, TRUST_STATUS_VALID },
        { "revoked in the array", 2, 1, BYTES("\x01"), false, TRUST_STATUS_REVOKED },
        { "revoked in the other", 2, 0, BYTES("\x02"), false, TRUST_STATUS_REVOKED },
        { "past the array's end", 2, 99, BYTES("\x01"), false, TRUST_STATUS_UNKNOWN },
        { "past its end, but revoked", 2, 99, BYTES("\x02"), false, TRUST_STATUS_REVOKED },
        { "good, and in a list of an unknown kind", 2, 0, BYTES("\x01"), true,
          TRUST_STATUS_UNKNOWN },
        { "revoked, and in one of an unknown kind", 1, 1, BYTES("\x01"), true,
          TRUST_STATUS_REVOKED },
        { "only in one of an unknown kind", 0, 0, BYTES("\x01"), true, TRUST_STATUS_UNKNOWN },
        { "in none", 0, 0, BYTES("\x01"), false, TRUST_STATUS_UNKNOWN },
    };

    ids.mechanism = TRUST_IDENTIFIER_LIST;
    ids.identifiers = revoked_id;
    ids.identifiers_n = 1;
    list = status_list(&w, &ids);
    must(trust_status_lists_add(&set, &list));
    ok(set.n == 2, "two kinds under one URI");
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct trust_status_refs refs = { .n = row[i].n, .has_unknown = row[i].has_unknown };

        refs.ref[0] = ref_of(row[i].index);
        refs.ref[1] = (struct trust_status_ref){ .mechanism = TRUST_IDENTIFIER_LIST,
                                                 .uri = BYTES(STATUS_URI), .id = row[i].id };
        check_verdict(trust_status_lookup_all(&set, &refs, w.f.iaca, w.f.now,
                                              (struct trust_status_limits){ 0, 60 }),
                      row[i].want, row[i].name);
    }
    trust_status_lists_cleanup(&set);
}

/* Looking up is no search; the time is told, not judged. */
static void test_ten_million(void)
{
    enum { ENTRIES = 10000000, ROUNDS = 20000 };
    struct buf array = new_buf();
    struct trust_status_list_spec spec;
    struct trust_status_lists set;
    struct timespec from, to;
    size_t revoked = 0;
    double each_ns;

    must(buf_extend(&array, ENTRIES / 8) != NULL ? OC_OK : OC_MEMORY);
    for (uint64_t i = 0; i < ENTRIES; i += 1000)
        trust_status_put(array.p, 1, i, 1);
    spec = status_spec(&w, buf_view(&array), 1);
    set = set_of(&spec);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    for (uint64_t i = 0; i < ROUNDS; i++)
        revoked += look(&set, i * 500, w.f.now, 0).verdict == TRUST_STATUS_REVOKED;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    each_ns = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) /
              ROUNDS;
    ok(revoked == ROUNDS / 2, "half of every 500th of ten million are revoked");
    note("%.0f ns for a look-up among ten million", each_ns);
    trust_status_lists_cleanup(&set);
    buf_cleanup(&array);
}

int main(void)
{
    must(secret_pool_init());
    status_world_init(&w);
    test_values();
    test_key();
    test_replace();
    test_staleness();
    test_no_limit();
    test_all();
    test_ten_million();
    status_world_cleanup(&w);
    return done();
}
