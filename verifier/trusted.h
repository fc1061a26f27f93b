/*
 * Whom the verifier believes, as its trust folder or --anchor has it:
 *
 *   trust/ID.pem           an issuing authority
 *   trust/ID.vical-root    a root of the providers of VICALs, PEM
 *   trust/ID.vical         a VICAL, as it was signed
 *   trust/ID.link          a link certificate, PEM
 *   trust/ID.crl           a revocation list, DER
 *
 * Everything signed is verified again each time it is loaded; what does not hold any more, or has
 * grown stale, is not used, and that is said. Every function that returns an error has said it.
 */
#ifndef OWNCARD_VERIFIER_TRUSTED_H
#define OWNCARD_VERIFIER_TRUSTED_H

#include "cli/command.h"
#include "trust/crl.h"
#include "trust/vical.h"

enum {
    TRUSTED_SKEW_S = 300,               /* how far ahead of our clock a list may be dated */
    TRUSTED_GRACE_S = 30 * 86400,       /* how long past its nextUpdate a VICAL is used */
    TRUSTED_FILE_MAX = 16 << 20,
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

/** The path of a file in trust/, of the folder itself for "". */
enum oc_err trusted_path(struct buf *path, const struct command_line *cl, const char *file)
    OC_MUST_CHECK;

/** The name in trust/ of what `parts` tell from everything else: 16 digits and `ending`. */
enum oc_err trusted_name(char out[TRUSTED_NAME_N], struct bytes part, struct bytes other,
                         const char *ending) OC_MUST_CHECK;

/** The name of a revocation list: of its issuer's name and key. */
enum oc_err trusted_crl_name(char out[TRUSTED_NAME_N], const struct trust_crl *crl) OC_MUST_CHECK;

/**
 * Import signed files: `paths`, each a file, that verify. Each one's fate is printed.
 *
 * All that verify are written together, each by a temporary file and a rename, none in the place of
 * a newer one. A clock that stands before a list we hold, or one that verifies, stops everything.
 *
 * @param dry_run  verify and print alone
 * @retval OC_REFUSED  the clock is wrong; or nothing was fit to be taken, and something was refused
 */
enum oc_err trusted_import(const struct command_line *cl, const char *const *paths, size_t n,
                           int64_t now, bool dry_run) OC_MUST_CHECK;

#endif
