/* Taking a response apart, and putting it together again with one thing changed. */
#include "holder/defects/response.h"

#include <string.h>

#include "codec/cbw.h"
#include "cose/mac0.h"
#include "crypto/hash.h"
#include "crypto/hpke.h"
#include "mdoc/auth.h"
#include "wrong/cose.h"
#include "wrong/patch.h"

enum { LABEL_ALG = 1 };         /* IANA "COSE Header Parameters" */

#define ISSUER_SPACES "issuerSigned/nameSpaces"

void wrong_response_fail(struct wrong_response *r, enum oc_err e, const char *reason)
{
    if (r->err != OC_OK)
        return;
    r->err = e;
    r->reason = reason;
}

static const struct mdoc_issuer_signed *shown(const struct wrong_response *r)
{
    return &r->right.documents[0].issuer_signed;
}

const struct mdoc_item *wrong_response_item(const struct wrong_response *r, size_t i)
{
    const struct mdoc_item_space *space = &shown(r)->spaces[0];

    return i < space->n ? &shown(r)->items[space->first + i] : NULL;
}

static void remove_space(struct wrong_response *r, const char *path)
{
    patch_remove(&r->document, shown(r)->spaces_n > 1 ? path : ISSUER_SPACES);
}

void wrong_response_items(struct wrong_response *r, size_t i, struct bytes with,
                          struct bytes more)
{
    const struct mdoc_item_space *space = &shown(r)->spaces[0];
    size_t n = space->n - (with.n == 0) + (more.n > 0);
    char path[PATCH_PATH_N] = ISSUER_SPACES;
    struct buf items;

    if (!patch_enter(path, space->name)) {
        wrong_response_fail(r, OC_USAGE, "the namespace's name is too long, or has a slash");
        return;
    }
    if (n == 0) {
        remove_space(r, path);
        return;
    }
    buf_init(&items, MDOC_BYTES_MAX);
    cbw_array(&items, n);
    for (size_t j = 0; j < space->n; j++)
        cbw_raw(&items, j == i ? with : wrong_response_item(r, j)->tagged);
    cbw_raw(&items, more);
    patch_move(&r->document, path, &items);
}

void wrong_response_authenticate(struct wrong_response *r, struct bytes transcript,
                                 struct bytes doc_type, struct bytes spaces)
{
    struct buf tagged;

    buf_init(&tagged, MDOC_BYTES_MAX);
    cbw_embedded(&tagged, spaces);
    buf_truncate(&r->authentication, 0);
    buf_fail(&r->authentication, buf_err(&tagged));
    mdoc_device_authentication(&r->authentication, transcript, doc_type, buf_view(&tagged));
    buf_cleanup(&tagged);
}

const char *wrong_response_proof_name(const struct wrong_response *r)
{
    return r->showing->reader_key != NULL ? "deviceMac" : "deviceSignature";
}

void wrong_response_plain(struct buf *out, struct bytes content)
{
    struct cbr r;
    size_t pairs;

    cbr_init(&r, content);
    pairs = cbr_map(&r);
    cbw_map(out, pairs + 2);
    cbw_str(out, "version");
    cbw_str(out, "1.0");
    cbw_raw(out, (struct bytes){ content.p + r.at, content.n - r.at });
    cbw_str(out, "status");
    cbw_uint(out, 0);
}

void wrong_response_sealed(struct buf *out, struct bytes encrypted, size_t n)
{
    struct buf content;

    buf_init(&content, MDOC_BYTES_MAX);
    cbw_map(&content, 1);
    cbw_str(&content, "encryptedDocuments");
    cbw_array(&content, n);
    cbw_raw(&content, encrypted);
    buf_fail(out, buf_err(&content));
    wrong_response_plain(out, buf_view(&content));
    buf_cleanup(&content);
}

/* All buffers one after the other; NULL after the last. */
static struct buf *piece(struct wrong_response *r, size_t i)
{
    struct buf *const pieces[] = {
        &r->whole, &r->document, &r->spaces, &r->authentication, &r->protected_header,
        &r->unprotected_header, &r->proof, &r->documents, &r->content, &r->encrypted, &r->response,
    };

    return i < sizeof pieces / sizeof pieces[0] ? pieces[i] : NULL;
}

static void init(struct wrong_response *r, const struct flaw_showing *showing)
{
    struct buf *b;

    *r = (struct wrong_response){ .showing = showing, .key = showing->device_key,
                                  .info = showing->transcript };
    for (size_t i = 0; (b = piece(r, i)) != NULL; i++)
        buf_init(b, MDOC_BYTES_MAX);
}

static void cleanup(struct wrong_response *r)
{
    struct buf *b;

    mdoc_device_response_cleanup(&r->right);
    for (size_t i = 0; (b = piece(r, i)) != NULL; i++)
        buf_cleanup(b);
    private_key_free(&r->own_key);
    private_key_free(&r->own_recipient);
    secret_free(&r->mac_key);
}

static void take_apart(struct wrong_response *r)
{
    struct bytes all = r->showing->documents;
    size_t n = 0;
    enum oc_err e;

    mdoc_device_response_write(&r->whole, all, r->showing->documents_n);
    if ((e = buf_err(&r->whole)) == OC_OK &&
        (e = mdoc_device_response_init(&r->right, buf_view(&r->whole), NULL)) == OC_OK &&
        shown(r)->spaces_n == 0)
        e = OC_BUG;
    if (e == OC_OK)
        e = cbr_item_length(all, &n, NULL);
    if (e != OC_OK) {
        wrong_response_fail(r, e, NULL);
        return;
    }
    buf_add(&r->document, (struct bytes){ all.p, n });
    r->others = (struct bytes){ all.p + n, all.n - n };
    cbw_map(&r->spaces, 0);
}

/* What stands in the document by now. */
static struct bytes doc_type(const struct wrong_response *r)
{
    struct cbr text;

    cbr_init(&text, patch_get(buf_view(&r->document), "docType"));
    return cbr_tstr(&text);
}

static void authenticate(struct wrong_response *r)
{
    bool is_mac = r->showing->reader_key != NULL;
    enum oc_err e = OC_OK;

    wrong_response_authenticate(r, r->showing->transcript, doc_type(r), buf_view(&r->spaces));
    cbw_map(&r->protected_header, 1);
    cbw_int(&r->protected_header, LABEL_ALG);
    cbw_int(&r->protected_header,
            is_mac ? COSE_HMAC_256 : curve_info(private_key_curve(r->key))->alg);
    cbw_map(&r->unprotected_header, 0);
    if (is_mac)
        e = mdoc_emac_key(&r->mac_key, r->key, r->showing->reader_key, r->showing->transcript);
    if (e != OC_OK)
        wrong_response_fail(r, e, NULL);
}

static void prove(struct wrong_response *r)
{
    bool is_mac = r->showing->reader_key != NULL;
    uint8_t tag[DIGEST_MAX];
    struct buf structure;
    enum oc_err e;

    buf_init(&structure, MDOC_SIGNED_MAX);
    wrong_structure(&structure, is_mac ? "MAC0" : "Signature1", buf_view(&r->protected_header),
                    buf_view(&r->authentication));
    if ((e = buf_err(&structure)) == OC_OK && is_mac)
        e = hmac_sha256(secret_view(r->mac_key), buf_view(&structure), tag);
    else if (e == OC_OK)
        e = key_sign(&r->proof, r->key, buf_view(&structure));
    if (e != OC_OK)
        wrong_response_fail(r, e, NULL);
    else if (is_mac)
        buf_add(&r->proof, (struct bytes){ tag, digest_size(DIGEST_SHA256) });
    buf_cleanup(&structure);
}

/* DeviceSigned, with the order of members that the library writes. */
static void close_document(struct wrong_response *r)
{
    struct buf device;

    buf_init(&device, MDOC_BYTES_MAX);
    cbw_map(&device, 2);
    cbw_str(&device, "nameSpaces");
    cbw_embedded(&device, buf_view(&r->spaces));
    cbw_str(&device, "deviceAuth");
    cbw_map(&device, 1);
    cbw_str(&device, wrong_response_proof_name(r));
    cbw_array(&device, 4);
    cbw_bstr(&device, buf_view(&r->protected_header));
    cbw_raw(&device, buf_view(&r->unprotected_header));
    if (r->is_attached)
        cbw_bstr(&device, buf_view(&r->authentication));
    else
        cbw_null(&device);
    cbw_bstr(&device, buf_view(&r->proof));
    patch_move(&r->document, "deviceSigned", &device);
}

static void collect(struct wrong_response *r)
{
    buf_add(&r->documents, buf_view(&r->document));
    buf_add(&r->documents, r->others);
    r->documents_n = r->showing->documents_n;
}

static void wrap(struct wrong_response *r)
{
    cbw_map(&r->content, r->documents_n > 0);
    if (r->documents_n > 0) {
        cbw_str(&r->content, "documents");
        cbw_array(&r->content, r->documents_n);
        cbw_raw(&r->content, buf_view(&r->documents));
    }
    if (r->showing->encryption != NULL)
        r->recipient = r->showing->encryption->recipient;
}

static void encrypt(struct wrong_response *r)
{
    uint8_t enc[HPKE_ENC_N];
    struct buf sealed;
    enum oc_err e;

    if (r->showing->encryption == NULL)
        return;
    buf_init(&sealed, MDOC_BYTES_MAX);
    e = hpke_seal(enc, &sealed, r->recipient, r->info, (struct bytes){ 0 },
                  buf_view(&r->content));
    if (e == OC_OK) {
        cbw_map(&r->encrypted, 3);
        cbw_str(&r->encrypted, "enc");
        cbw_bstr(&r->encrypted, BYTES_OF(enc));
        cbw_str(&r->encrypted, "cipherText");
        cbw_bstr(&r->encrypted, buf_view(&sealed));
        cbw_str(&r->encrypted, "docRequestID");
        cbw_uint(&r->encrypted, r->showing->doc_request);
    } else {
        wrong_response_fail(r, e, NULL);
    }
    buf_cleanup(&sealed);
}

static void close_response(struct wrong_response *r)
{
    if (r->showing->encryption == NULL)
        wrong_response_plain(&r->response, buf_view(&r->content));
    else
        wrong_response_sealed(&r->response, buf_view(&r->encrypted), 1);
}

/* The first failure of all pieces. */
static enum oc_err response_err(struct wrong_response *r)
{
    enum oc_err e = r->err;
    const struct buf *b;

    for (size_t i = 0; (b = piece(r, i)) != NULL && e == OC_OK; i++)
        e = buf_err(b);
    return e;
}

/* Each stage in its turn; the flaw comes in at its own. */
static void build(struct wrong_response *r, const struct flaw *flaw)
{
    static void (*const stages[])(struct wrong_response *r) = {
        [FLAW_ELEMENTS] = take_apart, [FLAW_AUTHENTICATION] = authenticate, [FLAW_PROOF] = prove,
        [FLAW_DOCUMENT] = close_document, [FLAW_DOCUMENTS] = collect, [FLAW_CONTENT] = wrap,
        [FLAW_ENCRYPTED] = encrypt, [FLAW_RESPONSE] = close_response,
    };

    for (int i = FLAW_ELEMENTS; i <= FLAW_RESPONSE && response_err(r) == OC_OK; i++) {
        stages[i](r);
        if (response_err(r) == OC_OK && (enum flaw_stage)i == flaw->stage)
            flaw->make(r, flaw);
    }
}

/* Why this showing cannot have it; NULL: it can. */
static const char *unmet(const struct flaw *flaw, const struct flaw_showing *showing)
{
    switch (flaw->need) {
    case FLAW_ANY:
        return NULL;
    case FLAW_SIGNED:
        return showing->reader_key == NULL ? NULL : "this defect is one of device signatures; leave --reader-key out";
    case FLAW_MACED:
        return showing->reader_key != NULL ? NULL : "this defect is one of device MACs; give --transcript and --reader-key";
    case FLAW_SEALED:
        return showing->encryption != NULL ? NULL : "this defect is one of encrypted responses; leave --transcript out";
    }
    return NULL;
}

enum oc_err flaw_write(struct buf *out, const struct flaw *flaw,
                       const struct flaw_showing *showing, const char **reason)
{
    size_t start = out->n;
    struct wrong_response r;
    const char *why = unmet(flaw, showing);
    enum oc_err e;

    init(&r, showing);
    if (why != NULL)
        wrong_response_fail(&r, OC_USAGE, why);
    build(&r, flaw);
    if ((e = response_err(&r)) == OC_OK) {
        buf_add(out, buf_view(&r.response));
        e = buf_err(out);
    }
    if (e != OC_OK)
        buf_truncate(out, start);
    if (reason != NULL)
        *reason = r.reason;
    cleanup(&r);
    return e;
}
