/*
 * What may be combined with what, in one table: COSE algorithm numbers (IANA "COSE Algorithms",
 * RFC 9053) and the curves each is bound to (IANA "COSE Elliptic Curves"; brainpool numbers
 * from ISO/IEC 18013-5). An algorithm with a curve that is not in its row does not exist here.
 */
#ifndef OWNCARD_CRYPTO_ALGORITHM_H
#define OWNCARD_CRYPTO_ALGORITHM_H

#include <stdbool.h>
#include <stddef.h>

enum cose_algorithm {
    COSE_ALG_NONE = 0,
    COSE_ES256 = -7, COSE_ES384 = -35, COSE_ES512 = -36, COSE_EDDSA = -8,
    COSE_HMAC_256 = 5,
};

enum curve {
    CURVE_NONE = 0,
    CURVE_P256 = 1, CURVE_P384 = 2, CURVE_P521 = 3,
    CURVE_X25519 = 4, CURVE_X448 = 5, CURVE_ED25519 = 6, CURVE_ED448 = 7,
    CURVE_BP256 = 256, CURVE_BP320 = 257, CURVE_BP384 = 258, CURVE_BP512 = 259,
};

enum digest { DIGEST_NONE = 0, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

enum { DIGEST_MAX = 64, COORDINATE_MAX = 66, SIGNATURE_MAX = 2 * COORDINATE_MAX };

struct curve_info {
    enum curve curve;
    const char *name;           /* as people write it: "P-256" */
    const char *openssl_name;   /* the group's, or the key type's, in OpenSSL */
    size_t n;                   /* bytes of a coordinate, or of the whole OKP key */
    size_t signature_n;         /* bytes of a COSE signature; 0: does not sign */
    enum cose_algorithm alg;    /* the algorithm it signs with; NONE: it does not sign */
    bool is_okp;                /* COSE kty 1 (Octet Key Pair), else 2 (EC2) */
    bool agrees;                /* usable for key agreement */
};

/** The row of a curve, or NULL when we do not know it. Static. */
const struct curve_info *curve_info(enum curve curve);
/** The row by name ("P-256", any case), or NULL. */
const struct curve_info *curve_by_name(const char *name);
/** Row by index, for listing; NULL after the last. */
const struct curve_info *curve_at(size_t index);

/** The digest that belongs to a signing algorithm; NONE for EdDSA, which has its own. */
enum digest algorithm_digest(enum cose_algorithm alg);
/** "ES256", or NULL when we do not know it. Static. */
const char *algorithm_name(int alg);

#endif
