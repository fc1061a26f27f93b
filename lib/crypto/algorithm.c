#include "crypto/algorithm.h"

#include <strings.h>

static const struct curve_info curves[] = {
    { CURVE_P256, "P-256", "prime256v1", 32, 64, COSE_ES256, false, true },
    { CURVE_P384, "P-384", "secp384r1", 48, 96, COSE_ES384, false, true },
    { CURVE_P521, "P-521", "secp521r1", 66, 132, COSE_ES512, false, true },
    { CURVE_BP256, "brainpoolP256r1", "brainpoolP256r1", 32, 64, COSE_ES256, false, true },
    { CURVE_BP320, "brainpoolP320r1", "brainpoolP320r1", 40, 80, COSE_ES384, false, true },
    { CURVE_BP384, "brainpoolP384r1", "brainpoolP384r1", 48, 96, COSE_ES384, false, true },
    { CURVE_BP512, "brainpoolP512r1", "brainpoolP512r1", 64, 128, COSE_ES512, false, true },
    { CURVE_ED25519, "Ed25519", "ED25519", 32, 64, COSE_EDDSA, true, false },
    { CURVE_ED448, "Ed448", "ED448", 57, 114, COSE_EDDSA, true, false },
    { CURVE_X25519, "X25519", "X25519", 32, 0, COSE_ALG_NONE, true, true },
    { CURVE_X448, "X448", "X448", 56, 0, COSE_ALG_NONE, true, true },
};

enum { CURVES = sizeof curves / sizeof curves[0] };

const struct curve_info *curve_at(size_t index)
{
    return index < CURVES ? &curves[index] : NULL;
}

const struct curve_info *curve_info(enum curve curve)
{
    for (size_t i = 0; i < CURVES; i++)
        if (curves[i].curve == curve)
            return &curves[i];
    return NULL;
}

const struct curve_info *curve_by_name(const char *name)
{
    for (size_t i = 0; i < CURVES; i++)
        if (strcasecmp(curves[i].name, name) == 0)
            return &curves[i];
    return NULL;
}

enum digest algorithm_digest(enum cose_algorithm alg)
{
    switch (alg) {
    case COSE_ES256:
    case COSE_HMAC_256: return DIGEST_SHA256;
    case COSE_ES384:    return DIGEST_SHA384;
    case COSE_ES512:    return DIGEST_SHA512;
    case COSE_EDDSA:
    case COSE_ALG_NONE: return DIGEST_NONE;
    }
    return DIGEST_NONE;
}

const char *algorithm_name(int alg)
{
    switch (alg) {
    case COSE_ES256:    return "ES256";
    case COSE_ES384:    return "ES384";
    case COSE_ES512:    return "ES512";
    case COSE_EDDSA:    return "EdDSA";
    case COSE_HMAC_256: return "HMAC 256/256";
    default:            return NULL;
    }
}
