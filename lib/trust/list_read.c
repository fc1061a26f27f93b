#include <stdlib.h>

#include "core/array.h"
#include "trust/list_parts.h"

enum { TAG_BIGNUM = 2 };

/* An entry as it is written, before its certificate is looked at. */
struct info {
    struct bytes certificate, serial, ski;
    uint8_t small_serial[8];    /* what `serial` points to when it is no bignum */
    struct bytes *doc_types;
    size_t doc_types_n;
};

static struct bytes without_zeros(struct bytes number)
{
    while (number.n > 0 && number.p[0] == 0)
        number = (struct bytes){ number.p + 1, number.n - 1 };
    return number;
}

/* biguint = #6.2(bstr); a plain unsigned integer is the same number. */
static void read_serial(struct cbr *r, struct info *info)
{
    if (cbr_peek(r) == CBR_UINT) {
        uint64_t number = cbr_uint(r);

        for (size_t i = 0; i < sizeof info->small_serial; i++)
            info->small_serial[i] = (uint8_t)(number >> 8 * (sizeof info->small_serial - 1 - i));
        info->serial = without_zeros(BYTES_OF(info->small_serial));
    } else {
        cbr_tag_is(r, TAG_BIGNUM, "serialNumber is not an unsigned integer");
        info->serial = without_zeros(cbr_bstr(r));
    }
}

static void read_doc_types(struct cbr *r, struct info *info)
{
    size_t n = cbr_array(r);

    if (n == 0)
        cbr_fail(r, OC_SHAPE, "docType lists nothing");
    if (n > TRUST_LIST_DOC_TYPES_MAX)
        cbr_fail(r, OC_LIMIT, "docType lists too much");
    if (!cbr_ok(r))
        return;
    if (!array_extend((void **)&info->doc_types, 0, n, sizeof *info->doc_types)) {
        cbr_fail(r, OC_MEMORY, "out of memory");
        return;
    }
    while (info->doc_types_n < n && cbr_ok(r))
        info->doc_types[info->doc_types_n++] = cbr_tstr(r);
}

/* CertificateInfo: what names the certificate, and what we use of the rest. */
static void read_info(struct cbr *r, struct info *info, const struct list_kind *kind)
{
    enum { CERTIFICATE = 1, SERIAL = 2, SKI = 4, DOC_TYPES = 8 };
    unsigned all = CERTIFICATE | SERIAL | SKI | (kind->has_doc_types ? DOC_TYPES : 0);
    unsigned seen = 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "certificate")) {
            info->certificate = cbr_bstr(r);
            seen |= CERTIFICATE;
        } else if (bytes_is(k, "serialNumber")) {
            read_serial(r, info);
            seen |= SERIAL;
        } else if (bytes_is(k, "ski")) {
            info->ski = cbr_bstr(r);
            seen |= SKI;
        } else if (kind->has_doc_types && bytes_is(k, "docType")) {
            read_doc_types(r, info);
            seen |= DOC_TYPES;
        } else {
            cbr_skip(r);
        }
    }
    if (seen != all)
        cbr_fail(r, OC_SHAPE, "the entry has not all of certificate, serialNumber, ski and, in a "
                              "VICAL, docType");
}

/* An OCTET STRING in an OCTET STRING: the extension's value where its content should stand. */
static bool is_extension_of(struct bytes value, struct bytes ski)
{
    enum { OCTET_STRING = 4, HEADS_N = 4 };

    return value.n == ski.n + HEADS_N && ski.n < 0x7e && value.p[0] == OCTET_STRING &&
           value.p[1] == ski.n + 2 && value.p[2] == OCTET_STRING && value.p[3] == ski.n &&
           bytes_eq((struct bytes){ value.p + HEADS_N, ski.n }, ski);
}

/* NULL when the entry is fit to be believed. OC_MEMORY goes to *e. */
static const char *examine(struct trust_list_entry *entry, const struct info *info, enum oc_err *e)
{
    struct x509_facts facts;

    *e = x509_new(&entry->certificate, info->certificate);
    if (*e == OC_MEMORY)
        return "out of memory";
    if (*e != OC_OK) {
        *e = OC_OK;
        return "its certificate cannot be parsed";
    }
    x509_describe(entry->certificate, &facts);
    if (!bytes_eq(info->serial, without_zeros(facts.serial)) || !facts.serial_positive)
        return "its serialNumber is not the certificate's";
    entry->ski_is_extension = facts.has_ski && is_extension_of(info->ski, facts.ski);
    if (!facts.has_ski || !(bytes_eq(info->ski, facts.ski) || entry->ski_is_extension))
        return "its ski is not the certificate's subject key identifier";
    if (!facts.is_ca)
        return "its certificate is not a CA's";
    if (x509_public_key(entry->certificate) == NULL)
        return "its key is neither EC nor EdDSA on a curve we know";
    return NULL;
}

static enum oc_err skip_entry(struct trust_list *out, size_t index, const char *reason)
{
    if (!array_extend((void **)&out->skipped, out->skipped_n, 1, sizeof *out->skipped))
        return OC_MEMORY;
    out->skipped[out->skipped_n++] = (struct trust_list_skipped){ index, reason };
    return OC_OK;
}

static enum oc_err keep_entry(struct trust_list *out, const struct trust_list_entry *entry)
{
    if (!array_extend((void **)&out->entries, out->entries_n, 1, sizeof *out->entries))
        return OC_MEMORY;
    out->entries[out->entries_n++] = *entry;
    return OC_OK;
}

/* One entry to where it belongs. Its own reader keeps what is wrong with it to itself. */
static void read_entry(struct cbr *r, struct trust_list *out, size_t index,
                       const struct list_kind *kind)
{
    struct trust_list_entry entry = { .index = index };
    struct info info = { 0 };
    const char *reason = NULL;
    struct oc_fault fault = { 0 };
    struct cbr inner;
    enum oc_err e;

    cbr_init_inside(&inner, cbr_any(r), r);
    if (!cbr_ok(r))
        return;
    read_info(&inner, &info, kind);
    e = cbr_end(&inner, &fault);
    if (e == OC_OK)
        reason = examine(&entry, &info, &e);
    else if (e != OC_MEMORY) {
        reason = fault.reason;
        e = OC_OK;
    }
    entry.doc_types = info.doc_types;
    entry.doc_types_n = info.doc_types_n;
    if (e == OC_OK)
        e = reason != NULL ? skip_entry(out, index, reason) : keep_entry(out, &entry);
    if (e != OC_OK)
        cbr_fail(r, e, "out of memory");
    if (e != OC_OK || reason != NULL) {
        x509_free(&entry.certificate);
        free(entry.doc_types);
    }
}

static void read_type(struct cbr *r, const struct list_kind *kind)
{
    if (kind->type == NULL)
        cbr_skip(r);
    else if (!bytes_is(cbr_tstr(r), kind->type))
        cbr_fail(r, OC_SHAPE, "the list is of another type");
}

static void read_version(struct cbr *r)
{
    struct bytes version = cbr_tstr(r);

    if (version.n < 3 || version.p[0] != '1' || version.p[1] != '.')
        cbr_fail(r, OC_SHAPE, "the list is of another major version");
}

void list_payload_read(struct cbr *r, struct trust_list *out, const struct list_kind *kind)
{
    enum { VERSION = 1, PROVIDER = 2, DATE = 4, INFOS = 8, TYPE = 16, ALL = 31 };
    unsigned seen = kind->type == NULL ? TYPE : 0;

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (cbr_absent(r))
            continue;
        if (bytes_is(k, "version")) {
            read_version(r);
            seen |= VERSION;
        } else if (bytes_is(k, kind->provider)) {
            out->provider = cbr_tstr(r);
            seen |= PROVIDER;
        } else if (bytes_is(k, "date")) {
            out->date = cbr_tdate(r);
            seen |= DATE;
        } else if (bytes_is(k, kind->issue_id)) {
            out->issue_id = cbr_uint(r);
            out->has_issue_id = true;
        } else if (bytes_is(k, "nextUpdate")) {
            out->next_update = cbr_tdate(r);
            out->has_next_update = true;
        } else if (bytes_is(k, "notAfter")) {
            out->not_after = cbr_tdate(r);
            out->has_not_after = true;
        } else if (bytes_is(k, "type")) {
            read_type(r, kind);
            seen |= TYPE;
        } else if (bytes_is(k, "certificateInfos")) {
            size_t n = cbr_array(r);

            if (n > TRUST_LIST_ENTRIES_MAX)
                cbr_fail(r, OC_LIMIT, "the list has more entries than we accept");
            for (size_t i = 0; i < n && cbr_ok(r); i++)
                read_entry(r, out, i, kind);
            seen |= INFOS;
        } else {
            cbr_skip(r);        /* "Extensions" with a capital too, as in the field */
        }
    }
    if (seen != ALL)
        cbr_fail(r, OC_SHAPE, "the list is missing a member");
}
