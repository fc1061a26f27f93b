/* Texts of QR codes, one a line: whatever comes, a message is right by its id or is not given. */
#include "tests/fuzz/fuzz.h"
#include "transport/assembly.h"

static void hold_parts(const struct assembly *a)
{
    for (size_t i = 0; i < ASSEMBLY_PARTS; i++) {
        const struct assembly_part *part = &a->parts[i];

        if (part->kept == 0) {
            hold(part->blocks == NULL);
            continue;
        }
        hold(part->kept <= part->header.data + assembly_spare(part->header.data));
        hold(assembly_count(part) >= 1 && assembly_count(part) <= part->kept);
        hold(part->header.data <= ERASURE_DATA_MAX && part->header.all <= ERASURE_ALL_MAX);
        hold(part->header.data * frame_block_size(&part->header) <=
             part->header.length + part->header.data);
    }
}

/* A message that came out is the one that its own frames carry: they have its id. */
static void hold_message(const struct buf *message)
{
    struct assembly again = { .clock = 0 };
    struct buf same = fuzz_buf();
    struct frames frames;

    hold(message->n <= FRAME_MESSAGE_MAX);
    hold(frames_init(&frames, buf_view(message), FRAME_BYTES_MAX) == OC_OK);
    for (size_t i = 0; i < frames.data; i++) {
        struct buf frame = fuzz_buf();

        frames_text(&frame, &frames, frames.all - 1 - i);
        hold(assembly_add(&again, &same, buf_view(&frame), NULL) == OC_OK);
        buf_cleanup(&frame);
    }
    hold(bytes_eq(buf_view(&same), buf_view(message)));
    frames_cleanup(&frames);
    assembly_cleanup(&again);
    buf_cleanup(&same);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct assembly a = { .clock = 0 };

    for (size_t start = 0, end; start < n; start = end + 1) {
        struct buf message = fuzz_buf();
        struct oc_fault fault;
        struct bytes text;
        enum oc_err e;

        for (end = start; end < n && p[end] != '\n';)
            end++;
        text = (struct bytes){ p + start, end - start };
        e = assembly_add(&a, &message, text, &fault);
        hold(e == OC_OK || message.n == 0);
        hold(e == OC_OK || e == OC_DIGEST || fault.reason != NULL);
        if (message.n > 0)
            hold_message(&message);
        hold_parts(&a);
        buf_cleanup(&message);
    }
    assembly_cleanup(&a);
    return 0;
}
