/* What the parsed messages of lib/mdoc promise about themselves. */
#ifndef OWNCARD_TESTS_FUZZ_CONTRACT_H
#define OWNCARD_TESTS_FUZZ_CONTRACT_H

#include "mdoc/authorizations.h"
#include "mdoc/device_response.h"
#include "tests/fuzz/fuzz.h"

static inline void hold_mso(const struct mdoc_mso *m, struct bytes src)
{
    struct mdoc_authorizations have;

    hold_inside(m->version, src);
    hold_inside(m->doc_type, src);
    hold_inside(m->key_authorizations, src);
    hold_inside(m->status, src);
    hold(m->device_key != NULL && curve_info(public_key_curve(m->device_key)) != NULL);
    for (size_t i = 0; i < m->spaces_n; i++) {
        hold_inside(m->spaces[i].name, src);
        hold(m->spaces[i].first <= m->digests_n &&
             m->spaces[i].n <= m->digests_n - m->spaces[i].first);
    }
    for (size_t i = 0; i < m->digests_n; i++)
        hold_inside(m->digests[i].value, src);
    hold(mdoc_authorizations_init(&have, m) == OC_OK);
    hold(m->key_authorizations.p != NULL || have.n == 0);
    for (size_t i = 0; i < have.n; i++) {
        hold_inside(have.entries[i].name_space, m->key_authorizations);
        hold_inside(have.entries[i].name, m->key_authorizations);
        hold(mdoc_authorizations_have(&have, have.entries[i].name_space, have.entries[i].name));
    }
    mdoc_authorizations_cleanup(&have);
}

static inline void hold_sign1(const struct cose_sign1 *m, struct bytes src)
{
    hold_inside(m->protected_header, src);
    hold_inside(m->payload, src);
    hold_inside(m->signature, src);
    hold(m->x5chain_n <= X509_CHAIN_MAX);
    for (size_t i = 0; i < m->x5chain_n; i++)
        hold_inside(m->x5chain[i], src);
}

static inline void hold_issuer_signed(const struct mdoc_issuer_signed *s, struct bytes src)
{
    size_t items = 0;

    hold(s->auth_cbor.p != NULL && !s->auth.is_detached);
    hold_inside(s->auth_cbor, src);
    hold_sign1(&s->auth, s->auth_cbor);
    hold_mso(&s->mso, s->auth.payload);
    for (size_t i = 0; i < s->spaces_n; i++) {
        hold_inside(s->spaces[i].name, src);
        hold(s->spaces[i].first == items && s->spaces[i].n <= s->items_n - items);
        items += s->spaces[i].n;
    }
    hold(items == s->items_n);
    for (size_t i = 0; i < s->items_n; i++) {
        const struct mdoc_item *item = &s->items[i];

        hold_inside(item->tagged, src);
        hold_inside(item->name, item->tagged);
        hold_inside(item->random, item->tagged);
        hold_inside(item->value, item->tagged);
        hold(item->random.n >= MDOC_RANDOM_MIN && item->value.n > 0);
    }
}

static inline void hold_document(const struct mdoc_document *d, struct bytes src)
{
    hold_inside(d->doc_type, src);
    hold_inside(d->device_name_spaces, src);
    hold(d->device_name_spaces.p != NULL && d->has_signature != d->has_mac);
    hold(d->device_items_n <= MDOC_DEVICE_ITEMS_MAX);
    for (size_t i = 0; i < d->device_items_n; i++) {
        hold_inside(d->device_items[i].name_space, d->device_name_spaces);
        hold_inside(d->device_items[i].name, d->device_name_spaces);
        hold_inside(d->device_items[i].value, d->device_name_spaces);
    }
    if (d->has_signature) {
        hold_sign1(&d->signature, src);
        hold(d->signature.is_detached);
    } else {
        hold_inside(d->mac.tag, src);
        hold(d->mac.is_detached);
    }
    hold_issuer_signed(&d->issuer_signed, src);
}

static inline void hold_response(const struct mdoc_device_response *p, struct bytes src)
{
    hold_inside(p->version, src);
    hold(p->documents_n <= MDOC_DOCUMENTS_MAX && p->encrypted_n <= MDOC_DOCUMENTS_MAX);
    for (size_t i = 0; i < p->documents_n; i++)
        hold_document(&p->documents[i], src);
    for (size_t i = 0; i < p->encrypted_n; i++) {
        hold_inside(p->encrypted[i].enc, src);
        hold_inside(p->encrypted[i].cipher_text, src);
    }
}

#endif
