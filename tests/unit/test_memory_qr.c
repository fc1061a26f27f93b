/*
 * Every allocation failed in turn while messages become codes and pictures and come back: ours,
 * libpng's, libjpeg's and OpenSSL's. libqrencode is linked as it is, and libzbar does not ask
 * whether it got memory: those of theirs are not failed.
 */
#include "tests/unit/failing_heap.h"
#include "tests/unit/picture_files.h"
#include "transport/assembly.h"
#include "transport/png.h"
#include "transport/qr_image.h"

static uint8_t message_room[700];
static struct bytes message = { message_room, sizeof message_room };
static struct frames whole;
static struct picture drawn;
static struct buf png, interlaced, jpeg, progressive;

static enum oc_err cut_up(void)
{
    struct buf text = new_buf();
    struct frames frames;
    enum oc_err e = frames_init(&frames, message, 200);

    check(e == OC_OK || (frames.blocks.p == NULL && frames.data == 0), "frames half filled");
    for (size_t i = 0; e == OC_OK && i < frames.all; i++) {
        frames_text(&text, &frames, i);
        e = buf_err(&text);
    }
    frames_cleanup(&frames);
    buf_cleanup(&text);
    return e;
}

/* From the last frames, so that something is to be computed. */
static enum oc_err put_together(void)
{
    struct assembly a = { .clock = 0 };
    struct buf back = new_buf();
    enum oc_err e = OC_OK;

    for (size_t i = whole.all - whole.data; e == OC_OK && i < whole.all; i++) {
        struct buf text = new_buf();

        frames_text(&text, &whole, i);
        e = buf_err(&text);
        if (e == OC_OK)
            e = assembly_add(&a, &back, buf_view(&text), NULL);
        buf_cleanup(&text);
    }
    check(e == OC_OK ? bytes_eq(buf_view(&back), message) : back.n == 0, "another message");
    buf_cleanup(&back);
    assembly_cleanup(&a);
    return e;
}

static enum oc_err make_code(void)
{
    struct buf text = new_buf();
    struct qr qr = { 0 };
    enum oc_err e;

    frames_text(&text, &whole, 0);
    e = buf_err(&text);
    if (e == OC_OK)
        e = qr_init(&qr, buf_view(&text), QR_M);
    check(e == OC_OK || (qr.dark == NULL && qr.side == 0), "a code half filled");
    qr_cleanup(&qr);
    buf_cleanup(&text);
    return e;
}

static enum oc_err draw_all(void)
{
    struct buf image = new_buf(), svg = new_buf(), text = new_buf();
    struct qr qr;
    enum oc_err e = qr_init(&qr, BYTES("OC1:0"), QR_M);

    if (e == OC_OK)
        e = qr_png(&image, &qr, 2);
    check(e == OC_OK || image.n == 0, "half of a PNG");
    if (e == OC_OK) {
        qr_svg(&svg, &qr, 1, 200);
        qr_draw(&text, &qr, true);
        e = buf_err(&svg) != OC_OK ? buf_err(&svg) : buf_err(&text);
    }
    qr_cleanup(&qr);
    buf_cleanup(&image);
    buf_cleanup(&svg);
    buf_cleanup(&text);
    return e;
}

static enum oc_err read_file(const struct buf *file)
{
    struct picture picture;
    enum oc_err e = picture_init(&picture, buf_view(file));

    check(e == OC_OK ? picture.width == drawn.width : picture.luma == NULL && picture.width == 0,
          "a picture half filled");
    picture_cleanup(&picture);
    return e;
}

static enum oc_err read_png(void)
{
    return read_file(&png);
}

static enum oc_err read_interlaced(void)
{
    return read_file(&interlaced);
}

static enum oc_err read_jpeg(void)
{
    return read_file(&jpeg);
}

static enum oc_err read_progressive(void)
{
    return read_file(&progressive);
}

static enum oc_err copy_picture(void)
{
    struct picture copy;
    enum oc_err e = picture_shrink(&copy, &drawn, 2);

    picture_cleanup(&copy);
    if (e == OC_OK)
        e = picture_enlarge(&copy, &drawn, 2);
    picture_cleanup(&copy);
    if (e == OC_OK)
        e = picture_tilt(&copy, &drawn, 0.1, 0);
    check(e == OC_OK || copy.luma == NULL, "a copy half filled");
    picture_cleanup(&copy);
    return e;
}

static const struct failing operations[] = {
    { "cut up", cut_up }, { "put together", put_together }, { "make a code", make_code },
    { "PNG, SVG and a drawing", draw_all }, { "read a PNG", read_png },
    { "read an interlaced PNG", read_interlaced }, { "read a JPEG", read_jpeg },
    { "read a progressive JPEG", read_progressive }, { "copy a picture", copy_picture },
};
enum { OPERATIONS_N = sizeof operations / sizeof operations[0] };

static void prepare(void)
{
    struct qr qr;

    for (size_t i = 0; i < message.n; i++)
        message_room[i] = (uint8_t)(i * i);
    must(frames_init(&whole, message, 200));
    must(qr_init(&qr, BYTES("OC1:0"), QR_M));
    must(qr_picture(&drawn, &qr, 2));
    qr_cleanup(&qr);
    png = png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_PALETTE, 4, false, true });
    interlaced = png_file(&drawn, &(struct png_kind){ PNG_COLOR_TYPE_RGB_ALPHA, 16, true, true });
    jpeg = jpeg_file(&drawn, &(struct jpeg_kind){ .components = 1, .quality = 60 });
    progressive = jpeg_file(&drawn, &(struct jpeg_kind){ .components = 3, .quality = 60,
                                                         .progressive = true });
}

int main(void)
{
    failing_heap_init();
    prepare();
    fail_all(operations, OPERATIONS_N);
    frames_cleanup(&whole);
    picture_cleanup(&drawn);
    buf_cleanup(&png);
    buf_cleanup(&interlaced);
    buf_cleanup(&jpeg);
    buf_cleanup(&progressive);
    return done();
}
