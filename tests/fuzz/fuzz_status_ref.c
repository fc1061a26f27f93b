/* Where a card's status stands: what is read of a place is written, and read again. */
#include "tests/fuzz/mutator.h"
#include "trust/status_ref.h"

static void check_ref(const struct trust_status_ref *ref, struct bytes src)
{
    struct trust_status_refs again;
    struct buf out = fuzz_buf();

    hold_inside(ref->uri, src);
    hold_inside(ref->id, src);
    hold_inside(ref->certificate, src);
    hold(ref->uri.n >= 1 && ref->uri.n <= TRUST_STATUS_URI_MAX);
    hold(ref->mechanism == TRUST_STATUS_LIST ? ref->id.n == 0 : ref->id.n > 0 && ref->index == 0);
    trust_status_ref_write(&out, ref);
    hold(trust_status_refs_read(&again, buf_view(&out), NULL) == OC_OK && again.n == 1);
    hold(again.ref[0].mechanism == ref->mechanism && again.ref[0].index == ref->index &&
         bytes_eq(again.ref[0].uri, ref->uri) && bytes_eq(again.ref[0].id, ref->id) &&
         bytes_eq(again.ref[0].certificate, ref->certificate) && !again.has_unknown);
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct trust_status_refs refs;
    enum oc_err e = trust_status_refs_read(&refs, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(refs);
        return 0;
    }
    hold(refs.n <= TRUST_STATUS_MECHANISMS_N);
    for (size_t i = 0; i < refs.n; i++)
        check_ref(&refs.ref[i], src);
    hold(refs.n < 2 || refs.ref[0].mechanism != refs.ref[1].mechanism);
    return 0;
}
