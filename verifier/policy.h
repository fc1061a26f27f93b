/*
 * The policy file: what this verifier demands beyond the standard, and what it lets pass. JSON, every
 * member optional, none unknown:
 *
 *   {
 *     "docTypes":   ["example.guangzhou.vid.1"],         cards accepted; absent: any
 *     "issuers":    ["CN", "9f86d081…"],                 countries, or SHA-256 of authorities
 *     "algorithms": ["ES256", "EdDSA", "HMAC 256/256"],  of issuer and device
 *     "status":     { "maxAgeHours": 48, "stale": "refuse", "unknown": "refuse", "none": "warn" },
 *     "revocationLists": { "maxAgeHours": 2160, "stale": "refuse", "unknown": "warn" },
 *     "cardOutlivesSigner": "warn",
 *     "issuingCountry": "warn",
 *     "clockSkewSeconds": 300
 *   }
 *
 * What is absent is as mdoc_policy_default() has it, which the lower five lines show, but that no
 * age is limited beyond what a list says of itself. "none" is a card that names no status list;
 * revocation lists speak of signers' certificates; "issuingCountry" is a card whose issuing_country
 * or issuing_jurisdiction is not its signer's, unless it is an mDL, which is refused then.
 */
#ifndef OWNCARD_VERIFIER_POLICY_H
#define OWNCARD_VERIFIER_POLICY_H

#include "cli/catalog.h"
#include "cli/command.h"
#include "cli/json.h"
#include "mdoc/policy.h"

enum { POLICY_LIST_MAX = 64 };

struct verifier_policy {
    struct mdoc_policy policy;
    json_t *source;                     /* what the texts of `policy` belong to */
    const char *lists[3][POLICY_LIST_MAX];
};

/**
 * Read --policy FILE, else policy.json of the verifier's folder, else the default.
 *
 * @param out  all zero on error; release with verifier_policy_cleanup(). Not to be moved.
 * @retval OC_IO, OC_SYNTAX, OC_SHAPE, OC_LIMIT, OC_MEMORY  said already
 */
enum oc_err verifier_policy_init(struct verifier_policy *out,
                                 const struct command_line *cl) OC_MUST_CHECK;
void verifier_policy_cleanup(struct verifier_policy *policy);

/** The same of a file's text, without a word.
 *  @param fault  on error what is wrong, and where; may quote the text: print it by term_print() */
enum oc_err verifier_policy_read(struct verifier_policy *out, struct bytes json,
                                 struct catalog_fault *fault) OC_MUST_CHECK;

#endif
