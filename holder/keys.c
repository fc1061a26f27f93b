/*
 * Before the flow: keys.     issuer/challenge.c  →  here  →  issuer/issue.c (1)
 *   in    the issuer's challenge
 *   out   public device keys, each with proof of possession; the private ones wait in the vault
 */
#include <stdio.h>

#include "cli/exit.h"
#include "cli/key_file.h"
#include "cli/token.h"
#include "core/text.h"
#include "holder/keys.h"
#include "holder/vault.h"
#include "holder/verbs.h"

const struct command_option holder_keys_options[] = {
    { "output", 'o', "FILE", "the public keys with their proofs, for the issuer", false },
    { "challenge", 'c', "HEX", "the issuer's challenge", false },
    { "count", 'n', "N", "how many copies to ask for, 1 to 1000 (default: 5)", false },
    { "curve", 0, "NAME", "P-256 (default), P-384, P-521, Ed25519, …", false },
    { "key", 0, "KEY", "take this private key instead of making any; PEM, JWK or COSE_Key", false },
    { "anew", 0, NULL, "destroy keys that still wait for a card of their own", false },
    { "pkcs11", 0, "URI", "use this key of a token, where it stays; only the URI is kept", false },
    { "at", 0, "TIME", "the moment to note down (default: now)", false },
    TOKEN_PIN_OPTIONS,
    VAULT_OPTIONS,
    { .name = NULL },
};

enum oc_err keys_challenge(struct buf *out, const struct command_line *cl)
{
    const char *text = opt(cl, "challenge");
    enum oc_err e;

    buf_init(out, MDOC_CHALLENGE_MAX);
    if (text == NULL) {
        e = fail_print(OC_USAGE, "--challenge is needed");
        hint_print("owncard-issuer challenge prints one");
        return e;
    }
    e = hex_read(out, bytes_str(text));
    if (e != OC_OK || out->n < MDOC_CHALLENGE_MIN)
        return fail_print(OC_USAGE, "--challenge: expected 16 to 64 bytes in hexadecimal");
    return OC_OK;
}

static enum oc_err read_wanted(struct keys_wanted *w, const struct command_line *cl)
{
    const char *curve = opt_given(cl, "curve") ? opt(cl, "curve") : "P-256";
    enum oc_err e;

    w->file = opt(cl, "key");
    w->uri = opt(cl, "pkcs11");
    w->curve = curve_by_name(curve);
    if (w->curve == NULL || w->curve->alg == COSE_ALG_NONE)
        return fail_print(OC_USAGE, "--curve %s: not a curve that signs", curve);
    if ((e = opt_not_both(cl, "key", "count")) != OC_OK ||
        (e = opt_not_both(cl, "key", "curve")) != OC_OK ||
        (e = opt_not_both(cl, "key", "pkcs11")) != OC_OK ||
        (e = opt_not_both(cl, "pkcs11", "count")) != OC_OK ||
        (e = opt_not_both(cl, "pkcs11", "curve")) != OC_OK)
        return e;
    return opt_uint(cl, "count", 1, MDOC_PROOFS_MAX, w->file != NULL || w->uri != NULL ? 1 : 5,
                    &w->n);
}

/* A key from elsewhere, and its curve. */
static enum oc_err get_existing(struct private_key **out, struct keys_wanted *w,
                                const struct command_line *cl)
{
    const char *from = w->file != NULL ? w->file : w->uri;
    enum oc_err e;

    e = w->file != NULL ? key_file_private(out, w->file, false) : token_find(out, bytes_str(w->uri), cl);
    if (e != OC_OK)
        return e;
    w->curve = curve_info(private_key_curve(*out));
    if (w->curve->alg != COSE_ALG_NONE)
        return OC_OK;
    private_key_free(out);
    return fail_print(OC_USAGE, "%s: on %s, which does not sign", from, w->curve->name);
}

static enum oc_err get_key(struct private_key **out, struct keys_wanted *w,
                           const struct command_line *cl)
{
    if (w->file != NULL || w->uri != NULL)
        return get_existing(out, w, cl);
    return private_key_generate(out, w->curve->curve);
}

/* Whether a copy has this key: those that wait are the wallet's own business. */
static bool is_in_use(const struct wallet *wallet, const struct private_key *key)
{
    for (size_t i = 0; i < wallet->copies_n; i++)
        if (public_key_equal(private_key_public(wallet->copies[i].key), private_key_public(key)))
            return true;
    return false;
}

static enum oc_err add_one(struct private_key **lent, struct wallet *wallet,
                           const struct command_line *cl, struct bytes challenge,
                           struct keys_wanted *w, int64_t now)
{
    struct private_key *key = NULL;
    enum oc_err e = get_key(&key, w, cl);

    *lent = key;
    if (e == OC_OK)
        e = is_in_use(wallet, key) ? OC_USAGE : wallet_add_key(wallet, &key, challenge, now);
    if (e == OC_OK)
        wallet->keys[wallet->keys_n - 1].card = w->card;
    private_key_free(&key);
    return e;
}

enum oc_err keys_add(struct buf *proofs, struct wallet *wallet, const struct command_line *cl,
                     struct bytes challenge, struct keys_wanted *w, int64_t now)
{
    struct private_key *added[MDOC_PROOFS_MAX];     /* lent: the wallet owns them */
    enum oc_err e = OC_OK;

    for (size_t i = 0; i < w->n && e == OC_OK; i++)
        e = add_one(&added[i], wallet, cl, challenge, w, now);
    if (e == OC_USAGE && (w->file != NULL || w->uri != NULL))
        return fail_print(e, "%s: the vault has this key already",
                          w->file != NULL ? w->file : w->uri);
    if (e == OC_OK) {
        mdoc_key_proofs_write(proofs, challenge, added, w->n);
        e = buf_err(proofs);
    }
    return e == OC_OK ? OC_OK : fail_print(e, "device keys: %s", oc_err_text(e));
}

static void say_done(const struct keys_wanted *w)
{
    if (w->file != NULL)
        fprintf(stderr, "The device key on %s is in the vault; delete its file.\n", w->curve->name);
    else if (w->uri != NULL)
        fprintf(stderr, "The device key on %s stays in its token; the vault keeps where it is.\n",
                w->curve->name);
    else
        fprintf(stderr, "%zu device %s on %s made; the private part stays in the vault.\n",
                (size_t)w->n, w->n == 1 ? "key" : "keys", w->curve->name);
}

int holder_keys(const struct command_line *cl)
{
    struct io_output outputs = { .n = 0 };
    struct buf challenge = { 0 }, proofs = { 0 };
    struct vault vault = { .is_new = false };
    struct keys_wanted wanted = { .n = 0 };
    int64_t now;
    enum oc_err e;

    buf_init(&proofs, KEYS_FILE_MAX);
    if ((e = read_wanted(&wanted, cl)) != OC_OK ||
        (e = opt_time(cl, "at", &now)) != OC_OK ||
        (e = keys_challenge(&challenge, cl)) != OC_OK ||
        (e = io_try(opt(cl, "output"), IO_BINARY)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_CREATE)) != OC_OK)
        goto out;
    if (opt_given(cl, "anew"))
        wallet_remove_keys(&vault.wallet, 0);
    if ((e = keys_add(&proofs, &vault.wallet, cl, buf_view(&challenge), &wanted, now)) != OC_OK ||
        (e = vault_save_with(&vault, &outputs)) != OC_OK ||
        (e = io_output_add(&outputs, opt(cl, "output"), buf_view(&proofs), IO_BINARY)) != OC_OK)
        goto out;
    e = io_output_commit(&outputs);
    if (e == OC_OK)
        say_done(&wanted);
out:
    io_output_abandon(&outputs);
    vault_close(&vault);
    buf_cleanup(&challenge);
    buf_cleanup(&proofs);
    return exit_status(e);
}
