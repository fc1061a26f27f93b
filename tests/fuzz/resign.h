/*
 * Makes a mutated DeviceResponse genuine again: digests and both signatures are renewed with the
 * keys of a fixture, so that a mutant reaches the checks that lie behind the signatures; and a
 * signed list likewise.
 */
#ifndef OWNCARD_TESTS_FUZZ_RESIGN_H
#define OWNCARD_TESTS_FUZZ_RESIGN_H

#include "tests/fuzz/mutate.h"
#include "tests/unit/fixture.h"

/* What is renewed. */
enum { RESIGN_DIGESTS = 1, RESIGN_ISSUER = 2, RESIGN_DEVICE = 4, RESIGN_ALL = 7 };

/* COSE_Sign1 = [protected, unprotected, payload, signature]; of another shape left alone. */
static inline void resign_sign1(struct node *sign1, const struct private_key *key,
                                struct bytes detached)
{
    struct buf header = fuzz_buf(), payload = fuzz_buf(), signature = fuzz_buf();

    if (sign1 != NULL && sign1->kind == NODE_ARRAY && sign1->n == 4) {
        struct buf message = fuzz_buf();

        node_content(&header, sign1->items[0]);
        if (detached.p == NULL)
            node_content(&payload, sign1->items[2]);
        else
            buf_add(&payload, detached);
        cbw_array(&message, 4);
        cbw_str(&message, "Signature1");
        cbw_bstr(&message, buf_view(&header));
        cbw_bstr(&message, (struct bytes){ 0 });
        cbw_bstr(&message, buf_view(&payload));
        must(key_sign(&signature, key, buf_view(&message)));
        node_free(sign1->items[3]);
        sign1->items[3] = node_bytes(buf_view(&signature));
        buf_cleanup(&message);
    }
    buf_cleanup(&header);
    buf_cleanup(&payload);
    buf_cleanup(&signature);
}

/* The digest of one item takes the place of the one that stands under its number. */
static inline void resign_item(struct node *item, struct node *digests, enum digest digest)
{
    const struct node *map = node_inside(item);
    const struct node *id = node_get(map, "digestID");
    struct buf bytes = fuzz_buf();
    uint8_t value[DIGEST_MAX];

    tree_write(&bytes, item);
    must(digest_of(digest, buf_view(&bytes), value));
    for (size_t i = 0; id != NULL && digests != NULL && digests->kind == NODE_MAP &&
                       i + 1 < digests->n; i += 2) {
        if (digests->items[i]->kind != NODE_UINT || digests->items[i]->value != id->value)
            continue;
        node_free(digests->items[i + 1]);
        digests->items[i + 1] = node_bytes((struct bytes){ value, digest_size(digest) });
    }
    buf_cleanup(&bytes);
}

static inline void resign_digests(struct node *issuer_signed, struct node *mso)
{
    struct node *spaces = node_get(issuer_signed, "nameSpaces");
    struct node *value_digests = node_get(mso, "valueDigests");
    enum digest digest = digest_by_name(bytes_str(node_str(node_get(mso, "digestAlgorithm"))));

    if (spaces == NULL || spaces->kind != NODE_MAP)
        return;
    if (digest == DIGEST_NONE)
        digest = DIGEST_SHA256;
    for (size_t i = 0; i + 1 < spaces->n; i += 2) {
        struct node *digests = node_get(value_digests, node_str(spaces->items[i]));

        for (size_t j = 0; j < spaces->items[i + 1]->n; j++)
            resign_item(spaces->items[i + 1]->items[j], digests, digest);
    }
}

static inline void resign_device(struct node *document, const struct fixture *f)
{
    struct node *device_signed = node_get(document, "deviceSigned");
    struct node *spaces = node_get(device_signed, "nameSpaces");
    struct node *doc_type = node_get(document, "docType");
    struct buf encoded = fuzz_buf(), authentication = fuzz_buf();

    if (spaces != NULL)
        tree_write(&encoded, spaces);
    mdoc_device_authentication(&authentication, buf_view(&f->transcript),
                               bytes_str(node_str(doc_type)), buf_view(&encoded));
    if (buf_err(&authentication) == OC_OK)
        resign_sign1(node_get(node_get(device_signed, "deviceAuth"), "deviceSignature"),
                     f->device_key, buf_view(&authentication));
    buf_cleanup(&encoded);
    buf_cleanup(&authentication);
}

static inline void resign_document(struct node *document, const struct fixture *f, unsigned what)
{
    struct node *issuer_signed = node_get(document, "issuerSigned");
    struct node *auth, *payload;

    if (issuer_signed == NULL)
        issuer_signed = document;       /* an IssuerSigned alone */
    auth = node_get(issuer_signed, "issuerAuth");
    payload = auth != NULL && auth->kind == NODE_ARRAY && auth->n == 4 ? auth->items[2] : NULL;
    if ((what & RESIGN_DIGESTS) != 0)
        resign_digests(issuer_signed, node_inside(payload));
    if ((what & RESIGN_ISSUER) != 0)
        resign_sign1(auth, f->signer_key, (struct bytes){ 0 });
    if ((what & RESIGN_DEVICE) != 0)
        resign_device(document, f);
}

/* A DeviceResponse, what EncryptedDocuments hold, or an IssuerSigned. */
static inline void resign(struct node *message, const struct fixture *f, unsigned what)
{
    struct node *documents = node_get(message, "documents");

    if (documents == NULL)
        resign_document(message, f, what);
    for (size_t i = 0; documents != NULL && i < documents->n; i++)
        resign_document(documents->items[i], f, what);
}

/* One change or a few. */
static inline void tree_mutate_some(struct rng *rng, struct node *root)
{
    size_t changes = rng_one_in(rng, 3) ? 1 + rng_below(rng, 4) : 1;

    while (changes-- > 0)
        tree_mutate(rng, root);
}

/* Changed, then genuine again, most of the time altogether. False: `message` is no CBOR that a tree
 * can be made of, or became too long. */
static inline bool mutate_and_resign(struct buf *out, struct bytes message,
                                     const struct fixture *f, uint64_t seed, size_t max)
{
    struct node *root = tree_read(message);
    struct rng rng = { seed };
    unsigned what = RESIGN_ALL;

    if (root == NULL)
        return false;
    tree_mutate_some(&rng, root);
    for (unsigned part = 1; part < RESIGN_ALL; part *= 2)
        if (rng_one_in(&rng, 12))
            what &= ~part;
    resign(root, f, what);
    tree_write(out, root);
    node_free(root);
    return buf_err(out) == OC_OK && out->n <= max;
}

/* The same of one COSE_Sign1, tagged or not, by `key`. */
static inline bool mutate_and_sign(struct buf *out, struct bytes message,
                                   const struct private_key *key, uint64_t seed, size_t max)
{
    struct node *root = tree_read(message);
    struct rng rng = { seed };

    if (root == NULL)
        return false;
    tree_mutate_some(&rng, root);
    if (!rng_one_in(&rng, 12))
        resign_sign1(node_inside(root), key, (struct bytes){ 0 });
    tree_write(out, root);
    node_free(root);
    return buf_err(out) == OC_OK && out->n <= max;
}

#endif
