#include "cose/parts.h"

#include <limits.h>

#include "codec/cbw.h"

enum { LABELS_MAX = 32 };       /* in one header */

/* Labels of the protected header, to find one that stands in both. */
struct labels {
    struct cbr_label label[LABELS_MAX];
    size_t n;
};

static bool label_is(const struct cbr_label *label, int64_t i)
{
    return label->is_int && label->i == i;
}

static bool labels_have(const struct labels *labels, const struct cbr_label *label)
{
    for (size_t i = 0; i < labels->n; i++) {
        const struct cbr_label *other = &labels->label[i];

        if (label->is_int ? label_is(other, label->i)
                          : !other->is_int && bytes_eq(other->text, label->text))
            return true;
    }
    return false;
}

static void read_alg(struct cbr *r, struct cose_parts *parts)
{
    enum cbr_kind kind = cbr_peek(r);
    int64_t alg = 0;

    if (kind == CBR_UINT || kind == CBR_NINT)
        alg = cbr_int(r);
    if (alg == COSE_ALG_NONE || alg < INT_MIN || alg > INT_MAX)
        cbr_fail(r, OC_SHAPE, "an algorithm that is not one of the numbers we know");
    else
        parts->alg = (int)alg;
}

/* crit = [ + label ]: what the writer insists that we understand. */
static void read_crit(struct cbr *r)
{
    size_t n = cbr_array(r);

    if (n == 0)
        cbr_fail(r, OC_SHAPE, "crit names nothing");
    for (; n > 0 && cbr_ok(r); n--) {
        struct cbr_label label = cbr_label(r);

        if (!label_is(&label, COSE_LABEL_ALG) && !label_is(&label, COSE_LABEL_X5CHAIN))
            cbr_fail(r, OC_SHAPE, "crit names a parameter we do not know");
    }
}

/* typ = tstr / uint   (RFC 9596); the numbers stand for types that none of our messages has. */
static void read_type(struct cbr *r, struct cose_parts *parts)
{
    if (cbr_peek(r) == CBR_UINT)
        cbr_skip(r);
    else
        parts->type = cbr_tstr(r);
}

/* COSE_X509 = bstr / [ 2*certs: bstr ]   (RFC 9360); one alone in an array is in the field. */
static void read_x5chain(struct cbr *r, struct cose_parts *parts)
{
    size_t n = cbr_peek(r) == CBR_ARRAY ? cbr_array(r) : 1;

    if (n == 0)
        cbr_fail(r, OC_SHAPE, "x5chain holds no certificate");
    if (n > X509_CHAIN_MAX)
        cbr_fail(r, OC_LIMIT, "x5chain holds too many certificates");
    for (; n > 0 && cbr_ok(r); n--) {
        struct bytes der = cbr_bstr(r);

        if (der.n > X509_DER_MAX)
            cbr_fail(r, OC_LIMIT, "a certificate in x5chain is too long");
        else
            parts->x5chain[parts->x5chain_n++] = der;
    }
}

static size_t header_map(struct cbr *r)
{
    size_t pairs = cbr_map(r);

    if (pairs > LABELS_MAX)
        cbr_fail(r, OC_LIMIT, "too many header parameters");
    return pairs;
}

static void read_protected(struct cbr *outer, struct cose_parts *parts, struct labels *labels)
{
    struct cbr inner, *r = &inner;

    parts->protected_header = cbr_bstr(outer);
    if (!cbr_ok(outer) || parts->protected_header.n == 0)
        return;                 /* no parameters: RFC 9052, section 3 */
    cbr_init_inside(r, parts->protected_header, outer);
    for (size_t pairs = header_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label label = cbr_label(r);

        if (cbr_absent(r))
            continue;
        labels->label[labels->n++] = label;
        if (label_is(&label, COSE_LABEL_ALG))
            read_alg(r, parts);
        else if (label_is(&label, COSE_LABEL_CRIT))
            read_crit(r);
        else if (label_is(&label, COSE_LABEL_TYPE))
            read_type(r, parts);
        else if (label_is(&label, COSE_LABEL_X5CHAIN))
            read_x5chain(r, parts);
        else
            cbr_skip(r);
    }
    parts->x5chain_is_protected = parts->x5chain_n > 0;
    cbr_adopt(outer, r);
}

static void read_unprotected(struct cbr *r, struct cose_parts *parts, const struct labels *labels)
{
    for (size_t pairs = header_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label label = cbr_label(r);

        if (cbr_absent(r))
            continue;
        if (labels_have(labels, &label))
            cbr_fail(r, OC_SHAPE, "a header parameter both protected and not");
        else if (label_is(&label, COSE_LABEL_ALG) || label_is(&label, COSE_LABEL_CRIT))
            cbr_fail(r, OC_SHAPE, "a header parameter that is not protected but must be");
        else if (label_is(&label, COSE_LABEL_X5CHAIN))
            read_x5chain(r, parts);
        else
            cbr_skip(r);
    }
}

void cose_parts_read(struct cbr *r, struct cose_parts *out, uint64_t tag,
                     enum cose_tagging tagging)
{
    struct cose_parts parts = { .alg = COSE_ALG_NONE };
    struct labels labels;

    labels.n = 0;
    if (tagging == COSE_TAGGED || (tagging == COSE_EITHER && cbr_peek(r) == CBR_TAG))
        cbr_tag_is(r, tag, "another tag than this COSE message has");
    cbr_array_of(r, 4, "a COSE message is an array of four");
    read_protected(r, &parts, &labels);
    read_unprotected(r, &parts, &labels);
    if (cbr_absent(r))
        parts.is_detached = true;
    else
        parts.payload = cbr_bstr(r);
    parts.proof = cbr_bstr(r);
    if (cbr_ok(r))
        *out = parts;
    else
        *out = (struct cose_parts){ 0 };
}

void cose_protected_write(struct buf *out, int alg)
{
    cbw_map(out, 1);
    cbw_int(out, COSE_LABEL_ALG);
    cbw_int(out, alg);
}

enum oc_err cose_structure(struct buf *before, struct bytes parts[2], const char *context,
                           struct bytes protected_header, struct bytes external_aad,
                           struct bytes payload)
{
    enum { HEADS_MAX = 64 };    /* the array, the context, and heads of three byte strings */

    buf_init(before, HEADS_MAX + protected_header.n + external_aad.n);
    buf_reserve(before, before->max);
    cbw_array(before, 4);
    cbw_str(before, context);
    cbw_bstr(before, protected_header);
    cbw_bstr(before, external_aad);
    cbw_bstr_head(before, payload.n);
    parts[0] = buf_view(before);
    parts[1] = payload;
    return buf_err(before);
}
