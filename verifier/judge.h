/*
 * One verification, wherever the response came from: whom to believe, by the options, then the
 * verdict as text or JSON, and the portrait. For verify and for ask. Every error has been said.
 */
#ifndef OWNCARD_VERIFIER_JUDGE_H
#define OWNCARD_VERIFIER_JUDGE_H

#include "cli/catalog.h"
#include "cli/command.h"
#include "cli/lang.h"
#include "mdoc/verify.h"
#include "verifier/policy.h"
#include "verifier/report.h"
#include "verifier/trusted.h"

/* Rows of the option table of a verb that verifies. */
#define JUDGE_OPTIONS \
    { "anchor", 'a', "PEM", "believe this authority instead of those of trust add", true }, \
    { "signer", 0, "PEM", "believe this document signer; no chain is checked", false }, \
    { "accept-profile", 0, NULL, "accept certificates that depart from the ISO profile", false }, \
    { "accept-unchecked-status", 0, NULL, "accept cards whose revocation nobody can tell", \
      false }, \
    { "status-list", 0, "FILE", "a signed status list, beside those of the trust folder", true }, \
    { "crl", 0, "FILE", "a revocation list of an authority, likewise", true }, \
    { "policy", 0, "FILE", "what to demand and to let pass (default: policy.json of the folder)", \
      false }, \
    { "portrait", 0, "FILE", "if accepted, write the portrait that was shown", false }, \
    { "at", 0, "TIME", "the moment to verify at (default: now)", false }, \
    { "brief", 0, NULL, "print verdict and claims, not every check", false }, \
    { "json", 0, NULL, "print one JSON object", false }, \
    LANG_OPTION

struct judge {
    const struct command_line *cl;
    struct mdoc_verify_in in;       /* the caller adds message, request and what ties the two */
    bool issuer_only;               /* the device is not asked about */
    const char *name;               /* of the response, for what is said; borrowed */
    const char *misuse;             /* what OC_USAGE of mdoc_verify() means; borrowed; or NULL */

    /* Called once it is known what came out, before anything is said of it; NULL: nothing to do.
     * Its error, said already, is the run's: there is no verdict then. */
    enum oc_err (*before_verdict)(void *context, const struct mdoc_report *report);
    void *context;

    struct verifier_trust trust;
    struct verifier_policy policy;
    struct x509_cert *signer;
    struct oc_fault fault;          /* of the response, when it is no such message */
    bool judged;                    /* a verdict was printed */
};

/** Options that contradict each other. @retval OC_USAGE */
enum oc_err judge_check_options(const struct command_line *cl) OC_MUST_CHECK;

/** Read the options that need no file. @param j  released with judge_cleanup(), after an error too
 *  @retval OC_USAGE */
enum oc_err judge_init(struct judge *j, const struct command_line *cl) OC_MUST_CHECK;
void judge_cleanup(struct judge *j);

/** Read policy and trust. @retval OC_USAGE  nobody is trusted  @retval OC_IO, OC_MEMORY, … never
 *  "no such message", which is said of the response alone */
enum oc_err judge_read(struct judge *j) OC_MUST_CHECK;

/** Examine j->in.message and print the verdict. @retval as mdoc_verify(), or that of printing */
enum oc_err judge_run(struct judge *j, const struct catalog *catalog) OC_MUST_CHECK;

/** The exit status of a run that ended with `e`; with --json one that came to no verdict prints the
 *  object that says so. */
int judge_status(const struct judge *j, enum oc_err e);

/** Of a file that is not the response: `e`, said already, or OC_IO instead of "no such message". */
enum oc_err judge_not_usable(enum oc_err e) OC_MUST_CHECK;

#endif
