/* list, show, delete: what is in the vault. */
#include <stdio.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "cli/value.h"
#include "core/date.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "holder/words.h"

enum { TEXT_BYTES_MAX = 4 << 20, NAME_COLUMNS = 30, WHAT_COLUMNS = 8 };

const struct command_option holder_vault_options[] = { VAULT_OPTIONS, { .name = NULL } };
const struct command_option holder_cards_options[] = {
    LANG_OPTION,
    VAULT_OPTIONS,
    { .name = NULL },
};

const struct command_option holder_delete_options[] = {
    { "yes", 'y', NULL, "do not ask", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

/* Write what was gathered in `text`, or say that memory ran out. */
static enum oc_err print_text(struct buf *text)
{
    enum oc_err e = buf_err(text);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    if (text->n > 0)
        fwrite(text->p, 1, text->n, stdout);
    return OC_OK;
}

/* The word that begins a line about a card. */
static void add_what(struct buf *out, const char *what)
{
    buf_add_str(out, "      ");
    term_pad(out, bytes_str(what), WHAT_COLUMNS);
}

static void add_copies(struct buf *out, bool chinese, const struct wallet_card *card)
{
    char until[DATE_TIME_TEXT_N];

    add_what(out, lang_say(chinese, "copies", "副本"));
    buf_printf(out, lang_say(chinese, "%zu left", "剩余 %zu"), card->fresh);
    if (card->shown > card->bound)
        buf_printf(out, lang_say(chinese, ", %zu shown already (only with --reuse)",
                                 "，已出示 %zu（仅以 --reuse）"), card->shown - card->bound);
    if (card->bound > 0)
        buf_printf(out, lang_say(chinese, ", %zu kept for one verifier (only with --per-verifier)",
                                 "，专供某一核验方 %zu（仅以 --per-verifier）"), card->bound);
    if (card->maybe_sent > 0)
        buf_printf(out, lang_say(chinese, ", %zu perhaps sent and not offered again",
                                 "，可能已发送 %zu，不再提供"), card->maybe_sent);
    if (card->quarantined > 0)
        buf_printf(out, lang_say(chinese, ", %zu out of a backup (quarantined)",
                                 "，来自备份 %zu（隔离中）"), card->quarantined);
    buf_add_byte(out, '\n');
    add_what(out, lang_say(chinese, "until", "有效至"));
    buf_printf(out, "%s\n", date_time_write(card->ends_last, until) ? until : "?");
}

static void add_card(struct buf *out, const struct catalog *catalog, bool chinese,
                     const struct wallet_card *card)
{
    words_card(out, catalog, chinese, card);
    add_copies(out, chinese, card);
}

int holder_list(const struct command_line *cl)
{
    struct catalog catalog = { NULL, NULL };
    struct wallet_card card = { 0 };
    struct vault vault = { .is_new = false };
    struct buf out;
    bool chinese;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    if ((e = lang_read(&chinese, cl)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_READ)) != OC_OK ||
        (e = card_types_init(&catalog)) != OC_OK)
        goto out;
    while (wallet_next_card(&vault.wallet, &card))
        add_card(&out, &catalog, chinese, &card);
    e = print_text(&out);
    if (e == OC_OK && vault.wallet.copies_n == 0)
        fputs(lang_say(chinese, "The vault holds no card yet.\n", "保险库中还没有证件。\n"), stderr);
    if (e == OC_OK && vault.wallet.keys_n > 0)
        fprintf(stderr, lang_say(chinese, vault.wallet.keys_n == 1
                                              ? "%zu device key waits for its copy.\n"
                                              : "%zu device keys wait for their copies.\n",
                                 "%zu 个设备密钥等待其副本。\n"), vault.wallet.keys_n);
out:
    buf_cleanup(&out);
    catalog_cleanup(&catalog);
    vault_close(&vault);
    return exit_status(e);
}

static void add_element(struct buf *out, const struct card_type *type, bool chinese,
                        struct bytes name_space, const struct mdoc_item *item)
{
    buf_add_str(out, "    ");
    term_pad(out, item->name, NAME_COLUMNS);
    buf_add_byte(out, ' ');
    words_value(out, item->value, card_element(type, name_space, item->name), chinese);
    if (card_element(type, name_space, item->name) != NULL) {
        buf_add_str(out, "  [");
        value_label(out, type, name_space, item->name, chinese);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, '\n');
}

/* All copies of a card say the same; the first is shown. */
static const struct wallet_copy *any_copy(const struct wallet *wallet, uint64_t card)
{
    for (size_t i = 0; i < wallet->copies_n; i++)
        if (wallet->copies[i].card == card)
            return &wallet->copies[i];
    return NULL;
}

int holder_show(const struct command_line *cl)
{
    struct catalog catalog = { NULL, NULL };
    struct wallet_card card;
    struct vault vault = { .is_new = false };
    struct buf out;
    uint64_t number;
    bool chinese;
    enum oc_err e = lang_read(&chinese, cl);

    buf_init(&out, TEXT_BYTES_MAX);
    if (e == OC_OK && (e = vault_card_number(&number, cl)) == OC_OK &&
        (e = vault_open(&vault, cl, VAULT_READ)) == OC_OK &&
        (e = vault_find_card(&card, number, &vault.wallet)) == OC_OK &&
        (e = card_types_init(&catalog)) == OC_OK) {
        const struct card_type *type = catalog_card_of(&catalog, card.doc_type);
        const struct mdoc_issuer_signed *parsed = &any_copy(&vault.wallet, card.number)->parsed;

        add_card(&out, &catalog, chinese, &card);
        for (size_t i = 0; i < parsed->spaces_n; i++) {
            const struct mdoc_item_space *space = &parsed->spaces[i];

            buf_add_str(&out, "  ");
            term_escape(&out, space->name);
            buf_add_byte(&out, '\n');
            for (size_t j = space->first; j < space->first + space->n; j++)
                add_element(&out, type, chinese, space->name, &parsed->items[j]);
        }
        e = print_text(&out);
    }
    buf_cleanup(&out);
    catalog_cleanup(&catalog);
    vault_close(&vault);
    return exit_status(e);
}

/* What cannot be undone is asked about. */
static enum oc_err confirm(const struct command_line *cl, const struct wallet_card *card)
{
    char question[160];
    bool yes = opt_given(cl, "yes");
    enum oc_err e = OC_OK;

    if (yes)
        return OC_OK;
    snprintf(question, sizeof question, "Destroy card %llu, %.*s, with all its copies?",
             (unsigned long long)card->number, (int)(card->doc_type.n < 80 ? card->doc_type.n : 80),
             (const char *)card->doc_type.p);
    e = prompt_yes_no(&yes, question, "say so with --yes");
    if (e == OC_OK && !yes)
        e = fail_print(OC_REFUSED, "nothing was destroyed");
    return e;
}

int holder_delete(const struct command_line *cl)
{
    struct wallet_card card;
    struct vault vault = { .is_new = false };
    uint64_t number;
    size_t n = 0;
    enum oc_err e = vault_card_number(&number, cl);

    if (e == OC_OK && (e = vault_open(&vault, cl, VAULT_CHANGE)) == OC_OK &&
        (e = vault_find_card(&card, number, &vault.wallet)) == OC_OK &&
        (e = confirm(cl, &card)) == OC_OK) {
        n = wallet_remove_card(&vault.wallet, card.number);
        e = vault_save(&vault);
    }
    if (e == OC_OK)
        fprintf(stderr, "Destroyed: %zu %s.\n", n,
                n == 1 ? "copy with its key" : "copies with their keys");
    vault_close(&vault);
    return exit_status(e);
}
