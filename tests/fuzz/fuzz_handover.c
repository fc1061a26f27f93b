/* Facts of a session, which come from a stranger's log: every handover out of them, right and with
 * every slip. The input is each fact that a form needs. */
#include "mdoc/handover.h"
#include "mdoc/slips.h"
#include "mdoc/transcript.h"
#include "tests/fuzz/mutator.h"

static void check_form(enum mdoc_handover form, const struct mdoc_session_facts *facts)
{
    struct buf out = fuzz_buf();
    struct bytes array;

    mdoc_handover_write(&out, form, facts);
    if (buf_err(&out) == OC_OK)
        hold(mdoc_transcript_read(&array, buf_view(&out), NULL) == OC_OK && array.n == out.n);
    else
        hold(buf_err(&out) != OC_BUG && (buf_err(&out) != OC_USAGE ||
                                         mdoc_handover_missing(form, facts) != 0));
    buf_cleanup(&out);
}

static void check_slips(const struct mdoc_session_facts *facts)
{
    const struct slip *slip;

    for (size_t i = 0; (slip = slip_at(i)) != NULL; i++) {
        struct mdoc_session_facts changed = *facts;
        struct buf store = fuzz_buf();
        bool applies = true;
        enum oc_err e;

        if (slip->fact == MDOC_FACTS_N)
            continue;
        e = slip_make(slip, &changed, &store, &applies);
        hold(e == OC_OK || (e == OC_LIMIT && !applies));
        if (applies)
            hold(!bytes_eq(changed.of[slip->fact], facts->of[slip->fact]));
        buf_cleanup(&store);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct mdoc_session_facts facts = { 0 };

    for (int i = 0; i < MDOC_FACTS_N; i++)
        facts.of[i] = i == MDOC_FACT_JWK_THUMBPRINT ? (struct bytes){ p, n < 32 ? n : 32 }
                                                    : (struct bytes){ p, n };
    for (int i = 0; i < MDOC_HANDOVERS_N; i++)
        check_form((enum mdoc_handover)i, &facts);
    check_slips(&facts);
    for (int i = 0; i < MDOC_FACTS_N; i++) {
        facts.of[i] = (struct bytes){ 0 };
        for (int form = 0; form < MDOC_HANDOVERS_N; form++)
            check_form((enum mdoc_handover)form, &facts);
    }
    return 0;
}
