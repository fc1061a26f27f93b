/*
 * What a verdict is found from: the response, the request with its one-time key or the session's
 * transcript, whom to believe, the policy. Every error has been said (cli/exit.h).
 */
#ifndef OWNCARD_VERIFIER_EVIDENCE_H
#define OWNCARD_VERIFIER_EVIDENCE_H

#include "cli/command.h"
#include "mdoc/verify.h"
#include "verifier/policy.h"
#include "verifier/trusted.h"

/* Everything read for one verification, and what `in` points into. */
struct evidence {
    struct buf message, request_bytes, transcript_bytes, key_path;
    struct mdoc_device_request request;
    struct verifier_trust trust;
    struct x509_cert *signer;
    struct private_key *recipient, *reader_key;
    struct mdoc_verify_in in;
    struct oc_fault fault;          /* of the response, when it is no such message */
    bool judged;                    /* a verdict was printed */
    struct verifier_policy policy;
};

/**
 * Read all that the command names. The response is read last, so that its faults are the only ones
 * with status 3.
 *
 * @param v  All zero but for in.now and in.language. To be released with evidence_cleanup(), also
 *           on error. `v->in` then has views into the rest of it.
 *
 * @retval OC_SYNTAX … OC_LIMIT  the response is no such message
 * @retval OC_USAGE              nobody is trusted, or which of several copies is meant is not said
 * @retval OC_IO, OC_MEMORY
 */
enum oc_err evidence_read(struct evidence *v, const struct command_line *cl) OC_MUST_CHECK;
void evidence_cleanup(struct evidence *v);

/** What the response is called when something is to be said of it. */
const char *evidence_name(const struct command_line *cl);

#endif
