#include "transport/picture.h"

#include <stdlib.h>

#include "transport/decode.h"

enum { OUTSIDE = 128 };

enum oc_err picture_allocate(struct picture *out, size_t width, size_t height)
{
    *out = (struct picture){ 0 };
    if (width == 0 || height == 0)
        return OC_SHAPE;
    if (width > PICTURE_PIXELS_MAX / height)
        return OC_LIMIT;
    out->luma = malloc(width * height);
    if (out->luma == NULL)
        return OC_MEMORY;
    out->width = width;
    out->height = height;
    return OC_OK;
}

enum oc_err picture_init(struct picture *out, struct bytes file)
{
    static const struct {
        struct bytes start;
        enum oc_err (*decode)(struct picture *out, struct bytes file);
    } kind[] = {
        { BYTES("\x89PNG\r\n\x1a\n"), decode_png },
        { BYTES("\xff\xd8\xff"), decode_jpeg },
    };
    enum oc_err e = OC_SYNTAX;

    *out = (struct picture){ 0 };
    for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++)
        if (file.n >= kind[i].start.n && memcmp(file.p, kind[i].start.p, kind[i].start.n) == 0)
            e = kind[i].decode(out, file);
    if (e != OC_OK)
        picture_cleanup(out);
    return e;
}

enum oc_err picture_shrink(struct picture *out, const struct picture *from, size_t n)
{
    enum oc_err e = picture_allocate(out, from->width / n, from->height / n);

    if (e != OC_OK)
        return e;
    for (size_t y = 0; y < out->height; y++)
        for (size_t x = 0; x < out->width; x++) {
            const uint8_t *corner = from->luma + y * n * from->width + x * n;
            size_t sum = 0;

            for (size_t row = 0; row < n; row++)
                for (size_t column = 0; column < n; column++)
                    sum += corner[row * from->width + column];
            out->luma[y * out->width + x] = (uint8_t)(sum / (n * n));
        }
    return OC_OK;
}

enum oc_err picture_enlarge(struct picture *out, const struct picture *from, size_t n)
{
    enum oc_err e;

    if (from->width > PICTURE_PIXELS_MAX / n || from->height > PICTURE_PIXELS_MAX / n) {
        *out = (struct picture){ 0 };
        return OC_LIMIT;
    }
    e = picture_allocate(out, from->width * n, from->height * n);
    if (e != OC_OK)
        return e;
    for (size_t y = 0; y < out->height; y++)
        for (size_t x = 0; x < out->width; x++)
            out->luma[y * out->width + x] = from->luma[y / n * from->width + x / n];
    return OC_OK;
}

/* Between the four pixels around the point. */
static uint8_t luma_at(const struct picture *p, double x, double y)
{
    double right = x - (double)(size_t)x, below = y - (double)(size_t)y;
    const uint8_t *at = p->luma + (size_t)y * p->width + (size_t)x;

    return (uint8_t)((1 - below) * ((1 - right) * at[0] + right * at[1]) +
                     below * ((1 - right) * at[p->width] + right * at[p->width + 1]) + 0.5);
}

enum oc_err picture_tilt(struct picture *out, const struct picture *from, double a, double b)
{
    enum oc_err e = picture_allocate(out, from->width, from->height);
    double middle_x = (double)from->width / 2, middle_y = (double)from->height / 2;

    if (e != OC_OK)
        return e;
    for (size_t y = 0; y < out->height; y++)
        for (size_t x = 0; x < out->width; x++) {
            double u = (double)x - middle_x, v = (double)y - middle_y;
            double depth = 1 + (a * u + b * v) / middle_y;
            double from_x = u / depth + middle_x, from_y = v / depth + middle_y;
            bool is_inside = from_x >= 0 && from_x < (double)from->width - 1 &&
                             from_y >= 0 && from_y < (double)from->height - 1;

            out->luma[y * out->width + x] =
                is_inside ? luma_at(from, from_x, from_y) : OUTSIDE;
        }
    return OC_OK;
}

void picture_cleanup(struct picture *p)
{
    free(p->luma);
    *p = (struct picture){ 0 };
}
