#include "holder/vault.h"

#include <stdio.h>

#include "cli/exit.h"
#include "verbs/mistaken.h"

enum { PATH_BYTES_MAX = 4096, PASSPHRASE_SHORT = 8 };

static enum oc_err find_path(struct buf *path, const struct command_line *cl)
{
    const char *given = opt(cl, "vault");

    if (given == NULL)
        return state_path(path, "vault");
    buf_init(path, PATH_BYTES_MAX);
    buf_add_str(path, given);
    return buf_err(path) == OC_OK ? OC_OK : fail_print(OC_IO, "--vault: the path is too long");
}

void vault_judge(const struct secret *passphrase, const char *whose)
{
    if (secret_view(passphrase).n < PASSPHRASE_SHORT)
        warn_print("%s passphrase has under %d bytes: whoever has the file guesses it quickly",
                   whose, PASSPHRASE_SHORT);
}

static enum oc_err begin(struct vault *v, const struct command_line *cl)
{
    struct secret *passphrase;
    enum oc_err e = prompt_passphrase(&passphrase, cl, "Passphrase for a new vault:", true);

    if (e != OC_OK)
        return e;
    vault_judge(passphrase, "the vault's");
    e = wallet_key_new(&v->key, passphrase, WALLET_COST);
    secret_free(&passphrase);
    if (e == OC_OK)
        fprintf(stderr, "A new vault: %s\n", buf_text(&v->path));
    return e == OC_OK ? OC_OK : fail_print(e, "the passphrase: %s", oc_err_text(e));
}

static enum oc_err say_not_opened(enum oc_err e, const char *path, struct bytes file,
                                  const struct oc_fault *fault)
{
    if (path == NULL)
        path = "standard input";
    if (e == OC_SIGNATURE)
        return fail_print(e, "%s: wrong passphrase, or the file is damaged", path);
    return mistaken_message(e, path, file, "SealedVault", fault);
}

enum oc_err vault_unseal(struct wallet *wallet, struct wallet_key **key, struct bytes file,
                         const char *path, const struct command_line *cl,
                         const struct prompt_secret *from)
{
    struct oc_fault fault = { 0 };
    struct secret *passphrase = NULL;
    struct buf content;
    enum oc_err e;

    *wallet = (struct wallet){ 0 };
    *key = NULL;
    buf_init(&content, WALLET_CLASS_MAX);
    if ((e = prompt_secret(&passphrase, cl, from)) != OC_OK)
        goto out;
    e = wallet_unseal(&content, key, file, passphrase, &fault);
    if (e == OC_OK)
        e = wallet_read(wallet, buf_view(&content), &fault);
    if (e != OC_OK) {
        wallet_key_free(key);
        say_not_opened(e, path, file, &fault);
    }
out:
    secret_free(&passphrase);
    buf_cleanup(&content);
    return e;
}

static const struct prompt_secret of_vault = {
    .what = "passphrase", .file = "passphrase-file", .fd = "passphrase-fd",
    .question = "Passphrase of the vault:",
};

enum oc_err vault_open(struct vault *v, const struct command_line *cl, enum vault_use use)
{
    struct buf file = { 0 };
    enum oc_err e;

    *v = (struct vault){ 0 };
    wallet_init(&v->wallet);
    if ((e = find_path(&v->path, cl)) != OC_OK)
        goto out;
    /* Locked first: what is not there may be begun by another run until then. */
    if (use != VAULT_READ && (e = state_lock(&v->lock, buf_text(&v->path))) != OC_OK)
        goto out;
    v->is_new = !state_exists(buf_text(&v->path));
    if (v->is_new && use != VAULT_CREATE) {
        e = fail_print(OC_IO, "%s: there is no vault", buf_text(&v->path));
        hint_print("owncard-holder keys begins one");
        goto out;
    }
    if (v->is_new)
        e = begin(v, cl);
    else if ((e = io_read(&file, buf_text(&v->path), WALLET_FILE_MAX)) == OC_OK)
        e = vault_unseal(&v->wallet, &v->key, buf_view(&file), buf_text(&v->path), cl, &of_vault);
out:
    buf_cleanup(&file);
    if (e != OC_OK)
        vault_close(v);
    return e;
}

enum oc_err vault_seal(struct io_output *outputs, const char *path, const struct wallet *wallet,
                       const struct wallet_key *key, unsigned how)
{
    const char *name = path != NULL ? path : "-";
    struct buf content, file;
    enum oc_err e;

    buf_init(&content, WALLET_CONTENT_MAX);
    buf_init(&file, WALLET_FILE_MAX);
    wallet_write(&content, wallet);
    if ((e = buf_err(&content)) == OC_OK)
        e = wallet_seal(&file, buf_view(&content), key);
    if (e != OC_OK)
        fail_print(e, "%s: the vault cannot be sealed: %s", name, oc_err_text(e));
    else
        e = io_output_add(outputs, path, buf_view(&file), how);
    buf_cleanup(&content);
    buf_cleanup(&file);
    return e;
}

enum oc_err vault_save_with(struct vault *v, struct io_output *outputs)
{
    return vault_seal(outputs, buf_text(&v->path), &v->wallet, v->key,
                      IO_BINARY | IO_SECRET | IO_REPLACE);
}

enum oc_err vault_save(struct vault *v)
{
    struct io_output output = { .n = 0 };
    enum oc_err e = vault_save_with(v, &output);

    if (e == OC_OK)
        e = io_output_commit(&output);
    io_output_abandon(&output);
    return e;
}

struct argon2_cost vault_dearer(struct argon2_cost a, struct argon2_cost b)
{
    return (struct argon2_cost){
        .passes = a.passes > b.passes ? a.passes : b.passes,
        .memory_kib = a.memory_kib > b.memory_kib ? a.memory_kib : b.memory_kib,
        .lanes = a.lanes > b.lanes ? a.lanes : b.lanes,
    };
}

enum oc_err vault_card_number(uint64_t *number, const struct command_line *cl)
{
    const char *text = argument(cl, 0);
    uint64_t n = 0;

    *number = 0;
    if (text == NULL)
        return OC_OK;
    for (const char *p = text; *p >= '0' && *p <= '9' && n < UINT32_MAX; p++) {
        n = n * 10 + (uint64_t)(*p - '0');
        if (p[1] == '\0' && n > 0) {
            *number = n;
            return OC_OK;
        }
    }
    fail_print(OC_USAGE, "%s: not the number of a card", text);
    hint_print("owncard-holder list shows the numbers");
    return OC_USAGE;
}

enum oc_err vault_find_card(struct wallet_card *card, uint64_t number,
                            const struct wallet *wallet)
{
    if (wallet_card_get(wallet, number, card))
        return OC_OK;
    fail_print(OC_USAGE, "%llu: there is no card of this number", (unsigned long long)number);
    hint_print("owncard-holder list shows the numbers");
    return OC_USAGE;
}

void vault_close(struct vault *v)
{
    wallet_cleanup(&v->wallet);
    wallet_key_free(&v->key);
    state_unlock(&v->lock);
    buf_cleanup(&v->path);
    *v = (struct vault){ 0 };
}
