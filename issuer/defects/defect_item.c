/* Defects of elements as they are shown: IssuerSignedItem. */
#include "codec/cbw.h"
#include "crypto/random.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

static void bare_item(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    card->item_is_bare = true;
}

/* The first element a second time, with another random and under a number of its own, signed. */
static void element_twice(struct wrong_card *card, const struct defect *defect)
{
    const struct mdoc_item *first = wrong_card_item(card, 0);
    uint8_t random[MDOC_RANDOM_MIN];
    enum oc_err e = random_bytes(random, sizeof random);
    uint8_t room[DIGEST_MAX];

    (void)defect;
    if (e != OC_OK)
        wrong_card_fail(card, e, NULL);
    cbw_map(&card->more, 4);
    cbw_str(&card->more, "digestID");
    cbw_uint(&card->more, CBR_ENTRIES_MAX);       /* a number that no other digest has */
    cbw_str(&card->more, "random");
    cbw_bstr(&card->more, BYTES_OF(random));
    cbw_str(&card->more, "elementIdentifier");
    cbw_tstr(&card->more, first->name);
    cbw_str(&card->more, "elementValue");
    cbw_raw(&card->more, first->value);
    cbw_embed(&card->more, 0);
    wrong_card_add_digest(card, CBR_ENTRIES_MAX,
                          wrong_card_digest(card, room, buf_view(&card->more)));
}

const struct defect defects_item[] = {
    { .name = "item-random-short", .text = "an element's random has 15 bytes",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_set, .path = "random",
      .with = BYTES("\x4f" "fifteen bytes..") },
    { .name = "item-random-missing", .text = "an element has no random",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_remove, .path = "random" },
    { .name = "item-digest-id-missing", .text = "an element has no digestID",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_remove,
      .path = "digestID" },
    { .name = "item-name-missing", .text = "an element has no identifier",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_remove,
      .path = "elementIdentifier" },
    { .name = "item-value-missing", .text = "an element has no value",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_remove,
      .path = "elementValue" },
    { .name = "item-key-twice", .text = "an element has two values",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_add, .path = "",
      .with = BYTES("\x6c" "elementValue" "\xf5") },
    { .name = "item-value-changed", .text = "an element's value was changed after signing",
      .check = "mso.digests", .stage = DEFECT_SHOWN, .make = wrong_item_set,
      .path = "elementValue", .with = BYTES("\x67" "another") },
    { .name = "item-renamed", .text = "an element was given another identifier after signing",
      .check = "mso.digests", .stage = DEFECT_SHOWN, .make = wrong_item_set,
      .path = "elementIdentifier", .with = BYTES("\x67" "another") },
    { .name = "item-not-embedded", .text = "an element stands without tag 24 around it",
      .check = "message", .stage = DEFECT_SHOWN, .make = bare_item },
    { .name = "item-twice", .text = "an element stands twice in its namespace, both signed",
      .check = "elements.duplicates", .stage = DEFECT_MSO, .make = element_twice },
    { .name = "item-value-not-utf8", .text = "an element's value is text that is not UTF-8",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_set,
      .path = "elementValue", .with = BYTES("\x62\xc3\x28") },
    { 0 },
};
