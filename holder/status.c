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

enum { TEXT_BYTES_MAX = 4 << 20, WHAT_COLUMNS = 14 };

const struct command_option holder_status_options[] = {
    { "at", 0, "TIME", "the moment to reckon from (default: now)", false },
    LANG_OPTION,
    VAULT_OPTIONS,
    { .name = NULL },
};

/* A line "what  n, meaning". */
static void add_count(struct buf *out, bool chinese, const struct label *what, size_t n,
                      const struct label *meaning)
{
    buf_add_str(out, "      ");
    term_pad(out, bytes_str(lang_text(what, chinese)), WHAT_COLUMNS);
    buf_printf(out, "%zu%s\n", n, meaning != NULL ? lang_text(meaning, chinese) : "");
}

/* Copies of each kind, as far as there are any. */
static void add_kinds(struct buf *out, bool chinese, const struct wallet *wallet,
                      const struct wallet_card *card)
{
    const struct { struct label what, meaning; size_t n; } kinds[] = {
        { { "not valid now", "目前无效" }, { ", begun not yet or ended", "，尚未生效或已过期" },
          card->fresh },
        { { "perhaps sent", "可能已发送" }, { ", not offered again", "，不再提供" },
          card->maybe_sent },
        { { "shown", "已出示" }, { ", offered only with --reuse", "，仅以 --reuse 提供" },
          card->shown - card->bound },
        { { "bound", "已绑定" },
          { ", each for one verifier, with --per-verifier", "，各归一个核验方，用于 --per-verifier" },
          card->bound },
        { { "quarantined", "隔离中" },
          { ", out of a backup: owncard-holder accept", "，来自备份：owncard-holder accept" },
          card->quarantined },
        { { "keys pending", "待用密钥" }, { ", waiting for their copies", "，等待其副本" },
          wallet_count_keys(wallet, card->number) },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].n > 0)
            add_count(out, chinese, &kinds[i].what, kinds[i].n, &kinds[i].meaning);
}

static void add_card(struct buf *out, bool chinese, const struct wallet *wallet,
                     const struct wallet_card *all, int64_t now)
{
    static const struct label fresh = { "fresh", "可用" };
    struct wallet_card card = *all;
    size_t fresh_n = wallet_count_fresh(wallet, card.number, now);
    int64_t left = card.ends_last - now;
    char until[DATE_TIME_TEXT_N];

    card.fresh -= fresh_n;              /* those that are left are not valid now */
    add_count(out, chinese, &fresh, fresh_n, NULL);
    add_kinds(out, chinese, wallet, &card);
    buf_add_str(out, "      ");
    term_pad(out, bytes_str(lang_say(chinese, "days left", "剩余天数")), WHAT_COLUMNS);
    buf_printf(out, lang_say(chinese, "%lld, until %s\n", "%lld，至 %s\n"),
               (long long)(left > 0 ? left / DATE_DAY_S : 0),
               date_time_write(card.ends_last, until) ? until : "?");
}

static void add_rest(struct buf *out, bool chinese, const struct wallet *wallet)
{
    const struct wallet_history *history = &wallet->history;
    size_t keys = wallet_count_keys(wallet, 0);

    if (keys > 0)
        buf_printf(out, lang_say(chinese, keys == 1 ? "%zu key waits for its copy, for no card in"
                                                      " particular.\n"
                                                    : "%zu keys wait for their copies, for no card"
                                                      " in particular.\n",
                                 "%zu 个密钥等待其副本，不专属于任何证件。\n"), keys);
    buf_printf(out, lang_say(chinese, history->n == 1 ? "History: %zu showing"
                                                      : "History: %zu showings",
                             "历史记录：%zu 次出示"), history->n);
    if (history->is_off)
        buf_add_str(out, lang_say(chinese, "; no more are noted down", "；不再记录新的出示"));
    buf_add_str(out, lang_say(chinese, ".\n", "。\n"));
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
        add_card(&out, chinese, wallet, &card, now);
    }
    add_rest(&out, chinese, wallet);
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
