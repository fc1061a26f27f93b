/* JSON Web Key (RFC 7517) of the kinds EC (RFC 7518, section 6.2) and OKP (RFC 8037, section 2). */
#ifndef OWNCARD_CLI_JWK_H
#define OWNCARD_CLI_JWK_H

#include "crypto/keys.h"

enum { JWK_BYTES_MAX = 8192 };

/**
 * Read a public key:  { "kty", "crv", "x", "y" }  of text, the last for EC alone.
 *
 * Coordinates are base64url without padding and have the curve's full length. Names of curves are
 * those of curve_info(), letter by letter. Other members (kid, alg, use, …) are ignored, as RFC
 * 7517, section 4 demands; a key twice is refused.
 *
 * @param out     NULL on error
 * @param reason  on error static text, which never quotes the input
 * @retval OC_SYNTAX       not JSON, or a member that is no base64url
 * @retval OC_LIMIT        longer than JWK_BYTES_MAX, or nested deeper than JSON_DEPTH_MAX
 * @retval OC_SHAPE        not such an object; a curve we do not know; a point off the curve; a
 *                         private key, whose place is not here
 * @retval OC_UNAVAILABLE  this OpenSSL has no such curve
 * @retval OC_MEMORY
 */
enum oc_err jwk_read(struct public_key **out, struct bytes text,
                     const char **reason) OC_MUST_CHECK;

/**
 * Read a private key, which has "d" besides. The public part must be there, and be its own. What
 * is read of it lies in the secret pool all the while, and so `text` should.
 * @retval OC_SHAPE  also: no "d", or a public part that is another key's
 */
enum oc_err jwk_read_private(struct private_key **out, struct bytes text,
                             const char **reason) OC_MUST_CHECK;

#endif
