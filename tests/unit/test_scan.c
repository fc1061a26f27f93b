/* Codes drawn by us are read from PNG, from JPEG, at odd scales, turned and two at a time. */
#include "transport/scan.h"

#include <math.h>
#include <stdio.h>

#include <jpeglib.h>

#include "tests/unit/fixture.h"
#include "tests/unit/guard.h"
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
    struct jpeg_compress_struct info = { 0 };
    struct jpeg_error_mgr errors;
    unsigned char *data = NULL;
    unsigned long n = 0;
    struct buf out;

    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &data, &n);
    info.image_width = (JDIMENSION)picture->width;
    info.image_height = (JDIMENSION)picture->height;
    info.input_components = 1;
    info.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        JSAMPROW row = picture->luma + (size_t)info.next_scanline * picture->width;

        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    buf_init(&out, 16 << 20);
    buf_add(&out, (struct bytes){ data, n });
    free(data);
    return out;
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

static enum oc_err decode(struct bytes file)
{
    struct picture picture;
    enum oc_err e = picture_init(&picture, file);

    if (e != OC_OK && (picture.luma != NULL || picture.width != 0))
        e = OC_BUG;
    picture_cleanup(&picture);
    return e;
}

/* Cut anywhere, a file is refused; the last bytes of a PNG or JPEG say only that it ends. */
static void test_cut(struct buf file, const char *name)
{
    size_t wrong = 0, cuts = 0;

    for (size_t n = 0; n + 16 < file.n; n += 1 + file.n / 200, cuts++) {
        struct guard guard;
        struct bytes cut = guard_copy(&guard, (struct bytes){ file.p, n });
        enum oc_err e = decode(cut);

        wrong += e != OC_SYNTAX && e != OC_SHAPE;
        guard_free(&guard);
    }
    ok(wrong == 0 && cuts > 100, "%s, cut in %zu places", name, cuts);
    buf_cleanup(&file);
}

static void test_damaged(void)
{
    struct picture drawn = code('A', 4);
    struct buf png = png_of(&drawn), jpeg = jpeg_of(&drawn, 60);

    ok(decode(BYTES("")) == OC_SYNTAX && decode(BYTES("GIF89a")) == OC_SYNTAX,
       "neither PNG nor JPEG");
    /* IHDR: 100,000 pixels wide and high, in a file that has none of them. */
    memcpy(png.p + 16, "\0\1\x86\xa0\0\1\x86\xa0", 8);
    ok(decode(buf_view(&png)) != OC_OK, "a PNG of 10^10 pixels");
    for (size_t i = 0; i + 9 < jpeg.n; i++)     /* SOF0: its height and width */
        if (jpeg.p[i] == 0xff && jpeg.p[i + 1] == 0xc0)
            memcpy(jpeg.p + i + 5, "\xff\xdc\xff\xdc", 4);
    ok(decode(buf_view(&jpeg)) == OC_LIMIT, "a JPEG of 4 * 10^9 pixels");
    buf_cleanup(&png);
    buf_cleanup(&jpeg);
    test_cut(png_of(&drawn), "a PNG");
    test_cut(jpeg_of(&drawn, 60), "a JPEG");
    picture_cleanup(&drawn);
}

int main(void)
{
    test_scales();
    test_two();
    test_damaged();
    return done();
}
