/*
 * Why a device signature or MAC does not hold: the wallet most often made it for another
 * SessionTranscript than the verifier's. Every known handover that the facts allow is tried, and
 * for each the slips that people make.
 *
 * A diagnosis is not a verdict. Nothing here asks who issued a card: it yields no claims, and a
 * form that fits says only which bytes the device key signed.
 */
#ifndef OWNCARD_MDOC_DIAGNOSE_H
#define OWNCARD_MDOC_DIAGNOSE_H

#include "mdoc/device_response.h"
#include "mdoc/handover.h"

enum {
    MDOC_SLIPS_MAX = 2,             /* slips made together */
    MDOC_DIAGNOSE_COST_MAX = 4000,  /* checks; those on slow curves or over much data count more */
};

/** What was done otherwise than the specification has it. Static. */
struct mdoc_slip {
    const char *id;                 /* stable, such as "client-id-is-response-uri" */
    const char *sentence;           /* what the wallet did, without full stop */
    const char *remedy;             /* what to change, without full stop */
};

/** The i-th of all slips, or NULL after the last. */
const struct mdoc_slip *mdoc_slip_at(size_t i);

/** What explains one document. */
struct mdoc_finding {
    bool found;
    bool needs_reader_key;          /* a device MAC, and no key was given: not tried */
    enum mdoc_handover form;        /* MDOC_HANDOVERS_N: the transcript that was given */
    size_t slips_n;
    size_t slips[MDOC_SLIPS_MAX];   /* for mdoc_slip_at() */
};

/** What became of one form. */
struct mdoc_form_trial {
    mdoc_fact_set missing;          /* not empty: not tried */
    enum oc_err err;                /* why its transcript cannot be written from these facts */
    size_t fits;                    /* documents that it explains */
};

struct mdoc_diagnosis {
    struct mdoc_form_trial forms[MDOC_HANDOVERS_N];
    size_t documents_n;
    struct mdoc_finding documents[MDOC_DOCUMENTS_MAX];
    size_t given_fits;              /* documents that hold for the transcript given */
    size_t encrypted_n;             /* encrypted documents, which nothing is tried on */
    bool exhausted;                 /* stopped at MDOC_DIAGNOSE_COST_MAX */
};

struct mdoc_diagnose_in {
    struct bytes response;          /* a DeviceResponse */
    struct mdoc_session_facts facts;
    struct bytes transcript;        /* the SessionTranscript array supposed so far; empty: none */
    const struct private_key *reader_key;   /* of the session, for device MACs; NULL: none */
};

/**
 * Try all that may explain each document. Views of `in` are borrowed for the call.
 *
 * @param out    Holds no views; all zero on error.
 * @param fault  optional
 * @retval the errors of mdoc_device_response_init(); not finding anything is OC_OK
 * @retval OC_UNAVAILABLE  this OpenSSL does not offer what a signature or MAC is made with
 * @retval OC_LIMIT        a transcript given, or bytes signed, longer than any
 * @retval OC_MEMORY
 */
enum oc_err mdoc_diagnose(struct mdoc_diagnosis *out, const struct mdoc_diagnose_in *in,
                          struct oc_fault *fault) OC_MUST_CHECK;

/** Whether there are documents and every one of them was explained. */
bool mdoc_diagnosis_fits(const struct mdoc_diagnosis *diagnosis);

/** Append the SessionTranscript array that a finding of mdoc_diagnose() holds for, slips made.
 *  Errors go to out->err. */
void mdoc_diagnose_transcript(struct buf *out, const struct mdoc_diagnose_in *in,
                              const struct mdoc_finding *finding);

#endif
