/* Files of pictures: a picture as large as it says or nothing at all, and the texts of the codes in
 * it, as they go on to be put together. */
#include "tests/fuzz/fuzz.h"
#include "transport/assembly.h"
#include "transport/picture.h"
#include "transport/scan.h"

/* What is looked at here: larger ones cost seconds under the sanitizers and teach nothing new. */
enum { WIDEST = 512 };

static size_t be(const uint8_t *p, size_t n)
{
    return n == 0 ? 0 : be(p, n - 1) << 8 | p[n - 1];
}

static bool is_wide(const uint8_t *width, const uint8_t *height, size_t bytes)
{
    return be(width, bytes) > WIDEST || be(height, bytes) > WIDEST;
}

/* Where a size may stand: in a PNG's header, and after any marker that could begin a JPEG frame. */
static bool may_be_large(const uint8_t *p, size_t n)
{
    if (n >= 24 && p[0] == 0x89)
        return is_wide(p + 16, p + 20, 4);
    for (size_t i = 0; i + 9 <= n; i++)
        if (p[i] == 0xff && p[i + 1] >> 4 == 0xc && is_wide(p + i + 7, p + i + 5, 2))
            return true;
    return false;
}

static bool take(void *context, struct bytes text)
{
    struct buf message = fuzz_buf();
    struct oc_fault fault;
    enum oc_err e = assembly_add(context, &message, text, &fault);

    hold(text.p != NULL || text.n == 0);
    hold(e == OC_OK || message.n == 0);
    hold(e == OC_OK || e == OC_DIGEST || fault.reason != NULL);
    buf_cleanup(&message);
    return e == OC_OK;
}

/* Every byte is there to be read, and copies have the size that they should. */
static void hold_copies(const struct picture *picture)
{
    struct picture copy;
    size_t sum = 0;

    hold(picture->width > 0 && picture->height > 0);
    for (size_t i = 0; i < picture->width * picture->height; i++)
        sum += picture->luma[i];
    hold(sum <= 255 * picture->width * picture->height);
    if (picture->width < 3 || picture->height < 3)
        return;
    hold(picture_shrink(&copy, picture, 3) == OC_OK);
    hold(copy.width == picture->width / 3 && copy.height == picture->height / 3);
    picture_cleanup(&copy);
    hold(picture_tilt(&copy, picture, 0.1, -0.1) == OC_OK);
    picture_cleanup(&copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct assembly a = { .clock = 0 };
    struct picture picture;
    enum oc_err e;

    if (may_be_large(p, n))
        return 0;
    e = picture_init(&picture, (struct bytes){ p, n });
    if (e != OC_OK) {
        hold(e == OC_SYNTAX || e == OC_SHAPE || e == OC_LIMIT);
        hold_zero(picture);
        return 0;
    }
    hold_copies(&picture);
    hold(scan_codes(&picture, take, &a) == OC_OK);
    picture_cleanup(&picture);
    assembly_cleanup(&a);
    return 0;
}
