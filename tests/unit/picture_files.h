/* Pictures as files of every kind that cameras and screens make, and as some that none does. */
#ifndef OWNCARD_TESTS_PICTURE_FILES_H
#define OWNCARD_TESTS_PICTURE_FILES_H

#include <stdio.h>

#include <jpeglib.h>
#include <png.h>

#include "tests/unit/fixture.h"
#include "transport/picture.h"

enum { PICTURE_FILE_BYTES_MAX = 16 << 20 };

/* `see_through`: what is light is transparent black, so that it is dark for whoever forgets. */
struct png_kind {
    int colour, depth;          /* PNG_COLOR_TYPE_…, bits of a sample */
    bool interlaced, see_through;
};

/* `orientation`: of the EXIF tag, 1 to 8; 0: no tag. `scans`: 0 the usual ones. */
struct jpeg_kind {
    int components, quality;    /* 1 grey, 3 YCbCr, 4 CMYK */
    bool progressive;
    int orientation;
    const jpeg_scan_info *scans;
    int scans_n;
};

static inline void png_to_buf(png_structp png, png_bytep data, size_t n)
{
    buf_add(png_get_io_ptr(png), (struct bytes){ data, n });
}

static inline void png_flush_nothing(png_structp png)
{
    (void)png;
}

/* One sample: most significant bits first, packed where they are fewer than eight. */
static inline void put_sample(uint8_t *row, size_t *bit, int depth, unsigned value)
{
    if (depth == 16) {
        row[*bit / 8] = (uint8_t)(value * 257 >> 8);
        row[*bit / 8 + 1] = (uint8_t)(value * 257);
    } else {
        row[*bit / 8] |= (uint8_t)(value >> (8 - depth) << (8 - (size_t)depth - *bit % 8));
    }
    *bit += (size_t)depth;
}

static inline void fill_png_row(uint8_t *row, const uint8_t *luma, size_t width,
                                const struct png_kind *kind)
{
    size_t bit = 0;

    for (size_t x = 0; x < width; x++) {
        unsigned shown = kind->see_through && luma[x] >= 128 ? 0 : luma[x];

        if (kind->colour == PNG_COLOR_TYPE_PALETTE) {
            put_sample(row, &bit, kind->depth, luma[x]);
            continue;
        }
        for (int i = 0; i < (kind->colour & PNG_COLOR_MASK_COLOR ? 3 : 1); i++)
            put_sample(row, &bit, kind->depth, shown);
        if (kind->colour & PNG_COLOR_MASK_ALPHA)
            put_sample(row, &bit, kind->depth, kind->see_through && luma[x] >= 128 ? 0 : 255);
    }
}

static inline void set_palette(png_structp png, png_infop info, const struct png_kind *kind)
{
    int n = 1 << kind->depth;
    png_color palette[256];
    png_byte alpha[256];

    for (int i = 0; i < n; i++) {
        png_byte level = (png_byte)(i * 255 / (n - 1));
        bool is_hidden = kind->see_through && level >= 128;

        palette[i] = is_hidden ? (png_color){ 0, 0, 0 } : (png_color){ level, level, level };
        alpha[i] = is_hidden ? 0 : 255;
    }
    png_set_PLTE(png, info, palette, n);
    if (kind->see_through)
        png_set_tRNS(png, info, alpha, n, NULL);
}

static inline struct buf png_file(const struct picture *picture, const struct png_kind *kind)
{
    size_t room = picture->width * 8;
    uint8_t *row = malloc(room);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct buf out;
    int passes;

    buf_init(&out, PICTURE_FILE_BYTES_MAX);
    png_set_write_fn(png, &out, png_to_buf, png_flush_nothing);
    png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height, kind->depth,
                 kind->colour, kind->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (kind->colour == PNG_COLOR_TYPE_PALETTE)
        set_palette(png, info, kind);
    png_write_info(png, info);
    passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < picture->height; y++) {
            memset(row, 0, room);
            fill_png_row(row, picture->luma + y * picture->width, picture->width, kind);
            png_write_row(png, row);
        }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(row);
    must(buf_err(&out));
    return out;
}

/* EXIF with the orientation and nothing else: a TIFF of one entry, big-endian. */
static inline void put_orientation(j_compress_ptr info, int orientation)
{
    uint8_t exif[] = "Exif\0\0MM\0\x2a\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0?\0\0\0\0\0";

    exif[25] = (uint8_t)orientation;
    jpeg_write_marker(info, JPEG_APP0 + 1, exif, sizeof exif - 1);
}

static inline struct buf jpeg_file(const struct picture *picture, const struct jpeg_kind *kind)
{
    static const J_COLOR_SPACE space[] = { [1] = JCS_GRAYSCALE, [3] = JCS_RGB, [4] = JCS_CMYK };
    struct jpeg_compress_struct info = { 0 };
    size_t components = (size_t)kind->components;
    struct jpeg_error_mgr errors;
    unsigned char *data = NULL;
    unsigned long n = 0;
    uint8_t *row = malloc(picture->width * components);
    struct buf out;

    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &data, &n);
    info.image_width = (JDIMENSION)picture->width;
    info.image_height = (JDIMENSION)picture->height;
    info.input_components = kind->components;
    info.in_color_space = space[kind->components];
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, kind->quality, TRUE);
    if (kind->progressive)
        jpeg_simple_progression(&info);
    if (kind->scans_n > 0) {
        info.scan_info = kind->scans;
        info.num_scans = kind->scans_n;
    }
    jpeg_start_compress(&info, TRUE);
    if (kind->orientation > 0)
        put_orientation(&info, kind->orientation);
    while (info.next_scanline < info.image_height) {
        const uint8_t *luma = picture->luma + (size_t)info.next_scanline * picture->width;

        for (size_t i = 0; i < picture->width * components; i++)
            row[i] = luma[i / components];
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    free(row);
    buf_init(&out, PICTURE_FILE_BYTES_MAX);
    buf_add(&out, (struct bytes){ data, n });
    must(buf_err(&out));
    free(data);
    return out;
}

#endif
