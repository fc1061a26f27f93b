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

static void say_one(const struct showing *s, const struct showing_answer *answer)
{
    size_t shown = count_shown(answer), asked = answer->consent.n;
    struct wallet_card card;

    if (shown == 0)
        return;
    fprintf(stderr, s->chinese ? "已出示：所请求 %2$zu 项中的 %1$zu 项。"
                               : "Shown: %1$zu of %2$zu elements asked for.", shown, asked);
    if (wallet_card_get(&s->vault.wallet, answer->card, &card))
        fprintf(stderr, s->chinese ? "证件 %1$llu 尚有 %2$zu 份未用副本。"
                        : card.fresh == 1 ? " Card %1$llu has %2$zu unused copy left."
                                          : " Card %1$llu has %2$zu unused copies left.",
                (unsigned long long)answer->card, card.fresh);
    fputc('\n', stderr);
    if (shown < asked)
        fputs(s->chinese ? "需要全部项目的核验方将拒绝此应答。\n"
                         : "A verifier that needs all of them will refuse this answer.\n", stderr);
    if (opt_given(s->cl, "per-verifier") && answer->reader.standing != MDOC_READER_TRUSTED)
        fputs(s->chinese ? "读取方身份不明，故未为其保留副本。\n"
                         : "Nobody vouches for this reader, so no copy is kept for it.\n", stderr);
    else if (answer->was_bound)
        fputs(s->chinese ? "此副本该读取方先前已见过。\n"
                         : "It is the copy that this reader saw before.\n", stderr);
    else if (opt_given(s->cl, "per-verifier") && answer->before == WALLET_FRESH)
        fputs(s->chinese ? "此副本今后为该读取方保留。\n"
                         : "The copy is kept for this reader from now on.\n", stderr);
}

/* What left, and what is left. */
static void say_sent(const struct showing *s)
{
    for (size_t i = 0; i < s->answers_n; i++)
        say_one(s, &s->answers[i]);
}

void spend_done(struct showing *s)
{
    mark_sent(s);
    if (vault_save(&s->vault) != OC_OK)
        warn_print("the answer left; the vault still counts its copy as perhaps sent");
    say_sent(s);
}
