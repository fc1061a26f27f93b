#include "issuer/portrait.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
    W = PORTRAIT_WIDTH,
    H = PORTRAIT_HEIGHT,
    SUB = 3,                /* points along each side of a pixel */
    ROOM = 64 * 1024,       /* for the JPEG; many times what it takes */
};

struct colour {
    uint8_t r, g, b;
};

enum hair { SHORT, SIDE_PARTED, CROPPED, BOB, LONG, BUN, HAIRS };

/* The choices that make one drawing differ from another. */
struct drawing {
    struct colour sky, skin, hair, shirt;
    enum hair style;
    bool glasses;
};

static struct colour shade(struct colour c, int percent)
{
    return (struct colour){ (uint8_t)(c.r * percent / 100), (uint8_t)(c.g * percent / 100),
                            (uint8_t)(c.b * percent / 100) };
}

/* 0 to n - 1, taken off the seed like a digit. */
static unsigned one_of(uint64_t *left, unsigned n)
{
    unsigned digit = (unsigned)(*left % n);

    *left /= n;
    return digit;
}

static struct drawing choose(const struct portrait_look *look)
{
    static const struct colour skies[] = { { 205, 226, 240 }, { 214, 234, 221 }, { 246, 226, 208 }, { 226, 219, 240 },
                                           { 245, 236, 200 }, { 203, 232, 232 } };
    static const struct colour skins[] = { { 250, 219, 190 }, { 244, 206, 173 }, { 232, 190, 154 }, { 214, 170, 134 } };
    static const struct colour hairs[] = { { 38, 34, 38 }, { 52, 42, 40 }, { 74, 54, 44 } };
    static const struct colour shirts[] = { { 62, 106, 158 }, { 188, 84, 84 }, { 72, 140, 112 }, { 122, 96, 164 },
                                            { 216, 152, 66 }, { 84, 96, 116 }, { 236, 236, 232 } };
    uint64_t left = look->seed;
    struct drawing d;

    d.sky = skies[one_of(&left, COUNT(skies))];
    d.skin = skins[one_of(&left, COUNT(skins))];
    d.hair = hairs[one_of(&left, COUNT(hairs))];
    d.shirt = shirts[one_of(&left, COUNT(shirts))];
    d.style = (enum hair)((look->sex == 1 ? SHORT : BOB) + one_of(&left, 3));
    d.glasses = one_of(&left, 3) == 0;
    if (look->age >= 60)
        d.hair = (struct colour){ 186, 186, 190 };
    else if (look->age >= 48)
        d.hair = (struct colour){ 110, 106, 108 };
    return d;
}

static bool in_ellipse(int x, int y, int cx, int cy, int rx, int ry)
{
    int64_t dx = x - cx, dy = y - cy;

    return dx * dx * ry * ry + dy * dy * rx * rx <= (int64_t)rx * rx * ry * ry;
}

static bool in_box(int x, int y, int left, int top, int right, int bottom)
{
    return x >= left && x <= right && y >= top && y <= bottom;
}

/* Coordinates from here on are thirtieths of a pixel: the picture is 7200 wide and 9000 high. */

static bool behind_head(enum hair style, int x, int y)
{
    if (style == LONG)
        return in_ellipse(x, y, 3600, 3500, 1900, 2000) || in_box(x, y, 1700, 3500, 5500, 6500) ||
               in_ellipse(x, y, 3600, 6500, 1900, 500);
    if (style == BOB)
        return in_ellipse(x, y, 3600, 3650, 1950, 2050) && y < 5150;
    if (style == BUN)
        return in_ellipse(x, y, 3600, 1480, 760, 700) || (in_ellipse(x, y, 3600, 3450, 1720, 1900) && y < 3900);
    return in_ellipse(x, y, 3600, 3350, 1660, style == CROPPED ? 1700 : 1840);
}

/* Hair over the forehead. */
static bool before_head(enum hair style, int x, int y)
{
    bool scalp = in_ellipse(x, y, 3600, 3500, 1580, 1900);

    switch (style) {
    case SHORT:
        return scalp && y < 2750 - (x - 3600) / 8;
    case SIDE_PARTED:
        return scalp && y < 2200 + (x > 2900 ? (x - 2900) / 3 : (2900 - x) * 2 / 3);
    case CROPPED:
        return scalp && y < 2350;
    case BOB:
        return scalp && y < 2950;
    case LONG:
        return scalp && y < 1950 + abs(x - 3600) * 3 / 4;
    case BUN:
        return scalp && y < 2100 + abs(x - 3600) / 2;
    case HAIRS:
        break;
    }
    return false;
}

static bool in_glasses(int x, int y)
{
    bool rim = (in_ellipse(x, y, 2950, 3780, 500, 440) && !in_ellipse(x, y, 2950, 3780, 420, 360)) ||
               (in_ellipse(x, y, 4250, 3780, 500, 440) && !in_ellipse(x, y, 4250, 3780, 420, 360));

    return rim || in_box(x, y, 3430, 3700, 3770, 3780);
}

/* A smile: the lower edge of an ellipse. */
static bool in_mouth(int x, int y)
{
    return y > 4650 && in_ellipse(x, y, 3600, 4560, 520, 400) && !in_ellipse(x, y, 3600, 4470, 540, 400);
}

static struct colour face_at(const struct drawing *d, int x, int y)
{
    const struct colour ink = { 60, 46, 44 };

    if (d->glasses && in_glasses(x, y))
        return (struct colour){ 66, 70, 84 };
    if (in_ellipse(x, y, 2950, 3800, 130, 160) || in_ellipse(x, y, 4250, 3800, 130, 160))
        return ink;
    if (in_mouth(x, y))
        return (struct colour){ 176, 84, 80 };
    if (in_ellipse(x, y, 2600, 4350, 300, 210) || in_ellipse(x, y, 4600, 4350, 300, 210))
        return (struct colour){ (uint8_t)(d->skin.r * 98 / 100), (uint8_t)(d->skin.g * 90 / 100),
                                (uint8_t)(d->skin.b * 88 / 100) };
    if (in_ellipse(x, y, 3600, 4240, 130, 90))
        return shade(d->skin, 90);
    return d->skin;
}

static struct colour colour_at(const struct drawing *d, int x, int y)
{
    bool neck = in_box(x, y, 2950, 4800, 4250, 6300) || in_ellipse(x, y, 3600, 6300, 650, 520);
    bool ear = in_ellipse(x, y, 2060, 3900, 260, 380) || in_ellipse(x, y, 5140, 3900, 260, 380);

    if (before_head(d->style, x, y))
        return d->hair;
    if (in_ellipse(x, y, 3600, 3700, 1500, 1820))
        return face_at(d, x, y);
    if (ear && d->style != BOB && d->style != LONG)
        return shade(d->skin, 94);
    if (neck)
        return shade(d->skin, y < 5900 ? 86 : 94);
    if (in_ellipse(x, y, 3600, 6350, 900, 760) && y > 5900)
        return shade(d->shirt, 82);
    if (in_ellipse(x, y, 3600, 9300, 3000, 3300))
        return d->shirt;
    if (behind_head(d->style, x, y))
        return shade(d->hair, 90);
    return in_ellipse(x, y, 3600, 4600, 3300, 4200) ? shade(d->sky, 97) : d->sky;
}

/* One pixel: the mean of SUB × SUB points, so that edges are soft. */
static struct colour pixel(const struct drawing *d, int column, int row)
{
    unsigned r = 0, g = 0, b = 0;

    for (int i = 0; i < SUB * SUB; i++) {
        struct colour c = colour_at(d, column * 30 + i % SUB * 10 + 5, row * 30 + i / SUB * 10 + 5);
        r += c.r;
        g += c.g;
        b += c.b;
    }
    return (struct colour){ (uint8_t)(r / (SUB * SUB)), (uint8_t)(g / (SUB * SUB)), (uint8_t)(b / (SUB * SUB)) };
}

/* libjpeg's default answer to an error is to print it and exit. */
struct jpeg_trap {
    struct jpeg_error_mgr manager;      /* first, so that its address is ours */
    jmp_buf back;
    int code;
};

static void trap(j_common_ptr jpeg)
{
    struct jpeg_trap *t = (struct jpeg_trap *)jpeg->err;

    t->code = jpeg->err->msg_code;
    longjmp(t->back, 1);
}

static void say_nothing(j_common_ptr jpeg)
{
    (void)jpeg;
}

/* Compress W × H pixels of RGB into `room`, ROOM bytes; *n becomes the length. */
static enum oc_err compress(uint8_t *pixels, int quality, uint8_t *room, unsigned long *n)
{
    struct jpeg_compress_struct jpeg = { 0 };
    struct jpeg_trap t = { 0 };
    uint8_t *at = room;

    jpeg.err = jpeg_std_error(&t.manager);
    t.manager.error_exit = trap;
    t.manager.output_message = say_nothing;
    if (setjmp(t.back) != 0) {
        jpeg_destroy_compress(&jpeg);
        return t.code == JERR_OUT_OF_MEMORY ? OC_MEMORY : OC_BUG;
    }
    jpeg_create_compress(&jpeg);
    *n = ROOM;
    jpeg_mem_dest(&jpeg, &at, n);
    jpeg.image_width = W;
    jpeg.image_height = H;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg.optimize_coding = TRUE;
    jpeg.dct_method = JDCT_ISLOW;
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < H) {
        JSAMPROW row = pixels + (size_t)jpeg.next_scanline * W * 3;
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    if (at == room)
        return OC_OK;
    free(at);                           /* libjpeg ran out of room and moved to its own */
    return OC_LIMIT;
}

static void paint(uint8_t *pixels, const struct portrait_look *look)
{
    struct drawing d = choose(look);

    for (int i = 0; i < W * H; i++) {
        struct colour c = pixel(&d, i % W, i / W);
        *pixels++ = c.r;
        *pixels++ = c.g;
        *pixels++ = c.b;
    }
}

enum oc_err portrait_draw(struct buf *out, const struct portrait_look *look, size_t max)
{
    static const int qualities[] = { 72, 60, 48, 36, 24, 12 };
    uint8_t *pixels = malloc((size_t)W * H * 3);
    uint8_t *room = malloc(ROOM);
    enum oc_err e = pixels != NULL && room != NULL ? OC_LIMIT : OC_MEMORY;
    unsigned long n = 0;

    if (e == OC_LIMIT)
        paint(pixels, look);
    for (size_t i = 0; i < COUNT(qualities) && e == OC_LIMIT; i++) {
        e = compress(pixels, qualities[i], room, &n);
        if (e == OC_OK && n > max)
            e = OC_LIMIT;
    }
    if (e == OC_OK) {
        buf_add(out, (struct bytes){ room, n });
        e = buf_err(out);
    }
    free(room);
    free(pixels);
    return e;
}
