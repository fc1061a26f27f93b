#include "trust/status_token.h"

#include "trust/status_list.h"

/* NumericDate and seconds, up to the end of the year 9999. */
static int64_t read_seconds(struct cbr *r)
{
    static const uint64_t seconds_max = UINT64_C(253402300799);
    uint64_t seconds = cbr_uint(r);

    if (seconds > seconds_max)
        cbr_fail(r, OC_LIMIT, "a time after the year 9999");
    return cbr_ok(r) ? (int64_t)seconds : 0;
}

/* StatusList = { "bits": 1 / 2 / 4 / 8, "lst": bstr, ? "aggregation_uri": tstr } */
static void read_list(struct cbr *r, struct status_token *t)
{
    enum { BITS = 1, LST = 2, ALL = 3 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "bits")) {
            uint64_t bits = cbr_uint(r);

            if (bits != 1 && bits != 2 && bits != 4 && bits != 8)
                cbr_fail(r, OC_SHAPE, "the entries of a status list have 1, 2, 4 or 8 bits");
            t->bits = (unsigned)bits;
            seen |= BITS;
        } else if (bytes_is(k, "lst")) {
            t->packed = cbr_bstr(r);
            if (t->packed.n > TRUST_STATUS_PACKED_MAX)
                cbr_fail(r, OC_LIMIT, "the status list is longer than 16 MiB");
            seen |= LST;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "the status list has no bits or no lst");
}

/* IdentifierList = { "identifiers": { * bstr => any }, ? "aggregation_uri": tstr } */
static void read_identifiers(struct cbr *r, struct status_token *t)
{
    bool seen = false;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "identifiers")) {
            struct cbr inner;

            t->identifiers = cbr_any(r);
            cbr_init_inside(&inner, t->identifiers, r);
            t->identifiers_n = cbr_map(&inner);
            for (size_t n = t->identifiers_n; n > 0 && cbr_ok(&inner); n--) {
                cbr_bstr(&inner);
                cbr_skip(&inner);
            }
            cbr_adopt(r, &inner);
            seen = true;
        } else {
            cbr_skip(r);
        }
    }
    if (!seen)
        cbr_fail(r, OC_SHAPE, "the identifier list has no identifiers");
}

/* The claims: sub, iat and the list that the type announces are there, each once. */
static void read_claims(struct cbr *r, struct status_token *t)
{
    enum { SUB = 1, IAT = 2, LIST = 4, ALL = 7 };
    bool is_list = t->mechanism == TRUST_STATUS_LIST;
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label label = cbr_label(r);

        if (cbr_absent(r))
            continue;
        switch (label.is_int ? label.i : 0) {
        case STATUS_CLAIM_SUB:
            t->uri = cbr_tstr(r);
            seen |= SUB;
            break;
        case STATUS_CLAIM_IAT:
            t->issued_at = read_seconds(r);
            seen |= IAT;
            break;
        case STATUS_CLAIM_EXP:
            t->expires = read_seconds(r);
            t->has_expires = true;
            break;
        case STATUS_CLAIM_TTL:
            t->ttl_s = read_seconds(r);
            if (t->ttl_s == 0)
                cbr_fail(r, OC_SHAPE, "a ttl of nothing");
            break;
        case STATUS_CLAIM_LIST:
        case STATUS_CLAIM_IDENTIFIERS:
            if ((label.i == STATUS_CLAIM_LIST) != is_list)
                cbr_fail(r, OC_SHAPE, "another kind of list than the type says");
            else if (is_list)
                read_list(r, t);
            else
                read_identifiers(r, t);
            seen |= LIST;
            break;
        default:
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "the token has no subject, no time of issue or no list");
    if (t->has_expires && t->expires <= t->issued_at)
        cbr_fail(r, OC_SHAPE, "the list expires before it is issued");
    if (t->uri.n == 0)
        cbr_fail(r, OC_SHAPE, "the token's subject is empty");
    if (t->uri.n > TRUST_STATUS_URI_MAX)
        cbr_fail(r, OC_LIMIT, "the URI of a status list is too long");
}

static bool is_type(struct bytes type, const char *name)
{
    const size_t prefix_n = sizeof STATUS_TYPE_PREFIX - 1;

    if (type.n > prefix_n && bytes_is((struct bytes){ type.p, prefix_n }, STATUS_TYPE_PREFIX))
        type = (struct bytes){ type.p + prefix_n, type.n - prefix_n };
    return bytes_is(type, name);
}

/* Tag 18 is demanded, as others demand it; nothing goes around it, tag 61 (CWT) neither. */
static void read_message(struct cbr *r, struct status_token *t)
{
    cose_sign1_read(r, &t->message, COSE_TAGGED);
    if (is_type(t->message.type, STATUS_TYPE_LIST))
        t->mechanism = TRUST_STATUS_LIST;
    else if (is_type(t->message.type, STATUS_TYPE_IDENTIFIERS))
        t->mechanism = TRUST_IDENTIFIER_LIST;
    else
        cbr_fail(r, OC_SHAPE, "the protected header does not say that this is a status list");
    if (t->message.is_detached)
        cbr_fail(r, OC_SHAPE, "the status list is not in the message");
}

enum oc_err status_token_read(struct status_token *out, struct bytes src, struct oc_fault *fault)
{
    struct status_token token = { 0 };
    struct cbr outer, claims;
    enum oc_err e;

    *out = token;
    if (src.n > TRUST_STATUS_TOKEN_MAX) {
        if (fault != NULL)
            *fault = (struct oc_fault){ TRUST_STATUS_TOKEN_MAX, "the message is too long" };
        return OC_LIMIT;
    }
    cbr_init(&outer, src);
    read_message(&outer, &token);
    cbr_init_inside(&claims, token.message.payload, &outer);
    read_claims(&claims, &token);
    cbr_adopt(&outer, &claims);
    e = cbr_end(&outer, fault);
    if (e == OC_OK)
        *out = token;
    return e;
}
