#include "trust/file.h"

#include <string.h>

#include "cose/sign1.h"
#include "crypto/x509_crl.h"
#include "trust/profile.h"
#include "trust/status_token.h"

const char *trust_file_word(enum trust_file_kind kind)
{
    switch (kind) {
    case TRUST_FILE_UNKNOWN:         return "no trust data";
    case TRUST_FILE_CERTIFICATE:     return "certificate";
    case TRUST_FILE_LINK:            return "link certificate";
    case TRUST_FILE_CRL:             return "revocation list";
    case TRUST_FILE_VICAL:           return "VICAL";
    case TRUST_FILE_RICAL:           return "RICAL";
    case TRUST_FILE_STATUS_LIST:     return "status list";
    case TRUST_FILE_IDENTIFIER_LIST: return "identifier list";
    }
    return "";
}

static bool look_at_certificate(struct trust_file *out, struct bytes src)
{
    bool is_der = src.n > 0 && src.p[0] == 0x30;
    struct x509_facts facts;
    struct x509_cert *cert;
    const char *why;

    if ((is_der ? x509_new(&cert, src) : x509_from_pem(&cert, src, 0)) != OC_OK)
        return false;
    x509_describe(cert, &facts);
    out->kind = trust_role_guess(&facts, &why) == TRUST_IACA_LINK ? TRUST_FILE_LINK
                                                                   : TRUST_FILE_CERTIFICATE;
    x509_free(&cert);
    return true;
}

/* One that x509_crl_new() refuses is a CRL all the same. */
static bool look_at_crl(struct trust_file *out, struct bytes src)
{
    struct x509_crl_facts facts;
    struct x509_crl *crl;
    enum oc_err e = x509_crl_new(&crl, src, NULL);

    if (e == OC_OK) {
        x509_crl_describe(crl, &facts);
        out->date = facts.this_update;
        out->has_date = true;
    }
    x509_crl_free(&crl);
    if (e != OC_OK && e != OC_REFUSED)
        return false;
    out->kind = TRUST_FILE_CRL;
    return true;
}

static enum trust_file_kind kind_by_type(struct bytes type)
{
    static const char prefix[] = "application/";
    const size_t n = sizeof prefix - 1;

    if (type.n > n && memcmp(type.p, prefix, n) == 0)
        type = (struct bytes){ type.p + n, type.n - n };
    if (bytes_is(type, "statuslist+cwt"))
        return TRUST_FILE_STATUS_LIST;
    return bytes_is(type, "identifierlist+cwt") ? TRUST_FILE_IDENTIFIER_LIST : TRUST_FILE_UNKNOWN;
}

/* A VICAL names its provider by a member of its own, a RICAL has a type. */
static void look_at_payload(struct trust_file *out, struct cbr *r)
{
    for (size_t pairs = cbr_map(r); pairs > 0 && cbr_ok(r); pairs--) {
        struct bytes k = cbr_key(r);

        if (bytes_is(k, "vicalProvider"))
            out->kind = TRUST_FILE_VICAL;
        else if (bytes_is(k, "type") && cbr_peek(r) == CBR_TSTR)
            out->kind = TRUST_FILE_RICAL;
        if (bytes_is(k, "date") && cbr_peek(r) == CBR_TAG) {
            out->date = cbr_tdate(r);
            out->has_date = true;
        } else {
            cbr_skip(r);
        }
    }
}

static void look_at_status(struct trust_file *out, struct bytes src)
{
    struct status_token token;

    if (status_token_read(&token, src, NULL) != OC_OK)
        return;
    out->date = token.issued_at;
    out->has_date = true;
}

static void look_at_cose(struct trust_file *out, struct bytes src)
{
    struct trust_file found = { .kind = TRUST_FILE_UNKNOWN };
    struct cose_sign1 message;
    struct cbr r, payload;

    cbr_init(&r, src);
    cose_sign1_read(&r, &message, COSE_EITHER);
    if (cbr_end(&r, NULL) != OC_OK)
        return;
    found.kind = kind_by_type(message.type);
    if (found.kind != TRUST_FILE_UNKNOWN) {
        look_at_status(&found, src);
    } else {
        cbr_init(&payload, message.payload);
        look_at_payload(&found, &payload);
        if (cbr_end(&payload, NULL) != OC_OK)
            return;
    }
    *out = found;
}

void trust_file_look(struct trust_file *out, struct bytes src)
{
    *out = (struct trust_file){ .kind = TRUST_FILE_UNKNOWN };
    if (!look_at_certificate(out, src) && !look_at_crl(out, src))
        look_at_cose(out, src);
}
