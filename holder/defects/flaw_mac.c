/* Flaws of the device's MAC alone: its key and algorithm. */
#include "holder/defects/response.h"
#include "mdoc/auth.h"
#include "wrong/patch.h"

#define ALG "#1"

static void agree(struct wrong_response *r, const struct private_key *mine,
                  struct bytes transcript)
{
    enum oc_err e;

    secret_free(&r->mac_key);
    e = mdoc_emac_key(&r->mac_key, mine, r->showing->reader_key, transcript);
    if (e != OC_OK)
        wrong_response_fail(r, e, NULL);
}

static void key_of_another(struct wrong_response *r, const struct flaw *flaw)
{
    enum oc_err e = private_key_generate(&r->own_key, private_key_curve(r->key));

    (void)flaw;
    if (e == OC_OK)
        agree(r, r->own_key, r->showing->transcript);
    else
        wrong_response_fail(r, e, NULL);
}

static void key_of_session(struct wrong_response *r, const struct flaw *flaw)
{
    agree(r, r->key, flaw->with);
}

static void set_algorithm(struct wrong_response *r, const struct flaw *flaw)
{
    patch_set(&r->protected_header, flaw->path, flaw->with);
}

const struct flaw flaws_mac[] = {
    { .name = "mac-key-other", .text = "the MAC's key is agreed with another key than the card's",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_MACED,
      .make = key_of_another },
    { .name = "mac-key-session-other",
      .text = "the MAC's key is derived from the transcript of another session",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_MACED,
      .make = key_of_session, .with = BYTES("\x83\xf6\xf6\xf6") },
    { .name = "mac-alg-short", .text = "the MAC names the algorithm HMAC 256/64",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_MACED,
      .make = set_algorithm, .path = ALG, .with = BYTES("\x04") },
    { .name = "mac-alg-of-signatures", .text = "the MAC names the algorithm ES256",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_MACED,
      .make = set_algorithm, .path = ALG, .with = BYTES("\x26") },
    { 0 },
};
