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
    { "output", 'o', "FOLDER", "where the keys go, card-N.cbor for card N", false },
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
    struct io_output outputs;
    struct buf challenge;
    struct buf said;            /* once keys and vault are written */
    uint64_t threshold, count, card;        /* card 0: not given */
    int64_t now;
    bool made;                  /* keys, for one card */
};

/* The curve of the copies that there are, so that they look alike. */
static const struct curve_info *curve_of(const struct wallet *wallet, uint64_t card)
{
    for (size_t i = 0; i < wallet->copies_n; i++)
        if (wallet->copies[i].card == card)
            return curve_info(private_key_curve(wallet->copies[i].key));
    return NULL;
}

static enum oc_err write_keys(struct refill *r, struct keys_wanted *wanted)
{
    struct buf proofs, path;
    enum oc_err e;

    buf_init(&proofs, KEYS_FILE_MAX);
    buf_init(&path, 4096);
    buf_printf(&path, "%s/card-%llu.cbor", opt(r->cl, "output"),
               (unsigned long long)wanted->card);
    if ((e = buf_err(&path)) != OC_OK)
        fail_print(e, "--output: the path is too long");
    else if ((e = keys_add(&proofs, &r->vault.wallet, r->cl, buf_view(&r->challenge), wanted,
                           r->now)) == OC_OK)
        e = io_output_add(&r->outputs, buf_text(&path), buf_view(&proofs), IO_BINARY);
    if (e == OC_OK)
        buf_printf(&r->said, "Card %llu: %zu device %s in %s.\n", (unsigned long long)wanted->card,
                   (size_t)wanted->n, wanted->n == 1 ? "key" : "keys", buf_text(&path));
    buf_cleanup(&path);
    buf_cleanup(&proofs);
    return e;
}

static enum oc_err refill_card(struct refill *r, uint64_t card)
{
    struct keys_wanted wanted = { .card = card };
    size_t fresh = wallet_count_fresh(&r->vault.wallet, card, r->now), pending;

    if (fresh >= r->threshold || (r->card != 0 && r->card != card))
        return OC_OK;
    if (opt_given(r->cl, "anew"))
        wallet_remove_keys(&r->vault.wallet, card);
    pending = wallet_count_keys(&r->vault.wallet, card);
    if (fresh + pending >= r->count) {
        fprintf(stderr, "Card %llu: %zu keys wait for their copies already.\n",
                (unsigned long long)card, pending);
        return OC_OK;
    }
    if (r->made) {
        fail_print(OC_USAGE, "more than one card needs copies, and a challenge serves for one");
        hint_print("choose with --card N; owncard-holder status shows them");
        return OC_USAGE;
    }
    wanted.n = r->count - fresh - pending;
    wanted.curve = curve_of(&r->vault.wallet, card);
    r->made = true;
    return write_keys(r, &wanted);
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
    if (opt(cl, "output") == NULL)
        return fail_print(OC_USAGE, "--output FOLDER is needed");
    if (r->count < r->threshold)
        return fail_print(OC_USAGE, "--count is less than --threshold");
    return OC_OK;
}

int holder_refill(const struct command_line *cl)
{
    struct refill r = { .cl = cl };
    struct wallet_card card = { 0 };
    enum oc_err e;

    buf_init(&r.said, 8192);
    if ((e = read_options(&r)) != OC_OK ||
        (e = vault_open(&r.vault, cl, VAULT_CHANGE)) != OC_OK)
        goto out;
    if (r.card != 0 && !wallet_card_get(&r.vault.wallet, r.card, &card)) {
        e = fail_print(OC_USAGE, "--card %llu: there is no card of this number",
                       (unsigned long long)r.card);
        goto out;
    }
    card = (struct wallet_card){ 0 };
    while (e == OC_OK && wallet_next_card(&r.vault.wallet, &card))
        e = refill_card(&r, card.number);
    if (e != OC_OK)
        goto out;
    if (!r.made) {
        fputs("No card needs more copies.\n", stderr);
        goto out;
    }
    /* The vault first: keys that nobody has must not reach an issuer. */
    if ((e = vault_save(&r.vault)) == OC_OK)
        e = io_output_commit(&r.outputs);
    if (e == OC_OK)
        fputs(buf_text(&r.said), stderr);
out:
    io_output_abandon(&r.outputs);
    vault_close(&r.vault);
    buf_cleanup(&r.challenge);
    buf_cleanup(&r.said);
    return exit_status(e);
}
