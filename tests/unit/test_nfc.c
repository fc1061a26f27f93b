/* Both sides of NFC against each other, and each against what is wrong. */
#include "transport/nfc_card.h"
#include "transport/nfc_reader.h"

#include "mdoc/nfc_handover.h"
#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"
#include "tests/unit/vectors.h"

enum { ANSWER_N = 3000 };

static void fill(struct buf *b, size_t n)
{
    uint8_t *p = buf_extend(b, n);

    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(i * 7 + i / 251);
}

/* Run what the reader has begun against the card, which answers every message with `answer`.
 * @param message   what came to the card, if anything
 * @param commands  how many it took */
static enum oc_err run(struct nfc_reader *r, struct nfc_card *card, struct bytes answer,
                       struct buf *message, size_t *commands, struct oc_fault *fault)
{
    struct buf command = new_buf(), out = new_buf();
    enum oc_err e = OC_OK;

    *commands = 0;
    while (e == OC_OK && nfc_reader_next(r, &command)) {
        must(buf_err(&command));
        buf_truncate(&out, 0);
        if (nfc_card_take(card, &out, buf_view(&command)) == NFC_CARD_MESSAGE) {
            buf_add(message, buf_view(&out));
            buf_truncate(&out, 0);
            nfc_card_answer(card, &out, answer);
        }
        must(buf_err(&out));
        e = nfc_reader_take(r, buf_view(&out), fault);
        buf_truncate(&command, 0);
        ++*commands;
    }
    buf_cleanup(&command);
    buf_cleanup(&out);
    return e;
}

/* Select the application, send `n` bytes, have `m` back, in commands and answers of these sizes. */
static bool exchange(size_t n, size_t m, size_t max_command, size_t max_response, size_t *commands)
{
    struct buf message = new_buf(), answer = new_buf(), got = new_buf();
    struct nfc_reader r;
    struct nfc_card card;
    bool same;

    fill(&message, n);
    fill(&answer, m);
    must(nfc_card_init(&card, BYTES(""), max_command, max_response));
    nfc_reader_init(&r);
    must(nfc_reader_limits(&r, max_command, max_response));
    nfc_reader_open(&r);
    must(run(&r, &card, buf_view(&answer), &got, commands, NULL));
    must(nfc_reader_send(&r, buf_view(&message)));
    must(run(&r, &card, buf_view(&answer), &got, commands, NULL));
    same = bytes_eq(buf_view(&got), buf_view(&message)) &&
           bytes_eq(nfc_reader_result(&r), buf_view(&answer)) && !nfc_card_has_more(&card);
    nfc_reader_cleanup(&r);
    nfc_card_cleanup(&card);
    buf_cleanup(&message);
    buf_cleanup(&answer);
    buf_cleanup(&got);
    return same;
}

static void test_sizes(void)
{
    static const size_t lengths[] = { 1, 127, 128, 253, 254, 255, 256, 257, 510, 511, 3000, 70000 };
    enum { N = sizeof lengths / sizeof lengths[0] };
    size_t right = 0, commands;

    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            right += exchange(lengths[i], lengths[j], 255, 256, &commands);
            right += exchange(lengths[i], lengths[j], 65535, 65536, &commands);
            right += exchange(lengths[i], lengths[j], 1000, 300, &commands);
        }
    ok(right == 3 * N * N, "%d messages and answers, short and extended, arrive", 3 * N * N);
    ok(exchange(100, ANSWER_N, 65535, 65536, &commands) && commands == 1,
       "an answer of 3000 bytes in one command, extended");
    ok(exchange(100, ANSWER_N, 255, 256, &commands) && commands == 12, "and in 12, short");
}

static void test_every_chunk_size(void)
{
    size_t right = 0, commands;

    for (size_t n = 255; n <= 1024; n++)
        right += exchange(900, 1000, n, n + 1, &commands);
    ok(right == 770, "900 bytes there and 1000 back in pieces of every size from 255 to 1024");
}

static void test_bounds(void)
{
    struct nfc_card card;
    struct nfc_reader r;

    ok(nfc_card_init(&card, BYTES(""), 254, 256) == OC_USAGE &&
       nfc_card_init(&card, BYTES(""), 255, 255) == OC_USAGE &&
       nfc_card_init(&card, BYTES(""), 65536, 256) == OC_USAGE &&
       nfc_card_init(&card, BYTES(""), 255, 65537) == OC_USAGE, "lengths no card may name");
    nfc_reader_init(&r);
    ok(nfc_reader_limits(&r, 254, 256) == OC_USAGE && nfc_reader_limits(&r, 255, 65537) == OC_USAGE,
       "nor any reader use");
    nfc_reader_cleanup(&r);
}

/* A static handover: what the card serves, the reader reads. */
static void test_handover(struct bytes select, const char *name)
{
    struct mdoc_nfc_select parsed;
    struct buf none = new_buf();
    struct nfc_card card;
    struct nfc_reader r;
    size_t commands;

    must(nfc_card_init(&card, select, 255, 256));
    nfc_reader_init(&r);
    nfc_reader_handover(&r);
    ok(run(&r, &card, BYTES(""), &none, &commands, NULL) == OC_OK &&
       bytes_eq(nfc_reader_result(&r), select), "%s: read from the tag", name);
    ok(mdoc_nfc_select_read(&parsed, nfc_reader_result(&r), NULL) == OC_OK, "%s: parses", name);
    nfc_card_cleanup(&card);
    nfc_reader_cleanup(&r);
    buf_cleanup(&none);
}

static void test_long_handover(void)
{
    struct buf handover = new_buf(), none = new_buf();
    struct nfc_card card;
    struct nfc_reader r;
    size_t commands;

    fill(&handover, NFC_HANDOVER_MAX);
    must(nfc_card_init(&card, buf_view(&handover), 255, 256));
    nfc_reader_init(&r);
    nfc_reader_handover(&r);
    ok(run(&r, &card, BYTES(""), &none, &commands, NULL) == OC_OK &&
       bytes_eq(nfc_reader_result(&r), buf_view(&handover)), "16 KiB of handover");
    nfc_card_cleanup(&card);
    buf_add_byte(&handover, 0);
    ok(nfc_card_init(&card, buf_view(&handover), 255, 256) == OC_LIMIT, "a byte more is too much");
    must(nfc_card_init(&card, BYTES(""), 255, 256));
    nfc_reader_handover(&r);
    ok(run(&r, &card, BYTES(""), &none, &commands, NULL) == OC_REFUSED &&
       nfc_reader_result(&r).n == 0, "a card without a handover says so");
    nfc_card_cleanup(&card);
    nfc_reader_cleanup(&r);
    buf_cleanup(&handover);
    buf_cleanup(&none);
}

#define SELECT_MDOC "\x00\xa4\x04\x00\x07\xa0\x00\x00\x02\x48\x04\x00\x00"
#define SELECT_NDEF "\x00\xa4\x04\x00\x07\xd2\x76\x00\x00\x85\x01\x01\x00"

/* What a card says to a command, after others. */
struct card_row {
    const char *name;
    struct bytes before[3], command;
    uint16_t want;
};

static uint16_t say(struct nfc_card *card, struct bytes command)
{
    struct apdu_response response = { .status = 0 };
    struct buf out = new_buf();
    struct guard guard;

    if (nfc_card_take(card, &out, guard_copy(&guard, command)) == NFC_CARD_MESSAGE) {
        buf_truncate(&out, 0);
        nfc_card_answer(card, &out, BYTES("yes"));
    }
    must(apdu_response_read(&response, buf_view(&out), NULL));
    guard_free(&guard);
    buf_cleanup(&out);
    return response.status;
}

static void test_card_refuses(void)
{
    static const struct card_row row[] = {
        { "nothing", { BYTES("") }, BYTES(""), APDU_WRONG_LENGTH },
        { "an unknown class", { BYTES(SELECT_MDOC) }, BYTES("\x80\xc3\0\0\x01x"),
          APDU_UNKNOWN_CLA },
        { "a chain of SELECTs", { BYTES(SELECT_MDOC) }, BYTES("\x10\xa4\x04\0\x01x"),
          APDU_UNKNOWN_CLA },
        { "an unknown instruction", { BYTES(SELECT_MDOC) }, BYTES("\x00\xd6\0\0\x01x"),
          APDU_UNKNOWN_INS },
        { "another application", { BYTES(SELECT_MDOC) }, BYTES("\x00\xa4\x04\0\x02""ab"),
          APDU_NOT_FOUND },
        { "the application, cut", { BYTES("") },
          BYTES("\x00\xa4\x04\0\x06\xa0\x00\x00\x02\x48\x04"), APDU_NOT_FOUND },
        { "a way of selecting that we do not know", { BYTES("") }, BYTES("\x00\xa4\x08\0\x01x"),
          APDU_BAD_PARAMETERS },
        { "the next application of that name", { BYTES("") }, BYTES("\x00\xa4\x04\x02\x01x"),
          APDU_BAD_PARAMETERS },
        { "ENVELOPE before SELECT", { BYTES("") }, BYTES("\x00\xc3\0\0\x03S\x01x\0"),
          APDU_NOT_NOW },
        { "ENVELOPE in the tag", { BYTES(SELECT_NDEF) }, BYTES("\x00\xc3\0\0\x03S\x01x\0"),
          APDU_NOT_NOW },
        { "ENVELOPE after another application", { BYTES(SELECT_MDOC),
          BYTES("\x00\xa4\x04\0\x01x") }, BYTES("\x00\xc3\0\0\x03S\x01x\0"), APDU_NOT_NOW },
        { "ENVELOPE of nothing", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\0\0\0"),
          APDU_WRONG_LENGTH },
        { "ENVELOPE with parameters", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\x01\0\x03S\x01x\0"),
          APDU_BAD_PARAMETERS },
        { "ENVELOPE of another object", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\0\0\x03T\x01x\0"),
          APDU_BAD_DATA },
        { "ENVELOPE of an empty message", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\0\0\x02S\0\0"),
          APDU_BAD_DATA },
        { "ENVELOPE of a cut object", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\0\0\x03S\x02x\0"),
          APDU_BAD_DATA },
        { "a good one", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc3\0\0\x03S\x01x\0"), APDU_DONE },
        { "one that leaves no room for the answer", { BYTES(SELECT_MDOC) },
          BYTES("\x00\xc3\0\0\x03S\x01x"), APDU_MORE | 5 },
        { "the second half", { BYTES(SELECT_MDOC), BYTES("\x10\xc3\0\0\x02S\x01") },
          BYTES("\x00\xc3\0\0\x01x\0"), APDU_DONE },
        { "the second half after something else", { BYTES(SELECT_MDOC),
          BYTES("\x10\xc3\0\0\x02S\x01"), BYTES("\x00\xc0\0\0\0") }, BYTES("\x00\xc3\0\0\x01x\0"),
          APDU_BAD_DATA },
        { "GET RESPONSE where nothing is", { BYTES(SELECT_MDOC) }, BYTES("\x00\xc0\0\0\0"),
          APDU_NOT_NOW },
        { "GET RESPONSE once all was given", { BYTES(SELECT_MDOC),
          BYTES("\x00\xc3\0\0\x03S\x01x\0") }, BYTES("\x00\xc0\0\0\0"), APDU_NOT_NOW },
        { "GET RESPONSE after SELECT", { BYTES(SELECT_MDOC), BYTES("\x00\xc3\0\0\x03S\x01x"),
          BYTES(SELECT_MDOC) }, BYTES("\x00\xc0\0\0\0"), APDU_NOT_NOW },
        { "GET RESPONSE with data", { BYTES(SELECT_MDOC), BYTES("\x00\xc3\0\0\x03S\x01x") },
          BYTES("\x00\xc0\0\0\x01x\0"), APDU_WRONG_LENGTH },
        { "READ BINARY before a file", { BYTES(SELECT_NDEF) }, BYTES("\x00\xb0\0\0\x0f"),
          APDU_NOT_NOW },
        { "a file of the mdoc application", { BYTES(SELECT_MDOC) },
          BYTES("\x00\xa4\0\x0c\x02\xe1\x03"), APDU_NOT_NOW },
        { "a file that is not there", { BYTES(SELECT_NDEF) },
          BYTES("\x00\xa4\0\x0c\x02\xe1\x05"), APDU_NOT_FOUND },
        { "a file name of one byte", { BYTES(SELECT_NDEF) }, BYTES("\x00\xa4\0\x0c\x01\xe1"),
          APDU_BAD_DATA },
        { "a read past the end", { BYTES(SELECT_NDEF), BYTES("\x00\xa4\0\x0c\x02\xe1\x03") },
          BYTES("\x00\xb0\0\x0f\x01"), APDU_BEYOND_END },
        { "a read of the last byte", { BYTES(SELECT_NDEF),
          BYTES("\x00\xa4\0\x0c\x02\xe1\x03") }, BYTES("\x00\xb0\0\x0e\0"), APDU_DONE },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct nfc_card card;
        uint16_t status;

        must(nfc_card_init(&card, BYTES("handover"), 255, 256));
        for (size_t j = 0; j < 3 && row[i].before[j].n > 0; j++)
            (void)say(&card, row[i].before[j]);
        status = say(&card, row[i].command);
        ok(status == row[i].want, "%s: %04x", row[i].name, (unsigned)status);
        nfc_card_cleanup(&card);
    }
}

static void test_card_turns(void)
{
    struct buf out = new_buf();
    struct nfc_card card;

    must(nfc_card_init(&card, BYTES(""), 255, 256));
    say(&card, BYTES(SELECT_MDOC));
    ok(nfc_card_take(&card, &out, BYTES("\x00\xc3\0\0\x03S\x01x\0")) == NFC_CARD_MESSAGE &&
       bytes_is(buf_view(&out), "x"), "a message is handed out");
    buf_truncate(&out, 0);
    ok(nfc_card_take(&card, &out, BYTES(SELECT_MDOC)) == NFC_CARD_REPLY &&
       bytes_eq(buf_view(&out), BYTES("\x69\x85")), "and nothing else taken before its answer");
    buf_truncate(&out, 0);
    nfc_card_answer(&card, &out, BYTES(""));
    ok(bytes_eq(buf_view(&out), BYTES("\x90\x00")), "which may be none");
    nfc_card_answer(&card, &out, BYTES("twice"));
    ok(buf_err(&out) == OC_USAGE, "but not a second one");
    buf_truncate(&out, 0);
    say(&card, BYTES("\x10\xc3\0\0\x02S\x01"));
    nfc_card_reset(&card);
    ok(say(&card, BYTES("\x00\xc3\0\0\x01x\0")) == APDU_NOT_NOW, "power off: all is forgotten");
    nfc_card_cleanup(&card);
    buf_cleanup(&out);
}

/* A chain without an end costs what a message may have at most. */
static void test_endless_chain(void)
{
    struct buf command = new_buf();
    struct nfc_card card;
    uint16_t status = APDU_DONE;
    size_t n = 0;

    must(nfc_card_init(&card, BYTES(""), APDU_DATA_MAX, APDU_ANSWER_MAX));
    say(&card, BYTES(SELECT_MDOC));
    buf_add(&command, BYTES("\x10\xc3\0\0\0\xff\xff"));
    memset(buf_extend(&command, APDU_DATA_MAX), 'a', APDU_DATA_MAX);
    while (status == APDU_DONE && n++ < 100)
        status = say(&card, buf_view(&command));
    ok(status == APDU_BAD_DATA && n == 17 && card.incoming.n == 0,
       "a chain of more than 1 MiB is dropped");
    nfc_card_cleanup(&card);
    buf_cleanup(&command);
}

/* What a reader makes of responses, given one after the other. */
struct reader_row {
    const char *name;
    enum nfc_step begin;
    struct bytes responses[6];
    enum oc_err want;
};

static enum oc_err feed(const struct reader_row *row, struct nfc_reader *r, struct oc_fault *fault)
{
    struct buf command = new_buf();
    enum oc_err e = OC_OK;

    if (row->begin == NFC_STEP_SELECT_NDEF)
        nfc_reader_handover(r);
    else if (row->begin == NFC_STEP_SELECT_MDOC)
        nfc_reader_open(r);
    else
        must(nfc_reader_send(r, BYTES("message")));
    for (size_t i = 0; i < 6 && e == OC_OK && nfc_reader_next(r, &command); i++) {
        struct guard guard;

        e = nfc_reader_take(r, guard_copy(&guard, row->responses[i]), fault);
        guard_free(&guard);
    }
    if (e != OC_OK)
        must(!nfc_reader_next(r, &command) && nfc_reader_result(r).n == 0 ? OC_OK : OC_BUG);
    buf_cleanup(&command);
    return e;
}

#define OK "\x90\x00"
#define TAG NFC_STEP_SELECT_NDEF
#define OPEN NFC_STEP_SELECT_MDOC
#define SEND NFC_STEP_ENVELOPE
#define CC "\0\x0f\x20\0\xff\0\xff\x04\x06\xe1\x04\0\x0a\0\xff"

static void test_reader_refuses(void)
{
    static const struct reader_row row[] = {
        { "a card that is gone", OPEN, { BYTES("") }, OC_TRUNCATED },
        { "half a status", OPEN, { BYTES("\x90") }, OC_TRUNCATED },
        { "a card that is no mdoc", OPEN, { BYTES("\x6a\x82") }, OC_REFUSED },
        { "more of a SELECT", OPEN, { BYTES("\x61\x05") }, OC_REFUSED },
        { "a card that is one", OPEN, { BYTES(OK) }, OC_OK },
        { "a tag without a handover", TAG, { BYTES("\x6a\x82") }, OC_REFUSED },
        { "a capability container that is cut", TAG, { BYTES(OK), BYTES(OK),
          BYTES("\0\x0f\x20\0\xff\0\xff\x04\x06\xe1\x04\0\x0a\0" OK) }, OC_TRUNCATED },
        { "mapping version 1", TAG, { BYTES(OK), BYTES(OK),
          BYTES("\0\x0f\x10\0\xff\0\xff\x04\x06\xe1\x04\0\x0a\0\xff" OK) }, OC_SHAPE },
        { "no file of a handover", TAG, { BYTES(OK), BYTES(OK),
          BYTES("\0\x0f\x20\0\xff\0\xff\x05\x06\xe1\x04\0\x0a\0\xff" OK) }, OC_SHAPE },
        { "a file that may not be read", TAG, { BYTES(OK), BYTES(OK),
          BYTES("\0\x0f\x20\0\xff\0\xff\x04\x06\xe1\x04\0\x0a\xff\xff" OK) }, OC_SHAPE },
        { "reads of no bytes", TAG, { BYTES(OK), BYTES(OK),
          BYTES("\0\x0f\x20\0\0\0\xff\x04\x06\xe1\x04\0\x0a\0\xff" OK) }, OC_SHAPE },
        { "an empty handover", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK),
          BYTES("\0\0" OK) }, OC_SHAPE },
        { "a handover longer than its file", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK),
          BYTES("\0\x09" OK) }, OC_SHAPE },
        { "half a length", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK), BYTES("\0" OK) },
          OC_TRUNCATED },
        { "a handover that ends too early", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK),
          BYTES("\0\x08" OK), BYTES(OK) }, OC_TRUNCATED },
        { "more than was asked for", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK),
          BYTES("\0\x02" OK), BYTES("abc" OK) }, OC_TRAILING },
        { "a handover", TAG, { BYTES(OK), BYTES(OK), BYTES(CC OK), BYTES(OK), BYTES("\0\x02" OK),
          BYTES("ab" OK) }, OC_OK },
        { "a message refused", SEND, { BYTES("\x69\x85") }, OC_REFUSED },
        { "a length refused", SEND, { BYTES("\x67\x00") }, OC_REFUSED },
        { "another object", SEND, { BYTES("T\x01x" OK) }, OC_SHAPE },
        { "an object that is cut", SEND, { BYTES("S\x02x" OK) }, OC_TRUNCATED },
        { "bytes after the object", SEND, { BYTES("S\x01xy" OK) }, OC_TRAILING },
        { "more than was announced", SEND, { BYTES("S\x04\x61\x02"), BYTES("abcd" OK) },
          OC_TRAILING },
        { "more for ever, and nothing of it", SEND, { BYTES("S\x61\x02"), BYTES("\x61\x02") },
          OC_SHAPE },
        { "an answer in pieces", SEND, { BYTES("S\x61\x02"), BYTES("\x02\x61\x02"),
          BYTES("ab" OK) }, OC_OK },
        { "no answer", SEND, { BYTES(OK) }, OC_OK },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct oc_fault fault = { 0 };
        struct nfc_reader r;
        enum oc_err e;

        nfc_reader_init(&r);
        e = feed(&row[i], &r, &fault);
        ok(e == row[i].want && (e == OC_OK) == (fault.reason == NULL), "%s: %s, %s", row[i].name,
           oc_err_name(e), fault.reason != NULL ? fault.reason : "");
        nfc_reader_cleanup(&r);
    }
}

/* In the middle of a message a card has nothing to say. */
static void test_early_answer(void)
{
    struct buf message = new_buf(), command = new_buf();
    struct nfc_reader r;

    fill(&message, 600);
    nfc_reader_init(&r);
    must(nfc_reader_send(&r, buf_view(&message)));
    ok(nfc_reader_next(&r, &command) && command.p[0] == APDU_CLA_CHAINED, "a chain begins");
    ok(nfc_reader_take(&r, BYTES("S\x01x\x90\x00"), NULL) == OC_SHAPE, "and is not answered yet");
    ok(nfc_reader_take(&r, BYTES("\x90\x00"), NULL) == OC_USAGE, "then nothing was asked");
    nfc_reader_cleanup(&r);
    buf_cleanup(&message);
    buf_cleanup(&command);
}

int main(void)
{
    struct buf vector;

    test_bounds();
    test_sizes();
    test_every_chunk_size();
    if (vector_hex("annex-d/D.3.3_nfc_handover_select.hex", &vector))
        test_handover(buf_view(&vector), "Annex D");
    else
        skip("no vectors: the handover of Annex D");
    buf_cleanup(&vector);
    test_long_handover();
    test_card_refuses();
    test_card_turns();
    test_endless_chain();
    test_reader_refuses();
    test_early_answer();
    return done();
}
