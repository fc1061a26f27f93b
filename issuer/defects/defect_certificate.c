/*
 * Defects of who signs: the document signer's certificate, and which one the card carries. Each is
 * the signer's own certificate with one thing changed, signed again by the IACA where nothing else
 * is said, so that the key, and the card's signature, stay good.
 */
#include <stdio.h>

#include "codec/cbw.h"
#include "core/date.h"
#include "crypto/random.h"
#include "issuer/defects/card.h"
#include "issuer/defects/certificate.h"

/* Object identifiers, their content octets: those of extensions (2.5.29) and of names (2.5.4). */
#define SUBJECT_KEY_ID BYTES("\x55\x1d\x0e")
#define KEY_USAGE BYTES("\x55\x1d\x0f")
#define ISSUER_ALT_NAME BYTES("\x55\x1d\x12")
#define CRL_POINTS BYTES("\x55\x1d\x1f")
#define AUTHORITY_KEY_ID BYTES("\x55\x1d\x23")
#define EXTENDED_KEY_USAGE BYTES("\x55\x1d\x25")

static const uint8_t country_oid[] = { 0x55, 0x04, 0x06 }, state_oid[] = { 0x55, 0x04, 0x08 },
                     common_name_oid[] = { 0x55, 0x04, 0x03 };

static bool open_certificate(struct wrong_card *card, struct wrong_certificate *c)
{
    if (card->signer->iaca_key == NULL || card->signer->chain_n != 1) {
        wrong_card_fail(card, OC_USAGE,
                        "a certificate that is wrong on purpose is the folder's own signer's");
        return false;
    }
    certificate_take_apart(c, card->signer->chain[0]);
    c->by = card->signer->iaca_key;
    return true;
}

static void close_certificate(struct wrong_card *card, struct wrong_certificate *c)
{
    struct buf der;
    enum oc_err e;

    buf_init(&der, X509_DER_MAX);
    e = certificate_put_together(&der, c);
    if (e != OC_OK)
        wrong_card_fail(card, e, NULL);
    cbw_bstr(&card->x5chain, buf_view(&der));
    buf_cleanup(&der);
    certificate_cleanup(c);
}

static void put_extension(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!open_certificate(card, &c))
        return;
    certificate_put(&c, defect->with);
    close_certificate(card, &c);
}

static void drop_extension(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!open_certificate(card, &c))
        return;
    certificate_drop(&c, defect->with);
    close_certificate(card, &c);
}

/* Extension = SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }, without the second. */
static void uncritical(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;
    struct bytes extension, content = { 0 }, oid;
    struct buf *place, members, made;

    if (!open_certificate(card, &c))
        return;
    buf_init(&members, X509_DER_MAX);
    buf_init(&made, X509_DER_MAX);
    place = certificate_extension(&c, defect->with);
    if (place == NULL) {
        wrong_card_fail(card, OC_BUG, NULL);
    } else {
        extension = buf_view(place);
        der_next(&extension, &content);
        oid = der_next(&content, NULL);
        der_next(&content, NULL);
        buf_add(&members, oid);
        buf_add(&members, content);
        der_put(&made, DER_SEQUENCE, buf_view(&members));
        certificate_put(&c, buf_view(&made));
    }
    buf_cleanup(&made);
    buf_cleanup(&members);
    close_certificate(card, &c);
}

static void set_serial(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!open_certificate(card, &c))
        return;
    certificate_set(&c, TBS_SERIAL, defect->with);
    close_certificate(card, &c);
}

/* UTCTime, which RFC 5280 has until 2049. */
static void put_time(struct buf *out, int64_t seconds)
{
    struct date day = date_of(seconds);
    int of_day = (int)(seconds - date_floor(seconds, DATE_DAY_S));
    char text[32];

    snprintf(text, sizeof text, "%02d%02d%02d%02d%02d%02dZ", day.year % 100, day.month, day.day,
             of_day / DATE_HOUR_S, of_day / 60 % 60, of_day % 60);
    der_put(out, DER_UTC_TIME, bytes_str(text));
}

static void set_validity(struct wrong_card *card, int64_t from, int64_t until)
{
    struct wrong_certificate c;
    struct buf times, validity;

    if (!open_certificate(card, &c))
        return;
    buf_init(&times, X509_DER_MAX);
    buf_init(&validity, X509_DER_MAX);
    put_time(&times, from);
    put_time(&times, until);
    der_put(&validity, DER_SEQUENCE, buf_view(&times));
    certificate_set(&c, TBS_VALIDITY, buf_view(&validity));
    buf_cleanup(&validity);
    buf_cleanup(&times);
    close_certificate(card, &c);
}

/* It ends with the moment of signing, so that the signing itself is in its time. */
static void expired(struct wrong_card *card, const struct defect *defect)
{
    int64_t from, until;

    (void)defect;
    x509_validity(card->signer->chain[0], &from, &until);
    set_validity(card, from, card->right.mso.signed_at);
}

static void not_yet(struct wrong_card *card, const struct defect *defect)
{
    int64_t from, until;

    x509_validity(card->signer->chain[0], &from, &until);
    set_validity(card, card->signer->now + defect->by_s, until);
}

static void long_life(struct wrong_card *card, const struct defect *defect)
{
    int64_t from, until;

    x509_validity(card->signer->chain[0], &from, &until);
    set_validity(card, from, from + defect->by_s);
}

/* The subject with `rdn` in the place of the attributes of that identifier. */
static void set_name(struct wrong_card *card, struct bytes oid, struct bytes rdn)
{
    struct wrong_certificate c;
    struct bytes subject, names = { 0 }, one;
    struct buf kept, made;

    if (!open_certificate(card, &c))
        return;
    buf_init(&kept, X509_DER_MAX);
    buf_init(&made, X509_DER_MAX);
    buf_add(&kept, rdn);
    subject = buf_view(&c.fields[TBS_SUBJECT]);
    der_next(&subject, &names);
    while ((one = der_next(&names, NULL)).p != NULL) {
        struct bytes set = one, attribute = { 0 }, pair = { 0 }, type = { 0 };

        der_next(&set, &attribute);
        der_next(&attribute, &pair);
        der_next(&pair, &type);
        if (!bytes_eq(type, oid))
            buf_add(&kept, one);
    }
    der_put(&made, DER_SEQUENCE, buf_view(&kept));
    certificate_set(&c, TBS_SUBJECT, buf_view(&made));
    buf_cleanup(&made);
    buf_cleanup(&kept);
    close_certificate(card, &c);
}

static void other_country(struct wrong_card *card, const struct defect *defect)
{
    set_name(card, BYTES_OF(country_oid), defect->with);
}

static void other_state(struct wrong_card *card, const struct defect *defect)
{
    struct x509_facts facts = { .version = 0 };

    if (card->signer->iaca != NULL)
        x509_describe(card->signer->iaca, &facts);
    if (facts.state[0] == '\0')
        wrong_card_fail(card, OC_USAGE, "the IACA names no state that the signer's could differ from");
    else
        set_name(card, BYTES_OF(state_oid), defect->with);
}

static void without_name(struct wrong_card *card, const struct defect *defect)
{
    set_name(card, BYTES_OF(common_name_oid), defect->with);
}

/* A modulus that nobody has the factors of: nothing is ever signed with it. */
static void rsa_key(struct wrong_card *card, const struct defect *defect)
{
    enum { MODULUS_N = 256 };
    uint8_t modulus[MODULUS_N];
    enum oc_err e = random_bytes(modulus, sizeof modulus);
    struct wrong_certificate c;

    if (e != OC_OK) {
        wrong_card_fail(card, e, NULL);
        return;
    }
    if (!open_certificate(card, &c))
        return;
    modulus[0] |= 0x80;
    modulus[MODULUS_N - 1] |= 1;
    certificate_set(&c, TBS_KEY, defect->with);
    buf_add(&c.fields[TBS_KEY], BYTES_OF(modulus));
    buf_add(&c.fields[TBS_KEY], BYTES("\x02\x03\x01\x00\x01"));
    close_certificate(card, &c);
}

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

    if (!open_certificate(card, &c))
        return;
    if (private_key_curve(c.by) != private_key_curve(card->signer->key))
        wrong_card_fail(card, OC_USAGE, "the signer's key is on another curve than the IACA's");
    certificate_set(&c, TBS_ISSUER, buf_view(&c.fields[TBS_SUBJECT]));
    name_authority(&c, defect->with);
    c.by = card->signer->key;
    close_certificate(card, &c);
}

/* The IACA's name and identifier, and the signature of another key. */
static void by_another(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;
    struct private_key *key = NULL;
    enum oc_err e;

    (void)defect;
    if (!open_certificate(card, &c))
        return;
    e = private_key_generate(&key, private_key_curve(c.by));
    if (e != OC_OK)
        c.err = e;
    else
        c.by = key;
    close_certificate(card, &c);
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
    if (!open_certificate(card, &c))
        return;
    e = change_key(&c, card);
    if (e != OC_OK)
        c.err = e;
    close_certificate(card, &c);
}

/* The IACA's before the signer's. */
static void wrong_order(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    if (card->signer->iaca == NULL) {
        wrong_card_fail(card, OC_USAGE, "this defect needs the folder's IACA");
        return;
    }
    cbw_array(&card->x5chain, 2);
    cbw_bstr(&card->x5chain, x509_der(card->signer->iaca));
    cbw_bstr(&card->x5chain, x509_der(card->signer->chain[0]));
}

/* SubjectPublicKeyInfo of rsaEncryption with 2048 bits, up to the modulus. */
#define RSA_HEAD                                                                                \
    "\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01"  \
    "\x0f\x00\x30\x82\x01\x0a\x02\x82\x01\x01\x00"

/* AuthorityKeyIdentifier as an Extension, up to the twenty bytes of the identifier. */
#define AUTHORITY_HEAD "\x30\x1f\x06\x03\x55\x1d\x23\x04\x18\x30\x16\x80\x14"

const struct defect defects_certificate[] = {
    { .name = "x5chain-of-another", .text = "the certificate is that of another signer of the IACA",
      .check = "issuer.signature", .stage = DEFECT_CERTIFICATE, .make = of_another },
    { .name = "x5chain-wrong-order", .text = "the IACA's certificate stands before the signer's",
      .check = "signer.profile", .also = "issuer.signature", .stage = DEFECT_CERTIFICATE, .make = wrong_order },
    { .name = "signer-expired", .text = "the signer's certificate ended when it had signed",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = expired },
    { .name = "signer-not-yet", .text = "the signer's certificate begins to be valid in a day",
      .check = "signer.chain", .also = "mso.signed", .stage = DEFECT_CERTIFICATE, .make = not_yet, .by_s = DATE_DAY_S },
    { .name = "signer-long-life", .text = "the signer's certificate is valid for 458 days",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = long_life,
      .by_s = 458 * DATE_DAY_S },
    { .name = "signer-self-signed", .text = "the signer's certificate is signed by itself",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = self_signed,
      .with = BYTES(AUTHORITY_HEAD) },
    { .name = "signer-by-another",
      .text = "the signer's certificate is signed by another key than the IACA's",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = by_another },
    { .name = "signer-rsa", .text = "the signer's certificate has an RSA key",
      .check = "signer.chain", .also = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = rsa_key, .with = BYTES(RSA_HEAD) },
    { .name = "signer-other-country", .text = "the signer's country is not the IACA's",
      .check = "signer.country", .stage = DEFECT_CERTIFICATE, .make = other_country,
      .with = BYTES("\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02" "ZZ") },
    { .name = "signer-other-state", .text = "the signer's state or province is not the IACA's",
      .check = "signer.country", .stage = DEFECT_CERTIFICATE, .make = other_state,
      .with = BYTES("\x31\x12\x30\x10\x06\x03\x55\x04\x08\x0c\x09" "Elsewhere") },
    { .name = "signer-without-name", .text = "the signer's certificate has no common name",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = without_name },
    { .name = "signer-serial-negative", .text = "the certificate's serial number is negative",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = set_serial,
      .with = BYTES("\x02\x01\xff") },
    { .name = "signer-eku-missing", .text = "the signer's certificate has no extended key usage",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = EXTENDED_KEY_USAGE },
    { .name = "signer-eku-reader", .text = "the signer's certificate is one for readers",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES("\x30\x15\x06\x03\x55\x1d\x25\x01\x01\xff\x04\x0b\x30\x09\x06\x07\x28\x81\x8c"
                    "\x5d\x05\x01\x06") },
    { .name = "signer-eku-not-critical",
      .text = "the extended key usage of the signer's certificate is not critical",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = uncritical,
      .with = EXTENDED_KEY_USAGE },
    { .name = "signer-key-usage-missing", .text = "the signer's certificate has no key usage",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = KEY_USAGE },
    { .name = "signer-key-usage-other",
      .text = "the key usage of the signer's certificate is nonRepudiation",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES("\x30\x0e\x06\x03\x55\x1d\x0f\x01\x01\xff\x04\x04\x03\x02\x06\x40") },
    { .name = "signer-is-ca", .text = "the signer's certificate is that of a CA",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES("\x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05\x30\x03\x01\x01\xff") },
    { .name = "signer-unknown-critical",
      .text = "the signer's certificate has a critical extension that nobody knows",
      .check = "signer.chain", .also = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES("\x30\x0c\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x02\x05\x00") },
    { .name = "signer-ski-missing", .text = "the signer's certificate has no subject key identifier",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = SUBJECT_KEY_ID },
    { .name = "signer-aki-missing",
      .text = "the signer's certificate has no authority key identifier",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = AUTHORITY_KEY_ID },
    { .name = "signer-aki-wrong",
      .text = "the authority key identifier of the signer's certificate is not the IACA's",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES(AUTHORITY_HEAD "not the issuer's key") },
    { .name = "signer-issuer-alt-name-missing",
      .text = "the signer's certificate has no issuer alternative name",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = ISSUER_ALT_NAME },
    { .name = "signer-crl-missing",
      .text = "the signer's certificate has no CRL distribution point",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = drop_extension,
      .with = CRL_POINTS },
    { 0 },
};
