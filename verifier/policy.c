#include "verifier/policy.h"

#include <stdio.h>
#include <string.h>

#include "cli/catalog_read.h"
#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "core/date.h"
#include "crypto/algorithm.h"
#include "crypto/x509.h"
#include "verifier/folder.h"

enum { HOURS_MAX = 100 * 366 * 24, SKEW_MAX_S = 86400 };

static void read_list(struct reading *r, json_t *object, const char *key,
                      const char *list[POLICY_LIST_MAX], const char *const **out, size_t *n)
{
    json_t *array = reading_member(r, object, key, JSON_ARRAY, false), *one;
    size_t i;

    if (array == NULL)
        return;
    if (json_array_size(array) == 0 || json_array_size(array) > POLICY_LIST_MAX) {
        reading_refuse(r, OC_LIMIT, "%s: expected 1 to %d texts", key, POLICY_LIST_MAX);
        return;
    }
    json_array_foreach(array, i, one) {
        list[i] = json_string_value(one);
        if (list[i] == NULL || list[i][0] == '\0')
            reading_refuse(r, OC_SHAPE, "%s: expected texts", key);
    }
    *out = list;
    *n = json_array_size(array);
}

static void check_issuers(struct reading *r, const struct mdoc_policy *p)
{
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", hexadecimal[] = "0123456789abcdef";

    for (size_t i = 0; i < p->issuers_n && r->err == OC_OK; i++) {
        size_t n = strlen(p->issuers[i]);

        if (!(n == 2 && strspn(p->issuers[i], capitals) == n) &&
            !(n == X509_FINGERPRINT_TEXT_N - 1 && strspn(p->issuers[i], hexadecimal) == n))
            reading_refuse(r, OC_SHAPE, "issuers: \"%.40s\" is neither a country, such as \"CN\", nor "
                           "the fingerprint of an anchor", p->issuers[i]);
    }
}

static void check_algorithms(struct reading *r, const struct mdoc_policy *p)
{
    static const int known[] = { COSE_ES256, COSE_ES384, COSE_ES512, COSE_EDDSA, COSE_HMAC_256 };
    enum { KNOWN = sizeof known / sizeof known[0] };

    for (size_t i = 0; i < p->algorithms_n && r->err == OC_OK; i++) {
        size_t j = 0;

        while (j < KNOWN && strcmp(p->algorithms[i], algorithm_name(known[j])) != 0)
            j++;
        if (j == KNOWN)
            reading_refuse(r, OC_SHAPE, "algorithms: \"%.40s\" is none of ES256, ES384, ES512, EdDSA "
                           "and HMAC 256/256", p->algorithms[i]);
    }
}

static void read_reaction(struct reading *r, json_t *object, const char *key,
                          enum mdoc_reaction *out)
{
    json_t *member = reading_member(r, object, key, JSON_STRING, false);
    const char *word = json_string_value(member);

    if (member == NULL)
        return;
    if (strcmp(word, "refuse") == 0)
        *out = MDOC_REFUSE;
    else if (strcmp(word, "warn") == 0)
        *out = MDOC_WARN;
    else
        reading_refuse(r, OC_SHAPE, "%s: expected \"refuse\" or \"warn\"", key);
}

static void read_number(struct reading *r, json_t *object, const char *key, int64_t min,
                        int64_t max, int64_t unit_s, int64_t *out)
{
    json_t *member = reading_member(r, object, key, JSON_INTEGER, false);
    int64_t number = json_integer_value(member);

    if (member == NULL)
        return;
    if (number < min || number > max)
        reading_refuse(r, OC_SHAPE, "%s: expected %lld to %lld", key, (long long)min,
                       (long long)max);
    else
        *out = number * unit_s;
}

static void read_status(struct reading *r, json_t *policy, struct mdoc_policy *p)
{
    static const char *const known[] = { "maxAgeHours", "stale", "unknown", "none", NULL };
    json_t *status = reading_member(r, policy, "status", JSON_OBJECT, false);
    size_t place = reading_enter(r, "status");

    if (status != NULL && reading_only(r, status, known)) {
        read_number(r, status, "maxAgeHours", 1, HOURS_MAX, DATE_HOUR_S, &p->status_max_age_s);
        read_reaction(r, status, "stale", &p->status_stale);
        read_reaction(r, status, "unknown", &p->status_unknown);
        read_reaction(r, status, "none", &p->status_none);
    }
    reading_leave(r, place);
}

static void read_revocation_lists(struct reading *r, json_t *policy, struct mdoc_policy *p)
{
    static const char *const known[] = { "maxAgeHours", "stale", "unknown", NULL };
    json_t *lists = reading_member(r, policy, "revocationLists", JSON_OBJECT, false);
    size_t place = reading_enter(r, "revocationLists");

    if (lists != NULL && reading_only(r, lists, known)) {
        read_number(r, lists, "maxAgeHours", 1, HOURS_MAX, DATE_HOUR_S, &p->crl_max_age_s);
        read_reaction(r, lists, "stale", &p->crl_stale);
        read_reaction(r, lists, "unknown", &p->crl_unknown);
    }
    reading_leave(r, place);
}

static void read_policy(struct reading *r, struct verifier_policy *out)
{
    static const char *const known[] = { "docTypes", "issuers", "algorithms", "status",
                                         "revocationLists", "cardOutlivesSigner",
                                         "issuingCountry", "clockSkewSeconds", NULL };
    struct mdoc_policy *p = &out->policy;
    json_t *policy = out->source;

    if (!reading_only(r, policy, known))
        return;
    read_list(r, policy, "docTypes", out->lists[0], &p->doc_types, &p->doc_types_n);
    read_list(r, policy, "issuers", out->lists[1], &p->issuers, &p->issuers_n);
    read_list(r, policy, "algorithms", out->lists[2], &p->algorithms, &p->algorithms_n);
    check_issuers(r, p);
    check_algorithms(r, p);
    read_status(r, policy, p);
    read_revocation_lists(r, policy, p);
    read_reaction(r, policy, "cardOutlivesSigner", &p->outlives_signer);
    read_reaction(r, policy, "issuingCountry", &p->issuing_country);
    read_number(r, policy, "clockSkewSeconds", 0, SKEW_MAX_S, 1, &p->skew_s);
}

enum oc_err verifier_policy_read(struct verifier_policy *out, struct bytes json,
                                 struct catalog_fault *fault)
{
    struct reading r = { .fault = fault };
    struct json_fault where;

    *out = (struct verifier_policy){ .policy = *mdoc_policy_default() };
    out->source = json_read(json, &where);
    if (out->source == NULL) {
        snprintf(fault->text, sizeof fault->text, "%s (line %d, column %d)", where.text,
                 where.line, where.column);
        r.err = where.err;
    } else {
        read_policy(&r, out);
    }
    if (r.err != OC_OK)
        verifier_policy_cleanup(out);
    return r.err;
}

enum oc_err verifier_policy_init(struct verifier_policy *out, const struct command_line *cl)
{
    struct buf in_folder = { 0 }, json;
    const char *path = opt(cl, "policy");
    struct catalog_fault fault;
    enum oc_err e = OC_OK;

    *out = (struct verifier_policy){ .policy = *mdoc_policy_default() };
    if (path == NULL) {
        if ((e = verifier_path(&in_folder, cl, "policy.json")) != OC_OK)
            return e;
        path = buf_text(&in_folder);
        if (!state_exists(path)) {
            buf_cleanup(&in_folder);
            return OC_OK;
        }
    }
    e = io_read(&json, path, JSON_BYTES_MAX);
    if (e == OC_OK && (e = verifier_policy_read(out, buf_view(&json), &fault)) != OC_OK)
        fail_print(e, "%s: %s", path, fault.text);
    buf_cleanup(&json);
    buf_cleanup(&in_folder);
    return e;
}

void verifier_policy_cleanup(struct verifier_policy *policy)
{
    json_decref(policy->source);
    *policy = (struct verifier_policy){ .source = NULL };
}
