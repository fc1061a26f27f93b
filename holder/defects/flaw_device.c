/* Flaws of the device's signature, most of which its MAC can have too. */
#include "holder/defects/response.h"
#include "wrong/cose.h"
#include "wrong/patch.h"

#define ALG "#1"

/* [null, null, null]: a session that nobody has. */
#define NO_SESSION BYTES("\x83\xf6\xf6\xf6")

static struct bytes doc_type(const struct wrong_response *r)
{
    return r->right.documents[0].doc_type;
}

static void other_transcript(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    wrong_response_authenticate(r, NO_SESSION, doc_type(r), buf_view(&r->spaces));
}

static void other_doc_type(struct wrong_response *r, const struct flaw *flaw)
{
    wrong_response_authenticate(r, r->showing->transcript, flaw->with, buf_view(&r->spaces));
}

static void other_spaces(struct wrong_response *r, const struct flaw *flaw)
{
    wrong_response_authenticate(r, r->showing->transcript, doc_type(r), flaw->with);
}

/* Without tag 24 and byte string. */
static void bare_authentication(struct wrong_response *r, const struct flaw *flaw)
{
    struct buf bare;

    (void)flaw;
    buf_init(&bare, MDOC_BYTES_MAX);
    patch_unwrap(&bare, buf_view(&r->authentication));
    buf_take(&r->authentication, &bare);
}

static void other_key(struct wrong_response *r, const struct flaw *flaw)
{
    enum oc_err e = private_key_generate(&r->own_key, private_key_curve(r->key));

    (void)flaw;
    if (e == OC_OK)
        r->key = r->own_key;
    else
        wrong_response_fail(r, e, NULL);
}

/* An algorithm that is right in itself, and not of the device key's curve. */
static void other_algorithm(struct wrong_response *r, const struct flaw *flaw)
{
    bool is_es256 = curve_info(private_key_curve(r->key))->alg == COSE_ES256;

    patch_set(&r->protected_header, flaw->path, is_es256 ? BYTES("\x38\x22") : BYTES("\x26"));
}

/* A header of nothing is a byte string of no bytes: RFC 9052, section 3. */
static void without_algorithm(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_truncate(&r->protected_header, 0);
}

/* The one pair that is protected stands in the other header. */
static void unprotected_algorithm(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_take(&r->unprotected_header, &r->protected_header);
}

static void attach(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    r->is_attached = true;
}

static void flip(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    wrong_last_bit(&r->proof);
}

static void cut(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    buf_truncate(&r->proof, r->proof.n - 1);
}

static void as_der(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    if (curve_info(private_key_curve(r->key))->is_okp)
        wrong_response_fail(r, OC_USAGE, "this defect is one of ECDSA signatures; make the keys "
                                         "with --curve P-256");
    else
        wrong_der(&r->proof);
}

/* Its own tag before the COSE structure. */
static void tag(struct wrong_response *r, const struct flaw *flaw)
{
    char path[PATCH_PATH_N] = "deviceSigned/deviceAuth";
    struct buf tagged;

    if (!patch_enter(path, bytes_str(wrong_response_proof_name(r)))) {
        wrong_response_fail(r, OC_BUG, NULL);
        return;
    }
    buf_init(&tagged, MDOC_BYTES_MAX);
    buf_add(&tagged, flaw->with);
    buf_add(&tagged, patch_get(buf_view(&r->document), path));
    patch_move(&r->document, path, &tagged);
}

const struct flaw flaws_device[] = {
    { .name = "device-transcript-other",
      .text = "the device signs the transcript of another session",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .make = other_transcript },
    { .name = "device-doc-type-other", .text = "the device signs another document type",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .make = other_doc_type,
      .with = BYTES("org.example.other") },
    { .name = "device-name-spaces-other",
      .text = "the device signs its empty name spaces encoded in another way than they are sent",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .make = other_spaces,
      .with = BYTES("\xb9\0\0") },
    { .name = "device-authentication-bare",
      .text = "the device signs DeviceAuthentication itself, not tag 24 around it",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION,
      .make = bare_authentication },
    { .name = "device-key-other", .text = "another key than the card's device key signs",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_SIGNED,
      .make = other_key },
    { .name = "device-alg-other", .text = "the algorithm does not go with the device key's curve",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION, .need = FLAW_SIGNED,
      .make = other_algorithm, .path = ALG },
    { .name = "device-alg-missing", .text = "the device's protected header names no algorithm",
      .check = "device.authentication", .stage = FLAW_AUTHENTICATION,
      .make = without_algorithm },
    { .name = "device-alg-unprotected",
      .text = "the device's algorithm stands in the unprotected header",
      .check = "message", .stage = FLAW_AUTHENTICATION, .make = unprotected_algorithm },
    { .name = "device-payload-attached",
      .text = "the device's signature or MAC carries what it is over",
      .check = "message", .stage = FLAW_PROOF, .make = attach },
    { .name = "device-proof-wrong", .text = "the device's signature or MAC is wrong by one bit",
      .check = "device.authentication", .stage = FLAW_PROOF, .make = flip },
    { .name = "device-proof-truncated",
      .text = "the device's signature or MAC lacks its last byte",
      .check = "device.authentication", .stage = FLAW_PROOF, .make = cut },
    { .name = "device-signature-der", .text = "the device's signature is DER, not r and s",
      .check = "device.authentication", .stage = FLAW_PROOF, .need = FLAW_SIGNED,
      .make = as_der },
    { .name = "device-signature-tagged", .text = "the device's signature has the COSE tag 18",
      .check = "message", .stage = FLAW_DOCUMENT, .need = FLAW_SIGNED, .make = tag,
      .with = BYTES("\xd2") },
    { .name = "device-mac-tagged", .text = "the device's MAC has the COSE tag 17",
      .check = "message", .stage = FLAW_DOCUMENT, .need = FLAW_MACED, .make = tag,
      .with = BYTES("\xd1") },
    { 0 },
};
