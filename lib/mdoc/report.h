/*
 * What a verification looked at and what came out, check by check, in the order of the
 * inspection procedure (ISO/IEC 18013-5, 12.8). A check that was not made never shows as passed.
 */
#ifndef OWNCARD_MDOC_REPORT_H
#define OWNCARD_MDOC_REPORT_H

#include "core/bytes.h"
#include "core/err.h"
#include "mdoc/limits.h"
#include "mdoc/policy.h"
#include "mdoc/words.h"
#include "trust/status_lists.h"

enum mdoc_check_id {
    /* of the response */
    MDOC_CHECK_RESPONSE_VERSION,
    MDOC_CHECK_RESPONSE_STATUS,
    MDOC_CHECK_CLOCK,
    MDOC_CHECK_REQUEST_EXPIRY,
    MDOC_CHECK_RESPONSE_DECRYPTION,
    MDOC_CHECK_RESPONSE_DOCUMENTS,
    /* of each document */
    MDOC_CHECK_DOCUMENT_REQUESTED,
    MDOC_CHECK_SIGNER_CHAIN,
    MDOC_CHECK_SIGNER_COUNTRY,
    MDOC_CHECK_SIGNER_PROFILE,
    MDOC_CHECK_SIGNER_REVOCATION,
    MDOC_CHECK_SIGNER_DOC_TYPE,
    MDOC_CHECK_POLICY,
    MDOC_CHECK_ISSUER_ALGORITHM,
    MDOC_CHECK_ISSUER_SIGNATURE,
    MDOC_CHECK_MSO_VERSION,
    MDOC_CHECK_DIGESTS,
    MDOC_CHECK_DOC_TYPE,
    MDOC_CHECK_ISSUING_COUNTRY,
    MDOC_CHECK_SIGNED_IN_SIGNER,
    MDOC_CHECK_VALIDITY,
    MDOC_CHECK_SIGNER_END,
    MDOC_CHECK_STATUS,
    MDOC_CHECK_DEVICE_AUTHORIZED,
    MDOC_CHECK_DEVICE_AUTH,
    MDOC_CHECK_DUPLICATES,
    MDOC_CHECK_ELEMENTS,
    MDOC_CHECKS_N,
    MDOC_FIRST_DOCUMENT_CHECK = MDOC_CHECK_DOCUMENT_REQUESTED,
};

enum mdoc_outcome {
    MDOC_NOT_CHECKED,   /* the detail says why */
    MDOC_PASS,
    MDOC_FAIL,
    MDOC_WARNING,       /* reported, and accepted by rule or by an explicit option */
};

/** What would turn an outcome other than pass. */
enum mdoc_remedy {
    MDOC_REMEDY_OWN,        /* what this check is about */
    MDOC_REMEDY_NONE,       /* nothing here: another check stands in the way, or there is nothing
                               to check */
    MDOC_REMEDY_LIST,       /* a list that is not held, or a newer one */
    MDOC_REMEDY_POLICY,     /* only another policy */
};

struct mdoc_check {
    enum mdoc_outcome outcome;
    bool blocks;            /* keeps the response from being accepted */
    enum mdoc_remedy remedy;
    enum mdoc_language language;    /* of the detail */
    enum oc_err why;        /* the kind of refusal, when it blocks */
    char detail[224];       /* UTF-8, may quote the message: escape before printing; "" for none */
};

struct mdoc_document_report {
    char doc_type[96];      /* UTF-8, cut to fit; may be anything: escape before printing */
    struct mdoc_check checks[MDOC_CHECKS_N];    /* from MDOC_FIRST_DOCUMENT_CHECK on */
    bool has_status;                /* the card names a status that was looked up, with this answer */
    struct trust_status status;     /* its reason is static; meaningless without has_status */
};

struct mdoc_report {
    bool accepted;
    enum oc_err why;        /* of the first blocking check; OC_OK when accepted */
    int64_t now;            /* the moment verified at */
    enum mdoc_language language;    /* of every detail */
    struct mdoc_check checks[MDOC_FIRST_DOCUMENT_CHECK];
    size_t documents_n;
    struct mdoc_document_report documents[MDOC_DOCUMENTS_MAX];  /* those from documents_n on hold
                                                                   nothing, not even zeros */
    struct oc_fault fault;  /* when the bytes were no such message */
    bool fault_is_inside;   /* the fault counts from the start of the decrypted documents */
};

struct mdoc_check_info {
    const char *id;         /* stable, for programs: "issuer.signature" */
    const char *title;      /* for people: "Issuer's signature"; in English, for mdoc_words() */
    const char *source;     /* "ISO/IEC 18013-5, 12.8.1" */
};

/** No documents, and every check "not reached" and blocking, so that one that is forgotten keeps
 *  the door shut. */
void mdoc_report_init(struct mdoc_report *report, int64_t now, enum mdoc_language language);
/** The same for the document at report->documents_n, which is counted; its checks. */
struct mdoc_check *mdoc_report_add_document(struct mdoc_report *report, struct bytes doc_type);

/** What a check is called; never NULL for ids below MDOC_CHECKS_N. Static. */
const struct mdoc_check_info *mdoc_check_info(enum mdoc_check_id id);

/** "pass", "fail", "warning", "not_checked". Static. */
const char *mdoc_outcome_name(enum mdoc_outcome outcome);

/** The first check that keeps the response from being accepted, and its document's index (or -1
 *  for a check of the response); NULL when accepted. `id` and `document` are optional. */
const struct mdoc_check *mdoc_report_first_block(const struct mdoc_report *report,
                                                 enum mdoc_check_id *id, int *document);

/* For those who make checks: set an outcome once. `why` matters when it blocks. The format is
 * English, and what is written is that of mdoc_words() in the language of the report. */
void mdoc_check_pass(struct mdoc_check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mdoc_check_fail(struct mdoc_check *c, enum oc_err why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void mdoc_check_warn(struct mdoc_check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/** A failure that refuses (OC_REFUSED), or a warning. */
void mdoc_check_react(struct mdoc_check *c, enum mdoc_reaction reaction, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Not made; `blocks` when acceptance needs it. */
void mdoc_check_skip(struct mdoc_check *c, bool blocks, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** The same with MDOC_REMEDY_NONE. */
void mdoc_check_moot(struct mdoc_check *c, bool blocks, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** A phrase of ours for an argument of the above, in the language of the report. */
const char *mdoc_check_words(const struct mdoc_check *c, const char *english)
    __attribute__((format_arg(2)));

#endif
