#include "codec/cbw.h"
#include "trust/list_parts.h"

enum { TAG_BIGNUM = 2 };

static size_t count(const char *const *texts)
{
    size_t n = 0;

    while (texts != NULL && texts[n] != NULL)
        n++;
    return n;
}

static void write_item(struct buf *out, const struct list_kind *kind,
                       const struct trust_list_item *item)
{
    size_t doc_types_n = count(item->doc_types);
    struct x509_facts facts;

    x509_describe(item->certificate, &facts);
    cbw_map(out, 3 + (size_t)kind->has_doc_types);
    cbw_str(out, "certificate");
    cbw_bstr(out, x509_der(item->certificate));
    cbw_str(out, "serialNumber");
    cbw_tag(out, TAG_BIGNUM);
    cbw_bstr(out, facts.serial);
    cbw_str(out, "ski");
    cbw_bstr(out, facts.ski);
    if (!kind->has_doc_types)
        return;
    cbw_str(out, "docType");
    cbw_array(out, doc_types_n);
    for (size_t i = 0; i < doc_types_n; i++)
        cbw_str(out, item->doc_types[i]);
}

static void write_optional_date(struct buf *out, const char *name, int64_t seconds)
{
    if (seconds == 0)
        return;
    cbw_str(out, name);
    cbw_tdate(out, seconds);
}

static void write_payload(struct buf *out, const struct list_kind *kind,
                          const struct trust_list_spec *spec)
{
    cbw_map(out, 4 + (size_t)(kind->type != NULL) + (size_t)(spec->issue_id != 0) +
                     (size_t)(spec->next_update != 0) + (size_t)(spec->not_after != 0));
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_str(out, kind->provider);
    cbw_str(out, spec->provider);
    cbw_str(out, "date");
    cbw_tdate(out, spec->date);
    if (spec->issue_id != 0) {
        cbw_str(out, kind->issue_id);
        cbw_uint(out, spec->issue_id);
    }
    write_optional_date(out, "nextUpdate", spec->next_update);
    write_optional_date(out, "notAfter", spec->not_after);
    cbw_str(out, "certificateInfos");
    cbw_array(out, spec->items_n);
    for (size_t i = 0; i < spec->items_n; i++)
        write_item(out, kind, &spec->items[i]);
    if (kind->type != NULL) {
        cbw_str(out, "type");
        cbw_str(out, kind->type);
    }
}

static bool is_usable(const struct list_kind *kind, const struct trust_list_spec *spec)
{
    const struct public_key *certified = spec->chain_n > 0 ? x509_public_key(spec->chain[0]) : NULL;

    for (size_t i = 0; i < spec->items_n; i++)
        if (kind->has_doc_types && count(spec->items[i].doc_types) == 0)
            return false;
    return spec->provider != NULL && spec->provider[0] != '\0' && certified != NULL &&
           public_key_equal(certified, private_key_public(spec->signer)) &&
           (spec->next_update == 0 || spec->next_update > spec->date) &&
           (spec->not_after == 0 || spec->not_after > spec->date);
}

enum oc_err list_write(struct buf *out, const struct list_kind *kind,
                       const struct trust_list_spec *spec)
{
    struct buf payload;
    enum oc_err e;

    if (!is_usable(kind, spec))
        return OC_USAGE;
    buf_init(&payload, TRUST_LIST_BYTES_MAX);
    write_payload(&payload, kind, spec);
    if ((e = buf_err(&payload)) == OC_OK) {
        cose_sign1_write(out, &(struct cose_sign1_spec){
            .key = spec->signer, .payload = buf_view(&payload), .x5chain = spec->chain,
            .x5chain_n = spec->chain_n, .protect_x5chain = kind->protects_x5chain });
        e = buf_err(out);
    }
    buf_cleanup(&payload);
    return e;
}
