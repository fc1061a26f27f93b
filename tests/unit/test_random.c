#include "crypto/random.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/tap.h"

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

/* Pieces of several draws: none twice, and nothing of them left behind. */
static void ahead(void)
{
    enum { PIECES = 2000 };
    static uint8_t piece[PIECES][16];
    struct random_ahead a = { .left = 0 };
    size_t twice = 0, left = 0, failed = 0;

    for (size_t i = 0; i < PIECES; i++)
        failed += random_next(&a, piece[i], sizeof piece[i]) != OC_OK;
    for (size_t i = 0; i < sizeof a.bytes - a.left; i++)
        left += a.bytes[i] != 0;
    qsort(piece, PIECES, sizeof piece[0], by_bytes);
    for (size_t i = 1; i < PIECES; i++)
        twice += by_bytes(piece[i - 1], piece[i]) == 0;
    ok(failed == 0 && twice == 0, "%d pieces, none twice", PIECES);
    ok(left == 0, "what was given out is wiped");
    random_ahead_cleanup(&a);
    for (size_t i = 0; i < sizeof a.bytes; i++)
        left += a.bytes[i] != 0;
    ok(left == 0 && a.left == 0, "and so is the rest in the end");
}

static void large(void)
{
    static uint8_t out[10000];
    struct random_ahead a = { .left = 0 };
    size_t zeros = 0;

    ok(random_next(&a, out, sizeof out) == OC_OK && a.left == 0, "more than is drawn at once");
    for (size_t i = 0; i < sizeof out; i++)
        zeros += out[i] == 0;
    ok(zeros < 200, "is random too: %zu zeros", zeros);
    random_ahead_cleanup(&a);
}

int main(void)
{
    ahead();
    large();
    return done();
}
