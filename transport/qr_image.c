#include "transport/qr_image.h"

#include "transport/decode.h"
#include "transport/png.h"

enum oc_err qr_picture(struct picture *out, const struct qr *qr, size_t scale)
{
    size_t side = qr_columns(qr) * scale;
    enum oc_err e = picture_allocate(out, side, side);

    if (e != OC_OK)
        return e;
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++)
            out->luma[y * side + x] = qr_is_dark(qr, y / scale, x / scale) ? 0 : 255;
    return OC_OK;
}

enum oc_err qr_png(struct buf *out, const struct qr *qr, size_t scale)
{
    struct picture picture;
    enum oc_err e = qr_picture(&picture, qr, scale);

    if (e == OC_OK)
        e = png_write(out, &picture);
    picture_cleanup(&picture);
    return e;
}

/* The dark modules, a bar for each run of them in a row; larger codes are no wider. */
static void add_path(struct buf *out, const struct qr *qr, size_t across)
{
    size_t side = qr_columns(qr);

    buf_printf(out, "<path transform=\"scale(%.6f)\" d=\"", (double)across / (double)side);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0, n; x < side; x += n) {
            for (n = 1; x + n < side && qr_is_dark(qr, y, x + n) == qr_is_dark(qr, y, x);)
                n++;
            if (qr_is_dark(qr, y, x))
                buf_printf(out, "M%zu %zuh%zuv1h-%zuz", x, y, n, n);
        }
    buf_add_str(out, "\"");
}

/* Visible from i / n to (i + 1) / n of each round. */
static void add_turn(struct buf *out, size_t i, size_t n, unsigned each_ms)
{
    double start = (double)i / (double)n, end = (double)(i + 1) / (double)n;

    buf_add_str(out, " visibility=\"hidden\"><animate attributeName=\"visibility\""
                     " calcMode=\"discrete\" repeatCount=\"indefinite\"");
    buf_printf(out, " dur=\"%zums\"", n * (size_t)each_ms);
    if (i == 0)
        buf_printf(out, " values=\"visible;hidden\" keyTimes=\"0;%.6f\"/>", end);
    else if (i + 1 == n)
        buf_printf(out, " values=\"hidden;visible\" keyTimes=\"0;%.6f\"/>", start);
    else
        buf_printf(out, " values=\"hidden;visible;hidden\" keyTimes=\"0;%.6f;%.6f\"/>", start, end);
    buf_add_str(out, "</path>\n");
}

void qr_svg(struct buf *out, const struct qr *codes, size_t n, unsigned each_ms)
{
    size_t across = n > 0 ? qr_columns(&codes[0]) : 0;

    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\""
                    " shape-rendering=\"crispEdges\">\n"
                    "<path fill=\"#fff\" d=\"M0 0h%zuv%zuH0z\"/>\n",
               across, across, across, across);
    for (size_t i = 0; i < n; i++) {
        add_path(out, &codes[i], across);
        if (n == 1)
            buf_add_str(out, "/>\n");
        else
            add_turn(out, i, n, each_ms);
    }
    buf_add_str(out, "</svg>\n");
}
