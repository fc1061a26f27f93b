/* An issuer who signs status lists, and tokens that are wrong in one place. */
#ifndef OWNCARD_TESTS_STATUS_WORLD_H
#define OWNCARD_TESTS_STATUS_WORLD_H

#include "tests/unit/fixture.h"
#include "trust/status_lists.h"

#define STATUS_URI "https://issuer.example/status/1"

struct status_world {
    struct fixture f;
    struct private_key *key;        /* of the status signer */
    struct x509_cert *certificate;
};

/* The certificate of w->key, by the fixture's IACA. */
static inline void status_world_certify(struct status_world *w)
{
    struct x509_spec spec = certificate_spec(TRUST_STATUS_SIGNER, w->f.now);

    w->certificate = new_certificate(&spec, w->key, w->f.iaca, w->f.iaca_key);
}

static inline void status_world_init(struct status_world *w)
{
    fixture_init(&w->f, CURVE_P256, CURVE_P256);
    w->key = new_key(CURVE_P256);
    status_world_certify(w);
}

static inline void status_world_cleanup(struct status_world *w)
{
    private_key_free(&w->key);
    x509_free(&w->certificate);
    fixture_cleanup(&w->f);
}

/* What a list of the world's signer holds when nothing else is said. */
static inline struct trust_status_list_spec status_spec(const struct status_world *w,
                                                        struct bytes array, unsigned bits)
{
    return (struct trust_status_list_spec){
        .mechanism = TRUST_STATUS_LIST, .uri = STATUS_URI,
        .issued_at = date_floor(w->f.now, DATE_DAY_S), .expires = w->f.now + 7 * DATE_DAY_S,
        .ttl_s = DATE_DAY_S, .bits = bits, .array = array, .signer = w->key,
        .chain = &w->certificate, .chain_n = 1,
    };
}

static inline struct trust_status_list_in status_in(const struct status_world *w,
                                                    struct bytes token)
{
    return (struct trust_status_list_in){
        .token = token, .anchors = &w->f.iacas, .now = w->f.now, .skew_s = 60,
    };
}

/* A list that is verified, whatever it takes. */
static inline struct trust_status_list *status_list(const struct status_world *w,
                                                    const struct trust_status_list_spec *spec)
{
    struct trust_status_list_in in;
    struct trust_status_list *list;
    struct buf token = new_buf();

    must(trust_status_list_write(&token, spec));
    in = status_in(w, buf_view(&token));
    must(trust_status_list_verify(&list, &in, NULL));
    buf_cleanup(&token);
    return list;
}

/* A list of one bit an entry, verified and kept. */
static inline void status_keep(struct trust_status_lists *lists, const struct status_world *w,
                               struct bytes array)
{
    const struct trust_status_list_spec spec = status_spec(w, array, 1);
    struct trust_status_list *list = status_list(w, &spec);

    must(trust_status_lists_add(lists, &list));
}

/* Sign these very claims. */
static inline void status_sign(struct buf *out, const struct status_world *w, struct bytes claims,
                               const char *type)
{
    cbw_tag(out, CBOR_TAG_SIGN1);
    cose_sign1_write(out, &(struct cose_sign1_spec){
        .key = w->key, .payload = claims, .type = type, .x5chain = &w->certificate,
        .x5chain_n = 1, .protect_x5chain = true });
    must(buf_err(out));
}

#endif
