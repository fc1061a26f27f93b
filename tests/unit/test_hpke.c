#include "crypto/hpke.h"

#include <string.h>

#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

/* RFC 9180, appendix A.3.1. */
static void test_vector(void)
{
    static const char *const names[] = { "skR", "enc", "info", "aad", "ct", "pt" };
    json_t *file = vector_json("hpke/dhkem_p256_hkdf_sha256_aes128gcm_base.json");
    struct private_key *recipient = NULL;
    struct secret *d;
    struct buf v[6], out;

    if (!vectors_present()) {
        skip("no vectors here");
        return;
    }
    for (size_t i = 0; i < 6; i++)
        unhex(json_string_value(json_object_get(file, names[i])), &v[i]);
    d = secret_copy(buf_view(&v[0]));
    buf_init(&out, 1000);
    ok(private_key_new(&recipient, CURVE_P256, d) == OC_OK &&
       hpke_open(&out, recipient, buf_view(&v[1]), buf_view(&v[2]), buf_view(&v[3]),
                 buf_view(&v[4])) == OC_OK && bytes_eq(buf_view(&out), buf_view(&v[5])),
       "the RFC's vector opens");
    buf_cleanup(&out);
    for (size_t i = 0; i < 6; i++)
        buf_cleanup(&v[i]);
    secret_free(&d);
    private_key_free(&recipient);
    json_decref(file);
}

static void test_round_trip(void)
{
    struct private_key *mine = NULL, *other = NULL, *p384 = NULL;
    struct bytes info = BYTES("transcript"), aad = BYTES("aad"), text = BYTES("documents");
    uint8_t enc[HPKE_ENC_N], again[HPKE_ENC_N];
    struct buf sealed, out;

    ok(private_key_generate(&mine, CURVE_P256) == OC_OK &&
       private_key_generate(&other, CURVE_P256) == OC_OK &&
       private_key_generate(&p384, CURVE_P384) == OC_OK, "keys");
    buf_init(&sealed, 1000);
    buf_init(&out, 1000);
    ok(hpke_seal(enc, &sealed, private_key_public(mine), info, aad, text) == OC_OK &&
       sealed.n == text.n + 16, "sealed");
    ok(hpke_open(&out, mine, BYTES_OF(enc), info, aad, buf_view(&sealed)) == OC_OK &&
       bytes_eq(buf_view(&out), text), "and opened");
    buf_truncate(&out, 0);
    ok(hpke_open(&out, other, BYTES_OF(enc), info, aad, buf_view(&sealed)) == OC_SIGNATURE,
       "not with another key");
    ok(hpke_open(&out, mine, BYTES_OF(enc), BYTES("other"), aad, buf_view(&sealed)) == OC_SIGNATURE,
       "not with another info");
    ok(hpke_open(&out, mine, BYTES_OF(enc), info, BYTES(""), buf_view(&sealed)) == OC_SIGNATURE,
       "not with another aad");
    ok(hpke_open(&out, mine, (struct bytes){ enc, 64 }, info, aad, buf_view(&sealed)) == OC_SHAPE,
       "an encapsulated key that is too short");
    ok(hpke_open(&out, mine, BYTES("\0"), info, aad, buf_view(&sealed)) == OC_SHAPE, "infinity");
    memcpy(again, enc, sizeof enc);
    again[64] ^= 1;
    ok(hpke_open(&out, mine, BYTES_OF(again), info, aad, buf_view(&sealed)) == OC_SHAPE,
       "a point off the curve");
    ok(out.n == 0, "none of these left anything");
    ok(hpke_seal(again, &sealed, private_key_public(p384), info, aad, text) == OC_USAGE &&
       hpke_open(&out, p384, BYTES_OF(enc), info, aad, buf_view(&sealed)) == OC_USAGE,
       "P-256 alone");
    ok(hpke_seal(again, &out, private_key_public(mine), info, aad, text) == OC_OK &&
       memcmp(enc, again, sizeof enc) != 0, "each sealing has a key of its own");
    buf_cleanup(&sealed);
    buf_cleanup(&out);
    private_key_free(&mine);
    private_key_free(&other);
    private_key_free(&p384);
}

int main(void)
{
    if (secret_pool_init() != OC_OK)
        return EXIT_FAILURE;
    test_vector();
    test_round_trip();
    return done();
}
