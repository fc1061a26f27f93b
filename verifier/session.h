/*
 * What is known of a session, from the command line: the facts that handovers are made of.
 */
#ifndef OWNCARD_VERIFIER_SESSION_H
#define OWNCARD_VERIFIER_SESSION_H

#include "cli/command.h"
#include "mdoc/handover.h"

/* The options that session_init() reads; the verb must also have "request" and "reader-key". */
#define SESSION_OPTIONS \
    { "client-id", 0, "TEXT", "the verifier's client_id, prefix included", false }, \
    { "nonce", 0, "TEXT", "the request's nonce", false }, \
    { "response-uri", 0, "URI", "the request's response_uri", false }, \
    { "origin", 0, "ORIGIN", "the web origin that asked", false }, \
    { "jwk-thumbprint", 0, "TEXT", "SHA-256 of the encryption key, base64url or hex", false }, \
    { "mdoc-nonce", 0, "TEXT", "the wallet's nonce, mdocGeneratedNonce", false }, \
    { "encryption-info", 0, "TEXT", "Annex C: the EncryptionInfo, base64url", false }, \
    { "engagement", 0, "FILE", "the device engagement: mdoc: URI, or CBOR", false }, \
    { "ereader-key", 0, "FILE", "the reader's public session key: PEM or COSE_Key", false }, \
    { "nfc-select", 0, "FILE", "the NFC Handover Select message", false }, \
    { "nfc-request", 0, "FILE", "the NFC Handover Request message", false }, \
    { "reader-engagement", 0, "FILE", "the reader engagement: mdoc: URI, or CBOR", false }

struct session {
    struct mdoc_session_facts facts;        /* views of `store`, and of the command line */
    struct buf store[MDOC_FACTS_N];
    struct private_key *reader_key;         /* of --reader-key; NULL: not given */
};

/**
 * Read all that was given. Says what fails.
 * @param s  all zero on error; release with session_cleanup()
 * @retval OC_USAGE  a thumbprint that is none, or a text of more than MDOC_FACT_BYTES_MAX bytes
 * @retval OC_IO     a file that cannot be read or is not what it should be; never "no such message"
 * @retval OC_UNAVAILABLE  a key on a curve that this OpenSSL does not offer
 * @retval OC_MEMORY
 */
enum oc_err session_init(struct session *s, const struct command_line *cl) OC_MUST_CHECK;
void session_cleanup(struct session *s);

/** The option that gives a fact, without its dashes; static. */
const char *session_option(enum mdoc_fact fact);

/** Append those options, as "--nonce and --origin". */
void session_options_text(struct buf *out, mdoc_fact_set facts);

#endif
