/*
 * Making certificates to profile, beside those of init, and writing them into the issuer's folder.
 * What fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_CERTIFY_H
#define OWNCARD_ISSUER_CERTIFY_H

#include "cli/io.h"
#include "issuer/authority.h"
#include "trust/profile.h"

/**
 * Make a certificate of `role` for the key that `out` has or, where that is NULL, a new one on
 * `curve`.
 *
 * @param spec    names and addresses; the profile fills the rest. One that would outlive its issuer
 *                ends with it.
 * @param issuer  NULL: self-signed
 * @param title   for messages, such as "IACA"
 */
enum oc_err certify(struct authority *out, enum trust_role role, struct x509_spec *spec,
                    const struct authority *issuer, enum curve curve, int64_t now,
                    const char *title) OC_MUST_CHECK;

/** Make the link certificate for the key of `new`, signed by `old`; `out` gets no key. */
enum oc_err certify_link(struct authority *out, struct x509_spec *spec,
                         const struct authority *old, const struct authority *new,
                         int64_t now) OC_MUST_CHECK;

/** Prepare NAME.pem, and NAME.key where there is a key. `how`: IO_REPLACE to replace what stands
 *  there; without it that is an error. */
enum oc_err certify_add(struct io_output *output, const char *dir, const char *name,
                        const struct authority *a, unsigned how) OC_MUST_CHECK;

/** Eight hexadecimal digits that tell one certificate from another in a file's name. */
enum oc_err certify_tag(const struct x509_cert *certificate, char out[9]) OC_MUST_CHECK;

#endif
