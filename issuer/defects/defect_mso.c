/* Defects of the MobileSecurityObject but for its times, keys and digests. */
#include "codec/cbw.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

/* The map's head becomes that of an indefinite length, and the map ends with a break. */
static void make_indefinite(struct wrong_card *card, const struct defect *defect)
{
    struct bytes head = { card->mso.p, 1 };

    (void)defect;
    patch_bytes(&card->mso, head, BYTES("\xbf"));
    buf_add_byte(&card->mso, 0xff);
}

static void append(struct wrong_card *card, const struct defect *defect)
{
    buf_add(&card->mso, defect->with);
}

static void cut(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    if (card->mso.n > 0)
        buf_truncate(&card->mso, card->mso.n - 1);
}

/* The payload without tag 24 and byte string. */
static void bare_payload(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    buf_truncate(&card->payload, 0);
    cbw_raw(&card->payload, buf_view(&card->mso));
}

const struct defect defects_mso[] = {
    { .name = "mso-version-other", .text = "the MSO's version is 2.0",
      .check = "mso.version", .stage = DEFECT_MSO,
      .make = wrong_mso_set, .path = "version", .with = BYTES("\x63" "2.0") },
    { .name = "mso-version-missing", .text = "the MSO has no version",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove, .path = "version" },
    { .name = "mso-version-number", .text = "the MSO's version is a number, not text",
      .check = "message", .stage = DEFECT_MSO,
      .make = wrong_mso_set, .path = "version", .with = BYTES("\x01") },
    { .name = "mso-digest-algorithm-unknown", .text = "the digest algorithm is one nobody knows",
      .check = "mso.digests", .stage = DEFECT_MSO,
      .make = wrong_mso_set, .path = "digestAlgorithm", .with = BYTES("\x67" "SHA-999") },
    { .name = "mso-digest-algorithm-sha1", .text = "the digest algorithm is named as SHA-1",
      .check = "mso.digests", .stage = DEFECT_MSO,
      .make = wrong_mso_set, .path = "digestAlgorithm", .with = BYTES("\x65" "SHA-1") },
    { .name = "mso-digest-algorithm-missing", .text = "the MSO has no digest algorithm",
      .check = "message", .stage = DEFECT_MSO,
      .make = wrong_mso_remove, .path = "digestAlgorithm" },
    { .name = "mso-doc-type-missing", .text = "the MSO has no document type",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove, .path = "docType" },
    { .name = "mso-doc-type-not-utf8", .text = "the document type is text that is not UTF-8",
      .check = "message", .stage = DEFECT_MSO,
      .make = wrong_mso_set, .path = "docType", .with = BYTES("\x62\xc3\x28") },
    { .name = "mso-key-twice", .text = "a key stands twice in the MSO",
      .check = "message", .stage = DEFECT_MSO,
      .make = wrong_mso_add, .path = "", .with = BYTES("\x67" "version" "\x63" "1.0") },
    { .name = "mso-indefinite-length", .text = "the MSO is a map of indefinite length",
      .check = "message", .stage = DEFECT_MSO, .make = make_indefinite },
    { .name = "mso-trailing-byte", .text = "a byte follows the MSO inside its byte string",
      .check = "message", .stage = DEFECT_MSO, .make = append, .with = BYTES("\0") },
    { .name = "mso-truncated", .text = "the last byte of the MSO is missing",
      .check = "message", .stage = DEFECT_MSO, .make = cut },
    { .name = "mso-not-embedded", .text = "the payload is the MSO itself, not tag 24 around it",
      .check = "message", .stage = DEFECT_HEADERS, .make = bare_payload },
    { 0 },
};
