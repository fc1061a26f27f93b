#include "core/buf.h"

#include <string.h>

#include "tests/unit/tap.h"

int main(void)
{
    struct buf b, other;

    buf_init(&b, 1000);
    ok(strcmp(buf_text(&b), "") == 0 && buf_view(&b).n == 0, "a new buffer is empty");
    buf_add(&b, BYTES("one"));
    buf_add_byte(&b, ',');
    buf_add_str(&b, "two");
    buf_printf(&b, ",%d", 3);
    ok(strcmp(buf_text(&b), "one,two,3") == 0, "appends follow one another");

    for (int i = 0; i < 6; i++)
        buf_add(&b, buf_view(&b));
    ok(b.n == 9 * 64 && memcmp(b.p + 9 * 63, "one,two,3", 9) == 0 && buf_err(&b) == OC_OK,
       "a buffer can be appended to itself while it grows");

    buf_add(&b, (struct bytes){ b.p, 425 });
    ok(buf_err(&b) == OC_LIMIT && b.n == 576, "one byte over the ceiling leaves the content");
    buf_add_byte(&b, 'x');
    ok(b.n == 576, "the error is sticky");
    ok(buf_extend(&b, 1) == NULL && strcmp(buf_text(&b), "") == 0, "a failed buffer has no text");
    buf_truncate(&b, 3);
    ok(buf_err(&b) == OC_OK && strcmp(buf_text(&b), "one") == 0, "truncating clears the error");
    ok(b.p[4] == 0 && b.p[100] == 0, "what was cut off is wiped");
    buf_add(&b, BYTES(""));
    ok(b.n == 3, "nothing appended is nothing");
    uint8_t *room = buf_extend(&b, 997);
    ok(room != NULL && room[0] == 0 && room[996] == 0 && b.n == 1000, "room up to the ceiling");
    buf_fail(&b, OC_SHAPE);
    buf_fail(&b, OC_MEMORY);
    ok(buf_err(&b) == OC_SHAPE, "the first failure wins");

    buf_init(&other, 10);
    buf_add_str(&other, "moved");
    buf_take(&b, &other);
    ok(strcmp(buf_text(&b), "moved") == 0 && other.p == NULL && other.max == 0, "take moves");
    buf_truncate(&b, 0);
    buf_add_str(&b, "ad");
    buf_insert(&b, 1, BYTES("bc"));
    buf_insert(&b, 0, BYTES("("));
    buf_insert(&b, b.n, BYTES(")"));
    ok(strcmp(buf_text(&b), "(abcd)") == 0, "insert in the middle, in front and at the end");
    buf_insert(&b, 0, BYTES("12345"));
    ok(buf_err(&b) == OC_LIMIT && b.n == 6, "but not over the ceiling");
    buf_truncate(&b, 6);
    buf_insert(&b, 7, BYTES("x"));
    ok(buf_err(&b) == OC_BUG && b.n == 6, "nor beyond the end");

    buf_cleanup(&b);
    buf_cleanup(&b);
    ok(b.p == NULL && b.n == 0 && b.max == 0, "cleanup twice leaves zeros");
    buf_add_byte(&b, 1);
    ok(buf_err(&b) == OC_LIMIT, "a cleaned buffer holds nothing more");
    buf_cleanup(&b);

    buf_init(&b, 5000);
    buf_reserve(&b, 3000);
    const uint8_t *place = b.p;
    buf_add(&b, BYTES("kept"));
    buf_extend(&b, 2996);
    ok(b.p == place && b.n == 3000, "what was reserved is not moved");
    buf_reserve(&b, 5000);
    ok(buf_err(&b) == OC_OK && b.p == place, "more than the ceiling is not reserved, and no error");
    buf_reserve(&b, 2000);
    ok(memcmp(b.p, "kept", 4) == 0 && b.n == 3000, "reserving keeps the content");
    buf_cleanup(&b);
    return done();
}
