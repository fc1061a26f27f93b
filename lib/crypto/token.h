/*
 * Private keys that stay in a token (a smart card, an HSM) and are used by URI, RFC 7512:
 *
 *   pkcs11:token=LABEL;object=NAME?module-path=/usr/lib/softhsm/libsofthsm2.so
 *
 * Such a key is a struct private_key of which only URI and public part are known. It signs once it
 * has been opened; it is never read. A PIN in the URI is refused: it would be kept with it. Other
 * schemes, such as a TPM's, have their place here.
 */
#ifndef OWNCARD_CRYPTO_TOKEN_H
#define OWNCARD_CRYPTO_TOKEN_H

#include "crypto/keys.h"

enum { TOKEN_URI_MAX = 1024 };

/**
 * A key by what is known of it while its token is away.
 * @param uri     copied
 * @param public  its public part; shared
 * @retval OC_USAGE  not such a URI; with a PIN in it; longer than TOKEN_URI_MAX
 * @retval OC_MEMORY
 */
enum oc_err token_key_new(struct private_key **out, struct bytes uri,
                          const struct public_key *public) OC_MUST_CHECK;

/** Where a key in a token is; NULL: the key is no such one. As long as `key`. */
const char *private_key_uri(const struct private_key *key);

/**
 * Find a key in its token, open it, and learn its public part.
 *
 * @param out     NULL on error
 * @param reason  on error static text
 * @retval OC_USAGE        as token_key_new()
 * @retval OC_IO           no such token or key, or a wrong PIN
 * @retval OC_SHAPE        a key that is not EC on a curve that we know
 * @retval OC_UNAVAILABLE  this OpenSSL has no PKCS #11, or not the module
 * @retval OC_MEMORY
 */
enum oc_err token_key_find(struct private_key **out, struct bytes uri, const struct secret *pin,
                           const char **reason) OC_MUST_CHECK;

/**
 * Open a key of token_key_new(). On error it stays as it was.
 *
 * @param reason  on error static text
 * @retval OC_REFUSED  the token holds another key under this URI
 * @retval as token_key_find()
 */
enum oc_err token_key_open(struct private_key *key, const struct secret *pin,
                           const char **reason) OC_MUST_CHECK;

#endif
