#include "wallet/wallet.h"

#include <stdlib.h>
#include <string.h>

#include "core/array.h"
#include "wallet/parts.h"

static void pending_cleanup(struct wallet_pending *pending)
{
    private_key_free(&pending->key);
    *pending = (struct wallet_pending){ 0 };
}

static void copy_cleanup(struct wallet_copy *copy)
{
    mdoc_issuer_signed_cleanup(&copy->parsed);
    buf_cleanup(&copy->issuer_signed);
    private_key_free(&copy->key);
    *copy = (struct wallet_copy){ 0 };
}

void wallet_init(struct wallet *w)
{
    *w = (struct wallet){ .next_card = 1 };
}

void wallet_cleanup(struct wallet *w)
{
    for (size_t i = 0; i < w->keys_n; i++)
        pending_cleanup(&w->keys[i]);
    for (size_t i = 0; i < w->copies_n; i++)
        copy_cleanup(&w->copies[i]);
    free(w->keys);
    free(w->copies);
    trust_anchors_cleanup(&w->issuers);
    trust_anchors_cleanup(&w->readers);
    wallet_history_cleanup(&w->history);
    *w = (struct wallet){ 0 };
}

static struct wallet_pending *find_key(const struct wallet *w, const struct public_key *key)
{
    for (size_t i = 0; i < w->keys_n; i++)
        if (public_key_equal(private_key_public(w->keys[i].key), key))
            return &w->keys[i];
    return NULL;
}

const struct wallet_pending *wallet_find_key(const struct wallet *w, const struct public_key *key)
{
    return find_key(w, key);
}

enum oc_err wallet_add_key(struct wallet *w, struct private_key **key, struct bytes challenge,
                           int64_t now)
{
    struct wallet_pending *pending;

    if (challenge.n < MDOC_CHALLENGE_MIN || challenge.n > MDOC_CHALLENGE_MAX ||
        find_key(w, private_key_public(*key)) != NULL)
        return OC_USAGE;
    if (w->keys_n == WALLET_ENTRIES_MAX)
        return OC_LIMIT;
    if (!array_extend((void **)&w->keys, w->keys_n, 1, sizeof *w->keys))
        return OC_MEMORY;
    pending = &w->keys[w->keys_n++];
    memcpy(pending->challenge, challenge.p, challenge.n);
    pending->challenge_n = challenge.n;
    pending->made = now;
    pending->key = *key;
    *key = NULL;
    return OC_OK;
}

static void remove_key(struct wallet *w, struct wallet_pending *pending)
{
    pending_cleanup(pending);
    w->keys_n--;
    memmove(pending, pending + 1, (size_t)(w->keys + w->keys_n - pending) * sizeof *pending);
}

void wallet_remove_key(struct wallet *w, const struct public_key *key)
{
    struct wallet_pending *pending = find_key(w, key);

    if (pending != NULL)
        remove_key(w, pending);
}

/* The key leaves the list; the rest of its entry is forgotten. */
static struct private_key *take_key(struct wallet *w, struct wallet_pending *pending)
{
    struct private_key *key = pending->key;

    pending->key = NULL;
    remove_key(w, pending);
    return key;
}

static enum oc_err refuse(struct oc_fault *fault, enum oc_err e, const char *reason)
{
    if (fault != NULL)
        *fault = (struct oc_fault){ 0, reason };
    return e;
}

static bool has_copy(const struct wallet *w, const struct public_key *key)
{
    for (size_t i = 0; i < w->copies_n; i++)
        if (public_key_equal(w->copies[i].parsed.mso.device_key, key))
            return true;
    return false;
}

/* Whether a parsed copy may be added to its card, found here where it names none, and which pending
 * key is its own. */
static enum oc_err check_copy(struct wallet_pending **pending, const struct wallet *w,
                              struct wallet_copy *copy, struct oc_fault *fault)
{
    struct wallet_card card;

    *pending = find_key(w, copy->parsed.mso.device_key);
    if (copy->card != 0 && !wallet_card_get(w, copy->card, &card))
        return refuse(fault, OC_USAGE, "there is no card of that number");
    if (w->copies_n == WALLET_ENTRIES_MAX)
        return refuse(fault, OC_LIMIT, "the wallet is full");
    if (*pending == NULL)
        return refuse(fault, OC_REFUSED, "no key waits for this copy");
    if (has_copy(w, copy->parsed.mso.device_key))
        return refuse(fault, OC_REFUSED, "a copy with this key is stored already");
    if (copy->card == 0 && wallet_card_get(w, (*pending)->card, &card))
        copy->card = card.number;
    if (copy->card != 0 && !bytes_eq(card.doc_type, copy->parsed.mso.doc_type))
        return refuse(fault, OC_REFUSED, "the card is of another docType");
    return OC_OK;
}

enum oc_err wallet_store(struct wallet *w, struct bytes issuer_signed, uint64_t *card,
                         int64_t now, struct oc_fault *fault)
{
    struct wallet_copy copy = { .card = *card, .state = WALLET_FRESH, .stored = now };
    struct wallet_pending *pending;
    struct bytes own;
    enum oc_err e;

    if (issuer_signed.n > MDOC_BYTES_MAX)
        return refuse(fault, OC_LIMIT, "the copy is longer than 1 MiB");
    buf_init(&copy.issuer_signed, MDOC_BYTES_MAX);
    buf_add(&copy.issuer_signed, issuer_signed);
    own = buf_view(&copy.issuer_signed);
    if ((e = buf_err(&copy.issuer_signed)) != OC_OK ||
        (e = mdoc_issuer_signed_init(&copy.parsed, own, fault)) != OC_OK ||
        (e = check_copy(&pending, w, &copy, fault)) != OC_OK)
        goto out;
    if (!array_extend((void **)&w->copies, w->copies_n, 1, sizeof *w->copies)) {
        e = OC_MEMORY;
        goto out;
    }
    if (copy.card == 0)
        copy.card = w->next_card++;
    *card = copy.card;
    if (pending->from_backup)
        copy.state = WALLET_QUARANTINED;
    copy.key = take_key(w, pending);
    w->copies[w->copies_n++] = copy;
    copy = (struct wallet_copy){ 0 };           /* moved into the wallet */
out:
    copy_cleanup(&copy);
    return e;
}

bool wallet_card_get(const struct wallet *w, uint64_t number, struct wallet_card *card)
{
    *card = (struct wallet_card){ 0 };
    for (size_t i = 0; i < w->copies_n; i++) {
        const struct wallet_copy *copy = &w->copies[i];
        const struct mdoc_mso *mso = &copy->parsed.mso;

        if (copy->card != number)
            continue;
        if (card->number == 0)
            *card = (struct wallet_card){
                .number = number, .doc_type = mso->doc_type,
                .ends_first = mso->valid_until, .ends_last = mso->valid_until,
            };
        if (mso->valid_until < card->ends_first)
            card->ends_first = mso->valid_until;
        if (mso->valid_until > card->ends_last)
            card->ends_last = mso->valid_until;
        switch (copy->state) {
        case WALLET_FRESH:
            card->fresh++;
            break;
        case WALLET_MAYBE_SENT:
            card->maybe_sent++;
            break;
        case WALLET_SHOWN:
            card->shown++;
            card->bound += copy->is_bound;
            break;
        case WALLET_QUARANTINED:
            card->quarantined++;
            break;
        }
    }
    return card->number != 0;
}

bool wallet_next_card(const struct wallet *w, struct wallet_card *card)
{
    uint64_t next = 0;

    for (size_t i = 0; i < w->copies_n; i++) {
        uint64_t number = w->copies[i].card;

        if (number > card->number && (next == 0 || number < next))
            next = number;
    }
    return wallet_card_get(w, next, card);
}

static bool is_valid(const struct wallet_copy *copy, int64_t now)
{
    return now >= copy->parsed.mso.valid_from && now <= copy->parsed.mso.valid_until;
}

size_t wallet_count_fresh(const struct wallet *w, uint64_t card, int64_t now)
{
    size_t n = 0;

    for (size_t i = 0; i < w->copies_n; i++)
        n += w->copies[i].card == card && w->copies[i].state == WALLET_FRESH &&
             is_valid(&w->copies[i], now);
    return n;
}

size_t wallet_count_keys(const struct wallet *w, uint64_t card)
{
    size_t n = 0;

    for (size_t i = 0; i < w->keys_n; i++)
        n += w->keys[i].card == card;
    return n;
}

/* Of those that are nobody's. */
static struct wallet_copy *first_to_end(struct wallet *w, uint64_t card, enum wallet_state state,
                                        int64_t now)
{
    struct wallet_copy *found = NULL;

    for (size_t i = 0; i < w->copies_n; i++) {
        struct wallet_copy *copy = &w->copies[i];

        if (copy->card != card || copy->state != state || copy->is_bound ||
            !is_valid(copy, now))
            continue;
        if (found == NULL || copy->parsed.mso.valid_until < found->parsed.mso.valid_until)
            found = copy;
    }
    return found;
}

struct wallet_copy *wallet_next_copy(struct wallet *w, uint64_t card, bool reuse, int64_t now)
{
    struct wallet_copy *copy = first_to_end(w, card, WALLET_FRESH, now);

    if (copy == NULL && reuse)
        copy = first_to_end(w, card, WALLET_SHOWN, now);
    return copy;
}

struct wallet_copy *wallet_bound_copy(struct wallet *w, uint64_t card,
                                      const uint8_t verifier[MDOC_READER_IDENTITY_N], int64_t now)
{
    for (size_t i = 0; i < w->copies_n; i++) {
        struct wallet_copy *copy = &w->copies[i];

        if (copy->card == card && copy->state == WALLET_SHOWN && copy->is_bound &&
            memcmp(copy->verifier, verifier, sizeof copy->verifier) == 0 && is_valid(copy, now))
            return copy;
    }
    return NULL;
}

void wallet_remove_copy(struct wallet *w, struct wallet_copy *copy)
{
    copy_cleanup(copy);
    w->copies_n--;
    memmove(copy, copy + 1, (size_t)(w->copies + w->copies_n - copy) * sizeof *copy);
}

size_t wallet_remove_card(struct wallet *w, uint64_t card)
{
    size_t before = w->copies_n;

    for (size_t i = w->copies_n; i-- > 0;)
        if (w->copies[i].card == card)
            wallet_remove_copy(w, &w->copies[i]);
    wallet_remove_keys(w, card);
    return before - w->copies_n;
}

size_t wallet_remove_keys(struct wallet *w, uint64_t card)
{
    size_t before = w->keys_n;

    for (size_t i = w->keys_n; i-- > 0;)
        if (w->keys[i].card == card)
            remove_key(w, &w->keys[i]);
    return before - w->keys_n;
}

void wallet_copy_sent(struct wallet *w, struct wallet_copy *copy, int64_t now)
{
    uint64_t card = copy->card;
    size_t sent = (size_t)(copy - w->copies);

    copy->state = WALLET_SHOWN;
    if (copy->is_bound)
        return;
    if (first_to_end(w, card, WALLET_FRESH, now) != NULL) {
        wallet_remove_copy(w, copy);
        return;
    }
    for (size_t i = w->copies_n; i-- > 0;)
        if (i != sent && w->copies[i].card == card && w->copies[i].state == WALLET_SHOWN &&
            !w->copies[i].is_bound)
            wallet_remove_copy(w, &w->copies[i]);
}
