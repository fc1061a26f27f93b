#include "tests/fuzz/seeds.h"
#include "tests/unit/picture_files.h"
#include "transport/frames.h"
#include "transport/png.h"
#include "transport/qr_image.h"

/* A short message as a code of few modules, so that what is fuzzed is small. */
static void draw(struct picture *out, size_t scale)
{
    struct buf text = new_buf();
    struct frames frames;
    struct qr qr;

    must(frames_init(&frames, BYTES("age_over_18"), FRAME_BYTES_MIN));
    frames_text(&text, &frames, 0);
    must(qr_init(&qr, buf_view(&text), QR_L));
    must(qr_picture(out, &qr, scale));
    qr_cleanup(&qr);
    frames_cleanup(&frames);
    buf_cleanup(&text);
}

static void put_picture(const char *name, struct buf file)
{
    put("picture", name, buf_view(&file));
    buf_cleanup(&file);
}

void picture_seeds(void)
{
    static const struct { const char *name; struct png_kind kind; } png[] = {
        { "deep.png", { PNG_COLOR_TYPE_RGB_ALPHA, 16, true, true } },
        { "palette.png", { PNG_COLOR_TYPE_PALETTE, 2, false, true } },
    };
    static const struct { const char *name; struct jpeg_kind kind; } jpeg[] = {
        { "grey.jpg", { .components = 1, .quality = 30 } },
        { "colour.jpg", { .components = 3, .quality = 30, .orientation = 6 } },
        { "scans.jpg", { .components = 3, .quality = 30, .progressive = true } },
        { "cmyk.jpg", { .components = 4, .quality = 9 } },
    };
    struct buf ours = new_buf();
    struct picture drawn;

    draw(&drawn, 3);
    must(png_write(&ours, &drawn));
    put_picture("ours.png", ours);
    for (size_t i = 0; i < sizeof png / sizeof png[0]; i++)
        put_picture(png[i].name, png_file(&drawn, &png[i].kind));
    for (size_t i = 0; i < sizeof jpeg / sizeof jpeg[0]; i++)
        put_picture(jpeg[i].name, jpeg_file(&drawn, &jpeg[i].kind));
    picture_cleanup(&drawn);
}
