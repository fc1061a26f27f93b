/*
 * The vault as a file: --vault FILE, or vault in owncard's data folder, sealed under the
 * holder's passphrase (lib/wallet/seal.h). Every function that returns an error has said it.
 */
#ifndef OWNCARD_HOLDER_VAULT_H
#define OWNCARD_HOLDER_VAULT_H

#include "cli/command.h"
#include "cli/io.h"
#include "cli/prompt.h"
#include "cli/state.h"
#include "wallet/seal.h"
#include "wallet/wallet.h"

/* Rows that the option table of every verb that opens the vault ends with. */
#define VAULT_OPTIONS \
    { "vault", 0, "FILE", "the vault (default: in owncard's data folder)", false }, \
    PROMPT_PASSPHRASE_OPTIONS

struct vault {
    struct buf path;
    struct state_lock lock;
    struct wallet_key *key;
    struct wallet wallet;
    bool is_new;                /* no file yet */
};

enum vault_use {
    VAULT_READ,                 /* must be there; never saved */
    VAULT_CHANGE,               /* must be there; locked against other runs */
    VAULT_CREATE,               /* as CHANGE, and begun when it is not there */
};

/**
 * Open the vault, asking for its passphrase.
 *
 * @param v  all zero on error; release with vault_close()
 * @retval OC_IO         not there, cannot be read, or in use by another process
 * @retval OC_SIGNATURE  wrong passphrase or damaged
 * @retval OC_USAGE      the passphrase options contradict each other, or it is empty
 * @retval the errors of wallet_unseal() and wallet_read()
 */
enum oc_err vault_open(struct vault *v, const struct command_line *cl,
                       enum vault_use use) OC_MUST_CHECK;

/** Warn about a passphrase that is short for something that may be guessed at leisure.
 *  @param whose  "the vault's", "the backup's" */
void vault_judge(const struct secret *passphrase, const char *whose);

/**
 * Open a sealed file that was read, asking for its passphrase, and read what is in it.
 *
 * @param path    for what is said
 * @param wallet  all zero on error
 * @param key     NULL on error
 * @retval as vault_open()
 */
enum oc_err vault_unseal(struct wallet *wallet, struct wallet_key **key, struct bytes file,
                         const char *path, const struct command_line *cl,
                         const struct prompt_secret *from) OC_MUST_CHECK;

/** Add a wallet, sealed, to `outputs` as `path`. `how`: IO_BINARY | IO_SECRET and maybe more. */
enum oc_err vault_seal(struct io_output *outputs, const char *path, const struct wallet *wallet,
                       const struct wallet_key *key, unsigned how) OC_MUST_CHECK;

/** Add the sealed vault to `outputs`, so that it and other files appear together. */
enum oc_err vault_save_with(struct vault *v, struct io_output *outputs) OC_MUST_CHECK;

/** Save the vault alone. On error the old file is as it was. */
enum oc_err vault_save(struct vault *v) OC_MUST_CHECK;

/** Of two costs the higher, part by part. */
struct argon2_cost vault_dearer(struct argon2_cost a, struct argon2_cost b);

/** The number of a card that the first argument is; 0 when there is none. @retval OC_USAGE */
enum oc_err vault_card_number(uint64_t *number, const struct command_line *cl) OC_MUST_CHECK;

/** The card of this number. @retval OC_USAGE  there is none */
enum oc_err vault_find_card(struct wallet_card *card, uint64_t number,
                            const struct wallet *wallet) OC_MUST_CHECK;

/** Release everything; the lock too. All zero afterwards; twice is fine. */
void vault_close(struct vault *v);

#endif
