/* What every parser of a message must do with input that is cut, continued or wrong. */
#ifndef OWNCARD_TESTS_PARSER_H
#define OWNCARD_TESTS_PARSER_H

#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
#include "tests/unit/tap.h"

/* Parse and clean up; every promise on failure is asserted in here. */
typedef enum oc_err parser(struct bytes src, struct oc_fault *fault);

/* `good` parses; no proper prefix does, nor with a byte appended; nothing is read past its end. */
static inline void parser_bounds(parser *parse, struct bytes good, const char *name)
{
    struct buf longer = new_buf();
    struct oc_fault fault = { 0 };
    struct guard guard;
    size_t refused = 0;

    ok(parse(good, NULL) == OC_OK, "%s: parses", name);
    for (size_t n = 0; n < good.n; n++) {
        struct bytes cut = guard_copy(&guard, (struct bytes){ good.p, n });

        refused += parse(cut, &fault) != OC_OK && fault.reason != NULL && fault.offset <= n;
        guard_free(&guard);
    }
    ok(refused == good.n, "%s: refused cut at every byte, without a look past the end", name);
    buf_add(&longer, good);
    buf_add_byte(&longer, 0);
    ok(parse(buf_view(&longer), &fault) == OC_TRAILING && fault.offset == good.n,
       "%s: refused with a byte appended", name);
    buf_cleanup(&longer);
}

/* How many of the messages that differ from `message` in one bit parse; it ends as it was. */
static inline size_t parser_flips_accepted(parser *parse, struct buf *message)
{
    size_t accepted = 0;

    for (size_t bit = 0; bit < 8 * message->n; bit++) {
        message->p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        accepted += parse(buf_view(message), NULL) == OC_OK;
        message->p[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    return accepted;
}

struct parser_row {
    const char *name;
    struct bytes in;
    enum oc_err want;
    size_t at;                  /* the fault's offset */
};

static inline void parser_table(parser *parse, const struct parser_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct oc_fault fault = { 0 };
        enum oc_err e = parse(row[i].in, &fault);

        ok(e == row[i].want && (e == OC_OK || (fault.offset == row[i].at && fault.reason != NULL)),
           "%s: %s at %zu, %s", row[i].name, oc_err_name(e), fault.offset,
           fault.reason != NULL ? fault.reason : "");
    }
}

#endif
