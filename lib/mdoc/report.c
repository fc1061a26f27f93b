#include "mdoc/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define INSPECTION "ISO/IEC 18013-5, 12.8"

static const struct mdoc_check_info info[MDOC_CHECKS_N] = {
    [MDOC_CHECK_RESPONSE_VERSION] = { "response.version", "Version", "ISO/IEC 18013-5, 10.3" },
    [MDOC_CHECK_RESPONSE_STATUS] = { "response.status", "Status", "ISO/IEC 18013-5, 10.3" },
    [MDOC_CHECK_CLOCK] = { "trust.clock", "Clock not behind our lists", "owncard, trust offline" },
    [MDOC_CHECK_REQUEST_EXPIRY] =
        { "request.expiry", "Request still fresh", "owncard QR handover" },
    [MDOC_CHECK_RESPONSE_DECRYPTION] =
        { "response.decryption", "Encrypted to us", "ISO/IEC 18013-5 (2nd ed.), 12.6" },
    [MDOC_CHECK_RESPONSE_DOCUMENTS] =
        { "response.documents", "Documents present", "ISO/IEC 18013-5, 10.3" },
    [MDOC_CHECK_DOCUMENT_REQUESTED] =
        { "document.requested", "Document asked for", INSPECTION },
    [MDOC_CHECK_SIGNER_CHAIN] = { "signer.chain", "Chain to a trust anchor", INSPECTION ".1 (1)" },
    [MDOC_CHECK_SIGNER_COUNTRY] = { "signer.country", "Signer's country", INSPECTION ".1 (1)" },
    [MDOC_CHECK_SIGNER_PROFILE] =
        { "signer.profile", "Certificate profile", "ISO/IEC 18013-5, Annex B" },
    [MDOC_CHECK_SIGNER_REVOCATION] =
        { "signer.revocation", "Certificate not revoked", "ISO/IEC 18013-5, B.2; RFC 5280, 6.3" },
    [MDOC_CHECK_SIGNER_DOC_TYPE] =
        { "signer.doc_type", "Believed for this type", "ISO/IEC 18013-5, C.1.8" },
    [MDOC_CHECK_POLICY] = { "policy.allowed", "Allowed by policy", "owncard, policy file" },
    [MDOC_CHECK_ISSUER_ALGORITHM] =
        { "issuer.algorithm", "Algorithm bound to curve", "ISO/IEC 18013-5, 12.3; RFC 9053" },
    [MDOC_CHECK_ISSUER_SIGNATURE] =
        { "issuer.signature", "Issuer's signature", INSPECTION ".1 (2)" },
    [MDOC_CHECK_MSO_VERSION] = { "mso.version", "Version of the MSO", "ISO/IEC 18013-5, 12.3" },
    [MDOC_CHECK_DIGESTS] = { "mso.digests", "Digest of every element", INSPECTION ".1 (3)" },
    [MDOC_CHECK_DOC_TYPE] = { "mso.doc_type", "Document type signed", INSPECTION ".1 (4)" },
    [MDOC_CHECK_ISSUING_COUNTRY] =
        { "signer.issuing_country", "Issuing country is signer's",
          "ISO/IEC 18013-5, mDL elements, Table B.3" },
    [MDOC_CHECK_SIGNED_IN_SIGNER] =
        { "mso.signed", "Signed in the signer's time", INSPECTION ".1 (5)" },
    [MDOC_CHECK_VALIDITY] = { "mso.validity", "Validity of the card", INSPECTION ".1 (5)" },
    [MDOC_CHECK_SIGNER_END] =
        { "mso.signer_end", "Card ends before signer", INSPECTION ".1 (5)" },
    [MDOC_CHECK_STATUS] = { "mso.status", "Revocation", "ISO/IEC 18013-5 (2nd ed.), 12.3.6" },
    [MDOC_CHECK_DEVICE_AUTHORIZED] =
        { "device.authorized", "Device may sign elements", INSPECTION ".2 (1)" },
    [MDOC_CHECK_DEVICE_AUTH] =
        { "device.authentication", "Held by the right device", INSPECTION ".2 (2)" },
    [MDOC_CHECK_DUPLICATES] =
        { "elements.duplicates", "No element twice", "ISO/IEC 18013-5, 10.3" },
    [MDOC_CHECK_ELEMENTS] =
        { "elements.requested", "All that was asked for", "ISO/IEC 18013-5, 10.2, 13.4.6" },
};

/* Length of the character at the start of `s`, 0 when it is not UTF-8. */
static size_t character_n(const char *s)
{
    for (size_t n = 1; n <= 4 && s[n - 1] != '\0'; n++)
        if (bytes_are_utf8((struct bytes){ (const uint8_t *)s, n }))
            return n;
    return 0;
}

/* Text of a message may have been cut within a character; the rest of it becomes '?'. */
static void mend_utf8(char *s)
{
    if (bytes_are_utf8(bytes_str(s)))
        return;
    while (*s != '\0') {
        size_t n = character_n(s);

        if (n == 0)
            *s = '?';
        s += n == 0 ? 1 : n;
    }
}

static void not_reached(struct mdoc_check *checks, int from, int to, enum mdoc_language language)
{
    for (int i = from; i < to; i++) {
        checks[i].language = language;
        mdoc_check_moot(&checks[i], true, "not reached");
    }
}

void mdoc_report_init(struct mdoc_report *report, int64_t now, enum mdoc_language language)
{
    report->accepted = false;
    report->why = OC_BUG;
    report->now = now;
    report->language = language;
    report->documents_n = 0;
    report->fault = (struct oc_fault){ 0 };
    report->fault_is_inside = false;
    not_reached(report->checks, 0, MDOC_FIRST_DOCUMENT_CHECK, language);
}

struct mdoc_check *mdoc_report_add_document(struct mdoc_report *report, struct bytes doc_type)
{
    struct mdoc_document_report *doc = &report->documents[report->documents_n++];

    snprintf(doc->doc_type, sizeof doc->doc_type, "%.*s",
             (int)(doc_type.n < 95 ? doc_type.n : 95), (const char *)doc_type.p);
    mend_utf8(doc->doc_type);
    doc->has_status = false;
    not_reached(doc->checks, MDOC_FIRST_DOCUMENT_CHECK, MDOC_CHECKS_N, report->language);
    return doc->checks;
}

const struct mdoc_check_info *mdoc_check_info(enum mdoc_check_id id)
{
    return &info[id];
}

const char *mdoc_outcome_name(enum mdoc_outcome outcome)
{
    switch (outcome) {
    case MDOC_NOT_CHECKED: return "not_checked";
    case MDOC_PASS:        return "pass";
    case MDOC_FAIL:        return "fail";
    case MDOC_WARNING:     return "warning";
    }
    return "not_checked";
}

const struct mdoc_check *mdoc_report_first_block(const struct mdoc_report *report,
                                                 enum mdoc_check_id *id, int *document)
{
    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        int from = i < MDOC_FIRST_DOCUMENT_CHECK ? -1 : 0;
        int to = i < MDOC_FIRST_DOCUMENT_CHECK ? 0 : (int)report->documents_n;

        for (int doc = from; doc < to; doc++) {
            const struct mdoc_check *c =
                doc < 0 ? &report->checks[i] : &report->documents[doc].checks[i];

            if (!c->blocks)
                continue;
            if (id != NULL)
                *id = (enum mdoc_check_id)i;
            if (document != NULL)
                *document = doc;
            return c;
        }
    }
    return NULL;
}

const char *mdoc_check_words(const struct mdoc_check *c, const char *english)
{
    return mdoc_words(c->language, english);
}

__attribute__((format(printf, 5, 0)))
static void set(struct mdoc_check *c, enum mdoc_outcome outcome, bool blocks, enum oc_err why,
                const char *english, va_list args)
{
    size_t n = strlen(mdoc_words(c->language, english));

    c->outcome = outcome;
    c->blocks = blocks;
    c->remedy = MDOC_REMEDY_OWN;
    c->why = blocks ? why : OC_OK;
    if (strchr(english, '%') == NULL && n < sizeof c->detail) {
        memcpy(c->detail, mdoc_words(c->language, english), n + 1);  /* ours, as most are */
        return;
    }
    vsnprintf(c->detail, sizeof c->detail, mdoc_words(c->language, english), args);
    mend_utf8(c->detail);
}

void mdoc_check_pass(struct mdoc_check *c, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(c, MDOC_PASS, false, OC_OK, format, args);
    va_end(args);
}

void mdoc_check_fail(struct mdoc_check *c, enum oc_err why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(c, MDOC_FAIL, true, why, format, args);
    va_end(args);
}

void mdoc_check_warn(struct mdoc_check *c, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(c, MDOC_WARNING, false, OC_OK, format, args);
    va_end(args);
}

void mdoc_check_react(struct mdoc_check *c, enum mdoc_reaction reaction, const char *format, ...)
{
    bool blocks = reaction == MDOC_REFUSE;
    va_list args;

    va_start(args, format);
    set(c, blocks ? MDOC_FAIL : MDOC_WARNING, blocks, OC_REFUSED, format, args);
    va_end(args);
}

void mdoc_check_skip(struct mdoc_check *c, bool blocks, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(c, MDOC_NOT_CHECKED, blocks, OC_REFUSED, format, args);
    va_end(args);
}

void mdoc_check_moot(struct mdoc_check *c, bool blocks, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(c, MDOC_NOT_CHECKED, blocks, OC_REFUSED, format, args);
    va_end(args);
    c->remedy = MDOC_REMEDY_NONE;
}
