/*
 * Before the flow: refill.     issuer/challenge.c  →  here  →  issuer/issue.c (1)
 *   in    the issuer's challenge, and how few copies are too few
 *   out   for a card that has fewer: device keys with proof, whose copies join the card when they
 *         are stored. One card at a time, since a challenge serves once.
 */
#include <stdio.h>

#include "cli/exit.h"
#include "holder/keys.h"
#include "holder/vault.h"
#include "holder/verbs.h"

const struct command_option holder_refill_options[] = {
    { "output", 'o', "FILE", "the public keys with their proofs, for the issuer", false },
    { "card", 0, "N", "this card (default: the only one that needs copies)", false },
    { "challenge", 'c', "HEX", "the issuer's challenge", false },
    { "threshold", 0, "N", "refill cards with fewer fresh copies than this (default: 3)", false },
    { "count", 'n', "N", "… up to so many, 1 to 1000 (default: 5)", false },
    { "anew", 0, NULL, "destroy keys that still wait, whose copies then cannot be stored", false },
    { "at", 0, "TIME", "the moment to reckon from (default: now)", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

struct refill {
    const struct command_line *cl;
    struct vault vault;
    struct buf challenge, proofs;
    struct keys_wanted wanted;      /* n 0: no card needs any */
    uint64_t threshold, count, card;        /* card 0: not given */
    int64_t now;
};

/* The curve of the copies that there are, so that they look alike. */
static const struct curve_info *curve_of(const struct wallet *wallet, uint64_t card)
{
    for (size_t i = 0; i < wallet->copies_n; i++)
        if (wallet->copies[i].card == card)
            return curve_info(private_key_curve(wallet->copies[i].key));
    return NULL;
}

static enum oc_err refill_card(struct refill *r, uint64_t card)
{
    size_t fresh = wallet_count_fresh(&r->vault.wallet, card, r->now), pending;

    if (fresh >= r->threshold || (r->card != 0 && r->card != card))
        return OC_OK;
    if (opt_given(r->cl, "anew"))
        wallet_remove_keys(&r->vault.wallet, card);
    pending = wallet_count_keys(&r->vault.wallet, card);
    if (fresh + pending >= r->count) {
        fprintf(stderr, "Card %llu: %zu %s already.\n", (unsigned long long)card, pending,
                pending == 1 ? "key waits for its copy" : "keys wait for their copies");
        return OC_OK;
    }
    if (r->wanted.n > 0) {
        fail_print(OC_USAGE, "more than one card needs copies, and a challenge serves for one");
        hint_print("choose with --card N; owncard-holder status shows them");
        return OC_USAGE;
    }
    r->wanted = (struct keys_wanted){ .card = card, .n = r->count - fresh - pending,
                                      .curve = curve_of(&r->vault.wallet, card) };
    return OC_OK;
}

static enum oc_err read_options(struct refill *r)
{
    const struct command_line *cl = r->cl;
    enum oc_err e;

    if ((e = opt_uint(cl, "threshold", 1, MDOC_PROOFS_MAX, 3, &r->threshold)) != OC_OK ||
        (e = opt_uint(cl, "count", 1, MDOC_PROOFS_MAX, 5, &r->count)) != OC_OK ||
        (e = opt_uint(cl, "card", 1, UINT32_MAX, 0, &r->card)) != OC_OK ||
        (e = opt_time(cl, "at", &r->now)) != OC_OK ||
        (e = keys_challenge(&r->challenge, cl)) != OC_OK)
        return e;
    if (r->count < r->threshold)
        return fail_print(OC_USAGE, "--count is less than --threshold");
    return io_try(opt(cl, "output"), IO_BINARY);
}

/* Which card needs how many keys. */
static enum oc_err look(struct refill *r)
{
    struct wallet_card card = { 0 };
    enum oc_err e = OC_OK;

    if (r->card != 0 && !wallet_card_get(&r->vault.wallet, r->card, &card))
        return fail_print(OC_USAGE, "--card %llu: there is no card of this number",
                          (unsigned long long)r->card);
    card = (struct wallet_card){ 0 };
    while (e == OC_OK && wallet_next_card(&r->vault.wallet, &card))
        e = refill_card(r, card.number);
    return e;
}

/* The vault first: keys that nobody has must not reach an issuer. */
static enum oc_err hand_out(struct refill *r)
{
    struct io_output output = { .n = 0 };
    enum oc_err e;

    if ((e = keys_add(&r->proofs, &r->vault.wallet, r->cl, buf_view(&r->challenge), &r->wanted,
                      r->now)) == OC_OK &&
        (e = io_output_add(&output, opt(r->cl, "output"), buf_view(&r->proofs),
                           IO_BINARY)) == OC_OK &&
        (e = vault_save(&r->vault)) == OC_OK &&
        (e = io_output_commit(&output)) == OC_OK)
        fprintf(stderr, "Card %llu: %zu device %s made.\n", (unsigned long long)r->wanted.card,
                (size_t)r->wanted.n, r->wanted.n == 1 ? "key" : "keys");
    io_output_abandon(&output);
    return e;
}

int holder_refill(const struct command_line *cl)
{
    struct refill r = { .cl = cl };
    enum oc_err e;

    buf_init(&r.proofs, KEYS_FILE_MAX);
    if ((e = read_options(&r)) == OC_OK &&
        (e = vault_open(&r.vault, cl, VAULT_CHANGE)) == OC_OK && (e = look(&r)) == OC_OK) {
        if (r.wanted.n > 0)
            e = hand_out(&r);
        else
            fputs("No card needs more copies.\n", stderr);
    }
    vault_close(&r.vault);
    buf_cleanup(&r.challenge);
    buf_cleanup(&r.proofs);
    return exit_status(e);
}
