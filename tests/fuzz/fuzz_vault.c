/*
 * A sealed vault. Nothing opens here but what the target's own passphrase sealed. Costs above the
 * floor are raised beyond the ceiling, so that no time goes into Argon2id itself.
 */
#include "tests/fuzz/mutator.h"
#include "wallet/seal.h"

static const struct secret *passphrase(void)
{
    static struct secret *s;

    if (s == NULL) {
        fuzz_pool();
        s = secret_copy(BYTES("correct horse"));
    }
    return s;
}

/* ["OwncardVault", 1, salt, passes, memory, lanes, …]: whether deriving would take long. */
static bool is_costly(struct bytes src)
{
    struct node *root = tree_read(src);
    bool costly = root != NULL && root->kind == NODE_ARRAY && root->n > 5 &&
                  (root->items[3]->value > ARGON2_PASSES_MIN ||
                   root->items[4]->value > ARGON2_MEMORY_KIB_MIN) &&
                  root->items[3]->value <= ARGON2_PASSES_MAX &&
                  root->items[4]->value <= ARGON2_MEMORY_KIB_MAX;

    node_free(root);
    return costly;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct wallet_key *key = NULL;
    struct buf content;
    enum oc_err e;

    if (is_costly(src))
        return 0;
    buf_init(&content, 16);
    buf_add(&content, BYTES("before"));
    e = wallet_unseal(&content, &key, src, passphrase(), &fault);
    hold((key != NULL) == (e == OC_OK));
    if (e != OC_OK) {
        hold(bytes_is(buf_view(&content), "before"));
        hold(e == OC_SIGNATURE || (fault.reason != NULL && fault.offset <= n));
    }
    wallet_key_free(&key);
    buf_cleanup(&content);
    return 0;
}
