/* Messages as frames and back, whatever is lost, repeated, reordered or foreign. What is forged is
 * test_frames_forged.c's. */
#include <string.h>

#include "core/text.h"
#include "tests/unit/frames_given.h"
#include "tests/unit/page.h"
#include "tests/unit/parser.h"

static unsigned ones(unsigned set)
{
    return set == 0 ? 0 : (set & 1) + ones(set >> 1);
}

/* The frames of `set`, in order or backwards, complete the message exactly when they are enough. */
static bool set_holds(const struct frames *f, unsigned set, bool backwards, struct bytes message)
{
    struct assembly a = { .clock = 0 };
    bool complete = false, holds = true;
    size_t given = 0;

    for (size_t i = 0; i < f->all; i++) {
        size_t number = backwards ? f->all - 1 - i : i;

        if (!(set >> number & 1) || given == f->data)
            continue;
        given++;
        holds = holds && give_frame(&a, f, number, message, &complete) == OC_OK &&
                complete == (given == f->data);
    }
    assembly_cleanup(&a);
    return holds && complete == (ones(set) >= f->data);
}

static void test_subsets(void)
{
    static const size_t length[] = { 52, 100, 101, 153, 204, 300, 357 };
    uint8_t room[400];

    for (size_t i = 0; i < sizeof length / sizeof length[0]; i++) {
        struct bytes message = sample(room, length[i], 7);
        size_t wrong = 0, sets = 0;
        struct frames f;

        must(frames_init(&f, message, FRAME_BYTES_MIN));
        for (unsigned set = 0; set < 1U << f.all; set++, sets++)
            wrong += !set_holds(&f, set, false, message) || !set_holds(&f, set, true, message);
        ok(wrong == 0 && f.all == f.data + (f.data + 1) / 2,
           "%zu bytes, %zu of %zu frames: each of %zu sets, both ways",
           length[i], f.data, f.all, sets);
        frames_cleanup(&f);
    }
}

/* Every length up to a few frames, and the largest: whole, and with half of the data lost. */
static void test_lengths(void)
{
    static uint8_t room[FRAME_MESSAGE_MAX + 1];
    size_t wrong = 0, lengths = 0;
    struct frames f;

    for (size_t n = 1; n <= FRAME_MESSAGE_MAX; n += n < 600 ? 1 : 4095, lengths++) {
        struct bytes message = sample(room, n, 3);
        struct assembly a = { .clock = 0 };
        bool complete = false;
        size_t parity;

        must(frames_init(&f, message, n < 600 ? FRAME_BYTES_MIN : 600));
        parity = f.all - f.data;
        for (size_t i = parity; i < f.all; i++)     /* those lost are the first ones */
            wrong += give_frame(&a, &f, i, message, &complete) != OC_OK ||
                     complete != (i + 1 == f.all);
        assembly_cleanup(&a);
        frames_cleanup(&f);
    }
    ok(wrong == 0, "%zu lengths, as many frames lost as there are of parity", lengths);

    ok(frames_init(&f, (struct bytes){ room, 0 }, 400) == OC_USAGE, "no message");
    ok(frames_init(&f, (struct bytes){ room, FRAME_MESSAGE_MAX + 1 }, 600) == OC_LIMIT &&
       f.blocks.p == NULL, "a message too long");
    ok(frames_init(&f, (struct bytes){ room, 51 * 128 + 1 }, FRAME_BYTES_MIN) == OC_LIMIT,
       "more than 128 frames of data");
    ok(frames_init(&f, (struct bytes){ room, 1 }, FRAME_BYTES_MIN - 1) == OC_USAGE &&
       frames_init(&f, (struct bytes){ room, 1 }, FRAME_BYTES_MAX + 1) == OC_USAGE, "frame sizes");
    must(frames_init(&f, (struct bytes){ room, 387 }, FRAME_BYTES));
    ok(f.data == 1 && f.all == 1, "what fits into one frame is one");
    frames_cleanup(&f);
}

static enum oc_err parse_frame(struct bytes src, struct oc_fault *fault)
{
    struct frame frame;
    enum oc_err e = frame_read(&frame, src, fault);

    if (e == OC_OK && !bytes_within(frame.block, src))
        return OC_BUG;
    if (e != OC_OK && (frame.data != 0 || frame.block.p != NULL))
        return OC_BUG;
    return e;
}

#define ID "\1\2\3\4\5\6\7\x08"

static void test_headers(void)
{
    static const struct parser_row row[] = {
        { "two of three, four bytes", BYTES("\2\3\1\0\4" ID "ab"), OC_OK, 0 },
        { "no frame of data", BYTES("\0\3\1\0\4" ID "ab"), OC_SHAPE, 0 },
        { "129 frames of data", BYTES("\x81\xff\1\0\xff" ID "ab"), OC_SHAPE, 0 },
        { "fewer frames than of data", BYTES("\2\1\0\0\4" ID "ab"), OC_SHAPE, 1 },
        { "number 3 of 3", BYTES("\2\3\3\0\4" ID "ab"), OC_SHAPE, 2 },
        { "an empty message", BYTES("\1\1\0\0\0" ID), OC_SHAPE, 3 },
        { "one byte in two frames", BYTES("\2\3\1\0\1" ID "a"), OC_SHAPE, 3 },
        { "five bytes in four frames, where three do", BYTES("\4\6\1\0\5" ID "ab"), OC_SHAPE, 3 },
        { "a block too short", BYTES("\2\3\1\0\4" ID "a"), OC_TRUNCATED, 14 },
        { "a block too long", BYTES("\2\3\1\0\4" ID "abc"), OC_TRAILING, 15 },
        { "64 KiB claimed in 15 bytes", BYTES("\1\1\0\xff\xff" ID "ab"), OC_TRUNCATED, 15 },
    };

    parser_bounds(parse_frame, row[0].in, "a frame");
    parser_table(parse_frame, row, sizeof row / sizeof row[0]);
}

static void test_texts(void)
{
    static const struct {
        const char *name;
        struct bytes text;
        enum oc_err want;
        size_t at;
    } row[] = {
        { "no prefix", BYTES("HC1:ABC"), OC_SYNTAX, 0 },
        { "the prefix cut", BYTES("OC1"), OC_SYNTAX, 0 },
        { "nothing", BYTES(""), OC_SYNTAX, 0 },
        { "the prefix alone", BYTES("OC1:"), OC_TRUNCATED, 0 },
        { "no base45", BYTES("OC1:abc"), OC_SYNTAX, 4 },
    };
    struct assembly a = { .clock = 0 };
    struct buf message = new_buf(), text = new_buf();
    struct oc_fault fault;

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        enum oc_err e = assembly_add(&a, &message, row[i].text, &fault);

        ok(e == row[i].want && fault.offset == row[i].at && fault.reason != NULL && message.n == 0,
           "%s: %s at %zu", row[i].name, oc_err_name(e), fault.offset);
    }
    buf_add_str(&text, FRAME_PREFIX);
    for (size_t i = 0; i < 3 * 2242 / 2; i++)
        buf_add_str(&text, "0");
    ok(assembly_add(&a, &message, buf_view(&text), &fault) == OC_LIMIT, "a text of any length");
    ok(assembly_best(&a) == NULL, "none of these is kept");
    buf_cleanup(&message);
    buf_cleanup(&text);
    assembly_cleanup(&a);
}

/* Repeated frames, and between them those of as many other messages as are collected. */
static void test_foreign(void)
{
    uint8_t rooms[ASSEMBLY_PARTS + 1][300];
    struct frames f[ASSEMBLY_PARTS + 1];
    struct bytes message[ASSEMBLY_PARTS + 1];
    struct assembly a = { .clock = 0 };
    size_t wrong = 0, completed = 0;
    bool complete;

    for (size_t m = 0; m <= ASSEMBLY_PARTS; m++) {
        message[m] = sample(rooms[m], 300, (uint8_t)m);
        must(frames_init(&f[m], message[m], FRAME_BYTES_MIN));
    }
    for (size_t i = 0; i < f[0].data; i++)
        for (size_t m = 0; m < ASSEMBLY_PARTS; m++)
            for (size_t again = 0; again < 2 - (i + 1 == f[0].data); again++) {
                wrong += give_frame(&a, &f[m], i, message[m], &complete) != OC_OK;
                completed += complete;
            }
    ok(wrong == 0 && completed == ASSEMBLY_PARTS, "%d messages at a time, frames twice",
       ASSEMBLY_PARTS);
    assembly_cleanup(&a);

    for (size_t m = 0; m <= ASSEMBLY_PARTS; m++)
        wrong += give_frame(&a, &f[m], 0, message[m], &complete) != OC_OK;
    wrong += give_frame(&a, &f[0], 1, message[0], &complete) != OC_OK;
    ok(wrong == 0 && assembly_best(&a)->kept == 1, "one more message, and the oldest is given up");
    assembly_cleanup(&a);
    for (size_t m = 0; m <= ASSEMBLY_PARTS; m++)
        frames_cleanup(&f[m]);
}

/* The worked example of docs/qr-handover.md. */
static void test_example(void)
{
    uint8_t room[60];
    struct buf page;
    struct frames f;

    for (size_t i = 0; i < sizeof room; i++)
        room[i] = (uint8_t)i;
    must(frames_init(&f, BYTES_OF(room), FRAME_BYTES_MIN));
    ok(f.data == 2 && f.all == 3, "the example: 2 of 3 frames");
    if (!ok(page_read("docs/qr-handover.md", &page), "docs/qr-handover.md"))
        return;
    for (size_t i = 0; i < f.all; i++) {
        struct buf text = text_of(&f, i), bytes = new_buf(), hex = new_buf();

        must(base45_read(&bytes, (struct bytes){ text.p + 4, text.n - 4 }));
        hex_write(&hex, buf_view(&bytes));
        ok(strstr(buf_text(&page), buf_text(&text)) != NULL, "the page has frame %zu: %s", i,
           buf_text(&text));
        ok(strstr(buf_text(&page), buf_text(&hex)) != NULL, "and its bytes %s", buf_text(&hex));
        buf_cleanup(&hex);
        buf_cleanup(&bytes);
        buf_cleanup(&text);
    }
    buf_cleanup(&page);
    frames_cleanup(&f);
}

int main(void)
{
    must(secret_pool_init());
    test_subsets();
    test_lengths();
    test_headers();
    test_texts();
    test_foreign();
    test_example();
    return done();
}
