/*
 * A card in pieces, for the files that make defects (private to this folder). Errors are sticky,
 * in each buffer or by wrong_card_fail(), and are asked for once, at the end.
 */
#ifndef OWNCARD_ISSUER_DEFECTS_CARD_H
#define OWNCARD_ISSUER_DEFECTS_CARD_H

#include "issuer/defects/defects.h"
#include "mdoc/issuer_signed.h"
#include "wrong/patch.h"

struct wrong_card {
    const struct defect_signer *signer;
    struct mdoc_issuer_signed right;        /* as it was; views of the right copy */

    size_t chosen;                  /* the item of the first namespace that is made wrong */
    struct buf item;                /* that IssuerSignedItem, a map */
    bool item_is_bare;              /* not wrapped in tag 24 */
    struct buf more;                /* one more item of that namespace, wrapped; empty: none */

    struct buf mso;                 /* the map */
    struct buf payload;             /* the same wrapped, as it is sent */
    struct buf signed_payload;      /* what is signed in its place; empty: the payload */
    bool is_detached;
    bool is_tagged;                 /* COSE_Sign1's own tag before issuerAuth */

    const struct private_key *key;  /* signs; the signer's unless it is own_key */
    struct private_key *own_key;
    struct buf x5chain;             /* value of header 33, encoded; empty: no such header */
    struct buf protected_header, unprotected_header;    /* maps */
    struct buf signature;

    enum oc_err err;
    const char *reason;             /* static text; NULL: none */
};

/** Give up, unless it has happened already. `reason` is static text or NULL. */
void wrong_card_fail(struct wrong_card *card, enum oc_err e, const char *reason);

/** An item of the first namespace, of the right card: 0 is the chosen one, the others follow it;
 *  NULL after the last. */
const struct mdoc_item *wrong_card_item(const struct wrong_card *card, size_t i);

/** Where the chosen item's digest stands in card->mso, while that is as long as it was. */
struct bytes wrong_card_digest_place(const struct wrong_card *card);

/** The digest, with the card's algorithm, of any bytes. */
struct bytes wrong_card_digest(struct wrong_card *card, uint8_t room[DIGEST_MAX],
                               struct bytes of);

/** The path of the first namespace's digests in the MSO. @return `path` */
const char *wrong_card_digests_path(struct wrong_card *card, char path[PATCH_PATH_N]);

/** One more digest in the first namespace, whatever stands there under this number. */
void wrong_card_add_digest(struct wrong_card *card, uint64_t id, struct bytes digest);

/* Defects that need no more than their row: set, remove or add at `path` what `with` holds, in the
 * MSO or in the item. */
void wrong_mso_set(struct wrong_card *card, const struct defect *defect);
void wrong_mso_remove(struct wrong_card *card, const struct defect *defect);
void wrong_mso_add(struct wrong_card *card, const struct defect *defect);
void wrong_item_set(struct wrong_card *card, const struct defect *defect);
void wrong_item_remove(struct wrong_card *card, const struct defect *defect);
void wrong_item_add(struct wrong_card *card, const struct defect *defect);

/** The tables, a file each; a row without a name ends one. */
extern const struct defect defects_mso[], defects_time[], defects_device_key[], defects_digest[],
    defects_item[], defects_issuing[], defects_auth[], defects_chain[], defects_certificate[],
    defects_status[];

#endif
