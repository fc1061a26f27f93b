#include "holder/vault.h"

#include "cli/exit.h"

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

static enum oc_err begin(struct vault *v, const struct command_line *cl)
{
    struct secret *passphrase;
    enum oc_err e = prompt_passphrase(&passphrase, cl, "Passphrase for a new vault:", true);

    if (e != OC_OK)
        return e;
    if (secret_view(passphrase).n < PASSPHRASE_SHORT)
        warn_print("a passphrase of under %d bytes is guessed quickly by whoever has the file",
                   PASSPHRASE_SHORT);
    e = wallet_key_new(&v->key, passphrase, WALLET_COST);
    secret_free(&passphrase);
    return e == OC_OK ? OC_OK : fail_print(e, "the passphrase: %s", oc_err_text(e));
}

static enum oc_err say_not_opened(enum oc_err e, const char *path, const struct oc_fault *fault)
{
    if (e == OC_SIGNATURE)
        return fail_print(e, "%s: wrong passphrase, or the file is damaged", path);
    return fail_fault(e, path, fault);
}

static enum oc_err unseal(struct vault *v, const struct command_line *cl)
{
    const char *path = buf_text(&v->path);
    struct oc_fault fault = { 0 };
    struct secret *passphrase = NULL;
    struct buf content, file;
    enum oc_err e;

    buf_init(&content, WALLET_CLASS_MAX);
    if ((e = io_read(&file, path, WALLET_FILE_MAX)) != OC_OK ||
        (e = prompt_passphrase(&passphrase, cl, "Passphrase of the vault:", false)) != OC_OK)
        goto out;
    e = wallet_unseal(&content, &v->key, buf_view(&file), passphrase, &fault);
    if (e == OC_OK)
        e = wallet_read(&v->wallet, buf_view(&content), &fault);
    if (e != OC_OK)
        say_not_opened(e, path, &fault);
out:
    secret_free(&passphrase);
    buf_cleanup(&content);
    buf_cleanup(&file);
    return e;
}

enum oc_err vault_open(struct vault *v, const struct command_line *cl, enum vault_use use)
{
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
    e = v->is_new ? begin(v, cl) : unseal(v, cl);
out:
    if (e != OC_OK)
        vault_close(v);
    return e;
}

enum oc_err vault_save_with(struct vault *v, struct io_output *outputs)
{
    struct buf content, file;
    enum oc_err e;

    buf_init(&content, WALLET_CONTENT_MAX);
    buf_init(&file, WALLET_FILE_MAX);
    wallet_write(&content, &v->wallet);
    if ((e = buf_err(&content)) == OC_OK)
        e = wallet_seal(&file, buf_view(&content), v->key);
    if (e != OC_OK)
        fail_print(e, "%s: the vault cannot be sealed: %s", buf_text(&v->path), oc_err_text(e));
    else
        e = io_output_add(outputs, buf_text(&v->path), buf_view(&file),
                          IO_BINARY | IO_SECRET | IO_REPLACE);
    buf_cleanup(&content);
    buf_cleanup(&file);
    return e;
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

void vault_close(struct vault *v)
{
    wallet_cleanup(&v->wallet);
    wallet_key_free(&v->key);
    state_unlock(&v->lock);
    buf_cleanup(&v->path);
    *v = (struct vault){ 0 };
}
