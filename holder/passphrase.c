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

enum { MIB = 1024 };        /* in KiB */

/* What --passes and --memory ask for; 0 where they do not. */
static enum oc_err read_cost(struct argon2_cost *asked, const struct command_line *cl)
{
    uint64_t passes, mib;
    enum oc_err e;

    if ((e = opt_uint(cl, "passes", ARGON2_PASSES_MIN, ARGON2_PASSES_MAX, 0, &passes)) != OC_OK ||
        (e = opt_uint(cl, "memory", ARGON2_MEMORY_KIB_MIN / MIB, ARGON2_MEMORY_KIB_MAX / MIB, 0,
                      &mib)) != OC_OK)
        return e;
    *asked = (struct argon2_cost){ .passes = (uint32_t)passes, .memory_kib = (uint32_t)mib * MIB };
    return OC_OK;
}

/* What is asked for, else the dearer of what is and what a new vault would have. */
static struct argon2_cost settle_cost(struct argon2_cost asked, const struct wallet_key *key)
{
    struct argon2_cost now = wallet_key_cost(key), cost = vault_dearer(now, WALLET_COST);

    if (asked.passes != 0)
        cost.passes = asked.passes;
    if (asked.memory_kib != 0)
        cost.memory_kib = asked.memory_kib;
    if (cost.passes < now.passes || cost.memory_kib < now.memory_kib)
        warn_print("guessing the passphrase becomes cheaper than it was");
    return cost;
}

int holder_passphrase(const struct command_line *cl)
{
    struct secret *passphrase = NULL;
    struct wallet_key *key = NULL;
    struct argon2_cost cost;
    struct vault vault = { .is_new = false };
    enum oc_err e;

    if ((e = read_cost(&cost, cl)) != OC_OK ||
        (e = vault_open(&vault, cl, VAULT_CHANGE)) != OC_OK)
        goto out;
    cost = settle_cost(cost, vault.key);
    if ((e = prompt_secret(&passphrase, cl, &new_passphrase)) != OC_OK)
        goto out;
    vault_judge(passphrase, "the vault's new");
    if ((e = wallet_key_new(&key, passphrase, cost)) != OC_OK) {
        fail_print(e, "the new passphrase: %s", oc_err_text(e));
        goto out;
    }
    wallet_key_free(&vault.key);
    vault.key = key;                            /* moved into the vault */
    e = vault_save(&vault);
    if (e == OC_OK)
        fprintf(stderr, "The vault opens by the new passphrase; each guess costs %u %s over %u "
                        "MiB. Copies of the file made before open by the old one.\n",
                cost.passes, cost.passes == 1 ? "pass" : "passes", cost.memory_kib / MIB);
out:
    secret_free(&passphrase);
    vault_close(&vault);
    return exit_status(e);
}
