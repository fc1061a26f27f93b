#include "holder/spend.h"

#include <stdio.h>
#include <string.h>

#include "cli/exit.h"

static size_t count_shown(const struct showing_answer *answer)
{
    size_t n = 0;

    for (size_t i = 0; i < answer->consent.n; i++)
        n += consent_is_shown(&answer->consent.elements[i]);
    return n;
}

static bool is_used(const struct showing_answer *answer)
{
    return count_shown(answer) > 0;
}

/* With --per-verifier a copy stays that of the reader that saw it first. */
static void bind_copy(struct showing *s, struct showing_answer *answer)
{
    if (!opt_given(s->cl, "per-verifier") || answer->before != WALLET_FRESH ||
        answer->reader.standing != MDOC_READER_TRUSTED)
        return;
    memcpy(answer->copy->verifier, answer->reader.identity, sizeof answer->copy->verifier);
    answer->copy->is_bound = true;
}

/* Every copy as it was, or, with `leaving`, those that are used as "maybe sent". One that was shown
 * before has nothing more to lose. */
static void set_states(struct showing *s, bool leaving)
{
    for (size_t i = 0; i < s->answers_n; i++) {
        struct showing_answer *answer = &s->answers[i];

        answer->copy->state = answer->before;
        answer->copy->is_bound = answer->was_bound;
        if (!leaving || !is_used(answer))
            continue;
        if (answer->before != WALLET_SHOWN)
            answer->copy->state = WALLET_MAYBE_SENT;
        bind_copy(s, answer);
    }
}

/* Into the history, as perhaps sent. */
static enum oc_err note_down(struct showing *s)
{
    struct wallet_history *history = &s->vault.wallet.history;

    if (history->is_off || opt_given(s->cl, "no-history"))
        return OC_OK;
    for (size_t i = 0; i < s->answers_n; i++) {
        const struct showing_answer *answer = &s->answers[i];
        enum oc_err e;

        if (!is_used(answer))
            continue;
        e = wallet_history_add(history, &(struct wallet_showing_spec){
            .at = s->now, .reader = &answer->reader, .card = answer->card,
            .parsed = &answer->copy->parsed, .consent = &answer->consent,
            .issuer_signed = buf_view(&answer->copy->issuer_signed) });
        if (e != OC_OK)
            return fail_print(e, "the history: %s", oc_err_text(e));
        s->noted++;
    }
    return OC_OK;
}

enum oc_err spend_begin(struct showing *s)
{
    enum oc_err e;

    set_states(s, true);
    e = note_down(s);
    return e == OC_OK ? vault_save(&s->vault) : e;
}

void spend_undo(struct showing *s)
{
    set_states(s, false);
    wallet_history_drop(&s->vault.wallet.history, s->noted);
    s->noted = 0;
    if (vault_save(&s->vault) != OC_OK)
        warn_print("the vault counts the copy as perhaps sent");
}

/* Pointers to copies end with each wallet_copy_sent(); what stays is where their bytes are. */
static void mark_sent(struct showing *s)
{
    struct wallet *wallet = &s->vault.wallet;
    struct bytes sent[MDOC_DOCUMENTS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < s->answers_n; i++)
        if (is_used(&s->answers[i]))
            sent[n++] = buf_view(&s->answers[i].copy->issuer_signed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < wallet->copies_n; j++)
            if (wallet->copies[j].issuer_signed.p == sent[i].p) {
                wallet_copy_sent(wallet, &wallet->copies[j], s->now);
                break;
            }
    for (size_t i = wallet->history.n - s->noted; i < wallet->history.n; i++)
        wallet->history.showings[i].sent = true;
}

/* What left, and what is left. */
static void say_sent(const struct showing *s)
{
    for (size_t i = 0; i < s->answers_n; i++) {
        const struct consent *consent = &s->answers[i].consent;
        size_t shown = count_shown(&s->answers[i]);
        struct wallet_card card;

        if (shown == 0)
            continue;
        fprintf(stderr, "Shown: %zu of %zu elements asked for.", shown, consent->n);
        if (wallet_card_get(&s->vault.wallet, s->answers[i].card, &card))
            fprintf(stderr, " Card %llu has %zu unused %s left.",
                    (unsigned long long)s->answers[i].card, card.fresh,
                    card.fresh == 1 ? "copy" : "copies");
        fputc('\n', stderr);
        if (shown < consent->n)
            fputs("A verifier that needs all of them will refuse this answer.\n", stderr);
    }
}

void spend_done(struct showing *s)
{
    mark_sent(s);
    if (vault_save(&s->vault) != OC_OK)
        warn_print("the answer left; the vault still counts its copy as perhaps sent");
    say_sent(s);
}
