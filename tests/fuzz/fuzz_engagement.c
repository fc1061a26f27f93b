/* DeviceEngagement, as bytes and as the text of a QR code, and a reader who goes by it. */
#include "mdoc/session.h"
#include "tests/fuzz/mutator.h"

static void check_engagement(const struct mdoc_engagement *g, struct bytes src)
{
    hold(g->source.p == src.p && g->source.n == src.n);
    hold_inside(g->version, src);
    hold_inside(g->device_key_bytes, src);
    hold_inside(g->origin_infos, src);
    hold_inside(g->capabilities, src);
    hold(curve_info(public_key_curve(g->device_key))->agrees);
    hold(g->retrievals_n <= MDOC_RETRIEVALS_MAX);
    for (size_t i = 0; i < g->retrievals_n; i++) {
        const struct mdoc_retrieval *m = &g->retrievals[i];
        bool is_nfc = m->type == MDOC_RETRIEVAL_NFC && m->version == 1;

        hold_inside(m->options, src);
        hold(m->options.n > 0 && (m->max_command > 0) == is_nfc && (m->max_response > 0) == is_nfc);
        hold(m->max_command <= MDOC_NFC_COMMAND_MAX && m->max_response <= MDOC_NFC_RESPONSE_MAX);
    }
}

/* What a reader can read it can also begin a session with. */
static void check_reader(struct bytes src, enum oc_err want, const struct oc_fault *said)
{
    struct oc_fault fault = { 0 };
    struct mdoc_session *s;
    struct buf wire = fuzz_buf();
    enum oc_err e = mdoc_session_reader_new(&s, &(struct mdoc_session_reader_spec){
        .engagement = src }, 0, &fault);

    hold((s != NULL) == (e == OC_OK));
    if (want != OC_OK)
        hold(e == want && same_fault(&fault, said));
    else    /* a key of small order agrees with nobody */
        hold(e == OC_OK || (e == OC_SHAPE && fault.reason != NULL && fault.offset < src.n));
    if (e == OC_OK)
        hold(mdoc_session_send(s, &wire, BYTES("x"), false, 0) == OC_OK);
    mdoc_session_free(&s);
    buf_cleanup(&wire);
}

static void check_text(struct bytes src)
{
    struct oc_fault fault = { 0 };
    struct buf out = fuzz_buf(), text = fuzz_buf();
    enum oc_err e = mdoc_engagement_uri_read(&out, src, &fault);

    if (e == OC_OK) {
        mdoc_engagement_uri_write(&text, buf_view(&out));
        hold(bytes_eq(buf_view(&text), src));
    } else {
        hold_fault(e, &fault, src);
        hold(out.n == 0);
    }
    buf_cleanup(&out);
    buf_cleanup(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct mdoc_engagement g;
    enum oc_err e;

    fuzz_pool();
    e = mdoc_engagement_init(&g, src, &fault);
    if (e == OC_OK) {
        check_engagement(&g, src);
    } else {
        hold_fault(e, &fault, src);
        hold_zero(g);
    }
    if (n > 0)
        check_reader(src, e, &fault);
    mdoc_engagement_cleanup(&g);
    hold_zero(g);
    check_text(src);
    return 0;
}
