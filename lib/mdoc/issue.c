#include "mdoc/issue.h"

#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "core/date.h"
#include "core/secret.h"
#include "cose/sign1.h"
#include "crypto/random.h"
#include "mdoc/limits.h"
#include "mdoc/mso.h"

enum { WEEK_S = 7 * DATE_DAY_S };

/* Bytes that one digest, and all of an MSO but its digests, mostly take: only a guess at what to
 * allocate at once. */
enum { DIGEST_ROOM = 8 + DIGEST_MAX, MSO_ROOM = 512 };

void mdoc_batch_cleanup(struct mdoc_batch *batch)
{
    random_ahead_cleanup(&batch->random);
    hasher_cleanup(&batch->hasher);
}

/* Most names differ in their first letter, and claims mostly share one text for a namespace. */
static bool is_same(const char *a, const char *b)
{
    return a == b || (a[0] == b[0] && strcmp(a, b) == 0);
}

/* Claims from `first` on that share its namespace. */
static size_t run_of(const struct mdoc_issue_spec *spec, size_t first)
{
    size_t n = 1;

    while (first + n < spec->claims_n &&
           is_same(spec->claims[first + n].name_space, spec->claims[first].name_space))
        n++;
    return n;
}

static bool is_key_of(const struct private_key *key, const struct x509_cert *certificate)
{
    const struct public_key *named = x509_public_key(certificate);

    return named != NULL && public_key_equal(named, private_key_public(key));
}

static enum oc_err check_spec(const struct mdoc_issue_spec *spec, const char **reason)
{
    const struct mdoc_claim *c = spec->claims;

    *reason = "a card needs at least one element";
    if (spec->claims_n == 0)
        return OC_USAGE;
    *reason = "the signing key is not that of the document signer's certificate";
    if (spec->chain_n == 0 || !is_key_of(spec->signer, spec->chain[0]))
        return OC_USAGE;
    for (size_t i = 1; i < spec->claims_n; i++) {
        bool left = !is_same(c[i].name_space, c[i - 1].name_space);

        for (size_t j = 0; j < i; j++) {
            bool same = is_same(c[i].name_space, c[j].name_space);

            *reason = "the elements of a namespace must stand together";
            if (left && same)
                return OC_USAGE;
            *reason = "an element stands twice in its namespace";
            if (same && is_same(c[i].name, c[j].name))
                return OC_USAGE;
        }
    }
    return OC_OK;
}

static enum oc_err round_times(struct mdoc_mso_spec *mso, const struct mdoc_issue_spec *spec,
                               const char **reason)
{
    int64_t from = spec->valid_from != 0 ? spec->valid_from : spec->now;
    int64_t unit_s, signer_from, signer_until;

    *reason = "the life of a copy is under an hour";
    if (spec->valid_until - from < DATE_HOUR_S)
        return OC_USAGE;
    unit_s = spec->valid_until - from < WEEK_S ? DATE_HOUR_S : DATE_DAY_S;
    mso->signed_at = date_floor(spec->now, unit_s);
    mso->valid_from = date_floor(from, unit_s);
    mso->valid_until = date_floor(spec->valid_until, unit_s);
    *reason = "validFrom is before the day of signing";
    if (mso->valid_from < mso->signed_at)
        return OC_USAGE;
    *reason = "nothing is left of the validity once it is rounded down";
    if (mso->valid_until <= mso->valid_from)
        return OC_USAGE;
    x509_validity(spec->chain[0], &signer_from, &signer_until);
    *reason = "the document signer's certificate is not valid at the time of signing";
    if (mso->signed_at < signer_from || spec->now > signer_until)
        return OC_EXPIRED;
    *reason = "the card would outlive its document signer's certificate";
    if (mso->valid_until > signer_until)
        return OC_EXPIRED;
    return OC_OK;
}

/* What is drawn and made for one digest of a namespace. */
struct slot {
    uint32_t id;
    uint8_t digest[DIGEST_MAX];     /* of the id that equals the slot's own place */
    struct drawn {
        uint8_t salt[MDOC_RANDOM_MIN];
        uint64_t number;
    } drawn;
};

/* So many need no allocation, and most namespaces have no more. */
enum { SLOTS_FEW = 32 };

/* Salts, and the ids 0 … n-1 in random order: a digestID says nothing about which element it
 * stands for. */
static enum oc_err draw(struct slot *slots, size_t n, struct random_ahead *random)
{
    struct drawn drawn[SLOTS_FEW];
    enum oc_err e = OC_OK;

    for (size_t from = 0; from < n && e == OC_OK; from += SLOTS_FEW) {
        size_t here = n - from < SLOTS_FEW ? n - from : SLOTS_FEW;

        e = random_next(random, (uint8_t *)drawn, here * sizeof drawn[0]);
        for (size_t i = 0; i < here; i++) {
            slots[from + i].id = (uint32_t)(from + i);
            slots[from + i].drawn = drawn[i];
        }
    }
    for (size_t i = n; e == OC_OK && i > 1; i--) {
        /* The bias of 64 bits over some thousand is of no account. */
        struct slot *chosen = &slots[slots[i - 1].drawn.number % i];
        uint32_t kept = slots[i - 1].id;

        slots[i - 1].id = chosen->id;
        chosen->id = kept;
    }
    secret_wipe(drawn, sizeof drawn);
    return e;
}

/* Append one IssuerSignedItemBytes, and give its digest. */
static enum oc_err add_item(struct buf *items, uint8_t digest[DIGEST_MAX],
                            const struct mdoc_claim *claim, const struct slot *slot,
                            enum digest algorithm, struct hasher *hasher)
{
    size_t start = items->n;
    enum oc_err e;

    /* A map of four and its keys, text of so many bytes each, stand here as CBOR: an issuer of a city
     * writes them some hundred million times. */
    cbw_raw(items, BYTES("\xa4" "\x68" "digestID"));
    cbw_uint(items, slot->id);
    cbw_raw(items, BYTES("\x66" "random"));
    cbw_bstr(items, BYTES_OF(slot->drawn.salt));
    cbw_raw(items, BYTES("\x71" "elementIdentifier"));
    cbw_str(items, claim->name);
    cbw_raw(items, BYTES("\x6c" "elementValue"));
    cbw_raw(items, claim->value);
    cbw_embed(items, start);
    e = buf_err(items);
    if (e != OC_OK)
        return e;
    return hasher_of(hasher, algorithm, (struct bytes){ items->p + start, items->n - start },
                     digest);
}

/* The digests of one namespace, in the order of their numbers. */
static void add_digests(struct buf *digests, const char *name_space,
                        const struct slot *slots, size_t n, enum digest algorithm)
{
    cbw_str(digests, name_space);
    cbw_map(digests, n);
    for (size_t id = 0; id < n; id++) {
        cbw_uint(digests, id);
        cbw_bstr(digests, (struct bytes){ slots[id].digest, digest_size(algorithm) });
    }
}

/* One namespace of `n` claims and `total` digests; those without a claim are random. Items stand in
 * the order of the claims: neither number nor place in the MSO says which element is withheld. */
static enum oc_err add_name_space(struct buf *items, struct buf *digests, const char *name_space,
                                  const struct mdoc_claim *claims, size_t n, size_t total,
                                  enum digest algorithm, struct mdoc_batch *batch)
{
    struct slot few[SLOTS_FEW];
    struct slot *many = total > SLOTS_FEW ? calloc(total, sizeof *many) : NULL;
    struct slot *slots = total > SLOTS_FEW ? many : few;
    enum oc_err e = slots != NULL ? draw(slots, total, &batch->random) : OC_MEMORY;

    if (n > 0) {
        cbw_str(items, name_space);
        cbw_array(items, n);
    }
    for (size_t i = 0; i < n && e == OC_OK; i++)
        e = add_item(items, slots[slots[i].id].digest, &claims[i], &slots[i], algorithm,
                     &batch->hasher);
    for (size_t i = n; i < total && e == OC_OK; i++)
        e = random_next(&batch->random, slots[slots[i].id].digest, digest_size(algorithm));
    if (e == OC_OK) {
        add_digests(digests, name_space, slots, total, algorithm);
        e = buf_err(digests);
    }
    /* The salts of what is withheld stay secret. */
    if (slots != NULL)
        secret_wipe(slots, total * sizeof *slots);
    free(many);
    return e;
}

static bool has_size(const struct mdoc_issue_spec *spec, const char *name_space)
{
    for (size_t i = 0; i < spec->sizes_n; i++)
        if (strcmp(spec->sizes[i].name_space, name_space) == 0)
            return true;
    return false;
}

/* Where the claims of a namespace begin; claims_n: nowhere. */
static size_t claims_of(const struct mdoc_issue_spec *spec, const char *name_space)
{
    size_t i = 0;

    while (i < spec->claims_n && strcmp(spec->claims[i].name_space, name_space) != 0)
        i++;
    return i;
}

/* nameSpaces into `items` and valueDigests into `digests`, both as encoded maps, first in the order
 * of `sizes`, so that the order too is the same on every card of a type. */
static enum oc_err add_name_spaces(struct buf *items, struct buf *digests,
                                   const struct mdoc_issue_spec *spec, struct mdoc_batch *batch)
{
    size_t claimed = 0, unsized = 0;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < spec->claims_n; i += run_of(spec, i)) {
        claimed++;
        unsized += !has_size(spec, spec->claims[i].name_space);
    }
    buf_reserve(digests, (spec->claims_n + 1) * DIGEST_ROOM);
    cbw_map(items, claimed);
    cbw_map(digests, spec->sizes_n + unsized);
    for (size_t i = 0; i < spec->sizes_n && e == OC_OK; i++) {
        size_t first = claims_of(spec, spec->sizes[i].name_space);
        size_t n = first < spec->claims_n ? run_of(spec, first) : 0;
        size_t total = spec->sizes[i].digests > n ? spec->sizes[i].digests : n;

        e = total == 0 ? OC_USAGE
                       : add_name_space(items, digests, spec->sizes[i].name_space,
                                        spec->claims + first, n, total, spec->digest, batch);
    }
    for (size_t i = 0, n; i < spec->claims_n && e == OC_OK; i += n) {
        const char *name_space = spec->claims[i].name_space;

        n = run_of(spec, i);
        if (!has_size(spec, name_space))
            e = add_name_space(items, digests, name_space, &spec->claims[i], n, n, spec->digest,
                               batch);
    }
    return e;
}

/* How much a copy takes, at least nearly: to be allocated once, not bit by bit. */
static size_t estimate(const struct mdoc_issue_spec *spec)
{
    enum { REST = 1024, ITEM = 96 + 8 + DIGEST_MAX };
    size_t n = REST;

    for (size_t i = 0; i < spec->claims_n; i++)
        n += ITEM + spec->claims[i].value.n + strlen(spec->claims[i].name);
    for (size_t i = 0; i < spec->chain_n; i++)
        n += x509_der(spec->chain[i]).n;
    return n;
}

/* All of it into `out`, whose content after `start` is nothing if it fails. */
static enum oc_err write_copy(struct buf *out, struct mdoc_mso_spec *m,
                              const struct mdoc_issue_spec *spec)
{
    struct mdoc_batch alone, *batch;
    struct buf digests, payload;
    enum oc_err e;

    alone.random.left = 0;          /* the rest of it needs no zeros */
    alone.hasher = (struct hasher){ NULL };
    batch = spec->batch != NULL ? spec->batch : &alone;
    buf_init(&digests, MDOC_BYTES_MAX);
    buf_init(&payload, MDOC_BYTES_MAX);
    buf_reserve(out, estimate(spec));
    cbw_map(out, 2);
    cbw_str(out, "nameSpaces");
    if ((e = add_name_spaces(out, &digests, spec, batch)) != OC_OK)
        goto out;
    m->value_digests = buf_view(&digests);
    buf_reserve(&payload, digests.n + MSO_ROOM);
    mdoc_mso_write(&payload, m);
    cbw_embed(&payload, 0);
    if ((e = buf_err(&payload)) != OC_OK)
        goto out;
    cbw_str(out, "issuerAuth");
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = spec->signer, .payload = buf_view(&payload),
        .x5chain = spec->chain, .x5chain_n = spec->chain_n,
    });
    e = buf_err(out);
out:
    buf_cleanup(&payload);
    buf_cleanup(&digests);
    mdoc_batch_cleanup(&alone);
    return e;
}

enum oc_err mdoc_issue(struct buf *out, const struct mdoc_issue_spec *spec, const char **reason)
{
    const char *why = NULL;
    size_t start = out->n;
    struct mdoc_mso_spec m = {
        .doc_type = spec->doc_type, .digest = spec->digest, .device_key = spec->device_key,
        .status = spec->status,
    };
    enum oc_err e = buf_err(out);

    if (e == OC_OK && (e = check_spec(spec, &why)) == OC_OK &&
        (e = round_times(&m, spec, &why)) == OC_OK) {
        why = NULL;
        e = write_copy(out, &m, spec);
        if (e != OC_OK)
            buf_truncate(out, start);
    }
    if (reason != NULL)
        *reason = why;
    return e;
}
