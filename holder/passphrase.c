/* passphrase: seal the vault under another passphrase, or under the same at another cost. */
#include <stdio.h>

#include "cli/exit.h"
#include "holder/vault.h"
#include "holder/verbs.h"

const struct command_option holder_passphrase_options[] = {
    { "new-passphrase-file", 0, "FILE", "read the new one from a file that only you may read",
      false },
    { "new-passphrase-fd", 0, "N", "read the new one from an open descriptor", false },
    { "memory", 0, "MIB",
      "what each guess costs, in memory: 8 to 1024 (default: as now, at least 64)", false },
    { "passes", 0, "N", "… and in passes over it: 1 to 16 (default: as now, at least 3)", false },
    VAULT_OPTIONS,
    { .name = NULL },
};

static const struct prompt_secret new_passphrase = {
    .what = "passphrase", .file = "new-passphrase-file", .fd = "new-passphrase-fd",
    .question = "New passphrase:", .is_new = true,
};

/* What is asked for, else the dearer of what is and what a new vault would have. */
static enum oc_err read_cost(struct argon2_cost *cost, const struct command_line *cl,
                             const struct wallet_key *key)
{
    enum { MIB = 1024 };
    struct argon2_cost now = wallet_key_cost(key);
    uint64_t passes, mib;
    enum oc_err e;

    *cost = vault_dearer(now, WALLET_COST);
    if ((e = opt_uint(cl, "passes", ARGON2_PASSES_MIN, ARGON2_PASSES_MAX, cost->passes,
                      &passes)) != OC_OK ||
        (e = opt_uint(cl, "memory", ARGON2_MEMORY_KIB_MIN / MIB, ARGON2_MEMORY_KIB_MAX / MIB, 0,
                      &mib)) != OC_OK)
        return e;
    cost->passes = (uint32_t)passes;
    if (mib != 0)
        cost->memory_kib = (uint32_t)mib * MIB;
    if (cost->passes < now.passes || cost->memory_kib < now.memory_kib)
        warn_print("guessing the passphrase becomes cheaper than it was");
    return OC_OK;
}

int holder_passphrase(const struct command_line *cl)
{
    struct secret *passphrase = NULL;
    struct wallet_key *key = NULL;
    struct argon2_cost cost;
    struct vault vault;
    enum oc_err e;

    if ((e = vault_open(&vault, cl, VAULT_CHANGE)) != OC_OK ||
        (e = read_cost(&cost, cl, vault.key)) != OC_OK ||
        (e = prompt_secret(&passphrase, cl, &new_passphrase)) != OC_OK)
        goto out;
    vault_judge(passphrase);
    if ((e = wallet_key_new(&key, passphrase, cost)) != OC_OK) {
        fail_print(e, "the new passphrase: %s", oc_err_text(e));
        goto out;
    }
    wallet_key_free(&vault.key);
    vault.key = key;                            /* moved into the vault */
    e = vault_save(&vault);
    if (e == OC_OK)
        fprintf(stderr, "The vault opens by the new passphrase; each guess costs %u passes over %u "
                        "MiB. Copies of the file made before open by the old one.\n",
                cost.passes, cost.memory_kib / 1024);
out:
    secret_free(&passphrase);
    vault_close(&vault);
    return exit_status(e);
}
