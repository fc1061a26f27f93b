#include "cli/message.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "core/text.h"

static struct bytes without_line_end(struct bytes text)
{
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    return text;
}

static bool is_picture(struct bytes file)
{
    static const struct bytes png = BYTES("\x89PNG\r\n\x1a\n"), jpeg = BYTES("\xff\xd8\xff");

    return (file.n >= png.n && memcmp(file.p, png.p, png.n) == 0) ||
           (file.n >= jpeg.n && memcmp(file.p, jpeg.p, jpeg.n) == 0);
}

enum oc_err message_decode(struct buf *out, struct bytes file, const char *path, size_t max)
{
    struct oc_fault fault = { 0, "neither CBOR nor hexadecimal nor base45 text" };
    enum oc_err e;

    buf_init(out, max);
    if (is_picture(file)) {
        fault.reason = "a picture; --request-image and --response-image read the codes in one";
        e = OC_SYNTAX;
    } else if (file.n == 0 || file.p[0] > 0x7f) {
        buf_add(out, file);
        e = buf_err(out);
    } else {
        e = hex_read(out, file);
        if (e == OC_SYNTAX) {       /* as a QR code carries it */
            buf_truncate(out, 0);
            e = base45_read(out, without_line_end(file));
        }
    }
    if (e == OC_LIMIT)
        fault.reason = "longer than any message here";
    if (e != OC_OK) {
        buf_cleanup(out);
        fail_fault(e, path, e == OC_MEMORY ? NULL : &fault);
    }
    return e;
}

enum oc_err message_read(struct buf *out, const char *path, size_t max)
{
    struct buf file;
    enum oc_err e = io_read(&file, path, MESSAGE_TEXT_PER_BYTE * max);

    *out = (struct buf){ 0 };
    if (e == OC_OK)
        e = message_decode(out, buf_view(&file), path, max);
    buf_cleanup(&file);
    return e;
}
