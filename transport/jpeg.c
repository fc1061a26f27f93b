#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#include "transport/decode.h"

/* What libjpeg's calls for help find: its own structures come first in these. */
struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf back;
    enum oc_err e;
};

static void give_up(j_common_ptr info, enum oc_err e)
{
    struct failure *failure = (struct failure *)(void *)info->err;

    failure->e = e;
    longjmp(failure->back, 1);
}

static void on_error(j_common_ptr info)
{
    give_up(info, info->err->msg_code == JERR_OUT_OF_MEMORY ? OC_MEMORY : OC_SHAPE);
}

/* Warnings are of data that is damaged or cut, which libjpeg fills with grey. */
static void on_message(j_common_ptr info, int level)
{
    if (level < 0)
        give_up(info, OC_SHAPE);
}

static void on_progress(j_common_ptr info)
{
    if (((j_decompress_ptr)info)->input_scan_number > PICTURE_SCANS_MAX)
        give_up(info, OC_LIMIT);
}

static enum oc_err decode(struct picture *out, struct jpeg_decompress_struct *info,
                          struct bytes file)
{
    enum oc_err e;

    jpeg_mem_src(info, file.p, file.n);
    jpeg_read_header(info, TRUE);
    if (info->image_width > PICTURE_PIXELS_MAX / info->image_height)
        return OC_LIMIT;
    info->out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(info);
    e = picture_allocate(out, info->output_width, info->output_height);
    while (e == OC_OK && info->output_scanline < info->output_height) {
        JSAMPROW row = out->luma + (size_t)info->output_scanline * out->width;

        jpeg_read_scanlines(info, &row, 1);
    }
    return e;
}

/* Errors of libjpeg come back here. */
static void decode_or_give_up(struct picture *out, struct jpeg_decompress_struct *info,
                              struct failure *failure, struct jpeg_progress_mgr *progress,
                              struct bytes file)
{
    if (setjmp(failure->back) != 0)
        return;
    jpeg_create_decompress(info);
    info->progress = progress;
    failure->e = decode(out, info, file);
}

enum oc_err decode_jpeg(struct picture *out, struct bytes file)
{
    struct jpeg_progress_mgr progress = { .progress_monitor = on_progress };
    struct jpeg_decompress_struct info = { 0 };
    struct failure failure = { .e = OC_OK };

    info.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = on_error;
    failure.manager.emit_message = on_message;
    decode_or_give_up(out, &info, &failure, &progress, file);
    jpeg_destroy_decompress(&info);
    return failure.e;
}
