/* Private keys that the person brings along for certificates that are to be made. What fails has
 * been said (cli/exit.h). */
#ifndef OWNCARD_ISSUER_OWN_KEY_H
#define OWNCARD_ISSUER_OWN_KEY_H

#include "cli/token.h"

/** Row of the option table of a verb that makes certificates; it has TOKEN_PIN_OPTIONS too. */
#define OWN_KEY_OPTION \
    { "key", 0, "NAME=KEY", "take this private key for NAME instead of making one: a file, or the " \
                            "pkcs11: URI of one in a token, where it stays", true }

/** Refuse --key for any name but these, ended by NULL, and twice for one. @retval OC_USAGE */
enum oc_err own_keys_check(const struct command_line *cl, const char *const names[]) OC_MUST_CHECK;

/**
 * The key that --key names for `name`.
 * @param out  NULL where it names none, and on error
 * @retval OC_USAGE  it is on a curve that does not sign
 * @retval as key_file_signing()
 */
enum oc_err own_key(struct private_key **out, const struct command_line *cl,
                    const char *name) OC_MUST_CHECK;

#endif
