#include "mdoc/describe.h"

#include <string.h>

#include "codec/cbr.h"
#include "codec/cbw.h"
#include "codec/diag.h"
#include "cose/sign1.h"
#include "crypto/algorithm.h"
#include "mdoc/device_response.h"
#include "mdoc/issuer_signed.h"
#include "mdoc/parse.h"

enum { BSTR_SHOWN_MAX = 64, ITEMS_MAX = 1000, LABEL_ALG = 1 };

/* Which of the keys that tell messages apart a map has. */
struct traits {
    bool issuer_auth, doc_requests, version, status, documents, value_digests, kty, crv;
};

static struct traits read_traits(struct cbr *r)
{
    struct traits t = { 0 };

    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct cbr_label k = cbr_label(r);

        t.issuer_auth |= bytes_is(k.text, "issuerAuth");
        t.doc_requests |= bytes_is(k.text, "docRequests");
        t.version |= bytes_is(k.text, "version");
        t.status |= bytes_is(k.text, "status");
        t.documents |= bytes_is(k.text, "documents") || bytes_is(k.text, "encryptedDocuments");
        t.value_digests |= bytes_is(k.text, "valueDigests");
        t.kty |= k.is_int && k.i == 1;
        t.crv |= k.is_int && k.i == -1;
        cbr_skip(r);
    }
    return t;
}

static const char *map_name(struct cbr *r)
{
    struct traits t = read_traits(r);

    if (!cbr_ok(r))
        return "CBOR";
    if (t.issuer_auth)
        return "IssuerSigned";
    if (t.doc_requests)
        return "DeviceRequest";
    if (t.value_digests)
        return "MobileSecurityObject";
    if (t.version && (t.status || t.documents))
        return "DeviceResponse";
    return t.kty && t.crv ? "COSE_Key" : "CBOR";
}

/* Whether a protected header, the encoded map without its bstr, names HMAC 256/256. */
static bool names_hmac(struct bytes header)
{
    bool found = false;
    struct cbr r;

    cbr_init(&r, header);
    for (size_t pairs = cbr_map(&r); pairs > 0 && cbr_ok(&r); pairs--) {
        struct cbr_label k = cbr_label(&r);

        if (k.is_int && k.i == LABEL_ALG && cbr_peek(&r) == CBR_UINT)
            found |= cbr_uint(&r) == COSE_HMAC_256;
        else
            cbr_skip(&r);
    }
    return cbr_ok(&r) && found;
}

/* [ bstr, map, bstr / null, bstr ]: without a tag only the algorithm tells the two apart. */
static const char *cose_name(struct cbr r)
{
    uint64_t tag = cbr_peek(&r) == CBR_TAG ? cbr_tag(&r) : 0;
    bool is_mac;

    if (tag != 0 && tag != CBOR_TAG_SIGN1 && tag != CBOR_TAG_MAC0)
        return NULL;
    if (cbr_peek(&r) != CBR_ARRAY || cbr_array(&r) != 4 || cbr_peek(&r) != CBR_BSTR)
        return NULL;
    is_mac = names_hmac(cbr_bstr(&r)) || tag == CBOR_TAG_MAC0;
    if (cbr_peek(&r) != CBR_MAP)
        return NULL;
    cbr_skip(&r);
    if (cbr_peek(&r) != CBR_BSTR && cbr_peek(&r) != CBR_NULL)
        return NULL;
    cbr_skip(&r);
    if (cbr_peek(&r) != CBR_BSTR)
        return NULL;
    return is_mac ? "COSE_Mac0" : "COSE_Sign1";
}

/* [ #6.24(bstr) / null, #6.24(bstr) / null, Handover ]; a handover may be anything. */
static bool looks_like_transcript(struct cbr r)
{
    if (cbr_array(&r) != 3)
        return false;
    for (int i = 0; i < 2; i++) {
        if (cbr_peek(&r) != CBR_TAG && cbr_peek(&r) != CBR_NULL)
            return false;
        cbr_skip(&r);
    }
    return cbr_ok(&r);
}

static const char *array_name(struct cbr r)
{
    struct cbr inside = r;
    size_t n = cbr_array(&inside);

    if (n == 8 && cbr_peek(&inside) == CBR_TSTR && bytes_is(cbr_tstr(&inside), "OwncardVault"))
        return "SealedVault";
    const char *name = cose_name(r);

    if (name != NULL)
        return name;
    name = n > 0 ? cose_name(inside) : NULL;
    if (name != NULL && strcmp(name, "COSE_Sign1") == 0)
        return "KeyProofs";
    return looks_like_transcript(r) ? "SessionTranscript" : "CBOR";
}

const char *mdoc_message_name(struct bytes cbor)
{
    struct cbr r, embedded;
    const char *name;

    cbr_init(&r, cbor);
    switch (cbr_peek(&r)) {
    case CBR_MAP:
        return map_name(&r);
    case CBR_ARRAY:
        return array_name(r);
    case CBR_TAG:
        if ((name = cose_name(r)) != NULL)
            return name;
        mdoc_parse_embedded(&embedded, &r, NULL);
        if (cbr_peek(&embedded) == CBR_ARRAY && looks_like_transcript(embedded))
            return "SessionTranscript";
        return cbr_peek(&embedded) == CBR_MAP ? map_name(&embedded) : "CBOR";
    case CBR_UINT: case CBR_NINT: case CBR_BSTR: case CBR_TSTR: case CBR_BOOL:
    case CBR_NULL: case CBR_UNDEFINED: case CBR_FLOAT: case CBR_NONE:
        break;
    }
    return "CBOR";
}

/* A payload under its heading; one that is not CBOR stays as it was shown, a byte string. */
static void add_payload(struct buf *out, const char *heading, size_t number, struct bytes payload)
{
    size_t start = out->n;

    buf_printf(out, "%s %zu:\n", heading, number);
    if (diag_write(out, payload, BSTR_SHOWN_MAX, NULL) == OC_OK)
        buf_add_byte(out, '\n');
    else if (buf_err(out) == OC_OK)
        buf_truncate(out, start);
}

/* What the COSE_Sign1 in a message of ours sign; nothing when it is not quite such a message. */
static void add_payloads(struct buf *out, const char *name, struct bytes cbor)
{
    static const char mso[] = "MobileSecurityObject of document";
    struct mdoc_issuer_signed card = { 0 };
    struct mdoc_device_response response = { 0 };
    struct cose_sign1 proof;
    struct cbr r;

    if (strcmp(name, "IssuerSigned") == 0 && mdoc_issuer_signed_init(&card, cbor, NULL) == OC_OK)
        add_payload(out, mso, 1, card.auth.payload);
    if (strcmp(name, "DeviceResponse") == 0 &&
        mdoc_device_response_init(&response, cbor, NULL) == OC_OK)
        for (size_t i = 0; i < response.documents_n; i++)
            add_payload(out, mso, i + 1, response.documents[i].issuer_signed.auth.payload);
    if (strcmp(name, "KeyProofs") == 0) {
        cbr_init(&r, cbor);
        for (size_t i = 0, n = cbr_array(&r); i < n; i++) {
            cose_sign1_read(&r, &proof, COSE_UNTAGGED);
            if (!cbr_ok(&r))
                break;
            add_payload(out, "payload of proof", i + 1, proof.payload);
        }
    }
    mdoc_device_response_cleanup(&response);
    mdoc_issuer_signed_cleanup(&card);
}

/* Text that has no room left ends with a word that says so. */
static void add_cut(struct buf *out)
{
    static const char cut[] = "\n(the rest is not shown)\n";
    size_t room = sizeof cut - 1;

    buf_truncate(out, out->max - room < out->n ? out->max - room : out->n);
    buf_add_str(out, cut);
}

enum oc_err mdoc_describe(struct buf *out, struct bytes src, struct oc_fault *fault)
{
    size_t at = 0, items = 0, n;
    enum oc_err e;

    do {
        struct bytes rest = { src.p + at, src.n - at };
        const char *name;

        if (items++ == ITEMS_MAX) {
            add_cut(out);
            return buf_err(out);
        }
        if (rest.n > MDOC_BYTES_MAX)
            rest.n = MDOC_BYTES_MAX;
        e = cbr_item_length(rest, &n, fault);
        if (e == OC_TRUNCATED && rest.n < src.n - at)
            e = OC_LIMIT;       /* it goes on beyond what a message may have */
        if (e != OC_OK)
            break;
        rest.n = n;
        name = mdoc_message_name(rest);
        buf_printf(out, "%s, %zu bytes\n", name, n);
        if ((e = diag_write(out, rest, BSTR_SHOWN_MAX, fault)) != OC_OK)
            break;
        buf_add_byte(out, '\n');
        add_payloads(out, name, rest);
        at += n;
    } while (at < src.n && buf_err(out) == OC_OK);
    if (buf_err(out) == OC_LIMIT) {
        add_cut(out);
        return buf_err(out);
    }
    if (e != OC_OK && fault != NULL)
        fault->offset += at;
    return e != OC_OK ? e : buf_err(out);
}
