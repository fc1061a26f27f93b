/* Defects of issuerAuth: headers, payload and signature. */
#include "codec/cbw.h"
#include "issuer/defects/card.h"
#include "wrong/cose.h"
#include "wrong/patch.h"

static void flip_last(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    wrong_last_bit(&card->signature);
}

static void cut(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    buf_truncate(&card->signature, card->signature.n - 1);
}

static void as_der(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    if (curve_info(private_key_curve(card->key))->is_okp)
        wrong_card_fail(card, OC_USAGE, "this defect is one of ECDSA signatures; make the issuer "
                                        "with init --curve P-256");
    else
        wrong_der(&card->signature);
}

/* The same MSO with a longer head is what is signed: as by one who encodes anew before signing. */
static void sign_reencoded(struct wrong_card *card, const struct defect *defect)
{
    struct buf mso;

    (void)defect;
    buf_init(&mso, MDOC_BYTES_MAX);
    buf_add_byte(&mso, 0xb9);
    buf_add_byte(&mso, 0);
    buf_add_byte(&mso, card->mso.p[0] & 0x1f);
    buf_add(&mso, (struct bytes){ card->mso.p + 1, card->mso.n - 1 });
    cbw_embedded(&card->signed_payload, buf_view(&mso));
    buf_fail(&card->signed_payload, mso.err);
    buf_cleanup(&mso);
}

static void sign_untagged(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    cbw_raw(&card->signed_payload, buf_view(&card->mso));
}

static void new_key(struct wrong_card *card, const struct defect *defect)
{
    enum oc_err e = private_key_generate(&card->own_key, private_key_curve(card->signer->key));

    (void)defect;
    if (e == OC_OK)
        card->key = card->own_key;
    else
        wrong_card_fail(card, e, NULL);
}

/* An algorithm that is right in itself, and not of the signer's curve. */
static void other_algorithm(struct wrong_card *card, const struct defect *defect)
{
    bool is_es256 = curve_info(private_key_curve(card->key))->alg == COSE_ES256;

    patch_set(&card->protected_header, defect->path,
              is_es256 ? BYTES("\x38\x22") : BYTES("\x26"));
}

/* A header of nothing is a byte string of no bytes: RFC 9052, section 3. */
static void without_algorithm(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    buf_truncate(&card->protected_header, 0);
}

static void unprotected_algorithm(struct wrong_card *card, const struct defect *defect)
{
    struct bytes alg = patch_get(buf_view(&card->protected_header), defect->path);
    struct buf pair;

    buf_init(&pair, MDOC_BYTES_MAX);
    buf_add(&pair, defect->with);
    cbw_raw(&pair, alg);
    patch_add(&card->unprotected_header, "", buf_view(&pair));
    buf_truncate(&card->protected_header, 0);
    buf_cleanup(&pair);
}

static void protect(struct wrong_card *card, const struct defect *defect)
{
    patch_add(&card->protected_header, "", defect->with);
}

static void set_algorithm(struct wrong_card *card, const struct defect *defect)
{
    patch_set(&card->protected_header, defect->path, defect->with);
}

static void without_chain(struct wrong_card *card, const struct defect *defect)
{
    patch_remove(&card->unprotected_header, defect->path);
}

static void set_chain(struct wrong_card *card, const struct defect *defect)
{
    patch_set(&card->unprotected_header, defect->path, defect->with);
}

static void tag(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    card->is_tagged = true;
}

static void detach(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    card->is_detached = true;
}

#define ALG "#1"
#define X5CHAIN "#33"

const struct defect defects_auth[] = {
    { .name = "signature-wrong", .text = "the issuer's signature is wrong by one bit",
      .check = "issuer.signature", .stage = DEFECT_SIGNED, .make = flip_last },
    { .name = "signature-truncated", .text = "the issuer's signature lacks its last byte",
      .check = "issuer.signature", .stage = DEFECT_SIGNED, .make = cut },
    { .name = "signature-der", .text = "the issuer's signature is DER, not r and s",
      .check = "issuer.signature", .stage = DEFECT_SIGNED, .make = as_der },
    { .name = "signature-of-reencoded",
      .text = "the signature is over the MSO encoded in another way than it is sent",
      .check = "issuer.signature", .stage = DEFECT_HEADERS, .make = sign_reencoded },
    { .name = "signature-of-bare-mso",
      .text = "the signature is over the MSO itself, not over tag 24 around it",
      .check = "issuer.signature", .stage = DEFECT_HEADERS, .make = sign_untagged },
    { .name = "signature-by-another",
      .text = "the signature is by another key than the certificate's",
      .check = "issuer.signature", .stage = DEFECT_MSO, .make = new_key },
    { .name = "alg-other", .text = "the algorithm does not go with the signer's curve",
      .check = "issuer.algorithm", .stage = DEFECT_HEADERS, .make = other_algorithm,
      .path = ALG },
    { .name = "alg-unknown", .text = "the algorithm is a number that nobody has assigned",
      .check = "issuer.algorithm", .stage = DEFECT_HEADERS, .make = set_algorithm,
      .path = ALG, .with = BYTES("\x3a\x00\x0f\x42\x3f") },
    { .name = "alg-missing", .text = "the protected header names no algorithm",
      .check = "issuer.algorithm", .stage = DEFECT_HEADERS, .make = without_algorithm },
    { .name = "alg-unprotected", .text = "the algorithm stands in the unprotected header",
      .check = "message", .stage = DEFECT_HEADERS, .make = unprotected_algorithm, .path = ALG,
      .with = BYTES("\x01") },
    { .name = "crit-unknown", .text = "a critical header parameter is one that nobody knows",
      .check = "message", .stage = DEFECT_HEADERS, .make = protect,
      .with = BYTES("\x02\x81\x3a\x00\x0f\x42\x3f") },
    { .name = "auth-tagged", .text = "issuerAuth has the COSE tag 18 around it",
      .check = "message", .stage = DEFECT_SIGNED, .make = tag },
    { .name = "payload-detached", .text = "issuerAuth has null in the payload's place",
      .check = "message", .stage = DEFECT_SIGNED, .make = detach },
    { .name = "x5chain-missing", .text = "issuerAuth carries no certificate",
      .check = "signer.chain", .stage = DEFECT_HEADERS, .make = without_chain, .path = X5CHAIN },
    { .name = "x5chain-empty", .text = "issuerAuth carries a list of no certificates",
      .check = "message", .stage = DEFECT_HEADERS, .make = set_chain, .path = X5CHAIN,
      .with = BYTES("\x80") },
    { .name = "x5chain-not-a-certificate",
      .text = "issuerAuth carries bytes that are no certificate",
      .check = "signer.chain", .stage = DEFECT_HEADERS, .make = set_chain, .path = X5CHAIN,
      .with = BYTES("\x43" "DER") },
    { .name = "x5chain-protected-too", .text = "the certificate stands in both headers",
      .check = "message", .stage = DEFECT_HEADERS, .make = protect,
      .with = BYTES("\x18\x21\x43" "DER") },
    { 0 },
};
