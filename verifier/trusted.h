/*
 * Whom the verifier believes, as its trust folder or --anchor has it:
 *
 *   trust/ID.pem           an issuing authority
 *   trust/ID.vical-root    a root of the providers of VICALs, PEM
 *   trust/ID.vical         a VICAL, as it was signed
 *   trust/ID.link          a link certificate, PEM
 *   trust/ID.crl           a revocation list, DER
 *   trust/ID.status        a status or identifier list, as it was signed
 *
 * Everything signed is verified again each time it is loaded; what does not hold any more, or has
 * grown stale, is not used, and that is said. A stale status list is used: who is revoked in it
 * stays revoked, and trust_status_lookup() says stale of the others.
 *
 * A status list is kept where an authority of this folder vouches for its signer. A card may name
 * a `certificate` of its own, the CA of its list: that CA is no authority of ours, its lists are
 * refused at import, and such a card's status is unknown here.
 *
 * Every function that returns an error has said it.
 */
#ifndef OWNCARD_VERIFIER_TRUSTED_H
#define OWNCARD_VERIFIER_TRUSTED_H

#include "cli/command.h"
#include "cli/io.h"
#include "trust/crl.h"
#include "trust/status_lists.h"
#include "trust/vical.h"

enum {
    TRUSTED_SKEW_S = 300,               /* how far ahead of our clock a list may be dated */
    TRUSTED_GRACE_S = 30 * 86400,       /* how long past its nextUpdate a VICAL is used */
    TRUSTED_FILE_MAX = TRUST_STATUS_TOKEN_MAX,  /* the longest of all that are kept */
    TRUSTED_NAME_N = 64,
};

/** The limits that a VICAL is held to. */
extern const struct trust_list_limits trusted_limits;

/** A VICAL that the folder has and that verifies, used or not. */
struct verifier_vical {
    char name[TRUSTED_NAME_N];          /* of its file in trust/ */
    struct trust_vical vical;
    struct trust_status fresh;          /* VALID: its authorities are among the anchors */
};

struct verifier_trust {
    struct trust_anchors anchors;       /* with the authorities of VICALs, and the links */
    struct trust_anchors roots;         /* of the providers of VICALs */
    struct trust_crls crls;
    struct trust_status_lists status_lists;
    struct verifier_vical *vicals;
    size_t vicals_n;
    int64_t newest;                     /* the latest date of any list in the folder; 0: none */
    char newest_name[TRUSTED_NAME_N];   /* its file */
};

/** Load the trust folder at the moment `now`; an empty one is OC_OK. All zero on error; release
 *  with verifier_trust_cleanup(). */
enum oc_err trusted_load(struct verifier_trust *out, const struct command_line *cl,
                         int64_t now) OC_MUST_CHECK;

/** The same for a verb with --anchor: when given, those files alone, and the folder is not looked
 *  at. */
enum oc_err verifier_trust_init(struct verifier_trust *out, const struct command_line *cl,
                                int64_t now) OC_MUST_CHECK;
void verifier_trust_cleanup(struct verifier_trust *trust);

/**
 * Add the status and identifier lists of every --status-list FILE, and the revocation lists of
 * every --crl FILE, to what verifier_trust_init() gave, with or without --anchor. One that is
 * older than a list there is not used, and that is said.
 *
 * The verb must have the option, for status lists also --accept-profile: their signer may then
 * depart from the ISO profile.
 *
 * @param trust  its anchors vouch for the lists; on error it stays the caller's, with some added
 * @retval OC_IO  a file that cannot be read, or does not verify: never an error of what was shown
 * @retval OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err verifier_trust_add_status_files(struct verifier_trust *trust,
                                            const struct command_line *cl,
                                            int64_t now) OC_MUST_CHECK;
enum oc_err verifier_trust_add_crl_files(struct verifier_trust *trust,
                                         const struct command_line *cl,
                                         int64_t now) OC_MUST_CHECK;

/** The path of a file in trust/, of the folder itself for "". */
enum oc_err trusted_path(struct buf *path, const struct command_line *cl, const char *file)
    OC_MUST_CHECK;

/** The name in trust/ of what `parts` tell from everything else: 16 digits and `ending`. */
enum oc_err trusted_name(char out[TRUSTED_NAME_N], struct bytes part, struct bytes other,
                         const char *ending) OC_MUST_CHECK;

/** The name of a revocation list: of its issuer's name and key. */
enum oc_err trusted_crl_name(char out[TRUSTED_NAME_N], const struct trust_crl *crl) OC_MUST_CHECK;

/** The name of a status list: of its URI and kind, and its authority's name and key. */
enum oc_err trusted_status_name(char out[TRUSTED_NAME_N],
                                const struct trust_status_list_facts *facts) OC_MUST_CHECK;

/** What comes into the folder together with an import, is believed in it, and not without it. */
struct trusted_addition {
    struct trust_anchors anchors, roots;
    struct io_output output;            /* the files; abandoned where the import fails */
};
void trusted_addition_cleanup(struct trusted_addition *addition);

/**
 * Import signed files: `paths`, each a file, that verify. Each one's fate is printed.
 *
 * All that verify are written together, each by a temporary file and a rename, none in the place of
 * a newer one; of several that would have one place the newest is taken. Status lists are dated to
 * the start of a period: one of the same date as the one we hold, with other content, is taken. A
 * clock that stands before a list we hold, or one that verifies, stops everything. Files that are
 * not newer than what is held are no fault: a folder is fetched every day.
 *
 * @param with     NULL: nothing
 * @param dry_run  verify and print alone
 * @retval OC_REFUSED  the clock is wrong; or nothing was fit to be taken, and something was refused
 */
enum oc_err trusted_import(const struct command_line *cl, struct trusted_addition *with,
                           const char *const *paths, size_t n, int64_t now,
                           bool dry_run) OC_MUST_CHECK;

#endif
