/*
 * Defects of what stands in the document signer's certificate. Each is the signer's own with one
 * thing changed, signed again by the IACA, so that the card's signature stays good.
 */
#include <stdio.h>
#include <string.h>

#include "core/date.h"
#include "crypto/random.h"
#include "issuer/defects/certificate.h"

/* Object identifiers of attributes in names, their content octets. */
#define NOWHERE "ZZ"        /* a country code that ISO 3166-1 leaves to its users */

static const uint8_t country_oid[] = { 0x55, 0x04, 0x06 }, state_oid[] = { 0x55, 0x04, 0x08 },
                     common_name_oid[] = { 0x55, 0x04, 0x03 };

static void put_extension(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!wrong_certificate_open(card, &c))
        return;
    certificate_put(&c, defect->with);
    wrong_certificate_close(card, &c);
}

static void drop_extension(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!wrong_certificate_open(card, &c))
        return;
    certificate_drop(&c, defect->with);
    wrong_certificate_close(card, &c);
}

/* Extension = SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }: the second goes. */
static void uncritical(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;
    struct bytes extension, content = { 0 }, oid;
    struct buf *place, members, made;

    if (!wrong_certificate_open(card, &c))
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
    wrong_certificate_close(card, &c);
}

static void set_serial(struct wrong_card *card, const struct defect *defect)
{
    struct wrong_certificate c;

    if (!wrong_certificate_open(card, &c))
        return;
    certificate_set(&c, TBS_SERIAL, defect->with);
    wrong_certificate_close(card, &c);
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

    if (!wrong_certificate_open(card, &c))
        return;
    buf_init(&times, X509_DER_MAX);
    buf_init(&validity, X509_DER_MAX);
    put_time(&times, from);
    put_time(&times, until);
    der_put(&validity, DER_SEQUENCE, buf_view(&times));
    certificate_set(&c, TBS_VALIDITY, buf_view(&validity));
    buf_cleanup(&validity);
    buf_cleanup(&times);
    wrong_certificate_close(card, &c);
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

    if (!wrong_certificate_open(card, &c))
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
    wrong_certificate_close(card, &c);
}

/* What the IACA says of itself; nothing without one. */
static struct x509_facts iaca_facts(const struct wrong_card *card)
{
    struct x509_facts facts = { .version = 0 };

    if (card->signer->iaca != NULL)
        x509_describe(card->signer->iaca, &facts);
    return facts;
}

static void other_country(struct wrong_card *card, const struct defect *defect)
{
    if (strcmp(iaca_facts(card).country, NOWHERE) == 0)
        wrong_card_fail(card, OC_USAGE, "the IACA's country is the one that would be put there");
    else
        set_name(card, BYTES_OF(country_oid), defect->with);
}

static void other_state(struct wrong_card *card, const struct defect *defect)
{
    if (iaca_facts(card).state[0] == '\0')
        wrong_card_fail(card, OC_USAGE, "the IACA names no state for the signer's to differ from");
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
    if (!wrong_certificate_open(card, &c))
        return;
    modulus[0] |= 0x80;
    modulus[MODULUS_N - 1] |= 1;
    certificate_set(&c, TBS_KEY, defect->with);
    buf_add(&c.fields[TBS_KEY], BYTES_OF(modulus));
    buf_add(&c.fields[TBS_KEY], BYTES("\x02\x03\x01\x00\x01"));
    wrong_certificate_close(card, &c);
}

/* SubjectPublicKeyInfo of rsaEncryption with 2048 bits, up to the modulus. */
#define RSA_HEAD                                                                                \
    "\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x82\x01"  \
    "\x0f\x00\x30\x82\x01\x0a\x02\x82\x01\x01\x00"

const struct defect defects_certificate[] = {
    { .name = "signer-expired", .text = "the signer's certificate ended when it had signed",
      .check = "signer.chain", .stage = DEFECT_CERTIFICATE, .make = expired },
    { .name = "signer-not-yet", .text = "the signer's certificate begins to be valid in a day",
      .check = "signer.chain", .also = "mso.signed",
      .stage = DEFECT_CERTIFICATE, .make = not_yet, .by_s = DATE_DAY_S },
    { .name = "signer-long-life", .text = "the signer's certificate is valid for 458 days",
      .check = "signer.profile", .stage = DEFECT_CERTIFICATE, .make = long_life,
      .by_s = 458 * (int64_t)DATE_DAY_S },
    { .name = "signer-rsa", .text = "the signer's certificate has an RSA key",
      .check = "signer.chain", .also = "signer.profile",
      .stage = DEFECT_CERTIFICATE, .make = rsa_key, .with = BYTES(RSA_HEAD) },
    { .name = "signer-other-country", .text = "the signer's country is not the IACA's",
      .check = "signer.country", .also = "signer.issuing_country",
      .stage = DEFECT_CERTIFICATE, .make = other_country,
      .with = BYTES("\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02" NOWHERE) },
    { .name = "signer-other-state", .text = "the signer's state or province is not the IACA's",
      .check = "signer.country", .also = "signer.issuing_country",
      .stage = DEFECT_CERTIFICATE, .make = other_state,
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
      .check = "signer.chain", .also = "signer.profile",
      .stage = DEFECT_CERTIFICATE, .make = put_extension,
      .with = BYTES("\x30\x0c\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x02\x05\x00") },
    { .name = "signer-ski-missing",
      .text = "the signer's certificate has no subject key identifier",
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
