/* SessionTranscript. */
#include "mdoc/transcript.h"
#include "tests/fuzz/mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n }, array = BYTES("before"), again;
    struct oc_fault fault = { 0 };
    enum oc_err e = mdoc_transcript_read(&array, src, &fault);

    if (e != OC_OK) {
        hold_fault(e, &fault, src);
        hold(array.p == NULL && array.n == 0);
        return 0;
    }
    hold(array.n > 0);
    hold_inside(array, src);
    hold(mdoc_transcript_read(&again, array, NULL) == OC_OK && again.p == array.p &&
         again.n == array.n);
    return 0;
}
