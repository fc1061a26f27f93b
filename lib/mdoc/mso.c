#include "mdoc/mso.h"

#include <stdlib.h>

#include "codec/cbw.h"
#include "cose/key.h"
#include "mdoc/parse.h"

/* valueDigests = { + NameSpace => { + digestID => bstr } } */
static void read_value_digests(struct cbr *r, struct mdoc_mso *m)
{
    size_t spaces = cbr_map(r);

    if (!mdoc_parse_room(r, (void **)&m->spaces, 0, spaces, sizeof *m->spaces))
        return;
    for (; spaces > 0 && cbr_ok(r); spaces--) {
        struct mdoc_digest_space *space = &m->spaces[m->spaces_n];
        size_t n;

        space->name = cbr_tstr(r);
        n = cbr_map(r);
        if (!mdoc_parse_room(r, (void **)&m->digests, m->digests_n, n, sizeof *m->digests))
            return;
        space->first = m->digests_n;
        space->n = n;
        m->spaces_n++;
        for (; n > 0 && cbr_ok(r); n--) {
            m->digests[m->digests_n].id = cbr_uint(r);
            m->digests[m->digests_n].value = cbr_bstr(r);
            m->digests_n++;
        }
    }
}

/* deviceKeyInfo = { "deviceKey": COSE_Key, ? "keyAuthorizations": …, ? "keyInfo": … } */
static void read_device_key_info(struct cbr *r, struct mdoc_mso *m)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "deviceKey"))
            cose_key_read(r, &m->device_key);
        else if (bytes_is(k, "keyAuthorizations"))
            m->key_authorizations = cbr_any(r);
        else
            cbr_skip(r);
    }
    if (m->device_key == NULL)
        cbr_fail(r, OC_SHAPE, "deviceKeyInfo has no deviceKey");
}

/* validityInfo = { "signed", "validFrom", "validUntil": tdate, ? "expectedUpdate": tdate } */
static void read_validity_info(struct cbr *r, struct mdoc_mso *m)
{
    enum { SIGNED = 1, FROM = 2, UNTIL = 4, ALL = 7 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "signed")) {
            m->signed_at = cbr_tdate(r);
            seen |= SIGNED;
        } else if (bytes_is(k, "validFrom")) {
            m->valid_from = cbr_tdate(r);
            seen |= FROM;
        } else if (bytes_is(k, "validUntil")) {
            m->valid_until = cbr_tdate(r);
            seen |= UNTIL;
        } else if (bytes_is(k, "expectedUpdate")) {
            m->expected_update = cbr_tdate(r);
            m->has_expected_update = true;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "validityInfo is missing a time");
}

void mdoc_mso_read(struct cbr *r, struct mdoc_mso *out)
{
    enum { VERSION = 1, ALGORITHM = 2, DIGESTS = 4, KEY = 8, TYPE = 16, VALIDITY = 32, ALL = 63 };
    struct mdoc_mso m = { 0 };
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "version")) {
            m.version = cbr_tstr(r);
            seen |= VERSION;
        } else if (bytes_is(k, "digestAlgorithm")) {
            m.digest = digest_by_name(cbr_tstr(r));
            seen |= ALGORITHM;
        } else if (bytes_is(k, "valueDigests")) {
            read_value_digests(r, &m);
            seen |= DIGESTS;
        } else if (bytes_is(k, "deviceKeyInfo")) {
            read_device_key_info(r, &m);
            seen |= KEY;
        } else if (bytes_is(k, "docType")) {
            m.doc_type = cbr_tstr(r);
            seen |= TYPE;
        } else if (bytes_is(k, "validityInfo")) {
            read_validity_info(r, &m);
            seen |= VALIDITY;
        } else if (bytes_is(k, "status")) {
            m.status = cbr_any(r);
        } else {
            cbr_skip(r);
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "MobileSecurityObject is missing a key");
    if (!cbr_ok(r))
        mdoc_mso_cleanup(&m);
    *out = m;
}

void mdoc_mso_cleanup(struct mdoc_mso *mso)
{
    public_key_free(&mso->device_key);
    free(mso->spaces);
    free(mso->digests);
    *mso = (struct mdoc_mso){ 0 };
}

struct bytes mdoc_mso_digest(const struct mdoc_mso *mso, struct bytes name_space, uint64_t id,
                             bool *known)
{
    if (known != NULL)
        *known = false;
    for (size_t i = 0; i < mso->spaces_n; i++) {
        const struct mdoc_digest_space *space = &mso->spaces[i];

        if (!bytes_eq(space->name, name_space))
            continue;
        if (known != NULL)
            *known = true;
        for (size_t j = space->first; j < space->first + space->n; j++)
            if (mso->digests[j].id == id)
                return mso->digests[j].value;
    }
    return (struct bytes){ 0 };
}

void mdoc_mso_write(struct buf *out, const struct mdoc_mso_spec *spec)
{
    cbw_map(out, 6 + (size_t)(spec->status != NULL));
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_str(out, "digestAlgorithm");
    cbw_str(out, digest_name(spec->digest));
    cbw_str(out, "valueDigests");
    cbw_raw(out, spec->value_digests);
    cbw_str(out, "deviceKeyInfo");
    cbw_map(out, 1);
    cbw_str(out, "deviceKey");
    cose_key_write(out, spec->device_key);
    cbw_str(out, "docType");
    cbw_str(out, spec->doc_type);
    cbw_str(out, "validityInfo");
    cbw_map(out, 3);
    cbw_str(out, "signed");
    cbw_tdate(out, spec->signed_at);
    cbw_str(out, "validFrom");
    cbw_tdate(out, spec->valid_from);
    cbw_str(out, "validUntil");
    cbw_tdate(out, spec->valid_until);
    if (spec->status != NULL) {
        cbw_str(out, "status");
        trust_status_ref_write(out, spec->status);
    }
}
