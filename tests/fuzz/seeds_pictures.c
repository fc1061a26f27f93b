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
    struct buf ours = new_buf();
    struct picture drawn;

    draw(&drawn, 3);
    must(png_write(&ours, &drawn));
    put_picture("ours.png", ours);
    put_picture("deep.png", png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_RGB_ALPHA, 16, true,
                                                                 true }));
    put_picture("palette.png", png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_PALETTE, 2, false,
                                                                    true }));
    put_picture("grey.jpg", jpeg_file(&drawn, &(struct jpeg_kind){ .components = 1, .quality = 30 }));
    put_picture("colour.jpg", jpeg_file(&drawn, &(struct jpeg_kind){ .components = 3, .quality = 30,
                                                                     .orientation = 6 }));
    put_picture("scans.jpg", jpeg_file(&drawn, &(struct jpeg_kind){ .components = 3, .quality = 30,
                                                                    .progressive = true }));
    put_picture("cmyk.jpg", jpeg_file(&drawn, &(struct jpeg_kind){ .components = 4, .quality = 9 }));
    picture_cleanup(&drawn);
}
