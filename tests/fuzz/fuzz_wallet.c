/* The content of a vault: what is read is written back, and reads as the same. */
#include "tests/fuzz/contract.h"
#include "tests/fuzz/mutator.h"
#include "wallet/wallet.h"

static void check_wallet(const struct wallet *w)
{
    struct wallet again;
    struct buf out = fuzz_buf(), twice = fuzz_buf();

    for (size_t i = 0; i < w->copies_n; i++) {
        const struct wallet_copy *copy = &w->copies[i];

        hold_issuer_signed(&copy->parsed, buf_view(&copy->issuer_signed));
        hold(public_key_equal(private_key_public(copy->key), copy->parsed.mso.device_key));
        hold(copy->card != 0 && copy->card < w->next_card);
    }
    wallet_write(&out, w);
    hold(buf_err(&out) == OC_OK);
    hold(wallet_read(&again, buf_view(&out), NULL) == OC_OK);
    hold(again.copies_n == w->copies_n && again.keys_n == w->keys_n);
    wallet_write(&twice, &again);
    hold(bytes_eq(buf_view(&out), buf_view(&twice)));
    wallet_cleanup(&again);
    buf_cleanup(&out);
    buf_cleanup(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct wallet w;
    enum oc_err e;

    fuzz_pool();
    e = wallet_read(&w, src, &fault);
    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(w);
        return 0;
    }
    check_wallet(&w);
    wallet_cleanup(&w);
    hold_zero(w);
    return 0;
}
