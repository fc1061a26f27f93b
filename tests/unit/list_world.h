/* A provider of trust lists: a root, a signer under it, and two authorities to be listed. */
#ifndef OWNCARD_TESTS_LIST_WORLD_H
#define OWNCARD_TESTS_LIST_WORLD_H

#include "cose/sign1.h"
#include "tests/unit/fixture.h"
#include "trust/rical.h"
#include "trust/vical.h"

struct list_world {
    struct fixture f;
    struct private_key *root_key, *key;
    struct x509_cert *root, *signer;
    struct trust_anchors roots;
    struct trust_list_item items[2];
};

static const char *const list_doc_types[] = { FIXTURE_TYPE, "org.iso.18013.5.1.mDL", NULL };

/* Around the fixture and the two keys that are there. */
static inline void list_world_certify(struct list_world *w)
{
    struct x509_spec root = certificate_spec(TRUST_READER_CA, w->f.now);
    struct x509_spec signer = certificate_spec(TRUST_VICAL_SIGNER, w->f.now);

    root.common_name = "Test list root";
    w->root = new_certificate(&root, w->root_key, NULL, NULL);
    w->signer = new_certificate(&signer, w->key, w->root, w->root_key);
    must(trust_anchors_add(&w->roots, w->root));
    w->items[0] = (struct trust_list_item){ w->f.iaca, list_doc_types };
    w->items[1] = (struct trust_list_item){ w->f.reader_ca, list_doc_types + 1 };
}

static inline void list_world_init(struct list_world *w)
{
    *w = (struct list_world){ .roots = { 0 } };
    fixture_init(&w->f, CURVE_P256, CURVE_P256);
    w->root_key = new_key(CURVE_P256);
    w->key = new_key(CURVE_P256);
    list_world_certify(w);
}

static inline void list_world_cleanup(struct list_world *w)
{
    trust_anchors_cleanup(&w->roots);
    x509_free(&w->root);
    x509_free(&w->signer);
    private_key_free(&w->root_key);
    private_key_free(&w->key);
    fixture_cleanup(&w->f);
}

static inline struct trust_list_in list_in(const struct list_world *w, struct bytes message)
{
    return (struct trust_list_in){ .message = message, .roots = &w->roots, .now = w->f.now };
}

/* A list of both authorities, dated to `now`, issue 7, next update in a week. */
static inline struct trust_list_spec list_spec(const struct list_world *w)
{
    return (struct trust_list_spec){
        .provider = "Test provider", .date = w->f.now, .issue_id = 7,
        .next_update = w->f.now + 7 * DATE_DAY_S, .items = w->items, .items_n = 2,
        .signer = w->key, .chain = (struct x509_cert *const *)&w->signer, .chain_n = 1,
    };
}

/* Any payload, signed as a list is. */
static inline void list_sign(struct buf *out, const struct list_world *w, struct bytes payload,
                             bool protect)
{
    buf_truncate(out, 0);
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = w->key, .payload = payload, .x5chain = (struct x509_cert *const *)&w->signer,
        .x5chain_n = 1, .protect_x5chain = protect });
    must(buf_err(out));
}

#endif
