/* Defects of what ties elements to the MSO: digests and digestIDs. */
#include <stdio.h>
#include <string.h>

#include "codec/cbw.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

/* Other digests have numbers below the number of digests, which is at most 4096. */
enum { ID_NOBODY_HAS = 1000000 };

static void wrong_bit(struct wrong_card *card, const struct defect *defect)
{
    struct bytes digest = wrong_card_digest_place(card);
    uint8_t first;

    (void)defect;
    if (digest.p == NULL) {
        wrong_card_fail(card, OC_BUG, NULL);
        return;
    }
    first = digest.p[0] ^ 1;
    patch_bytes(&card->mso, (struct bytes){ digest.p, 1 }, (struct bytes){ &first, 1 });
}

static const char *digest_path(struct wrong_card *card, char path[PATCH_PATH_N])
{
    size_t n;

    wrong_card_digests_path(card, path);
    n = strlen(path);
    snprintf(path + n, PATCH_PATH_N - n, "/#%llu",
             (unsigned long long)wrong_card_item(card, 0)->digest_id);
    return path;
}

static void remove_digest(struct wrong_card *card, const struct defect *defect)
{
    char path[PATCH_PATH_N];

    (void)defect;
    patch_remove(&card->mso, digest_path(card, path));
}

static void remove_space(struct wrong_card *card, const struct defect *defect)
{
    char path[PATCH_PATH_N];

    (void)defect;
    patch_remove(&card->mso, wrong_card_digests_path(card, path));
}

static void cut_digest(struct wrong_card *card, const struct defect *defect)
{
    char path[PATCH_PATH_N];
    struct bytes digest = wrong_card_digest_place(card);
    struct buf cut;

    (void)defect;
    buf_init(&cut, MDOC_BYTES_MAX);
    cbw_bstr(&cut, (struct bytes){ digest.p, digest.n / 2 });
    patch_move(&card->mso, digest_path(card, path), &cut);
}

static void digest_inner(struct wrong_card *card, const struct defect *defect)
{
    uint8_t room[DIGEST_MAX];

    (void)defect;
    patch_bytes(&card->mso, wrong_card_digest_place(card),
                wrong_card_digest(card, room, buf_view(&card->item)));
}

static void set_id(struct wrong_card *card, uint64_t id)
{
    struct buf number;

    buf_init(&number, MDOC_BYTES_MAX);
    cbw_uint(&number, id);
    patch_move(&card->item, "digestID", &number);
}

static void unknown_id(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    set_id(card, ID_NOBODY_HAS);
}

static void shared_id(struct wrong_card *card, const struct defect *defect)
{
    const struct mdoc_item *other = wrong_card_item(card, 1);

    (void)defect;
    if (other == NULL)
        wrong_card_fail(card, OC_USAGE, "this defect needs two elements in the first namespace");
    else
        set_id(card, other->digest_id);
}

static void id_twice(struct wrong_card *card, const struct defect *defect)
{
    (void)defect;
    wrong_card_add_digest(card, wrong_card_item(card, 0)->digest_id,
                          wrong_card_digest_place(card));
}

const struct defect defects_digest[] = {
    { .name = "digest-wrong", .text = "an element's digest is wrong by one bit",
      .check = "mso.digests", .stage = DEFECT_MSO, .make = wrong_bit },
    { .name = "digest-missing", .text = "an element's digest is not in the MSO",
      .check = "mso.digests", .stage = DEFECT_MSO, .make = remove_digest },
    { .name = "digest-truncated", .text = "an element's digest is cut to its first half",
      .check = "mso.digests", .stage = DEFECT_MSO, .make = cut_digest },
    { .name = "digest-of-inner-bytes",
      .text = "a digest is over the item itself, not over tag 24 around it",
      .check = "mso.digests", .stage = DEFECT_MSO, .make = digest_inner },
    { .name = "digest-namespace-missing", .text = "the MSO has no digests of a namespace",
      .check = "mso.digests", .stage = DEFECT_MSO, .make = remove_space },
    { .name = "digests-missing", .text = "the MSO has no digests at all",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove,
      .path = "valueDigests" },
    { .name = "digest-id-unknown", .text = "an element's digestID is not in the MSO",
      .check = "mso.digests", .stage = DEFECT_ITEM, .make = unknown_id },
    { .name = "digest-id-of-another", .text = "two elements have the same digestID",
      .check = "mso.digests", .stage = DEFECT_ITEM, .make = shared_id },
    { .name = "digest-id-twice", .text = "a digestID stands twice in the MSO",
      .check = "message", .stage = DEFECT_MSO, .make = id_twice },
    { .name = "digest-id-float", .text = "an element's digestID is a floating-point number",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_set, .path = "digestID",
      .with = BYTES("\xf9\x3c\x00") },
    { .name = "digest-id-negative", .text = "an element's digestID is negative",
      .check = "message", .stage = DEFECT_ITEM, .make = wrong_item_set, .path = "digestID",
      .with = BYTES("\x20") },
    { 0 },
};
