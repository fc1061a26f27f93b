/* status: how many copies are left, for how long, and what the vault waits for and remembers. */
#include <stdio.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "core/date.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "holder/words.h"

enum { TEXT_BYTES_MAX = 4 << 20 };

const struct command_option holder_status_options[] = {
    { "at", 0, "TIME", "the moment to reckon from (default: now)", false },
    LANG_OPTION,
    VAULT_OPTIONS,
    { .name = NULL },
};

static void add_count(struct buf *out, const char *what, size_t n, const char *meaning)
{
    if (n > 0)
        buf_printf(out, "      %-13s %zu%s\n", what, n, meaning);
}

static void add_card(struct buf *out, const struct wallet *wallet, const struct wallet_card *card,
                     int64_t now)
{
    size_t fresh = wallet_count_fresh(wallet, card->number, now);
    int64_t left = card->ends_last - now;
    char until[DATE_TIME_TEXT_N];

    buf_printf(out, "      %-13s %zu\n", "fresh", fresh);
    add_count(out, "not valid now", card->fresh - fresh, ", begun not yet or ended");
    add_count(out, "perhaps sent", card->maybe_sent, ", not offered again");
    add_count(out, "shown", card->shown - card->bound, ", offered only with --reuse");
    add_count(out, "bound", card->bound, ", each for one verifier, with --per-verifier");
    add_count(out, "quarantined", card->quarantined, ", out of a backup: owncard-holder accept");
    add_count(out, "keys pending", wallet_count_keys(wallet, card->number),
              ", waiting for their copies");
    buf_printf(out, "      %-13s %lld, until %s\n", "days left",
               (long long)(left > 0 ? left / DATE_DAY_S : 0),
               date_time_write(card->ends_last, until) ? until : "?");
}

static void add_rest(struct buf *out, const struct wallet *wallet)
{
    size_t keys = wallet_count_keys(wallet, 0);

    if (keys > 0)
        buf_printf(out, "%zu %s for their copies, for no card in particular.\n", keys,
                   keys == 1 ? "key waits" : "keys wait");
    buf_printf(out, "History: %zu %s%s.\n", wallet->history.n,
               wallet->history.n == 1 ? "showing" : "showings",
               wallet->history.is_off ? "; off, nothing is noted down" : "");
}

static enum oc_err print_all(const struct wallet *wallet, bool chinese, int64_t now)
{
    struct catalog catalog = { NULL, NULL };
    struct wallet_card card = { 0 };
    struct buf out;
    enum oc_err e = card_types_init(&catalog);

    if (e != OC_OK)
        return e;
    buf_init(&out, TEXT_BYTES_MAX);
    while (wallet_next_card(wallet, &card)) {
        words_card(&out, &catalog, chinese, &card);
        add_card(&out, wallet, &card, now);
    }
    add_rest(&out, wallet);
    e = buf_err(&out);
    if (e == OC_OK)
        fwrite(out.p, 1, out.n, stdout);
    else
        fail_print(e, "%s", oc_err_text(e));
    buf_cleanup(&out);
    catalog_cleanup(&catalog);
    return e;
}

int holder_status(const struct command_line *cl)
{
    struct vault vault = { .is_new = false };
    bool chinese;
    int64_t now;
    enum oc_err e;

    if ((e = lang_read(&chinese, cl)) != OC_OK ||
        (e = opt_time(cl, "at", &now)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_READ)) != OC_OK)
        goto out;
    e = print_all(&vault.wallet, chinese, now);
out:
    vault_close(&vault);
    return exit_status(e);
}
