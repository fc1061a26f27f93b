/* Flaws of what is shown: elements too many, too few, or not those that the issuer signed. */
#include "codec/cbw.h"
#include "holder/defects/response.h"
#include "mdoc/age.h"
#include "mdoc/value.h"
#include "wrong/patch.h"

/* The first item with other content, tag 24 around it. */
static void replace_first(struct wrong_response *r, const struct buf *content)
{
    struct buf tagged;

    buf_init(&tagged, MDOC_BYTES_MAX);
    buf_fail(&tagged, buf_err(content));
    cbw_embedded(&tagged, buf_view(content));
    buf_fail(&r->document, buf_err(&tagged));
    wrong_response_items(r, 0, buf_view(&tagged), BYTES(""));
    buf_cleanup(&tagged);
}

static void twice(struct wrong_response *r, const struct flaw *flaw)
{
    struct bytes first = wrong_response_item(r, 0)->tagged;

    (void)flaw;
    wrong_response_items(r, 0, first, first);
}

static void left_out(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    wrong_response_items(r, 0, BYTES(""), BYTES(""));
}

/* The number of another digest of its namespace, or of none where it is the only one. */
static void other_digest(struct wrong_response *r, const struct flaw *flaw)
{
    const struct mdoc_item *first = wrong_response_item(r, 0), *other;
    struct buf content, id;

    other = wrong_response_item(r, 1);
    buf_init(&id, MDOC_BYTES_MAX);
    buf_init(&content, MDOC_BYTES_MAX);
    cbw_uint(&id, other != NULL ? other->digest_id : first->digest_id ^ 1);
    patch_unwrap(&content, first->tagged);
    patch_move(&content, flaw->path, &id);
    replace_first(r, &content);
    buf_cleanup(&content);
}

/* The map's head takes three bytes: the same item, and another digest. */
static void reencoded(struct wrong_response *r, const struct flaw *flaw)
{
    enum { FOUR_PAIRS = 0xa4 };
    struct buf content;

    buf_init(&content, MDOC_BYTES_MAX);
    patch_unwrap(&content, wrong_response_item(r, 0)->tagged);
    if (content.n > 0 && content.p[0] != FOUR_PAIRS)
        wrong_response_fail(r, OC_USAGE, "this issuer's own encoding is as odd as that");
    patch_bytes(&content, (struct bytes){ content.p, 1 }, flaw->with);
    replace_first(r, &content);
    buf_cleanup(&content);
}

/* A second time, in a namespace that the issuer signed nothing in. */
static void other_space(struct wrong_response *r, const struct flaw *flaw)
{
    struct buf pair;

    buf_init(&pair, MDOC_BYTES_MAX);
    cbw_tstr(&pair, flaw->with);
    cbw_array(&pair, 1);
    cbw_raw(&pair, wrong_response_item(r, 0)->tagged);
    buf_fail(&r->document, buf_err(&pair));
    patch_add(&r->document, flaw->path, buf_view(&pair));
    buf_cleanup(&pair);
}

/* { namespace: { the first element: its value } } */
static void said_by_device(struct wrong_response *r, struct bytes name_space)
{
    const struct mdoc_item *first = wrong_response_item(r, 0);

    buf_truncate(&r->spaces, 0);
    cbw_map(&r->spaces, 1);
    cbw_tstr(&r->spaces, name_space);
    cbw_map(&r->spaces, 1);
    cbw_tstr(&r->spaces, first->name);
    cbw_raw(&r->spaces, first->value);
}

static void by_both(struct wrong_response *r, const struct flaw *flaw)
{
    (void)flaw;
    said_by_device(r, r->right.documents[0].issuer_signed.spaces[0].name);
}

static void unauthorized(struct wrong_response *r, const struct flaw *flaw)
{
    said_by_device(r, flaw->with);
}

/* An age attestation; false: it is none. */
static bool read_age(struct mdoc_age *out, const struct mdoc_item *item)
{
    struct mdoc_value value;

    out->limit = mdoc_age_limit(item->name);
    if (out->limit < 0 || mdoc_value_read(&value, item->value) != OC_OK ||
        value.kind != MDOC_BOOLEAN)
        return false;
    out->over = value.yes;
    return true;
}

/* Of two that follow from `from`, and so tell nobody more, the one that is further from it. */
static bool follows(const struct mdoc_age *age, const struct mdoc_age *from,
                    const struct mdoc_age *best)
{
    int away = from->over ? from->limit - age->limit : age->limit - from->limit;
    int best_away = from->over ? from->limit - best->limit : best->limit - from->limit;

    return age->over == from->over && away > best_away;
}

/* An attestation of the card's that follows from the shown one and answers no question that it
 * answers; NULL: none. *i becomes the place of the shown one. */
static const struct mdoc_item *weaker_age(struct wrong_response *r, size_t *i)
{
    const struct mdoc_issuer_signed *card = r->showing->card;
    const struct mdoc_item *item, *found = NULL;
    struct mdoc_age shown = { .limit = -1 }, best, age;
    struct bytes space = r->right.documents[0].issuer_signed.spaces[0].name;

    for (*i = 0; (item = wrong_response_item(r, *i)) != NULL && !read_age(&shown, item); )
        ++*i;
    best = shown;
    for (size_t s = 0; item != NULL && s < card->spaces_n; s++)
        for (size_t j = card->spaces[s].first; j < card->spaces[s].first + card->spaces[s].n; j++)
            if (bytes_eq(card->spaces[s].name, space) && read_age(&age, &card->items[j]) &&
                follows(&age, &shown, &best)) {
                best = age;
                found = &card->items[j];
            }
    if (found == NULL)
        wrong_response_fail(r, OC_USAGE, "this defect needs an age_over_NN that is shown, and on "
                                         "the card another that follows from it");
    return found;
}

static void wrong_neighbour(struct wrong_response *r, const struct flaw *flaw)
{
    size_t i;
    const struct mdoc_item *age = weaker_age(r, &i);

    (void)flaw;
    if (age != NULL)
        wrong_response_items(r, i, age->tagged, BYTES(""));
}

static void unasked(struct wrong_response *r, const struct flaw *flaw)
{
    size_t i;
    const struct mdoc_item *age = weaker_age(r, &i);

    (void)flaw;
    if (age != NULL)
        wrong_response_items(r, i, wrong_response_item(r, i)->tagged, age->tagged);
}

const struct flaw flaws_element[] = {
    { .name = "element-twice", .text = "an element stands twice in its namespace",
      .check = "elements.duplicates", .stage = FLAW_ELEMENTS, .make = twice },
    { .name = "element-by-both", .text = "an element is said by the issuer and by the device",
      .check = "elements.duplicates", .also = "device.authorized", .stage = FLAW_ELEMENTS,
      .make = by_both },
    { .name = "element-unauthorized",
      .text = "the device says an element that the issuer does not let it say",
      .check = "device.authorized", .stage = FLAW_ELEMENTS, .make = unauthorized,
      .with = BYTES("org.example.device") },
    { .name = "element-missing", .text = "an element that was asked for is left out",
      .check = "elements.requested", .stage = FLAW_ELEMENTS, .make = left_out },
    { .name = "element-age-wrong",
      .text = "the question for an age is answered by an attestation that does not answer it",
      .check = "elements.requested", .stage = FLAW_ELEMENTS, .make = wrong_neighbour },
    { .name = "element-unasked",
      .text = "an age that was not asked for is shown too, and is left out of the claims",
      .check = "none", .verdict = WRONG_TAKEN, .stage = FLAW_ELEMENTS, .make = unasked },
    { .name = "element-name-space-other",
      .text = "an element stands in a second namespace, of which the MSO knows nothing",
      .check = "mso.digests", .stage = FLAW_ELEMENTS, .make = other_space,
      .path = "issuerSigned/nameSpaces", .with = BYTES("org.example.unsigned") },
    { .name = "element-digest-id-other", .text = "an element has the digestID of another",
      .check = "mso.digests", .stage = FLAW_ELEMENTS, .make = other_digest, .path = "digestID" },
    { .name = "element-reencoded",
      .text = "an element is encoded in another way than the issuer signed it",
      .check = "mso.digests", .stage = FLAW_ELEMENTS, .make = reencoded,
      .with = BYTES("\xb9\0\x04") },
    { 0 },
};
