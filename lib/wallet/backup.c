#include "wallet/backup.h"

#include <stdlib.h>

#include "core/array.h"
#include "wallet/parts.h"

void wallet_quarantine(struct wallet *w)
{
    for (size_t i = 0; i < w->copies_n; i++)
        if (w->copies[i].state == WALLET_FRESH)
            w->copies[i].state = WALLET_QUARANTINED;
    for (size_t i = 0; i < w->keys_n; i++)
        w->keys[i].from_backup = true;
}

size_t wallet_accept(struct wallet *w, uint64_t card, size_t first)
{
    size_t n = 0;

    for (size_t i = first; i < w->copies_n; i++)
        if (w->copies[i].state == WALLET_QUARANTINED && (card == 0 || w->copies[i].card == card)) {
            w->copies[i].state = WALLET_FRESH;
            n++;
        }
    return n;
}

/* The copy with that device key, among the first `n`. */
static const struct wallet_copy *find_copy(const struct wallet *w, size_t n,
                                           const struct public_key *key)
{
    for (size_t i = 0; i < n; i++)
        if (public_key_equal(w->copies[i].parsed.mso.device_key, key))
            return &w->copies[i];
    return NULL;
}

/* The number that a card of the backup has in the wallet; 0: it is new there. */
static uint64_t known_number(const struct wallet *w, const struct wallet *from, uint64_t card)
{
    for (size_t i = 0; i < from->copies_n; i++) {
        const struct wallet_copy *known;

        if (from->copies[i].card != card)
            continue;
        known = find_copy(w, w->copies_n, from->copies[i].parsed.mso.device_key);
        if (known != NULL)
            return known->card;
    }
    return 0;
}

/* What the number of a card in the backup becomes. */
struct numbers {
    struct { uint64_t was, is; } *of;
    size_t n;
};

/* A wallet that never held a card takes the numbers as they are. */
static enum oc_err numbers_init(struct numbers *out, struct wallet *w, const struct wallet *from)
{
    bool is_new = w->next_card == 1;
    struct wallet_card card = { 0 };

    out->n = 0;
    out->of = calloc(from->copies_n + 1, sizeof *out->of);
    if (out->of == NULL)
        return OC_MEMORY;
    while (wallet_next_card(from, &card)) {
        uint64_t number = is_new ? card.number : known_number(w, from, card.number);

        out->of[out->n].was = card.number;
        out->of[out->n++].is = number != 0 ? number : w->next_card++;
    }
    if (is_new)
        w->next_card = from->next_card;
    return OC_OK;
}

/* 0: a card that is in the backup no more. */
static uint64_t renumber(const struct numbers *numbers, uint64_t card)
{
    for (size_t i = 0; i < numbers->n; i++)
        if (numbers->of[i].was == card)
            return numbers->of[i].is;
    return 0;
}

static void move_copies(struct wallet *w, struct wallet *from, const struct numbers *numbers,
                        struct wallet_merged *out)
{
    size_t before = w->copies_n;

    for (size_t i = 0; i < from->copies_n; i++) {
        struct wallet_copy *copy = &from->copies[i];

        if (find_copy(w, before, copy->parsed.mso.device_key) != NULL) {
            out->known++;
            continue;
        }
        wallet_remove_key(w, copy->parsed.mso.device_key);
        copy->card = renumber(numbers, copy->card);
        w->copies[w->copies_n++] = *copy;
        *copy = (struct wallet_copy){ 0 };      /* moved into the wallet */
        out->copies++;
    }
}

static void move_keys(struct wallet *w, struct wallet *from, const struct numbers *numbers,
                      struct wallet_merged *out)
{
    for (size_t i = 0; i < from->keys_n; i++) {
        struct wallet_pending *pending = &from->keys[i];
        const struct public_key *key = private_key_public(pending->key);

        if (wallet_find_key(w, key) != NULL || find_copy(w, w->copies_n, key) != NULL) {
            out->known++;
            continue;
        }
        pending->card = renumber(numbers, pending->card);
        w->keys[w->keys_n++] = *pending;
        *pending = (struct wallet_pending){ 0 };
        out->keys++;
    }
}

static void move_history(struct wallet *w, struct wallet *from, const struct numbers *numbers,
                         struct wallet_merged *out)
{
    if (w->history.n > 0 || w->history.is_off)
        return;
    wallet_history_cleanup(&w->history);
    w->history = from->history;
    from->history = (struct wallet_history){ 0 };
    for (size_t i = 0; i < w->history.n; i++)
        w->history.showings[i].card = renumber(numbers, w->history.showings[i].card);
    out->showings = w->history.n;
}

static enum oc_err merge_anchors(struct trust_anchors *to, const struct trust_anchors *from,
                                 struct wallet_merged *out)
{
    size_t before = to->n;
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < from->n && e == OC_OK; i++)
        e = trust_anchors_add(to, from->certificates[i]);
    out->authorities += to->n - before;
    return e;
}

enum oc_err wallet_merge(struct wallet *w, struct wallet *from, struct wallet_merged *out)
{
    struct numbers numbers = { 0 };
    enum oc_err e;

    *out = (struct wallet_merged){ 0 };
    if (from->copies_n > WALLET_ENTRIES_MAX - w->copies_n ||
        from->keys_n > WALLET_ENTRIES_MAX - w->keys_n)
        return OC_LIMIT;
    wallet_quarantine(from);
    if (!array_extend((void **)&w->copies, w->copies_n, from->copies_n, sizeof *w->copies) ||
        !array_extend((void **)&w->keys, w->keys_n, from->keys_n, sizeof *w->keys))
        return OC_MEMORY;
    if ((e = merge_anchors(&w->issuers, &from->issuers, out)) != OC_OK ||
        (e = merge_anchors(&w->readers, &from->readers, out)) != OC_OK ||
        (e = numbers_init(&numbers, w, from)) != OC_OK)
        return e;
    move_copies(w, from, &numbers, out);
    move_keys(w, from, &numbers, out);
    move_history(w, from, &numbers, out);
    free(numbers.of);
    return OC_OK;
}
