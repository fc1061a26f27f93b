#include "transport/png.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "transport/decode.h"

/* One reading: libpng's own structures, the picture that grows, and why it ended. */
struct reading {
    png_structp png;
    png_infop info;
    struct picture *out;
    int passes;
    bool memory_failed, has_last_row;
    enum oc_err e;
};

static png_voidp allocate(png_structp png, png_alloc_size_t n)
{
    struct reading *r = png_get_mem_ptr(png);
    void *p = malloc(n);

    r->memory_failed = r->memory_failed || p == NULL;
    return p;
}

static void release(png_structp png, png_voidp p)
{
    (void)png;
    free(p);
}

static void give_up(struct reading *r, enum oc_err e)
{
    r->e = e;
    png_longjmp(r->png, 1);
}

static void on_error(png_structp png, png_const_charp text)
{
    struct reading *r = png_get_error_ptr(png);

    (void)text;
    give_up(r, r->memory_failed ? OC_MEMORY : OC_SHAPE);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

/* Whatever the picture is made of, a byte of grey a pixel; what shines through is white. */
static void ask_for_grey(struct reading *r)
{
    const png_color_16 white = { 0, 255, 255, 255, 255 };

    png_set_expand(r->png);
    png_set_scale_16(r->png);
    png_set_rgb_to_gray_fixed(r->png, PNG_ERROR_ACTION_NONE, PNG_RGB_TO_GRAY_DEFAULT,
                              PNG_RGB_TO_GRAY_DEFAULT);
    png_set_background_fixed(r->png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 0);
}

static void on_header(png_structp png, png_infop info)
{
    struct reading *r = png_get_progressive_ptr(png);
    enum oc_err e = picture_allocate(r->out, png_get_image_width(png, info),
                                     png_get_image_height(png, info));

    if (e != OC_OK)
        give_up(r, e);
    ask_for_grey(r);
    r->passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != r->out->width)
        give_up(r, OC_SHAPE);
}

static void on_row(png_structp png, png_bytep row, png_uint_32 y, int pass)
{
    struct reading *r = png_get_progressive_ptr(png);

    png_progressive_combine_row(png, r->out->luma + y * r->out->width, row);
    r->has_last_row = y + 1 == r->out->height && pass + 1 == r->passes;
}

static void on_end(png_structp png, png_infop info)
{
    struct reading *r = png_get_progressive_ptr(png);

    (void)info;
    if (r->has_last_row)
        r->e = OC_OK;
}

/* libpng is given the file, rather than asked for rows: asked for the last one, it would inflate
 * whatever comes after it as well. It takes what it may change, though it does not. */
static void feed(struct reading *r, struct bytes file)
{
    uint8_t part[4096];

    while (file.n > 0) {
        size_t n = file.n < sizeof part ? file.n : sizeof part;

        memcpy(part, file.p, n);
        png_process_data(r->png, r->info, part, n);
        file.p += n;
        file.n -= n;
    }
}

/* Errors of libpng come back here. */
static void decode(struct reading *r, struct bytes file)
{
    if (setjmp(png_jmpbuf(r->png)) != 0)
        return;
    png_set_progressive_read_fn(r->png, r, on_header, on_row, on_end);
    /* Texts, profiles and the like are compressed too, and may inflate a thousandfold. */
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    r->e = OC_SHAPE;                            /* unless the end comes */
    feed(r, file);
}

enum oc_err decode_png(struct picture *out, struct bytes file)
{
    struct reading r = { .out = out, .e = OC_MEMORY };

    r.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning, &r, allocate,
                                     release);
    if (r.png != NULL)
        r.info = png_create_info_struct(r.png);
    if (r.info != NULL)
        decode(&r, file);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    return r.e;
}

enum oc_err png_write(struct buf *out, const struct picture *picture)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_GRAY,
        .width = (png_uint_32)picture->width, .height = (png_uint_32)picture->height,
    };
    png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
    size_t before = out->n;
    struct buf room;
    uint8_t *place;
    enum oc_err e = OC_OK;

    buf_init(&room, n);
    place = buf_extend(&room, n);
    if (place == NULL) {
        e = buf_err(&room);
    } else if (!png_image_write_to_memory(&image, place, &n, 0, picture->luma, 0, NULL)) {
        e = OC_MEMORY;
    } else {
        buf_add(out, (struct bytes){ place, n });
        e = buf_err(out);
    }
    png_image_free(&image);
    buf_cleanup(&room);
    if (e != OC_OK && out->n > before)
        buf_truncate(out, before);
    return e;
}
