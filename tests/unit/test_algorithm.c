#include "crypto/algorithm.h"

#include <string.h>

#include "tests/unit/tap.h"

int main(void)
{
    /* RFC 9053, section 2, and ISO/IEC 18013-5 for brainpool. */
    const struct { enum curve curve; int number; enum cose_algorithm alg; size_t n; } row[] = {
        { CURVE_P256, 1, COSE_ES256, 32 },       { CURVE_P384, 2, COSE_ES384, 48 },
        { CURVE_P521, 3, COSE_ES512, 66 },       { CURVE_X25519, 4, COSE_ALG_NONE, 32 },
        { CURVE_X448, 5, COSE_ALG_NONE, 56 },    { CURVE_ED25519, 6, COSE_EDDSA, 32 },
        { CURVE_ED448, 7, COSE_EDDSA, 57 },      { CURVE_BP256, 256, COSE_ES256, 32 },
        { CURVE_BP320, 257, COSE_ES384, 40 },    { CURVE_BP384, 258, COSE_ES384, 48 },
        { CURVE_BP512, 259, COSE_ES512, 64 },
    };
    size_t listed = 0;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct curve_info *c = curve_info(row[i].curve);

        ok(c != NULL && (int)c->curve == row[i].number && c->alg == row[i].alg &&
           c->n == row[i].n && c->n <= COORDINATE_MAX && c->signature_n <= SIGNATURE_MAX &&
           curve_by_name(c->name) == c, "curve %d", row[i].number);
        ok(c != NULL && (c->alg == COSE_ALG_NONE) == (c->signature_n == 0) &&
               (c->alg != COSE_ALG_NONE || c->agrees),
           "curve %d signs, agrees, or both", row[i].number);
    }
    while (curve_at(listed) != NULL)
        listed++;
    ok(listed == sizeof row / sizeof row[0], "the list holds these and no others");
    ok(curve_info(CURVE_NONE) == NULL && curve_info((enum curve)8) == NULL,
       "secp256k1 is not ours");
    ok(curve_by_name("p-256") == curve_info(CURVE_P256) && curve_by_name("P256") == NULL,
       "names in any case, and whole");
    ok(algorithm_digest(COSE_ES256) == DIGEST_SHA256 &&
           algorithm_digest(COSE_ES384) == DIGEST_SHA384 &&
           algorithm_digest(COSE_ES512) == DIGEST_SHA512 &&
           algorithm_digest(COSE_EDDSA) == DIGEST_NONE,
       "each algorithm has its digest");
    ok(strcmp(algorithm_name(-7), "ES256") == 0 && algorithm_name(-257) == NULL,
       "names of algorithms");
    return done();
}
