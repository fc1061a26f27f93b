/* Codes drawn by us are read from every kind of picture, at odd scales, turned, two at a time. */
#include "transport/scan.h"

#include <math.h>
#include <stdio.h>

#include "tests/unit/picture_files.h"
#include "tests/unit/tap.h"
#include "transport/png.h"
#include "transport/qr_image.h"

/* What a picture held; texts are told apart by their last character, A to Z. */
struct seen {
    bool text[26];
    size_t other;
};

#define TEXT "OC1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool see(void *context, struct bytes text)
{
    struct seen *seen = context;
    size_t n = sizeof TEXT - 1;

    if (text.n == n + 1 && memcmp(text.p, TEXT, n) == 0 && text.p[n] >= 'A' && text.p[n] <= 'Z')
        seen->text[text.p[n] - 'A'] = true;
    else
        seen->other++;
    return false;
}

static struct picture code(char last, size_t scale)
{
    char text[sizeof TEXT + 1];
    struct picture picture;
    struct qr qr;

    snprintf(text, sizeof text, "%s%c", TEXT, last);
    must(qr_init(&qr, bytes_str(text), QR_M));
    must(qr_picture(&picture, &qr, scale));
    qr_cleanup(&qr);
    return picture;
}

/* Turned and scaled about the middle, on grey, as a photograph is; nearest pixels. */
static struct picture turned(const struct picture *from, double factor, double degrees)
{
    double angle = degrees * 3.14159265358979 / 180, half;
    size_t side = (size_t)((double)from->width * factor * 1.5);
    struct picture to = { side, side, malloc(side * side) };

    half = (double)side / 2;
    for (size_t i = 0; to.luma != NULL && i < side * side; i++) {
        double u = ((double)(i % side) - half) / factor, v = ((double)(i / side) - half) / factor;
        double x = cos(angle) * u + sin(angle) * v + (double)from->width / 2;
        double y = -sin(angle) * u + cos(angle) * v + (double)from->height / 2;
        bool inside = x >= 0 && y >= 0 && x < (double)from->width && y < (double)from->height;

        to.luma[i] = inside ? from->luma[(size_t)y * from->width + (size_t)x] : 170;
    }
    return to;
}

static struct buf png_of(const struct picture *picture)
{
    struct buf png;

    buf_init(&png, 16 << 20);
    must(png_write(&png, picture));
    return png;
}

static struct buf jpeg_of(const struct picture *picture, int quality)
{
    return jpeg_file(picture, &(struct jpeg_kind){ .components = 1, .quality = quality });
}

/* The file is decoded and its codes are A, and B where there are two, and nothing else. */
static void test_file(struct buf file, size_t codes, const char *name)
{
    struct seen seen = { .other = 0 };
    struct picture picture;
    enum oc_err e = picture_init(&picture, buf_view(&file));

    if (e == OC_OK)
        e = scan_codes(&picture, see, &seen);
    ok(e == OC_OK && seen.text[0] && seen.text[1] == (codes == 2) && seen.other == 0, "%s", name);
    picture_cleanup(&picture);
    buf_cleanup(&file);
}

static void test_scales(void)
{
    static const struct { double factor, degrees; const char *name; } row[] = {
        { 1, 0, "as drawn" }, { 0.43, 0, "a screenshot at 0.43" },
        { 1.37, 0, "a screenshot at 1.37" },
        { 3.1, 0, "a screenshot at 3.1" }, { 1, 90, "turned by 90 degrees" },
        { 1, 180, "upside down" }, { 0.9, 33, "turned by 33 degrees" },
    };
    struct picture drawn = code('A', 8);

    test_file(png_of(&drawn), 1, "a PNG of ours");
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct picture seen = turned(&drawn, row[i].factor, row[i].degrees);

        test_file(png_of(&seen), 1, row[i].name);
        test_file(jpeg_of(&seen, 60), 1, "the same as JPEG");
        picture_cleanup(&seen);
    }
    picture_cleanup(&drawn);
    drawn = code('A', 1);
    test_file(png_of(&drawn), 1, "a pixel a module");
    picture_cleanup(&drawn);
}

static void test_two(void)
{
    struct picture a = code('A', 6), b = code('B', 6), both;

    both = (struct picture){ a.width + b.width, a.height, malloc((a.width + b.width) * a.height) };
    for (size_t y = 0; y < both.height; y++) {
        memcpy(both.luma + y * both.width, a.luma + y * a.width, a.width);
        memcpy(both.luma + y * both.width + a.width, b.luma + y * b.width, b.width);
    }
    test_file(png_of(&both), 2, "two codes in one picture");
    picture_cleanup(&a);
    picture_cleanup(&b);
    picture_cleanup(&both);
}

static void test_pngs(void)
{
    static const int gray = PNG_COLOR_TYPE_GRAY, gray_alpha = PNG_COLOR_TYPE_GRAY_ALPHA,
                     rgb = PNG_COLOR_TYPE_RGB, rgba = PNG_COLOR_TYPE_RGB_ALPHA,
                     palette = PNG_COLOR_TYPE_PALETTE;
    const struct { const char *name; struct png_kind kind; } row[] = {
        { "black and white", { gray, 1, false, false } }, { "2 bits", { gray, 2, false, false } },
        { "4 bits", { gray, 4, true, false } }, { "16 bits", { gray, 16, false, false } },
        { "colour", { rgb, 8, false, false } }, { "colour, 16 bits", { rgb, 16, true, false } },
        { "transparent where it is light", { gray_alpha, 8, false, true } },
        { "the same, 16 bits", { gray_alpha, 16, true, true } },
        { "transparent colour", { rgba, 8, true, true } },
        { "transparent colour, 16 bits", { rgba, 16, false, true } },
        { "a palette of two", { palette, 1, true, false } },
        { "a palette of 256", { palette, 8, false, false } },
        { "a palette with what is transparent", { palette, 4, false, true } },
    };
    struct picture drawn = code('A', 5);

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct buf png = png_file(&drawn, &row[i].kind);
        struct picture back = { 0 };
        enum oc_err e = picture_init(&back, buf_view(&png));

        ok(e == OC_OK && back.width == drawn.width && back.height == drawn.height &&
           memcmp(back.luma, drawn.luma, drawn.width * drawn.height) == 0, "PNG, %s%s: as drawn",
           row[i].name, row[i].kind.interlaced ? ", interlaced" : "");
        picture_cleanup(&back);
        buf_cleanup(&png);
    }
    picture_cleanup(&drawn);
}

/* As a camera that was held in each way stores it, with the EXIF tag that says so. */
static struct picture stored(const struct picture *from, int orientation)
{
    size_t side = from->width;
    struct picture to = { side, side, malloc(side * side) };

    for (size_t i = 0; i < side * side; i++) {
        size_t x = i % side, y = i / side, swap = x;

        if (orientation >= 5) {
            x = y;
            y = swap;
        }
        if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
            x = side - 1 - x;
        if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
            y = side - 1 - y;
        to.luma[i] = from->luma[y * side + x];
    }
    return to;
}

static void test_jpegs(void)
{
    struct picture drawn = code('A', 6);
    char name[64];

    test_file(jpeg_file(&drawn, &(struct jpeg_kind){ .components = 3, .quality = 80 }), 1,
              "JPEG in colour");
    test_file(jpeg_file(&drawn, &(struct jpeg_kind){ .components = 3, .quality = 80,
                                                     .progressive = true }),
              1, "JPEG, progressive");
    for (int i = 1; i <= 8; i++) {
        struct picture seen = stored(&drawn, i);

        snprintf(name, sizeof name, "JPEG of orientation %d", i);
        test_file(jpeg_file(&seen, &(struct jpeg_kind){ .components = 3, .quality = 80,
                                                        .orientation = i }),
                  1, name);
        picture_cleanup(&seen);
    }
    picture_cleanup(&drawn);
}

int main(void)
{
    test_scales();
    test_two();
    test_pngs();
    test_jpegs();
    return done();
}
