/* Defects of validityInfo: times that contradict each other, the signer or now, and times that are
 * not written as the standard asks. */
#include "codec/cbw.h"
#include "core/date.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

static void set_time(struct wrong_card *card, const struct defect *defect, int64_t from)
{
    struct buf time;

    buf_init(&time, MDOC_BYTES_MAX);
    cbw_tdate(&time, from + defect->by_s);
    patch_move(&card->mso, defect->path, &time);
}

static void from_now(struct wrong_card *card, const struct defect *defect)
{
    set_time(card, defect, card->signer->now);
}

static void from_begin(struct wrong_card *card, const struct defect *defect)
{
    set_time(card, defect, card->right.mso.valid_from);
}

static void from_signer_begin(struct wrong_card *card, const struct defect *defect)
{
    int64_t begin, end;

    x509_validity(card->signer->chain[0], &begin, &end);
    set_time(card, defect, begin);
}

static void from_signer_end(struct wrong_card *card, const struct defect *defect)
{
    int64_t begin, end;

    x509_validity(card->signer->chain[0], &begin, &end);
    set_time(card, defect, end);
}

/* The moment that validFrom names, with another ending than Z. */
static void end_with(struct wrong_card *card, const struct defect *defect)
{
    char text[DATE_TIME_TEXT_N] = "";
    struct buf time, string;

    buf_init(&time, MDOC_BYTES_MAX);
    buf_init(&string, MDOC_BYTES_MAX);
    if (!date_time_write(card->right.mso.valid_from, text))
        wrong_card_fail(card, OC_BUG, NULL);
    buf_add(&string, (struct bytes){ (const uint8_t *)text, sizeof text - sizeof "Z" });
    buf_add(&string, defect->with);
    cbw_tag(&time, CBOR_TAG_TDATE);
    cbw_tstr(&time, buf_view(&string));
    patch_move(&card->mso, defect->path, &time);
    buf_cleanup(&string);
}

static void full_date(struct wrong_card *card, const struct defect *defect)
{
    struct buf time;

    buf_init(&time, MDOC_BYTES_MAX);
    cbw_full_date(&time, card->right.mso.valid_from);
    patch_move(&card->mso, defect->path, &time);
}

/* Tag 1, seconds since 1970. */
static void epoch(struct wrong_card *card, const struct defect *defect)
{
    struct buf time;

    buf_init(&time, MDOC_BYTES_MAX);
    cbw_tag(&time, 1);
    cbw_int(&time, card->right.mso.valid_from);
    patch_move(&card->mso, defect->path, &time);
}

/* The text alone, tag 0 left out. */
static void untagged(struct wrong_card *card, const struct defect *defect)
{
    struct bytes tagged = patch_get(buf_view(&card->mso), defect->path);

    if (tagged.n > 1)
        patch_bytes(&card->mso, (struct bytes){ tagged.p, 1 }, BYTES(""));
    else
        wrong_card_fail(card, OC_BUG, NULL);
}

#define SIGNED "validityInfo/signed"
#define FROM "validityInfo/validFrom"
#define UNTIL "validityInfo/validUntil"

const struct defect defects_time[] = {
    { .name = "validity-expired", .text = "the card has expired: it was valid for a second",
      .check = "mso.validity", .stage = DEFECT_MSO, .make = from_begin, .path = UNTIL,
      .by_s = 1 },
    { .name = "validity-not-yet", .text = "the card begins to be valid in an hour",
      .check = "mso.validity", .stage = DEFECT_MSO, .make = from_now, .path = FROM,
      .by_s = DATE_HOUR_S },
    { .name = "validity-ends-first", .text = "validUntil is before validFrom",
      .check = "mso.validity", .stage = DEFECT_MSO, .make = from_begin, .path = UNTIL,
      .by_s = -1 },
    { .name = "validity-before-signing", .text = "the card was signed after its validFrom",
      .check = "mso.validity", .stage = DEFECT_MSO, .make = from_begin, .path = SIGNED,
      .by_s = 1 },
    { .name = "signed-before-signer",
      .text = "the card was signed a day before the signer's certificate began to be valid",
      .check = "mso.signed", .stage = DEFECT_MSO, .make = from_signer_begin, .path = SIGNED,
      .by_s = -DATE_DAY_S },
    { .name = "signed-after-signer",
      .text = "the card was signed a day after the signer's certificate ended",
      .check = "mso.signed", .also = "mso.validity",
      .stage = DEFECT_MSO, .make = from_signer_end, .path = SIGNED,
      .by_s = DATE_DAY_S },
    { .name = "validity-outlives-signer",
      .text = "the card is valid a day longer than the signer's certificate",
      .check = "mso.signer_end", .stage = DEFECT_MSO, .make = from_signer_end, .path = UNTIL,
      .by_s = DATE_DAY_S, .verdict = WRONG_REPORTED },
    { .name = "tdate-fraction", .text = "validFrom has a fraction of a second",
      .check = "none", .verdict = WRONG_TAKEN, .stage = DEFECT_MSO, .make = end_with, .path = FROM,
      .with = BYTES(".5Z") },
    { .name = "tdate-offset", .text = "validFrom has the offset +00:00, not Z",
      .check = "none", .verdict = WRONG_TAKEN, .stage = DEFECT_MSO, .make = end_with, .path = FROM,
      .with = BYTES("+00:00") },
    { .name = "tdate-without-zone", .text = "validFrom ends without Z",
      .check = "message", .stage = DEFECT_MSO, .make = end_with, .path = FROM },
    { .name = "tdate-untagged", .text = "validFrom is text without tag 0",
      .check = "message", .stage = DEFECT_MSO, .make = untagged, .path = FROM },
    { .name = "tdate-epoch", .text = "validFrom is a number under tag 1",
      .check = "message", .stage = DEFECT_MSO, .make = epoch, .path = FROM },
    { .name = "tdate-full-date", .text = "validFrom is a date without a time of day",
      .check = "message", .stage = DEFECT_MSO, .make = full_date, .path = FROM },
    { .name = "validity-time-missing", .text = "validityInfo has no validUntil",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove, .path = UNTIL },
    { .name = "validity-missing", .text = "the MSO has no validityInfo",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove,
      .path = "validityInfo" },
    { .name = "validity-key-twice", .text = "validFrom stands twice in validityInfo",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_add, .path = "validityInfo",
      .with = BYTES("\x69" "validFrom" "\xc0\x74" "2020-01-01T00:00:00Z") },
    { 0 },
};
