/* Defects of the status in the MSO: lists that say nothing of this card. */
#include "codec/cbw.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

enum { INDEX_OF_NO_LIST = 1 << 28 };    /* four times the longest list that there is */

static void set_status(struct wrong_card *card, struct bytes status)
{
    struct buf pair;

    if (patch_get(buf_view(&card->mso), "status").p != NULL) {
        patch_set(&card->mso, "status", status);
        return;
    }
    buf_init(&pair, MDOC_BYTES_MAX);
    cbw_str(&pair, "status");
    cbw_raw(&pair, status);
    buf_fail(&card->mso, pair.err);
    patch_add(&card->mso, "", buf_view(&pair));
    buf_cleanup(&pair);
}

/* In the card's own list where it has one. */
static void index_outside(struct wrong_card *card, const struct defect *defect)
{
    struct trust_status_refs refs = { .n = 0 };
    struct trust_status_ref ref = {
        .mechanism = TRUST_STATUS_LIST, .uri = defect->with, .index = INDEX_OF_NO_LIST,
    };
    struct buf status;

    if (card->right.mso.status.p != NULL &&
        trust_status_refs_read(&refs, card->right.mso.status, NULL) == OC_OK && refs.n > 0)
        ref.uri = refs.ref[0].uri;
    buf_init(&status, MDOC_BYTES_MAX);
    trust_status_ref_write(&status, &ref);
    buf_fail(&card->mso, status.err);
    set_status(card, buf_view(&status));
    buf_cleanup(&status);
}

static void whole_status(struct wrong_card *card, const struct defect *defect)
{
    set_status(card, defect->with);
}

const struct defect defects_status[] = {
    { .name = "status-index-outside",
      .text = "the card's place is beyond the end of any status list",
      .check = "mso.status", .stage = DEFECT_MSO, .make = index_outside,
      .with = BYTES("https://issuer.example/status/1") },
    { .name = "status-of-no-list", .text = "the card names a status list that nobody publishes",
      .check = "mso.status", .stage = DEFECT_MSO, .make = whole_status,
      .with = BYTES("\xa1\x6b" "status_list\xa2\x63" "idx\x00\x63" "uri\x78\x1e"
                    "https://issuer.example/no-list") },
    { .name = "status-unknown-mechanism",
      .text = "the card's status is by a mechanism that nobody knows, and by no other",
      .check = "mso.status", .stage = DEFECT_MSO, .make = whole_status,
      .with = BYTES("\xa1\x67" "oracles\xa1\x63" "uri\x78\x1e" "https://issuer.example/oracles") },
    { 0 },
};
