/* Commands, responses and the data object of chip cards, byte by byte. */
#include "transport/apdu.h"

#include "tests/unit/parser.h"

static enum oc_err parse_object(struct bytes src, struct oc_fault *fault)
{
    struct bytes content = BYTES("not touched");
    enum oc_err e = apdu_object_read(&content, src, fault);

    if (e != OC_OK)
        must(content.p == NULL && content.n == 0 ? OC_OK : OC_BUG);
    else
        must(bytes_within(content, src) ? OC_OK : OC_BUG);
    return e;
}

static void test_object(void)
{
    static const size_t sizes[] = { 1, 127, 128, 255, 256, 65535, 65536 };
    static const struct parser_row row[] = {
        { "another object", BYTES("\x54\x01x"), OC_SHAPE, 0 },
        { "an indefinite length", BYTES("\x53\x80xx\0\0"), OC_SHAPE, 1 },
        { "a length of five bytes", BYTES("\x53\x85\0\0\0\0\x01x"), OC_SHAPE, 1 },
        { "a length in more bytes than it needs", BYTES("\x53\x84\0\0\0\x01x"), OC_OK, 0 },
        { "a message of 16 MiB announced", BYTES("\x53\x83\xff\xff\xff"), OC_LIMIT, 1 },
        { "4 GiB announced", BYTES("\x53\x84\xff\xff\xff\xff"), OC_LIMIT, 1 },
        { "no content", BYTES("\x53\0"), OC_OK, 0 },
    };
    struct buf content = new_buf(), object = new_buf(), long_object = new_buf();

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bytes back;

        buf_truncate(&content, 0);
        buf_truncate(&object, 0);
        memset(buf_extend(&content, sizes[i]), 'a', sizes[i]);
        apdu_object_write(&object, buf_view(&content));
        ok(apdu_object_read(&back, buf_view(&object), NULL) == OC_OK &&
           bytes_eq(back, buf_view(&content)) && object.n <= content.n + 5,
           "%zu bytes there and back", sizes[i]);
        if (sizes[i] == 256)
            parser_bounds(parse_object, buf_view(&object), "an object");
    }
    parser_table(parse_object, row, sizeof row / sizeof row[0]);
    buf_truncate(&content, 0);
    memset(buf_extend(&content, APDU_OBJECT_MAX + 1), 'a', APDU_OBJECT_MAX + 1);
    apdu_object_write(&long_object, buf_view(&content));
    ok(buf_err(&long_object) == OC_LIMIT, "too long a message is not written");
    buf_cleanup(&content);
    buf_cleanup(&object);
    buf_cleanup(&long_object);
}

struct command_row {
    const char *name;
    struct bytes in;
    size_t data_n;
    uint32_t expected;
    bool is_extended;
};

/* The seven cases of ISO/IEC 7816-4, and that each is written as it was read. */
static void test_commands(void)
{
    static const struct command_row row[] = {
        { "neither data nor answer", BYTES("\x00\xa4\x04\x00"), 0, 0, false },
        { "an answer, short", BYTES("\x00\xb0\x00\x00\x0f"), 0, 15, false },
        { "an answer of 256", BYTES("\x00\xc0\x00\x00\x00"), 0, 256, false },
        { "data, short", BYTES("\x10\xc3\x00\x00\x02""ab"), 2, 0, false },
        { "data and an answer, short", BYTES("\x00\xa4\x04\x00\x02""ab\x00"), 2, 256, false },
        { "an answer, extended", BYTES("\x00\xc0\x00\x00\x00\x01\x02"), 0, 0x102, true },
        { "an answer of 65536", BYTES("\x00\xc0\x00\x00\x00\x00\x00"), 0, 65536, true },
        { "data, extended", BYTES("\x10\xc3\x00\x00\x00\x00\x02""ab"), 2, 0, true },
        { "data and an answer, extended", BYTES("\x00\xc3\x00\x00\x00\x00\x02""ab\x00\x00"), 2,
          65536, true },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct apdu_command c;
        struct buf out = new_buf();
        struct guard guard;
        struct bytes src = guard_copy(&guard, row[i].in);

        ok(apdu_command_read(&c, src, NULL) == OC_OK && c.data.n == row[i].data_n &&
           c.expected == row[i].expected && c.is_extended == row[i].is_extended &&
           (c.data.n == 0 || bytes_within(c.data, src)), "%s: read", row[i].name);
        apdu_command_write(&out, &c);
        ok(bytes_eq(buf_view(&out), row[i].in), "%s: written", row[i].name);
        guard_free(&guard);
        buf_cleanup(&out);
    }
}

static void test_bad_commands(void)
{
    static const struct parser_row row[] = {
        { "nothing", BYTES(""), OC_TRUNCATED, 0 },
        { "half a header", BYTES("\x00\xa4\x04"), OC_TRUNCATED, 3 },
        { "a cut extended length", BYTES("\x00\xa4\x04\x00\x00\x01"), OC_TRUNCATED, 6 },
        { "cut data", BYTES("\x00\xa4\x04\x00\x03""ab"), OC_TRUNCATED, 7 },
        { "cut data, extended", BYTES("\x00\xa4\x04\x00\x00\x00\x03""ab"), OC_TRUNCATED, 9 },
        { "half an extended answer length", BYTES("\x00\xa4\x04\x00\x00\x00\x01""a\x01"),
          OC_TRUNCATED, 9 },
        { "no data, extended", BYTES("\x00\xa4\x04\x00\x00\x00\x00\x01\x00"), OC_SHAPE, 4 },
        { "bytes after a short command", BYTES("\x00\xa4\x04\x00\x01""a\x00\x00"), OC_TRAILING, 7 },
        { "bytes after an extended command", BYTES("\x00\xa4\x04\x00\x00\x00\x01""a\x00\x00\x00"),
          OC_TRAILING, 10 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        struct apdu_command c;
        struct guard guard;
        enum oc_err e = apdu_command_read(&c, guard_copy(&guard, row[i].in), &fault);

        ok(e == row[i].want && fault.offset == row[i].at && fault.reason != NULL && c.ins == 0 &&
           c.data.p == NULL, "%s: %s at %zu, %s", row[i].name, oc_err_name(e), fault.offset,
           fault.reason);
        guard_free(&guard);
    }
}

static void test_lengths_written(void)
{
    struct buf data = new_buf(), out = new_buf();

    memset(buf_extend(&data, APDU_DATA_MAX + 1), 'a', APDU_DATA_MAX + 1);
    apdu_command_write(&out, &(struct apdu_command){ .ins = 1, .data = { data.p, 255 } });
    ok(out.n == 5 + 255, "255 bytes go short");
    buf_truncate(&out, 0);
    apdu_command_write(&out, &(struct apdu_command){ .ins = 1, .data = { data.p, 256 } });
    ok(out.n == 7 + 256, "256 bytes go extended");
    buf_truncate(&out, 0);
    apdu_command_write(&out, &(struct apdu_command){ .ins = 1, .data = { data.p, 1 },
                                                     .expected = 257 });
    ok(out.n == 7 + 1 + 2, "so does a byte of which 257 are expected");
    buf_truncate(&out, 0);
    apdu_command_write(&out, &(struct apdu_command){ .ins = 1, .data = buf_view(&data) });
    ok(buf_err(&out) == OC_USAGE && out.n == 0, "65536 bytes of data are no command");
    buf_truncate(&out, 0);
    apdu_command_write(&out, &(struct apdu_command){ .ins = 1, .expected = APDU_ANSWER_MAX + 1 });
    ok(buf_err(&out) == OC_USAGE && out.n == 0, "nor is an answer of 65537");
    buf_cleanup(&data);
    buf_cleanup(&out);
}

static void test_responses(void)
{
    struct buf out = new_buf(), large = new_buf();
    struct oc_fault fault = { 0 };
    struct apdu_response r;

    apdu_response_write(&out, BYTES("abc"), APDU_MORE | 0x10);
    ok(apdu_response_read(&r, buf_view(&out), NULL) == OC_OK && bytes_is(r.data, "abc") &&
       r.status == 0x6110, "a response there and back");
    ok(apdu_response_read(&r, BYTES(""), &fault) == OC_TRUNCATED && fault.reason != NULL,
       "of a card that was pulled out: %s", fault.reason);
    ok(apdu_response_read(&r, BYTES("\x90"), NULL) == OC_TRUNCATED && r.status == 0,
       "half a status");
    memset(buf_extend(&large, APDU_ANSWER_MAX + 3), 'a', APDU_ANSWER_MAX + 3);
    ok(apdu_response_read(&r, buf_view(&large), NULL) == OC_LIMIT, "a byte more than 65536");
    buf_truncate(&large, APDU_ANSWER_MAX + 2);
    ok(apdu_response_read(&r, buf_view(&large), NULL) == OC_OK && r.data.n == APDU_ANSWER_MAX,
       "65536 bytes");
    buf_cleanup(&large);
    buf_cleanup(&out);
}

int main(void)
{
    test_object();
    test_commands();
    test_bad_commands();
    test_lengths_written();
    test_responses();
    return done();
}
