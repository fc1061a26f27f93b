/*
 * export, import, accept: a backup of the vault, sealed like it under a passphrase of its own. What
 * comes out of one may have been shown since it was made, so that it is quarantined until the
 * holder accepts that.
 */
#include <stdio.h>

#include "cli/exit.h"
#include "holder/vault.h"
#include "holder/verbs.h"
#include "wallet/backup.h"

#define BACKUP_PASSPHRASE_OPTIONS \
    { "backup-passphrase-file", 0, "FILE", \
      "read the backup's passphrase from a file that only you may read", false }, \
    { "backup-passphrase-fd", 0, "N", \
      "read the backup's passphrase from an open descriptor", false }

const struct command_option holder_export_options[] = {
    { "output", 'o', "FILE", "the backup", false },
    BACKUP_PASSPHRASE_OPTIONS,
    VAULT_OPTIONS,
    { .name = NULL },
};

const struct command_option holder_import_options[] = {
    { "accept", 0, NULL, "offer its copies at once: you know that none was shown since", false },
    BACKUP_PASSPHRASE_OPTIONS,
    VAULT_OPTIONS,
    { .name = NULL },
};

const struct command_option holder_accept_options[] = {
    { "yes", 'y', NULL, "do not ask", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

static struct prompt_secret of_backup(const char *question, bool is_new)
{
    return (struct prompt_secret){
        .what = "passphrase", .file = "backup-passphrase-file", .fd = "backup-passphrase-fd",
        .question = question, .is_new = is_new,
    };
}

static const char *copies_word(size_t n)
{
    return n == 1 ? "copy" : "copies";
}

static const char *keys_word(size_t n)
{
    return n == 1 ? "pending key" : "pending keys";
}

int holder_export(const struct command_line *cl)
{
    const struct prompt_secret from = of_backup("Passphrase for the backup:", true);
    struct io_output output = { .n = 0 };
    struct secret *passphrase = NULL;
    struct wallet_key *key = NULL;
    struct vault vault = { .is_new = false };
    enum oc_err e;

    if ((e = io_try(opt(cl, "output"), IO_BINARY | IO_SECRET)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_READ)) != OC_OK ||
        (e = prompt_secret(&passphrase, cl, &from)) != OC_OK)
        goto out;
    vault_judge(passphrase, "the backup's");
    e = wallet_key_new(&key, passphrase, vault_dearer(wallet_key_cost(vault.key), WALLET_COST));
    if (e != OC_OK) {
        fail_print(e, "the backup's passphrase: %s", oc_err_text(e));
        goto out;
    }
    wallet_quarantine(&vault.wallet);           /* of what is in memory alone */
    if ((e = vault_seal(&output, opt(cl, "output"), &vault.wallet, key,
                        IO_BINARY | IO_SECRET)) != OC_OK ||
        (e = io_output_commit(&output)) != OC_OK)
        goto out;
    fprintf(stderr, "Backed up: %zu %s, %zu %s. Keys in a token are not in it.\n",
            vault.wallet.copies_n, copies_word(vault.wallet.copies_n),
            vault.wallet.keys_n, keys_word(vault.wallet.keys_n));
out:
    io_output_abandon(&output);
    wallet_key_free(&key);
    secret_free(&passphrase);
    vault_close(&vault);
    return exit_status(e);
}

static void say_merged(const struct wallet_merged *merged, bool accepted)
{
    fprintf(stderr, "Imported: %zu %s, %zu %s, %zu %s, %zu %s; %zu %s there already.\n",
            merged->copies, copies_word(merged->copies), merged->keys, keys_word(merged->keys),
            merged->authorities, merged->authorities == 1 ? "authority" : "authorities",
            merged->showings, merged->showings == 1 ? "showing" : "showings",
            merged->known, merged->known == 1 ? "was" : "were");
    if (merged->copies > 0 && !accepted)
        fputs("Copies that may have been shown since the backup are quarantined; owncard-holder "
              "accept offers them again.\n", stderr);
}

int holder_import(const struct command_line *cl)
{
    const struct prompt_secret from = of_backup("Passphrase of the backup:", false);
    struct wallet backup = { 0 };
    struct wallet_key *key = NULL;
    struct wallet_merged merged;
    struct vault vault = { .is_new = false };
    struct buf file;
    size_t before;
    enum oc_err e;

    if ((e = io_read(&file, argument(cl, 0), WALLET_FILE_MAX)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_CREATE)) != OC_OK ||
        (e = vault_unseal(&backup, &key, buf_view(&file), argument(cl, 0), cl, &from)) != OC_OK)
        goto out;
    before = vault.wallet.copies_n;
    if ((e = wallet_merge(&vault.wallet, &backup, &merged)) != OC_OK) {
        fail_print(e, "the backup: %s", oc_err_text(e));
        goto out;
    }
    if (opt_given(cl, "accept"))
        wallet_accept(&vault.wallet, 0, before);
    if ((e = vault_save(&vault)) == OC_OK)
        say_merged(&merged, opt_given(cl, "accept"));
out:
    wallet_key_free(&key);
    wallet_cleanup(&backup);
    vault_close(&vault);
    buf_cleanup(&file);
    return exit_status(e);
}

static enum oc_err confirm(const struct command_line *cl)
{
    bool yes = opt_given(cl, "yes");
    enum oc_err e;

    if (yes)
        return OC_OK;
    e = prompt_yes_no(&yes, "Some of these copies may have been shown since the backup; showing "
                            "one again links the two showings. Offer them all the same?",
                      "say so with --yes");
    if (e == OC_OK && !yes)
        e = fail_print(OC_REFUSED, "they stay quarantined");
    return e;
}

int holder_accept(const struct command_line *cl)
{
    struct wallet_card card = { 0 };
    struct vault vault = { .is_new = false };
    uint64_t number;
    size_t n;
    enum oc_err e = vault_card_number(&number, cl);

    if (e == OC_OK && (e = vault_open(&vault, cl, VAULT_CHANGE)) == OC_OK && number > 0)
        e = vault_find_card(&card, number, &vault.wallet);
    if (e != OC_OK)
        goto out;
    n = wallet_accept(&vault.wallet, card.number, 0);
    if (n == 0)
        e = fail_print(OC_USAGE, "no copy is quarantined");
    else if ((e = confirm(cl)) == OC_OK && (e = vault_save(&vault)) == OC_OK)
        fprintf(stderr, "Offered again: %zu %s.\n", n, copies_word(n));
out:
    vault_close(&vault);
    return exit_status(e);
}
