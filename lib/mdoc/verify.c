#include "mdoc/verify.h"

#include <stdint.h>
#include <stdlib.h>

#include "codec/cbr.h"
#include "core/date.h"
#include "mdoc/encryption.h"
#include "mdoc/inspect.h"
#include "mdoc/transcript.h"
#include "mdoc/version.h"

/* Claims own the bytes that their views point into. */
struct claim_set {
    struct buf message;             /* as received */
    struct buf plain;               /* decrypted, when it was encrypted */
    struct mdoc_device_response response;
    struct mdoc_card *cards;        /* owned, one for each document once all are inspected */
    struct mdoc_element **elements; /* owned; what cards[].elements shows */
    size_t cards_n;
};

struct mdoc_claims { struct claim_set set; };
struct mdoc_issuer_claims { struct claim_set set; };

static void claim_set_cleanup(struct claim_set *set)
{
    for (size_t i = 0; i < set->cards_n; i++)
        free(set->elements[i]);
    free(set->elements);
    free(set->cards);
    mdoc_device_response_cleanup(&set->response);
    buf_cleanup(&set->plain);
    buf_cleanup(&set->message);
}

static void check_header(struct mdoc_report *report, const struct mdoc_device_response *p)
{
    struct mdoc_check *version = &report->checks[MDOC_CHECK_RESPONSE_VERSION];
    struct mdoc_check *status = &report->checks[MDOC_CHECK_RESPONSE_STATUS];

    if (mdoc_version_is_1(p->version))
        mdoc_check_pass(version, "%.*s", (int)(p->version.n < 16 ? p->version.n : 16),
                        (const char *)p->version.p);
    else
        mdoc_check_fail(version, OC_REFUSED, "a version that is not known here");
    if (p->status == 0)
        mdoc_check_pass(status, "0, ok");
    else
        mdoc_check_fail(status, OC_REFUSED, "the holder's side reports error %llu",
                        (unsigned long long)p->status);
}

static void check_request_expiry(struct mdoc_check *c, const struct mdoc_verify_in *in)
{
    char text[DATE_TIME_TEXT_N];

    const struct mdoc_doc_request *first = NULL;    /* to expire */

    for (size_t i = 0; in->request != NULL && i < in->request->docs_n; i++) {
        const struct mdoc_doc_request *doc = &in->request->docs[i];

        if (doc->has_expires && (first == NULL || doc->expires < first->expires))
            first = doc;
    }
    if (first == NULL)
        mdoc_check_skip(c, false, "the request has no end of its own");
    else if (!date_time_write(first->expires, text))
        mdoc_check_fail(c, OC_REFUSED, "the request ends at an impossible time");
    else if (in->now > first->expires)
        mdoc_check_fail(c, OC_EXPIRED, "the request expired %s", text);
    else
        mdoc_check_pass(c, "until %s", text);
}

static const struct mdoc_policy *policy_of(const struct mdoc_verify_in *in)
{
    return in->policy != NULL ? in->policy : mdoc_policy_default();
}

/* A clock that stands before a list which was signed already is wrong, and so would be all that is
 * judged by it. */
static void check_clock(struct mdoc_check *c, const struct mdoc_verify_in *in)
{
    char newest[DATE_TIME_TEXT_N];

    if (in->newest_list == 0)
        mdoc_check_skip(c, false, "no list to compare with");
    else if (!date_time_write(in->newest_list, newest))
        mdoc_check_fail(c, OC_REFUSED, "a list of an impossible time");
    else if (in->now + policy_of(in)->skew_s < in->newest_list)
        mdoc_check_fail(c, OC_REFUSED, "this clock is wrong: we hold a list of %s", newest);
    else
        mdoc_check_pass(c, "after our newest list, of %s", newest);
}

/* QR handover: transcript from the request, documents from the ciphertext. */
static enum oc_err decrypt(struct claim_set *set, struct buf *transcript,
                           struct mdoc_report *report, const struct mdoc_verify_in *in)
{
    struct mdoc_check *c = &report->checks[MDOC_CHECK_RESPONSE_DECRYPTION];
    struct mdoc_encryption_parameters parameters;
    struct mdoc_device_response inner;
    enum oc_err e = mdoc_encryption_parameters_init(&parameters, in->request, NULL);

    if (e == OC_MEMORY || e == OC_UNAVAILABLE)
        return e;
    if (e != OC_OK)
        return OC_USAGE;        /* the request is the caller's, not the message */
    if (!public_key_equal(parameters.recipient, private_key_public(in->recipient)))
        e = OC_USAGE;
    mdoc_transcript_qr(transcript, parameters.tagged);
    mdoc_encryption_parameters_cleanup(&parameters);
    if (e != OC_OK || (e = buf_err(transcript)) != OC_OK)
        return e;
    if (set->response.documents_n > 0 || set->response.has_zk_documents ||
        set->response.encrypted_n != 1) {
        mdoc_check_fail(c, OC_REFUSED, "expected one set of encrypted documents and none in plain");
        return OC_OK;
    }
    if (set->response.encrypted[0].doc_request >= in->request->docs_n) {
        mdoc_check_fail(c, OC_REFUSED, "it answers a docRequest that was not made");
        return OC_OK;
    }
    e = mdoc_documents_decrypt(&set->plain, &set->response.encrypted[0], in->recipient,
                               buf_view(transcript));
    if (e == OC_SIGNATURE || e == OC_SHAPE) {
        mdoc_check_fail(c, OC_SIGNATURE,
                        "not encrypted to this request's key: an answer to another request, or changed");
        return OC_OK;
    }
    if (e != OC_OK)
        return e;
    e = mdoc_documents_init(&inner, buf_view(&set->plain), &report->fault);
    report->fault_is_inside = e != OC_OK;
    if (e != OC_OK)
        return e;
    mdoc_check_pass(c, "decrypted with the request's one-time key");
    mdoc_device_response_cleanup(&set->response);
    set->response = inner;
    return OC_OK;
}

/* The docRequest that asks for this type and has not been answered yet, or NULL. */
static const struct mdoc_doc_request *asked_for(const struct mdoc_device_request *q, bool *answered,
                                                struct bytes doc_type)
{
    for (size_t i = 0; q != NULL && i < q->docs_n; i++)
        if (!answered[i] && bytes_eq(q->docs[i].doc_type, doc_type)) {
            answered[i] = true;
            return &q->docs[i];
        }
    return NULL;
}

static void check_documents(struct mdoc_report *report, const struct claim_set *set,
                            const struct mdoc_device_request *q, const bool *answered)
{
    struct mdoc_check *c = &report->checks[MDOC_CHECK_RESPONSE_DOCUMENTS];

    if (report->checks[MDOC_CHECK_RESPONSE_DECRYPTION].outcome == MDOC_FAIL) {
        mdoc_check_moot(c, true, "nothing could be decrypted");
        return;
    }
    if (set->response.has_zk_documents) {
        mdoc_check_fail(c, OC_REFUSED, "it holds zero-knowledge documents, which are not known here");
        return;
    }
    if (set->response.encrypted_n > 0) {
        mdoc_check_fail(c, OC_REFUSED, "its documents are encrypted, and no request of ours was given");
        return;
    }
    if (set->response.documents_n == 0) {
        mdoc_check_fail(c, OC_REFUSED, "it holds no document");
        return;
    }
    for (size_t i = 0; q != NULL && i < q->docs_n; i++)
        if (!answered[i]) {
            mdoc_check_fail(c, OC_REFUSED, "%.*s was asked for and not shown",
                            (int)(q->docs[i].doc_type.n < 96 ? q->docs[i].doc_type.n : 96),
                            (const char *)q->docs[i].doc_type.p);
            return;
        }
    mdoc_check_pass(c, "%zu", set->response.documents_n);
}

static enum oc_err inspect_all(struct claim_set *set, struct mdoc_report *report,
                               const struct mdoc_verify_in *in, struct bytes transcript,
                               bool issuer_only, bool bare)
{
    bool answered[MDOC_DOCUMENTS_MAX] = { false };

    set->cards = calloc(set->response.documents_n + 1, sizeof *set->cards);
    set->elements = calloc(set->response.documents_n + 1, sizeof *set->elements);
    if (set->cards == NULL || set->elements == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < set->response.documents_n; i++) {
        struct mdoc_document *doc = &set->response.documents[i];
        struct mdoc_check *checks = mdoc_report_add_document(report, doc->doc_type);
        struct inspection what = {
            .in = in, .document = doc, .issuer_only = issuer_only, .doc_type_is_own = bare,
            .transcript = transcript,
            .asked = asked_for(in->request, answered, doc->doc_type),
            .policy = policy_of(in), .report = &report->documents[i], .fault = &report->fault,
        };
        enum oc_err e;

        set->cards_n = i + 1;
        if ((e = mdoc_inspect_document(checks, &set->cards[i], &what)) != OC_OK ||
            (e = mdoc_inspect_elements(checks, &set->elements[i], &set->cards[i].elements_n,
                                  &what)) != OC_OK)
            return e;
        set->cards[i].elements = set->elements[i];
    }
    check_documents(report, set, in->request, answered);
    return OC_OK;
}

static enum oc_err verdict(struct mdoc_report *report)
{
    const struct mdoc_check *block = mdoc_report_first_block(report, NULL, NULL);

    report->accepted = block == NULL;
    report->why = block == NULL ? OC_OK : block->why;
    return report->why;
}

static enum oc_err not_such_a_message(struct mdoc_report *report, enum oc_err e)
{
    report->accepted = false;
    report->why = e;
    return e;
}

/* By its one mandatory key. */
static bool is_issuer_signed(struct bytes message)
{
    struct cbr r;

    cbr_init(&r, message);
    for (size_t pairs = cbr_map(&r); pairs > 0 && cbr_ok(&r); pairs--) {
        if (bytes_is(cbr_key(&r), "issuerAuth"))
            return true;
        cbr_skip(&r);
    }
    return false;
}

static enum oc_err parse_issuer_signed(struct claim_set *set, struct oc_fault *fault)
{
    struct mdoc_document *document = calloc(1, sizeof *document);
    enum oc_err e;

    if (document == NULL)
        return OC_MEMORY;
    e = mdoc_issuer_signed_init(&document->issuer_signed, buf_view(&set->message), fault);
    if (e != OC_OK) {
        free(document);
        return e;
    }
    document->doc_type = document->issuer_signed.mso.doc_type;
    set->response.documents = document;
    set->response.documents_n = 1;
    return OC_OK;
}

/* `bare` is set when the message is an IssuerSigned, which only the issuer's part of a
 * verification accepts. */
static enum oc_err parse(struct claim_set *set, bool *bare, struct mdoc_report *report,
                         const struct mdoc_verify_in *in, bool issuer_only)
{
    enum oc_err e;

    *bare = false;
    buf_init(&set->message, MDOC_BYTES_MAX);
    buf_init(&set->plain, MDOC_BYTES_MAX);
    if (in->message.n > MDOC_BYTES_MAX) {
        report->fault = (struct oc_fault){ MDOC_BYTES_MAX, "the message is longer than 1 MiB" };
        return OC_LIMIT;
    }
    buf_add(&set->message, in->message);
    if ((e = buf_err(&set->message)) != OC_OK)
        return e;
    *bare = issuer_only && is_issuer_signed(buf_view(&set->message));
    if (*bare)
        return parse_issuer_signed(set, &report->fault);
    return mdoc_device_response_init(&set->response, buf_view(&set->message), &report->fault);
}

static enum oc_err verify(struct claim_set *set, struct mdoc_report *report,
                          const struct mdoc_verify_in *in, bool issuer_only)
{
    struct mdoc_check *decryption = &report->checks[MDOC_CHECK_RESPONSE_DECRYPTION];
    struct buf own_transcript;
    struct bytes transcript = in->transcript;
    bool bare;
    enum oc_err e;

    e = parse(set, &bare, report, in, issuer_only);
    if (e != OC_OK)
        return not_such_a_message(report, e);
    buf_init(&own_transcript, MDOC_BYTES_MAX);
    if (bare) {
        mdoc_check_skip(&report->checks[MDOC_CHECK_RESPONSE_VERSION], false, "an IssuerSigned alone");
        mdoc_check_skip(&report->checks[MDOC_CHECK_RESPONSE_STATUS], false, "an IssuerSigned alone");
    } else {
        check_header(report, &set->response);
    }
    check_clock(&report->checks[MDOC_CHECK_CLOCK], in);
    check_request_expiry(&report->checks[MDOC_CHECK_REQUEST_EXPIRY], in);
    if (in->recipient != NULL && !issuer_only) {
        e = decrypt(set, &own_transcript, report, in);
        transcript = buf_view(&own_transcript);
    } else {
        mdoc_check_skip(decryption, false, "no encryption in this exchange");
    }
    if (e == OC_OK && decryption->outcome == MDOC_FAIL)
        check_documents(report, set, in->request, NULL);
    else if (e == OC_OK)
        e = inspect_all(set, report, in, transcript, issuer_only, bare);
    buf_cleanup(&own_transcript);
    return e != OC_OK ? not_such_a_message(report, e) : verdict(report);
}

enum oc_err mdoc_verify(struct mdoc_claims **claims, struct mdoc_report *report,
                        const struct mdoc_verify_in *in)
{
    struct mdoc_claims *made;
    enum oc_err e;

    *claims = NULL;
    mdoc_report_init(report, in->now, in->language);
    report->why = OC_USAGE;
    if ((in->recipient == NULL) == (in->transcript.n == 0) ||
        (in->recipient != NULL && in->request == NULL) ||
        (in->reader_key != NULL && !curve_info(private_key_curve(in->reader_key))->agrees) ||
        (in->anchors == NULL && in->signer == NULL))
        return OC_USAGE;
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return not_such_a_message(report, OC_MEMORY);
    e = verify(&made->set, report, in, false);
    if (e == OC_OK)
        *claims = made;
    else
        mdoc_claims_free(&made);
    return e;
}

enum oc_err mdoc_verify_issuer(struct mdoc_issuer_claims **claims, struct mdoc_report *report,
                               const struct mdoc_verify_in *in)
{
    struct mdoc_issuer_claims *made;
    enum oc_err e;

    *claims = NULL;
    mdoc_report_init(report, in->now, in->language);
    report->why = OC_USAGE;
    if (in->anchors == NULL && in->signer == NULL)
        return OC_USAGE;
    made = calloc(1, sizeof *made);
    if (made == NULL)
        return not_such_a_message(report, OC_MEMORY);
    e = verify(&made->set, report, in, true);
    if (e == OC_OK)
        *claims = made;
    else
        mdoc_issuer_claims_free(&made);
    return e;
}

const struct mdoc_card *mdoc_claims_cards(const struct mdoc_claims *claims, size_t *n)
{
    *n = claims->set.cards_n;
    return claims->set.cards;
}

const struct mdoc_card *mdoc_issuer_claims_cards(const struct mdoc_issuer_claims *claims,
                                                 size_t *n)
{
    *n = claims->set.cards_n;
    return claims->set.cards;
}

void mdoc_claims_free(struct mdoc_claims **claims)
{
    if (*claims == NULL)
        return;
    claim_set_cleanup(&(*claims)->set);
    free(*claims);
    *claims = NULL;
}

void mdoc_issuer_claims_free(struct mdoc_issuer_claims **claims)
{
    if (*claims == NULL)
        return;
    claim_set_cleanup(&(*claims)->set);
    free(*claims);
    *claims = NULL;
}
