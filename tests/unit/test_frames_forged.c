/* Frames forged in the name of a message, among its own: whoever shows them makes no message of it,
 * keeps it from nobody while they are few, and costs little however many they are. */
#include "tests/unit/frames_given.h"
#include "tests/unit/tap.h"

/* A frame that says it belongs to a message and does not: never a wrong message, and the right one
 * as soon as enough of it are there. Each bit of every frame in turn. */
static void test_forged(void)
{
    uint8_t room[120];
    struct bytes message = sample(room, sizeof room, 9);
    size_t forged = 0, wrong = 0;
    struct frames f;
    bool complete;

    must(frames_init(&f, message, FRAME_BYTES_MIN));
    for (size_t bit = 0; bit < 8 * f.all * frame_block_size(&f.header); bit++) {
        size_t number = bit / 8 / frame_block_size(&f.header);
        struct assembly a = { .clock = 0 };
        enum oc_err e = OC_OK;

        f.blocks.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        for (size_t i = 0; i < f.data; i++) {
            e = give_frame(&a, &f, (number + i) % f.all, message, &complete);
            wrong += complete || (e != OC_OK) != (i + 1 == f.data);
        }
        f.blocks.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        wrong += e != OC_DIGEST;
        wrong += give_frame(&a, &f, number, message, &complete) != OC_OK || !complete;
        assembly_cleanup(&a);
        forged++;
    }
    ok(wrong == 0, "%zu forged frames: refused, and left out when the right one comes", forged);
    frames_cleanup(&f);
}

static uint64_t chance = 18013;

static size_t below(size_t n)
{
    chance = chance * 6364136223846793005 + 1442695040888963407;
    return n == 0 ? 0 : (size_t)(chance >> 33) % n;
}

static void shuffle(size_t *list, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t other = below(i), kept = list[i - 1];

        list[i - 1] = list[other];
        list[other] = kept;
    }
}

/* A frame of any number with the right header, wrong in one bit or in every byte. */
static enum oc_err give_forged(struct assembly *a, struct frames *f, struct bytes message)
{
    size_t size = frame_block_size(&f->header), number = below(f->all);
    uint8_t mask[FRAME_BYTES_MAX] = { 0 };
    bool complete;
    enum oc_err e;

    if (below(2) == 0)
        mask[below(size)] = (uint8_t)(1 << below(8));
    else
        for (size_t i = 0; i < size; i++)
            mask[i] = (uint8_t)(1 + below(255));
    for (size_t i = 0; i < size; i++)
        f->blocks.p[number * size + i] ^= mask[i];
    e = give_frame(a, f, number, message, &complete);
    for (size_t i = 0; i < size; i++)
        f->blocks.p[number * size + i] ^= mask[i];
    return complete ? OC_BUG : e;
}

/* How many sets of frames one frame may cost. */
static unsigned long sets_max(size_t data)
{
    return (1UL << 24) / (data * data * data);
}

/* Just enough frames, in any order, and as many forged ones among them: complete with the last of
 * the right ones, within the work that is allowed. @return whether all of it is so */
static bool completes(struct frames *f, size_t forged, struct bytes message)
{
    size_t order[ERASURE_ALL_MAX] = { 0 }, turn[ERASURE_ALL_MAX] = { 0 }, right = 0;
    struct assembly a = { .clock = 0 };
    bool complete = false, holds = true;

    for (size_t i = 0; i < f->all; i++)
        order[i] = i;
    shuffle(order, f->all);
    for (size_t i = 0; i < f->data + forged; i++)
        turn[i] = i;                            /* those from f->data on are forged */
    shuffle(turn, f->data + forged);
    for (size_t i = 0; holds && !complete && i < f->data + forged; i++) {
        unsigned long before = a.tried;
        enum oc_err e = OC_DIGEST;

        if (turn[i] >= f->data)
            e = give_forged(&a, f, message);
        else
            e = give_frame(&a, f, order[right++], message, &complete);
        holds = (e == OC_OK || e == OC_DIGEST) && complete == (right == f->data) &&
                a.tried - before <= sets_max(f->data);
    }
    assembly_cleanup(&a);
    return holds && complete;
}

static void test_among_forged(void)
{
    static const struct { size_t data, spare, rounds; } row[] = {
        { 1, 3, 200 }, { 2, 3, 200 }, { 3, 3, 200 }, { 6, 3, 200 }, { 18, 3, 20 }, { 24, 2, 20 },
        { 31, 2, 5 }, { 32, 1, 10 }, { 64, 1, 5 }, { 65, 0, 5 }, { 128, 0, 2 },
    };
    const size_t block = FRAME_BYTES_MIN - FRAME_HEADER;
    static uint8_t room[ERASURE_DATA_MAX * FRAME_BYTES_MIN];

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct bytes message = sample(room, row[i].data * block, (uint8_t)i);
        size_t wrong = 0;
        struct frames f;

        must(frames_init(&f, message, FRAME_BYTES_MIN));
        for (size_t round = 0; round < row[i].rounds; round++)
            wrong += !completes(&f, below(row[i].spare + 1), message);
        wrong += !completes(&f, row[i].spare, message);
        ok(wrong == 0 && f.data == row[i].data && assembly_spare(f.data) == row[i].spare,
           "%zu of %zu frames, up to %zu forged: complete with the last that is needed", f.data,
           f.all, row[i].spare);
        frames_cleanup(&f);
    }
}

/* More forged frames than are allowed for, without end: no frame costs more, and once they end the
 * message is complete as ever. */
static void test_flood(void)
{
    uint8_t room[6 * (FRAME_BYTES_MIN - FRAME_HEADER)];
    struct bytes message = sample(room, sizeof room, 5);
    struct assembly a = { .clock = 0 };
    size_t wrong = 0, told = 0;
    bool complete = false;
    struct frames f;

    must(frames_init(&f, message, FRAME_BYTES_MIN));
    for (size_t i = 0; i < 2000; i++) {
        unsigned long before = a.tried;
        enum oc_err e = give_forged(&a, &f, message);

        wrong += (e != OC_OK && e != OC_DIGEST) || a.tried - before > sets_max(f.data);
        told += e == OC_DIGEST;
    }
    ok(wrong == 0 && told > 0 && assembly_best(&a)->kept == f.data + assembly_spare(f.data),
       "2000 forged frames, %lu sets tried", a.tried);
    for (size_t i = 0; i < f.data; i++) {
        enum oc_err e = give_frame(&a, &f, i + 3, message, &complete);

        wrong += (e != OC_OK && e != OC_DIGEST) || complete != (i + 1 == f.data);
    }
    ok(wrong == 0 && complete, "and then just enough right ones");
    assembly_cleanup(&a);
    frames_cleanup(&f);
}

int main(void)
{
    must(secret_pool_init());
    test_forged();
    test_among_forged();
    test_flood();
    return done();
}
