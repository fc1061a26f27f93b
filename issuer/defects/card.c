/* Taking a copy apart, and putting it together again with one thing changed. */
#include "issuer/defects/card.h"

#include <string.h>

#include "codec/cbw.h"
#include "wrong/cose.h"
#include "wrong/patch.h"

enum { LABEL_ALG = 1, LABEL_X5CHAIN = 33 };     /* IANA "COSE Header Parameters" */

void wrong_card_fail(struct wrong_card *card, enum oc_err e, const char *reason)
{
    if (card->err != OC_OK)
        return;
    card->err = e;
    card->reason = reason;
}

const struct mdoc_item *wrong_card_item(const struct wrong_card *card, size_t i)
{
    const struct mdoc_item_space *space = &card->right.spaces[0];

    return i < space->n ? &card->right.items[space->first + (card->chosen + i) % space->n] : NULL;
}

struct bytes wrong_card_digest_place(const struct wrong_card *card)
{
    const struct bytes payload = card->right.auth.payload;
    const struct mdoc_item *item = wrong_card_item(card, 0);
    struct bytes digest = mdoc_mso_digest(&card->right.mso, card->right.spaces[0].name,
                                          item->digest_id, NULL);

    if (digest.p == NULL || payload.n < card->mso.n)
        return (struct bytes){ 0 };
    /* The payload ends with the MSO, whose first bytes up to here are still the right ones. */
    return (struct bytes){
        card->mso.p + (digest.p - (payload.p + payload.n - card->mso.n)), digest.n,
    };
}

struct bytes wrong_card_digest(struct wrong_card *card, uint8_t room[DIGEST_MAX], struct bytes of)
{
    enum oc_err e = digest_of(card->right.mso.digest, of, room);

    if (e != OC_OK)
        wrong_card_fail(card, e, NULL);
    return (struct bytes){ room, digest_size(card->right.mso.digest) };
}

const char *wrong_card_digests_path(struct wrong_card *card, char path[PATCH_PATH_N])
{
    enum { ID_MAX_N = 24 };     /* what callers append */

    memcpy(path, "valueDigests", sizeof "valueDigests");
    if (!patch_enter(path, card->right.spaces[0].name) || strlen(path) >= PATCH_PATH_N - ID_MAX_N)
        wrong_card_fail(card, OC_USAGE, "the namespace's name is too long, or has a slash");
    return path;
}

void wrong_card_add_digest(struct wrong_card *card, uint64_t id, struct bytes digest)
{
    char path[PATCH_PATH_N];
    struct buf pair;

    buf_init(&pair, MDOC_BYTES_MAX);
    cbw_uint(&pair, id);
    cbw_bstr(&pair, digest);
    buf_fail(&card->mso, pair.err);
    patch_add(&card->mso, wrong_card_digests_path(card, path), buf_view(&pair));
    buf_cleanup(&pair);
}

void wrong_mso_set(struct wrong_card *card, const struct defect *defect)
{
    patch_set(&card->mso, defect->path, defect->with);
}

void wrong_mso_remove(struct wrong_card *card, const struct defect *defect)
{
    patch_remove(&card->mso, defect->path);
}

void wrong_mso_add(struct wrong_card *card, const struct defect *defect)
{
    patch_add(&card->mso, defect->path, defect->with);
}

void wrong_item_set(struct wrong_card *card, const struct defect *defect)
{
    patch_set(&card->item, defect->path, defect->with);
}

void wrong_item_remove(struct wrong_card *card, const struct defect *defect)
{
    patch_remove(&card->item, defect->path);
}

void wrong_item_add(struct wrong_card *card, const struct defect *defect)
{
    patch_add(&card->item, defect->path, defect->with);
}

/* All buffers one after the other; NULL after the last. */
static struct buf *piece(struct wrong_card *card, size_t i)
{
    struct buf *const pieces[] = {
        &card->item, &card->more, &card->mso, &card->payload, &card->signed_payload,
        &card->x5chain, &card->protected_header, &card->unprotected_header, &card->signature,
    };

    return i < sizeof pieces / sizeof pieces[0] ? pieces[i] : NULL;
}

static void init(struct wrong_card *card, const struct defect_signer *signer)
{
    struct buf *b;

    *card = (struct wrong_card){ .signer = signer, .key = signer->key };
    for (size_t i = 0; (b = piece(card, i)) != NULL; i++)
        buf_init(b, MDOC_BYTES_MAX);
}

static void cleanup(struct wrong_card *card)
{
    struct buf *b;

    for (size_t i = 0; (b = piece(card, i)) != NULL; i++)
        buf_cleanup(b);
    private_key_free(&card->own_key);
    mdoc_issuer_signed_cleanup(&card->right);
}

/* Of the first namespace the item of that name; the first for NULL. */
static void choose(struct wrong_card *card, const char *element)
{
    const struct mdoc_item_space *space = &card->right.spaces[0];

    if (element == NULL)
        return;
    for (size_t i = 0; i < space->n; i++)
        if (bytes_is(card->right.items[space->first + i].name, element)) {
            card->chosen = i;
            return;
        }
    wrong_card_fail(card, OC_USAGE, "the card's first namespace has no such element");
}

static void take_apart(struct wrong_card *card, struct bytes right, const char *element)
{
    enum oc_err e = mdoc_issuer_signed_init(&card->right, right, NULL);

    if (e == OC_OK && (card->right.spaces_n == 0 || card->right.spaces[0].n == 0))
        e = OC_BUG;
    if (e != OC_OK) {
        wrong_card_fail(card, e, NULL);
        return;
    }
    choose(card, element);
    patch_unwrap(&card->item, wrong_card_item(card, 0)->tagged);
    patch_unwrap(&card->mso, card->right.auth.payload);
}

/* The digest of the item as it stands now, in the place of the one that was signed. */
static void sign_item(struct wrong_card *card)
{
    uint8_t room[DIGEST_MAX];
    struct buf tagged;

    buf_init(&tagged, MDOC_BYTES_MAX);
    cbw_embedded(&tagged, buf_view(&card->item));
    if (buf_err(&tagged) != OC_OK)
        wrong_card_fail(card, tagged.err, NULL);
    patch_bytes(&card->mso, wrong_card_digest_place(card),
                wrong_card_digest(card, room, buf_view(&tagged)));
    buf_cleanup(&tagged);
}

static void add_chain(struct wrong_card *card)
{
    if (card->x5chain.n > 0 || buf_err(&card->x5chain) != OC_OK)
        return;
    if (card->signer->chain_n > 1)
        cbw_array(&card->x5chain, card->signer->chain_n);
    for (size_t i = 0; i < card->signer->chain_n; i++)
        cbw_bstr(&card->x5chain, x509_der(card->signer->chain[i]));
}

static void add_headers(struct wrong_card *card)
{
    cbw_map(&card->protected_header, 1);
    cbw_int(&card->protected_header, LABEL_ALG);
    cbw_int(&card->protected_header, curve_info(private_key_curve(card->key))->alg);
    cbw_map(&card->unprotected_header, 1);
    cbw_int(&card->unprotected_header, LABEL_X5CHAIN);
    cbw_raw(&card->unprotected_header, buf_view(&card->x5chain));
}

static void sign(struct wrong_card *card)
{
    struct bytes payload = buf_view(card->signed_payload.n > 0 ? &card->signed_payload
                                                               : &card->payload);
    struct buf to_sign;
    enum oc_err e;

    buf_init(&to_sign, MDOC_SIGNED_MAX);
    wrong_structure(&to_sign, "Signature1", buf_view(&card->protected_header), payload);
    e = buf_err(&to_sign);
    if (e == OC_OK)
        e = key_sign(&card->signature, card->key, buf_view(&to_sign));
    if (e != OC_OK)
        wrong_card_fail(card, e, NULL);
    buf_cleanup(&to_sign);
}

static void write_auth(struct buf *out, const struct wrong_card *card)
{
    if (card->is_tagged)
        cbw_tag(out, CBOR_TAG_SIGN1);
    cbw_array(out, 4);
    cbw_bstr(out, buf_view(&card->protected_header));
    cbw_raw(out, buf_view(&card->unprotected_header));
    if (card->is_detached)
        cbw_null(out);
    else
        cbw_bstr(out, buf_view(&card->payload));
    cbw_bstr(out, buf_view(&card->signature));
}

static void write_first_space(struct buf *out, const struct wrong_card *card)
{
    const struct mdoc_item_space *space = &card->right.spaces[0];

    cbw_tstr(out, space->name);
    cbw_array(out, space->n + (card->more.n > 0));
    for (size_t i = 0; i < space->n; i++)
        if (i != card->chosen)
            cbw_raw(out, card->right.items[space->first + i].tagged);
        else if (card->item_is_bare)
            cbw_raw(out, buf_view(&card->item));
        else
            cbw_embedded(out, buf_view(&card->item));
    cbw_raw(out, buf_view(&card->more));
}

static void put_together(struct buf *out, const struct wrong_card *card)
{
    cbw_map(out, 2);
    cbw_str(out, "nameSpaces");
    cbw_map(out, card->right.spaces_n);
    write_first_space(out, card);
    for (size_t i = 1; i < card->right.spaces_n; i++) {
        const struct mdoc_item_space *space = &card->right.spaces[i];

        cbw_tstr(out, space->name);
        cbw_array(out, space->n);
        for (size_t j = space->first; j < space->first + space->n; j++)
            cbw_raw(out, card->right.items[j].tagged);
    }
    cbw_str(out, "issuerAuth");
    write_auth(out, card);
}

/* The first failure of all pieces. */
static enum oc_err card_err(struct wrong_card *card)
{
    enum oc_err e = card->err;
    const struct buf *b;

    for (size_t i = 0; (b = piece(card, i)) != NULL && e == OC_OK; i++)
        e = buf_err(b);
    return e;
}

/* Each stage in its turn; the defect comes in at its own. */
static void build(struct wrong_card *card, const struct defect *defect)
{
    for (int stage = DEFECT_ITEM; stage <= DEFECT_SIGNED && card_err(card) == OC_OK; stage++) {
        switch ((enum defect_stage)stage) {
        case DEFECT_ITEM:
        case DEFECT_SHOWN:
        case DEFECT_CERTIFICATE:
            break;
        case DEFECT_MSO:
            sign_item(card);
            break;
        case DEFECT_HEADERS:
            add_chain(card);
            cbw_embedded(&card->payload, buf_view(&card->mso));
            add_headers(card);
            break;
        case DEFECT_SIGNED:
            sign(card);
            break;
        }
        if (card_err(card) == OC_OK && (enum defect_stage)stage == defect->stage)
            defect->make(card, defect);
    }
}

enum oc_err defect_write(struct buf *out, struct bytes right, const struct defect *defect,
                         const struct defect_signer *signer, const char **reason)
{
    size_t start = out->n;
    struct wrong_card card;
    enum oc_err e;

    init(&card, signer);
    take_apart(&card, right, defect->element);
    build(&card, defect);
    if ((e = card_err(&card)) == OC_OK) {
        put_together(out, &card);
        e = buf_err(out);
    }
    if (e != OC_OK)
        buf_truncate(out, start);
    if (reason != NULL)
        *reason = card.reason;
    cleanup(&card);
    return e;
}
