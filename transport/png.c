#include "transport/png.h"

#include <png.h>

#include "transport/decode.h"

enum oc_err decode_png(struct picture *out, struct bytes file)
{
    static const png_color white = { 255, 255, 255 };
    png_image image = { .version = PNG_IMAGE_VERSION };
    enum oc_err e = OC_SHAPE;

    if (png_image_begin_read_from_memory(&image, file.p, file.n)) {
        image.format = PNG_FORMAT_GRAY;
        e = picture_allocate(out, image.width, image.height);
        if (e == OC_OK && !png_image_finish_read(&image, &white, out->luma, 0, NULL))
            e = OC_SHAPE;
    }
    png_image_free(&image);
    return e;
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
