/* What a stranger sends into a session: to a holder who waits for the first message, to one who has
 * answered, and to a reader who waits for an answer. Genuine messages are among the seeds. */
#include "tests/fuzz/mutator.h"
#include "tests/fuzz/session_world.h"

static void check_establishment(struct bytes src)
{
    struct oc_fault fault = { 0 };
    struct mdoc_session_establishment m;
    enum oc_err e = mdoc_session_establishment_init(&m, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(m);
        return;
    }
    hold_inside(m.reader_key_bytes, src);
    hold_inside(m.data, src);
    hold(m.data.p != NULL && curve_info(public_key_curve(m.reader_key))->agrees);
    mdoc_session_establishment_cleanup(&m);
    hold_zero(m);
}

static void check_data(struct bytes src)
{
    struct oc_fault fault = { 0 };
    struct mdoc_session_data m;
    enum oc_err e = mdoc_session_data_read(&m, src, &fault);
    struct buf out = fuzz_buf();

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold_zero(m);
        return;
    }
    hold_inside(m.data, src);
    mdoc_session_data_write(&out, &m);
    hold(buf_err(&out) == OC_OK && out.n <= src.n);
    buf_cleanup(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct fuzz_pair pair = fuzz_pair();
    struct buf wire = fuzz_buf();

    check_establishment(src);
    check_data(src);
    if (hold_receive(pair.holder, src))
        hold(pair.holder->peer_key != NULL && mdoc_session_transcript(pair.holder).n > 0);
    fuzz_pair_free(&pair);
    pair = fuzz_pair();
    fuzz_pass(pair.reader, pair.holder, &wire);
    hold_receive(pair.reader, src);
    fuzz_pair_free(&pair);
    pair = fuzz_pair();
    fuzz_pass(pair.reader, pair.holder, &wire);
    fuzz_pass(pair.holder, pair.reader, &wire);
    hold_receive(pair.holder, src);
    fuzz_pair_free(&pair);
    buf_cleanup(&wire);
    return 0;
}
