/* Defects of which certificate the card carries, and who has signed that. */
#include "codec/cbw.h"
#include "core/date.h"
#include "issuer/defects/certificate.h"

/* The authority key identifier becomes the subject's own; `head` is all of it but those bytes. */
static void name_authority(struct wrong_certificate *c, struct bytes head)
{
    enum { IDENTIFIER_N = 20 };
    const struct buf *own = certificate_extension(c, SUBJECT_KEY_ID);
    struct buf made;

    if (own == NULL || own->n < IDENTIFIER_N) {
        c->err = OC_BUG;
        return;
    }
    buf_init(&made, X509_DER_MAX);
    buf_add(&made, head);
    buf_add(&made, (struct bytes){ own->p + own->n - IDENTIFIER_N, IDENTIFIER_N });
    certificate_put(c, buf_view(&made));
    buf_cleanup(&made);
}

/* The certificate goes on naming the algorithm that the IACA signed it with. */
static void self_signed(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!wrong_certificate_open(card, &c))
        return;
    if (private_key_curve(c.by) != private_key_curve(card->signer->key))
        wrong_card_fail(card, OC_USAGE, "the signer's key is on another curve than the IACA's");
    certificate_set(&c, TBS_ISSUER, buf_view(&c.fields[TBS_SUBJECT]));
    name_authority(&c, defect->with);
    c.by = card->signer->key;
    wrong_certificate_close(card, &c);
}

/* The IACA's name and identifier, and the signature of another key. */
static void by_another(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;
    struct private_key *key = NULL;
    enum oc_err e;

    (void)defect;
    if (!wrong_certificate_open(card, &c))
        return;
    e = private_key_generate(&key, private_key_curve(c.by));
    if (e != OC_OK)
        c.err = e;
    else
        c.by = key;
    wrong_certificate_close(card, &c);
    private_key_free(&key);
}

/* Key and key identifier of a key just made, taken from a certificate made for it. */
static enum oc_err change_key(struct wrong_certificate *c, const struct wrong_card *card)
{
    const struct x509_spec spec = {
        .common_name = "Another", .not_before = card->signer->now,
        .not_after = card->signer->now + DATE_DAY_S,
    };
    struct wrong_certificate other = { .extensions_n = 0 };
    struct private_key *key = NULL;
    struct x509_cert *made = NULL;
    struct buf *id;
    enum oc_err e;

    if ((e = private_key_generate(&key, private_key_curve(card->signer->key))) != OC_OK ||
        (e = x509_make(&made, &spec, private_key_public(key), NULL, key)) != OC_OK)
        goto out;
    certificate_take_apart(&other, made);
    id = certificate_extension(&other, SUBJECT_KEY_ID);
    if (id == NULL) {
        e = OC_BUG;
        goto out;
    }
    certificate_set(c, TBS_KEY, buf_view(&other.fields[TBS_KEY]));
    certificate_put(c, buf_view(id));
out:
    certificate_cleanup(&other);
    x509_free(&made);
    private_key_free(&key);
    return e;
}

static void of_another(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;
    enum oc_err e;

    (void)defect;
    if (!wrong_certificate_open(card, &c))
        return;
    e = change_key(&c, card);
    if (e != OC_OK)
        c.err = e;
    wrong_certificate_close(card, &c);
}

/* The IACA's before the signer's. */
static void wrong_order(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    if (card->signer->iaca == NULL) {
        wrong_card_fail(card, OC_USAGE, "this defect needs the IACA's certificate in the folder (iaca.pem)");
        return;
    }
    cbw_array(&card->x5chain, 2);
    cbw_bstr(&card->x5chain, x509_der(card->signer->iaca));
    cbw_bstr(&card->x5chain, x509_der(card->signer->chain[0]));
}

const struct defect defects_chain[] = {
    { .name = "x5chain-of-another", .text = "the certificate is that of another signer of the IACA",
      .check = "issuer.signature", .stage = DEFECT_CERTIFICATE, .make = of_another },
    { .name = "x5chain-wrong-order", .text = "the IACA's certificate stands before the signer's",
      .check = "signer.profile", .also = "issuer.signature",
      .stage = DEFECT_CERTIFICATE, .make = wrong_order },
    { .name = "signer-self-signed", .text = "the signer's certificate is signed by itself",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = self_signed,
      .with = BYTES(AUTHORITY_HEAD) },
    { .name = "signer-by-another",
      .text = "the signer's certificate is signed by another key than the IACA's",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = by_another },
    { 0 },
};
