#include "mdoc/issue.h"

#include <stdlib.h>
#include <string.h>

#include "codec/cbw.h"
#include "core/date.h"
#include "cose/sign1.h"
#include "crypto/random.h"
#include "mdoc/limits.h"
#include "mdoc/mso.h"

enum { WEEK_S = 7 * DATE_DAY_S };

/* Claims from `first` on that share its namespace. */
static size_t run_of(const struct mdoc_issue_spec *spec, size_t first)
{
    size_t n = 1;

    while (first + n < spec->claims_n &&
           strcmp(spec->claims[first + n].name_space, spec->claims[first].name_space) == 0)
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
        bool left = strcmp(c[i].name_space, c[i - 1].name_space) != 0;

        for (size_t j = 0; j < i; j++) {
            bool same = strcmp(c[i].name_space, c[j].name_space) == 0;

            *reason = "the elements of a namespace must stand together";
            if (left && same)
                return OC_USAGE;
            *reason = "an element stands twice in its namespace";
            if (same && strcmp(c[i].name, c[j].name) == 0)
                return OC_USAGE;
        }
    }
    return OC_OK;
}

static enum oc_err round_times(struct mdoc_mso_spec *mso, const struct mdoc_issue_spec *spec,
                               const char **reason)
{
    int64_t from = spec->valid_from != 0 ? spec->valid_from : spec->now;
    int64_t unit_s;
    struct x509_facts signer;

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
    x509_describe(spec->chain[0], &signer);
    *reason = "the document signer's certificate is not valid at the time of signing";
    if (mso->signed_at < signer.not_before || spec->now > signer.not_after)
        return OC_EXPIRED;
    *reason = "the card would outlive its document signer's certificate";
    if (mso->valid_until > signer.not_after)
        return OC_EXPIRED;
    return OC_OK;
}

/* 0 … n-1 in random order: a digestID says nothing about which element it stands for. */
static enum oc_err shuffle(uint32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ids[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        uint64_t drawn;
        uint32_t kept;
        enum oc_err e = random_bytes((uint8_t *)&drawn, sizeof drawn);

        if (e != OC_OK)
            return e;
        drawn %= i;     /* the bias of 64 bits over some thousand is of no account */
        kept = ids[i - 1];
        ids[i - 1] = ids[drawn];
        ids[drawn] = kept;
    }
    return OC_OK;
}

/* Append one IssuerSignedItemBytes, and give its digest. */
static enum oc_err add_item(struct buf *items, uint8_t digest[DIGEST_MAX],
                            const struct mdoc_claim *claim, uint32_t id, enum digest algorithm)
{
    uint8_t salt[MDOC_RANDOM_MIN];
    struct buf item;
    size_t start = items->n;
    enum oc_err e = random_bytes(salt, sizeof salt);

    if (e != OC_OK)
        return e;
    buf_init(&item, MDOC_BYTES_MAX);
    cbw_map(&item, 4);
    cbw_str(&item, "digestID");
    cbw_uint(&item, id);
    cbw_str(&item, "random");
    cbw_bstr(&item, BYTES_OF(salt));
    cbw_str(&item, "elementIdentifier");
    cbw_str(&item, claim->name);
    cbw_str(&item, "elementValue");
    cbw_raw(&item, claim->value);
    cbw_embedded(items, buf_view(&item));
    e = buf_err(&item);
    buf_cleanup(&item);
    if (e == OC_OK)
        e = buf_err(items);
    if (e != OC_OK)
        return e;
    return digest_of(algorithm, (struct bytes){ items->p + start, items->n - start }, digest);
}

/* The digests of one namespace, in the order of their numbers. */
static void add_digests(struct buf *digests, const char *name_space,
                        const uint8_t (*by_id)[DIGEST_MAX], size_t n, enum digest algorithm)
{
    cbw_str(digests, name_space);
    cbw_map(digests, n);
    for (size_t id = 0; id < n; id++) {
        cbw_uint(digests, id);
        cbw_bstr(digests, (struct bytes){ by_id[id], digest_size(algorithm) });
    }
}

/* One namespace of `n` claims and `total` digests; those without a claim are random. Items stand in
 * the order of the claims: neither number nor place in the MSO says which element is withheld. */
static enum oc_err add_name_space(struct buf *items, struct buf *digests, const char *name_space,
                                  const struct mdoc_claim *claims, size_t n, size_t total,
                                  enum digest algorithm)
{
    uint8_t (*by_id)[DIGEST_MAX] = calloc(total, sizeof *by_id);
    uint32_t *ids = calloc(total, sizeof *ids);
    enum oc_err e = OC_MEMORY;

    if (by_id == NULL || ids == NULL)
        goto out;
    if (n > 0) {
        cbw_str(items, name_space);
        cbw_array(items, n);
    }
    e = shuffle(ids, total);
    for (size_t i = 0; i < n && e == OC_OK; i++)
        e = add_item(items, by_id[ids[i]], &claims[i], ids[i], algorithm);
    for (size_t i = n; i < total && e == OC_OK; i++)
        e = random_bytes(by_id[ids[i]], digest_size(algorithm));
    if (e == OC_OK) {
        add_digests(digests, name_space, (const uint8_t (*)[DIGEST_MAX])by_id, total, algorithm);
        e = buf_err(digests);
    }
out:
    free(ids);
    free(by_id);
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
                                   const struct mdoc_issue_spec *spec)
{
    size_t claimed = 0, unsized = 0;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < spec->claims_n; i += run_of(spec, i)) {
        claimed++;
        unsized += !has_size(spec, spec->claims[i].name_space);
    }
    cbw_map(items, claimed);
    cbw_map(digests, spec->sizes_n + unsized);
    for (size_t i = 0; i < spec->sizes_n && e == OC_OK; i++) {
        size_t first = claims_of(spec, spec->sizes[i].name_space);
        size_t n = first < spec->claims_n ? run_of(spec, first) : 0;
        size_t total = spec->sizes[i].digests > n ? spec->sizes[i].digests : n;

        e = total == 0 ? OC_USAGE
                       : add_name_space(items, digests, spec->sizes[i].name_space,
                                        spec->claims + first, n, total, spec->digest);
    }
    for (size_t i = 0, n; i < spec->claims_n && e == OC_OK; i += n) {
        const char *name_space = spec->claims[i].name_space;

        n = run_of(spec, i);
        if (!has_size(spec, name_space))
            e = add_name_space(items, digests, name_space, &spec->claims[i], n, n, spec->digest);
    }
    return e;
}

enum oc_err mdoc_issue(struct buf *out, const struct mdoc_issue_spec *spec, const char **reason)
{
    const char *why = NULL;
    struct buf items, digests, mso, payload;
    struct mdoc_mso_spec m = {
        .doc_type = spec->doc_type, .digest = spec->digest, .device_key = spec->device_key,
        .status = spec->status,
    };
    enum oc_err e = check_spec(spec, &why);

    buf_init(&items, MDOC_BYTES_MAX);
    buf_init(&digests, MDOC_BYTES_MAX);
    buf_init(&mso, MDOC_BYTES_MAX);
    buf_init(&payload, MDOC_BYTES_MAX);
    if (e != OC_OK || (e = round_times(&m, spec, &why)) != OC_OK)
        goto out;
    why = NULL;
    if ((e = add_name_spaces(&items, &digests, spec)) != OC_OK)
        goto out;
    m.value_digests = buf_view(&digests);
    mdoc_mso_write(&mso, &m);
    cbw_embedded(&payload, buf_view(&mso));
    if ((e = buf_err(&mso)) != OC_OK || (e = buf_err(&payload)) != OC_OK)
        goto out;
    cbw_map(out, 2);
    cbw_str(out, "nameSpaces");
    cbw_raw(out, buf_view(&items));
    cbw_str(out, "issuerAuth");
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = spec->signer, .payload = buf_view(&payload),
        .x5chain = spec->chain, .x5chain_n = spec->chain_n,
    });
    e = buf_err(out);
out:
    buf_cleanup(&payload);
    buf_cleanup(&mso);
    buf_cleanup(&digests);
    buf_cleanup(&items);
    if (reason != NULL)
        *reason = why;
    return e;
}
