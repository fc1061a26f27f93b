/* Any message as text for people: UTF-8 without control characters, within its ceiling. */
#include "mdoc/describe.h"
#include "tests/fuzz/mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    struct oc_fault fault = { 0 };
    struct buf text;
    enum oc_err e;

    buf_init(&text, n % 2 == 0 ? FUZZ_BYTES_MAX : 512);
    hold(mdoc_message_name(src) != NULL);
    e = mdoc_describe(&text, src, &fault);
    if (e != OC_OK)
        hold_fault(e, &fault, src);
    else
        hold(text.n > 0);
    hold(bytes_are_utf8(buf_view(&text)));
    for (size_t i = 0; i < text.n; i++)
        hold((text.p[i] >= 0x20 && text.p[i] != 0x7f) || text.p[i] == '\n');
    buf_cleanup(&text);
    return 0;
}
