#include "verbs/qr_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "cli/term.h"
#include "transport/frames.h"
#include "verbs/qr_loop.h"

enum { IMAGE_MAX = 16 << 20, PATH_MAX_N = 4096, TEXT_MAX = 4096, SCALE = 8 };

bool qr_out_wanted(const struct command_line *cl)
{
    return opt_given(cl, "qr") || opt_given(cl, "qr-image");
}

enum oc_err qr_out_init(struct qr_out *out, const struct command_line *cl)
{
    enum oc_err e;

    *out = (struct qr_out){ .path = opt(cl, "qr-image"), .draw = opt_given(cl, "qr") };
    if ((e = opt_uint(cl, "qr-bytes", FRAME_BYTES_MIN, FRAME_BYTES_MAX, FRAME_BYTES,
                      &out->bytes)) == OC_OK &&
        (e = opt_uint(cl, "qr-loops", 1, UINT32_MAX, 0, &out->loops)) == OC_OK) {
        if (opt_given(cl, "qr-loops") && !out->draw)
            e = fail_print(OC_USAGE, "--qr-loops goes with --qr");
        else if (opt_given(cl, "qr-bytes") && !qr_out_wanted(cl))
            e = fail_print(OC_USAGE, "--qr-bytes goes with --qr or --qr-image");
    }
    if (e != OC_OK)
        *out = (struct qr_out){ 0 };
    return e;
}

void qr_out_init_text(struct qr_out *out, const struct command_line *cl)
{
    *out = (struct qr_out){ .path = opt(cl, "qr-image"), .draw = opt_given(cl, "qr") };
}

void qr_out_cleanup(struct qr_out *out)
{
    for (size_t i = 0; i < out->n; i++)
        qr_cleanup(&out->codes[i]);
    free(out->codes);
    if (out->made_folder)
        rmdir(out->path);           /* which fails, as it should, where something is in it */
    *out = (struct qr_out){ 0 };
}

static enum oc_err encode(struct qr_out *out, const struct frames *frames)
{
    enum oc_err e = OC_OK;

    out->codes = calloc(frames->all, sizeof *out->codes);
    if (out->codes == NULL)
        return OC_MEMORY;
    for (size_t i = 0; i < frames->all && e == OC_OK; i++) {
        struct buf text;

        buf_init(&text, TEXT_MAX);
        frames_text(&text, frames, i);
        e = buf_err(&text);
        if (e == OC_OK)
            e = qr_init(&out->codes[i], buf_view(&text), QR_M);
        if (e == OC_OK)
            out->n++;
        buf_cleanup(&text);
    }
    return e;
}

static enum oc_err make_codes(struct qr_out *out, struct bytes message)
{
    struct frames frames;
    enum oc_err e = frames_init(&frames, message, out->bytes);

    if (e == OC_OK)
        e = encode(out, &frames);
    frames_cleanup(&frames);
    if (e == OC_LIMIT) {
        fail_print(OC_UNAVAILABLE, "the message has %zu bytes, too many for QR codes", message.n);
        hint_print("more --qr-bytes a code, fewer elements, or hand the file over");
        return OC_UNAVAILABLE;
    }
    return e == OC_OK ? OC_OK : fail_print(e, "QR codes: %s", oc_err_text(e));
}

static enum oc_err make_code(struct qr_out *out, struct bytes text)
{
    enum oc_err e = OC_MEMORY;

    out->codes = calloc(1, sizeof *out->codes);
    if (out->codes != NULL)
        e = qr_init(&out->codes[0], text, QR_M);
    if (e == OC_OK)
        out->n = 1;
    return e == OC_OK ? OC_OK : fail_print(e, "QR code: %s", oc_err_text(e));
}

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);

    return n >= m && strcmp(path + n - m, end) == 0;
}

static enum oc_err add_png(const struct qr_out *out, struct io_output *output,
                           const struct qr *code, const char *path)
{
    struct buf png;
    enum oc_err e;

    buf_init(&png, IMAGE_MAX);
    e = qr_png(&png, code, SCALE);
    e = e == OC_OK ? io_output_add(output, path, buf_view(&png), IO_BINARY | out->how)
                   : fail_print(e, "%s: %s", path, oc_err_text(e));
    buf_cleanup(&png);
    return e;
}

/* The path of a frame's picture, counted from 1. */
static enum oc_err name_frame(struct buf *path, const struct qr_out *out, size_t number)
{
    enum oc_err e;

    buf_init(path, PATH_MAX_N);
    buf_printf(path, "%sframe-%03zu.png", out->path, number);
    e = buf_err(path);
    return e == OC_OK ? OC_OK : fail_print(e, "%s: %s", out->path, oc_err_text(e));
}

/* Pictures are made beside where they will be, so that their folder has to be there before. */
static enum oc_err make_folder(struct qr_out *out)
{
    if (mkdir(out->path, 0700) == 0)
        out->made_folder = true;
    else if (errno != EEXIST)
        return fail_print(OC_IO, "%s: %s", out->path, strerror(errno));
    return OC_OK;
}

static enum oc_err add_folder(struct qr_out *out, struct io_output *output)
{
    enum oc_err e = make_folder(out);

    for (size_t i = 0; i < out->n && e == OC_OK; i++) {
        struct buf path;

        e = name_frame(&path, out, i + 1);
        if (e == OC_OK)
            e = add_png(out, output, &out->codes[i], buf_text(&path));
        buf_cleanup(&path);
    }
    return e;
}

/* Frames of an earlier message would be read as part of this one. */
static enum oc_err remove_stale(const struct qr_out *out)
{
    enum oc_err e = OC_OK;

    for (size_t number = out->n + 1; number <= ERASURE_ALL_MAX && e == OC_OK; number++) {
        struct buf path;

        e = name_frame(&path, out, number);
        if (e == OC_OK && state_exists(buf_text(&path)))
            e = state_remove(buf_text(&path));
        buf_cleanup(&path);
    }
    return e;
}

static enum oc_err add_svg(const struct qr_out *out, struct io_output *output)
{
    struct buf svg;
    enum oc_err e;

    buf_init(&svg, IMAGE_MAX);
    qr_svg(&svg, out->codes, out->n, QR_LOOP_MS);
    e = buf_err(&svg);
    e = e == OC_OK ? io_output_add(output, out->path, buf_view(&svg), IO_TEXT | out->how)
                   : fail_print(e, "%s: %s", out->path, oc_err_text(e));
    buf_cleanup(&svg);
    return e;
}

static void hint_at_several(void)
{
    hint_print("FOLDER/ takes numbered pictures, FILE.svg a loop; --qr-bytes makes codes that hold"
               " more, which cameras read less well");
}

static enum oc_err add_images(struct qr_out *out, struct io_output *output)
{
    if (ends_in(out->path, "/"))
        return add_folder(out, output);
    if (ends_in(out->path, ".svg"))
        return add_svg(out, output);
    if (!ends_in(out->path, ".png"))
        return fail_print(OC_USAGE, "--qr-image %s: ends in none of .png, .svg and /", out->path);
    if (out->n == 1)
        return add_png(out, output, &out->codes[0], out->path);
    fail_print(OC_USAGE, "--qr-image %s: the message takes %zu codes", out->path, out->n);
    hint_at_several();
    return OC_USAGE;
}

enum oc_err qr_out_check(const struct qr_out *out, size_t n)
{
    if (out->path == NULL || !ends_in(out->path, ".png") || n <= out->bytes - FRAME_HEADER)
        return OC_OK;
    fail_print(OC_USAGE, "--qr-image %s: the message takes more than one code", out->path);
    hint_at_several();
    return OC_USAGE;
}

/* To a file or a pipe: each code once, one below the other. */
static enum oc_err add_drawing(const struct qr_out *out, struct io_output *output)
{
    struct buf text;
    enum oc_err e;

    buf_init(&text, IMAGE_MAX);
    for (size_t i = 0; i < out->n; i++)
        qr_draw(&text, &out->codes[i], term_has_colour(stdout));
    e = buf_err(&text);
    e = e == OC_OK ? io_output_add(output, NULL, buf_view(&text), IO_TEXT)
                   : fail_print(e, "QR codes: %s", oc_err_text(e));
    buf_cleanup(&text);
    return e;
}

static bool is_loop(const struct qr_out *out)
{
    return out->draw && out->n > 1 && isatty(STDOUT_FILENO);
}

/* A code of which a part is not to be seen is none. */
static enum oc_err check_terminal(const struct qr_out *out)
{
    size_t wide = qr_columns(&out->codes[0]), high = qr_lines(&out->codes[0]) + QR_LOOP_LINES;
    size_t columns, lines;

    if (!out->draw || !isatty(STDOUT_FILENO) || !term_size(stdout, &columns, &lines) ||
        (wide <= columns && high <= lines))
        return OC_OK;
    fail_print(OC_UNAVAILABLE, "a code takes %zu columns and %zu lines, the terminal has %zu and"
                               " %zu", wide, high, columns, lines);
    hint_print("a larger window, smaller letters, or fewer --qr-bytes; --qr-image FOLDER/ makes"
               " pictures");
    return OC_UNAVAILABLE;
}

static enum oc_err add_codes(struct qr_out *out, struct io_output *output)
{
    enum oc_err e = check_terminal(out);

    if (e == OC_OK && out->path != NULL)
        e = add_images(out, output);
    if (e != OC_OK)
        return e;
    return out->draw && !is_loop(out) ? add_drawing(out, output) : OC_OK;
}

enum oc_err qr_out_add(struct qr_out *out, struct io_output *output, struct bytes message)
{
    enum oc_err e;

    if (!out->draw && out->path == NULL)
        return OC_OK;
    e = make_codes(out, message);
    return e == OC_OK ? add_codes(out, output) : e;
}

enum oc_err qr_out_add_text(struct qr_out *out, struct io_output *output, struct bytes text)
{
    enum oc_err e;

    if (!out->draw && out->path == NULL)
        return OC_OK;
    e = make_code(out, text);
    return e == OC_OK ? add_codes(out, output) : e;
}

enum oc_err qr_out_show(const struct qr_out *out)
{
    enum oc_err e = out->path != NULL && ends_in(out->path, "/") ? remove_stale(out) : OC_OK;

    return e == OC_OK && is_loop(out) ? qr_loop(out->codes, out->n, out->loops, out->lasts_s) : e;
}
