/* Certificates that break their profile and are used all the same: said on standard error, rule by
 * rule, as cert lint names them. */
#ifndef OWNCARD_VERBS_DEPARTURES_H
#define OWNCARD_VERBS_DEPARTURES_H

#include "trust/profile.h"

/**
 * Warn of every rule of `role` that the certificate breaks.
 *
 * @param name    of its file, or who it is
 * @param issuer  NULL: not known, or its own
 */
void departures_warn(const char *name, enum trust_role role, const struct x509_cert *certificate,
                     const struct x509_cert *issuer);

#endif
