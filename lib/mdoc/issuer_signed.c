#include "mdoc/issuer_signed.h"

#include <stdlib.h>

#include "codec/cbw.h"
#include "mdoc/parse.h"

/* IssuerSignedItem: four keys, any order, each exactly once. */
static void read_item_map(struct cbr *r, struct mdoc_item *it)
{
    enum { DIGEST_ID = 1, RANDOM = 2, NAME = 4, VALUE = 8, ALL = 15 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "digestID")) {
            it->digest_id = cbr_uint(r);
            seen |= DIGEST_ID;
        } else if (bytes_is(k, "random")) {
            it->random = cbr_bstr(r);
            if (cbr_ok(r) && it->random.n < MDOC_RANDOM_MIN)
                cbr_fail(r, OC_SHAPE, "random is shorter than 16 bytes");
            seen |= RANDOM;
        } else if (bytes_is(k, "elementIdentifier")) {
            it->name = cbr_tstr(r);
            seen |= NAME;
        } else if (bytes_is(k, "elementValue")) {
            it->value = cbr_any(r);     /* as received: never re-encode what was signed */
            seen |= VALUE;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "IssuerSignedItem is missing a key");
}

static void read_item(struct cbr *r, struct mdoc_item *it)
{
    struct cbr inner;

    mdoc_parse_embedded(&inner, r, &it->tagged);
    read_item_map(&inner, it);
    cbr_adopt(r, &inner);
}

/* nameSpaces = { + NameSpace => [ + IssuerSignedItemBytes ] }; empty ones are in the field. */
static void read_name_spaces(struct cbr *r, struct mdoc_issuer_signed *s)
{
    size_t spaces = cbr_map(r);

    if (!mdoc_parse_room(r, (void **)&s->spaces, 0, spaces, sizeof *s->spaces))
        return;
    for (; spaces > 0 && cbr_ok(r); spaces--) {
        struct mdoc_item_space *space = &s->spaces[s->spaces_n];

        space->name = cbr_tstr(r);
        space->first = s->items_n;
        space->n = cbr_array(r);
        if (!mdoc_parse_room(r, (void **)&s->items, s->items_n, space->n, sizeof *s->items))
            return;
        s->spaces_n++;
        for (size_t i = 0; i < space->n && cbr_ok(r); i++)
            read_item(r, &s->items[s->items_n++]);
    }
}

/* The payload of issuerAuth is #6.24(bstr .cbor MobileSecurityObject). */
static void read_issuer_auth(struct cbr *r, struct mdoc_issuer_signed *s)
{
    struct cbr ahead = *r, payload, mso;

    s->auth_cbor = cbr_any(&ahead);
    cose_sign1_read(r, &s->auth, COSE_UNTAGGED);
    if (!cbr_ok(r))
        return;
    if (s->auth.is_detached) {
        cbr_fail_at(r, s->auth_cbor, OC_SHAPE, "issuerAuth has no payload");
        return;
    }
    cbr_init_inside(&payload, s->auth.payload, r);
    mdoc_parse_embedded(&mso, &payload, NULL);
    mdoc_mso_read(&mso, &s->mso);
    cbr_adopt(&payload, &mso);
    cbr_adopt(r, &payload);
}

void mdoc_issuer_signed_read(struct cbr *r, struct mdoc_issuer_signed *out)
{
    struct mdoc_issuer_signed s = { 0 };

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "nameSpaces"))
            read_name_spaces(r, &s);
        else if (bytes_is(k, "issuerAuth"))
            read_issuer_auth(r, &s);
        else
            cbr_skip(r);
    }
    if (s.auth_cbor.p == NULL)
        cbr_fail(r, OC_SHAPE, "IssuerSigned has no issuerAuth");
    if (!cbr_ok(r))
        mdoc_issuer_signed_cleanup(&s);
    *out = s;
}

enum oc_err mdoc_issuer_signed_init(struct mdoc_issuer_signed *out, struct bytes src,
                                    struct oc_fault *fault)
{
    struct cbr r;
    enum oc_err e;

    *out = (struct mdoc_issuer_signed){ 0 };
    mdoc_parse_begin(&r, src);
    mdoc_issuer_signed_read(&r, out);
    e = cbr_end(&r, fault);
    if (e != OC_OK)
        mdoc_issuer_signed_cleanup(out);
    return e;
}

void mdoc_issuer_signed_cleanup(struct mdoc_issuer_signed *s)
{
    mdoc_mso_cleanup(&s->mso);
    free(s->spaces);
    free(s->items);
    *s = (struct mdoc_issuer_signed){ 0 };
}

enum oc_err mdoc_sequence_next(struct bytes sequence, size_t *n, struct oc_fault *fault)
{
    return cbr_item_length(sequence, n, fault);
}

const struct mdoc_item *mdoc_issuer_signed_item(const struct mdoc_issuer_signed *s,
                                                struct bytes name_space, struct bytes name)
{
    for (size_t i = 0; i < s->spaces_n; i++) {
        const struct mdoc_item_space *space = &s->spaces[i];

        if (!bytes_eq(space->name, name_space))
            continue;
        for (size_t j = space->first; j < space->first + space->n; j++)
            if (bytes_eq(s->items[j].name, name))
                return &s->items[j];
    }
    return NULL;
}

static size_t kept_in(const struct mdoc_item_space *space, const bool *keep)
{
    size_t n = 0;

    for (size_t i = space->first; i < space->first + space->n; i++)
        n += keep[i];
    return n;
}

void mdoc_issuer_signed_write(struct buf *out, const struct mdoc_issuer_signed *s,
                              const bool *keep)
{
    size_t spaces = 0;

    for (size_t i = 0; i < s->spaces_n; i++)
        spaces += kept_in(&s->spaces[i], keep) > 0;
    cbw_map(out, 2);
    cbw_str(out, "nameSpaces");
    cbw_map(out, spaces);
    for (size_t i = 0; i < s->spaces_n; i++) {
        const struct mdoc_item_space *space = &s->spaces[i];
        size_t n = kept_in(space, keep);

        if (n == 0)
            continue;
        cbw_tstr(out, space->name);
        cbw_array(out, n);
        for (size_t j = space->first; j < space->first + space->n; j++)
            if (keep[j])
                cbw_raw(out, s->items[j].tagged);
    }
    cbw_str(out, "issuerAuth");
    cbw_raw(out, s->auth_cbor);
}
